// The homework's client, for a terminal. It draws the board, and the arrow keys move the piece.
//
//   chess_client [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp]
//
// chess_server.cpp describes the packets. The client is one loop on one thread, as in games. The loop draws a
// picture, waits at the port until an operation completes or the next picture is due, and reads the keyboard.
// Escape or Ctrl-C ends the client.
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/terminal.h"
#include "arguments.h"
#include "console.h"
#include "madang/io/port.h"
#include "madang/server/stop_signal.h"

using namespace madang;
using namespace madang::lecture;
using app::Color;
using app::Style;
using io::OperationKind;

namespace {

constexpr Duration picture_interval = 33ms;
constexpr Duration login_timeout = 5s;
constexpr int board_size = 8;

enum class ToServer : std::uint8_t { up = 1, down, left, right };
enum class FromServer : std::uint8_t { login_ok = 1, put_player, remove_player, move_player };

struct Square {
  int x, y;
  auto operator<=>(const Square&) const = default;
};

class ChessClient final : public io::CompletionHandler {
 public:
  ChessClient(io::Port& port, const io::Address& server)
      : port_(port), server_(server.text()), socket_(must(server_, port.connect(server, 0))) {
    port_.start_timer(login_timeout, 0);
  }

  enum class State { connecting, connected, playing, ended };
  State state() const { return state_; }
  /// Returns why the game ended, as one line. Empty if the player ended the game.
  const std::string& failure() const { return failure_; }

  void press(app::Key key) {
    switch (key) {
      case app::Key::up: return move(ToServer::up);
      case app::Key::down: return move(ToServer::down);
      case app::Key::left: return move(ToServer::left);
      case app::Key::right: return move(ToServer::right);
      case app::Key::escape: return end("");
      default: return;
    }
  }

  void end(std::string failure) {
    if (state_ == State::ended) return;
    state_ = State::ended;
    failure_ = std::move(failure);
    port_.close(socket_);
  }

  void on_completion(io::Completion& done) override {
    if (state_ == State::ended) return;  // only the last completions of operations still come
    switch (done.kind) {
      case OperationKind::connect: return on_connect(done);
      case OperationKind::receive: return on_receive(done);
      case OperationKind::send: return on_send(done);
      case OperationKind::timer: return on_login_timeout();
      default: return;
    }
  }

  app::Screen draw(app::Terminal::Size size) const;

 private:
  void on_connect(io::Completion& done) {
    if (done.error) {
      const bool is_refused = done.error.code == ErrorCode::connection_refused;
      return end(fmt::format("{}{}", describe(done.error, system_language()),
                             is_refused ? "; is chess_server running?" : ""));
    }
    state_ = State::connected;
    port_.receive(socket_);
  }

  void on_receive(io::Completion& done) {
    if (done.error) return end(describe(done.error, system_language()));
    if (done.is_final)
      return end(state_ == State::playing
                     ? "the server has ended the connection"
                     : "the server closed the connection without giving you a piece; is its board full?");
    for (const std::byte byte : done.bytes) {
      packet_.push_back(std::to_integer<std::uint8_t>(byte));
      if (packet_.size() < 2 && packet_[0] >= 2) continue;
      if (packet_.size() < packet_[0]) continue;
      if (!on_packet())
        return end(fmt::format("the server sent a packet that the homework does not have: {}",
                               fmt::join(packet_, " ")));
      packet_.clear();
    }
  }

  /// Handles a packet. Returns false if the homework does not have this packet. Skips bytes after the fields,
  /// as the server does.
  bool on_packet() {
    if (packet_.size() < 3) return false;
    const std::uint8_t id = packet_[2];
    switch (FromServer{packet_[1]}) {
      case FromServer::login_ok:
        own_id_ = id;
        state_ = State::playing;
        return true;
      case FromServer::put_player:
      case FromServer::move_player:
        if (packet_.size() < 5 || packet_[3] >= board_size || packet_[4] >= board_size) return false;
        pieces_[id] = {packet_[3], packet_[4]};
        return true;
      case FromServer::remove_player: pieces_.erase(id); return true;
      default: return false;
    }
  }

  void on_send(io::Completion& done) {
    is_sending_ = false;
    if (done.error) end(describe(done.error, system_language()));
  }

  void on_login_timeout() {
    if (state_ != State::playing) end("the server gave no piece within 5 s; is it a chess_server?");
  }

  /// Sends a move. While a send is in flight, keys do nothing, so that no moves wait if a server does not
  /// read.
  void move(ToServer direction) {
    if (state_ != State::playing || is_sending_) return;
    const std::uint8_t packet[] = {2, static_cast<std::uint8_t>(direction)};
    is_sending_ = true;
    port_.send(socket_, Buffer::copy(std::as_bytes(std::span(packet))));
  }

  io::Port& port_;
  const std::string server_;
  const io::Socket socket_;
  State state_ = State::connecting;
  std::string failure_;
  bool is_sending_ = false;
  std::vector<std::uint8_t> packet_;  ///< the part of a packet that has arrived
  std::uint8_t own_id_ = 0;
  std::map<std::uint8_t, Square> pieces_;
};

// --- The picture ---

constexpr Style title_style{Color::bright_white, Color::blue};
constexpr Style quiet_style{Color::bright_black, Color::black};
constexpr Style own_style{Color::bright_white, Color::blue};
constexpr Color light_square = Color::white;
constexpr Color dark_square = Color::bright_black;

/// Returns the colour of a piece. All players see the same id in the same colour.
Color color_of(std::uint8_t id) {
  constexpr Color colors[] = {Color::black, Color::red, Color::magenta, Color::blue};
  return colors[id % std::size(colors)];
}

app::Screen ChessClient::draw(app::Terminal::Size size) const {
  app::Screen screen(size.columns, size.rows);
  // The height of a character is about twice its width.
  const int height = size.rows >= 3 * board_size + 4 ? 3 : 2;
  const int width = 2 * height;
  const int left = 3;
  const int top = 2;

  const auto own = pieces_.find(own_id_);
  std::string title = fmt::format(" chess_client   {}   you are piece {}", server_, own_id_);
  if (own != pieces_.end()) title += fmt::format(" at {}, {}", own->second.x, own->second.y);
  screen.fill(0, 0, size.columns, title_style);
  screen.put(0, 0, fmt::format("{}   pieces: {}", title, pieces_.size()), title_style);

  for (int i = 0; i < board_size; ++i) {
    screen.put(left + i * width + width / 2 - 1, top - 1, std::to_string(i), quiet_style);
    screen.put(1, top + i * height + height - 2, std::to_string(i), quiet_style);
    for (int row = 0; row < height * board_size; ++row)
      screen.fill(left + i * width, top + row, width,
                  {Color::black, (i + row / height) % 2 == 0 ? light_square : dark_square});
  }

  // A square shows its first piece and the number of its other pieces. The player's own piece is the first.
  std::map<Square, std::vector<std::uint8_t>> squares;
  if (own != pieces_.end()) squares[own->second].push_back(own_id_);
  for (const auto& [id, square] : pieces_)
    if (id != own_id_) squares[square].push_back(id);
  for (const auto& [square, ids] : squares) {
    const bool is_own = ids.front() == own_id_;
    const int column = left + square.x * width;
    const int row = top + square.y * height + height - 2;
    const Color ground = (square.x + square.y) % 2 == 0 ? light_square : dark_square;
    const Style style = is_own ? own_style : Style{color_of(ids.front()), ground};
    if (is_own)
      for (int i = 0; i < height; ++i) screen.fill(column, top + square.y * height + i, width, style);
    screen.put(column + width / 2 - 1, row, is_own ? "♚" : "♟", style);
    std::string label = std::to_string(ids.front());
    if (ids.size() > 1) label += fmt::format("+{}", ids.size() - 1);
    const int space = std::max(0, width - static_cast<int>(label.size()));
    screen.put(column + space / 2, row + 1, label, style, width);
  }

  screen.put(1, size.rows - 1, "arrow keys: move   Esc: leave", quiet_style);
  return screen;
}

}  // namespace

int main(int argc, char** argv) {
  prepare_console();
  const Arguments arguments = read_arguments(argc, argv);
  server::StopSignal stop_signal;
  const auto port = must("completion port", io::make_port(arguments.backend));
  ChessClient client(*port, arguments.address);
  using State = ChessClient::State;

  // There is nothing to draw until the server has given the player a piece.
  say("connecting to {} ...", arguments.address.text());
  while (client.state() != State::playing && client.state() != State::ended) {
    port->turn(client, picture_interval);
    if (stop_signal.wait(Duration::zero())) client.end("");
  }

  std::unique_ptr<app::Terminal> terminal;
  if (client.state() == State::playing) {
    auto opened = app::Terminal::open();
    if (opened) {
      terminal = std::move(*opened);
    } else {
      client.end(opened.error());
    }
  }
  while (client.state() == State::playing) {
    terminal->show(client.draw(terminal->size()));
    port->turn(client, picture_interval);
    for (app::KeyPress press; terminal->read_key(press);) client.press(press.key);
    if (stop_signal.wait(Duration::zero()) || !terminal->is_open()) client.end("");
  }
  terminal.reset();  // restores the screen, so that the last line stays on it

  if (client.failure().empty()) return 0;
  complain(fmt::format("{}: {}", arguments.address.text(), client.failure()));
  return 1;
}
