// The lecture's homework: a board of 8 x 8 squares on which every client moves a piece.
//
//   chess_server [[HOST:]PORT] [auto|uring|epoll|iocp]
//
// The packets, byte for byte those of the course. Every field is one byte; the first is the size of the whole
// packet, the second its type.
//
//   client to server            server to client
//   2 1   up     (y - 1)        3 1 id        login_ok       you are this piece
//   2 2   down   (y + 1)        5 2 id x y    put_player     a piece appears
//   2 3   left   (x - 1)        3 3 id        remove_player  a piece disappears
//   2 4   right  (x + 1)        5 4 id x y    move_player    a piece stands there now
//
// Piece `id` begins on the square x = id % 8, y = id / 8 % 8; pieces may share a square. Every move is
// answered to everyone with the piece's position after it, also when the edge kept the piece where it was, so
// that a client always gets one answer for one move. One thread, one port; Ctrl-C stops the server.
#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>

#include "arguments.h"
#include "console.h"
#include "io/port.h"
#include "stop_signal.h"

using namespace madang;
using namespace madang::lecture;
using io::OperationKind;

namespace {

constexpr io::Key listener_key = 0;
constexpr std::uint8_t board_size = 8;
constexpr std::size_t pieces_max = 256;  // an id is a byte

enum class FromClient : std::uint8_t { up = 1, down, left, right };
enum class FromServer : std::uint8_t { login_ok = 1, put_player, remove_player, move_player };
constexpr std::uint8_t client_packet_size = 2;

/// One who does not read is dropped when this much waits for it.
constexpr std::size_t unsent_bytes_max = 1u << 20;
/// One who has this much waiting is not listened to: whoever asks faster than it reads slows down only
/// itself.
constexpr std::size_t unsent_bytes_to_pause = 4096;

struct Client {
  enum class State { playing, closing };

  io::Socket socket;
  State state = State::playing;
  std::uint8_t id = 0, x = 0, y = 0;
  std::array<std::uint8_t, client_packet_size> packet{};  ///< as much of it as has arrived
  std::uint8_t packet_bytes = 0;
  Buffer outbox;         ///< what the next send will carry
  bool sending = false;  ///< one send at a time: what comes up meanwhile gathers in the outbox
};

class ChessServer final : public io::CompletionHandler {
 public:
  ChessServer(io::Port& port, io::Socket listener) : port_(port), listener_(listener) {
    for (std::size_t id = 0; id < pieces_max; ++id) free_ids_.push_back(static_cast<std::uint8_t>(id));
  }

  /// One turn of the port, and then one send to each client that has something coming.
  void turn(Duration max_wait) {
    port_.turn(*this, max_wait);
    for (auto& [key, client] : clients_) send_outbox(client);
  }

  void stop() {
    port_.close(listener_);
    for (auto& [key, client] : clients_) close(client, io::CloseMode::orderly);
  }

  void on_completion(io::Completion& done) override {
    switch (done.kind) {
      case OperationKind::accept: return on_accept(done);
      case OperationKind::receive: return on_receive(clients_.at(done.key), done);
      case OperationKind::send: return on_send(clients_.at(done.key), done);
      case OperationKind::close: return on_close(done);
      default: return;  // nothing else was started
    }
  }

 private:
  void on_accept(io::Completion& done) {
    if (done.final) return;
    if (free_ids_.empty()) return say("refused {}: all {} pieces are taken", done.peer.text(), pieces_max);
    const io::Key key = ++last_key_;
    const Result<io::Socket> socket = port_.adopt(std::move(done.accepted), key);
    if (!socket) return error_display("adopt", socket.error());
    clients_[key].socket = *socket;
    enter(clients_[key]);
    port_.receive(*socket);
  }

  void on_receive(Client& client, io::Completion& done) {
    if (client.state == Client::State::closing) return;
    if (done.error) return leave(client, describe(done.error, system_language()));
    if (done.final) return leave(client, "goodbye");
    for (const std::byte byte : done.bytes) {
      client.packet[client.packet_bytes++] = std::to_integer<std::uint8_t>(byte);
      if (client.packet[0] != client_packet_size) return leave(client, "a packet of a wrong size");
      if (client.packet_bytes < client_packet_size) continue;
      client.packet_bytes = 0;
      if (!move(client, FromClient{client.packet[1]})) return leave(client, "a packet of an unknown type");
    }
    if (client.outbox.size() >= unsent_bytes_to_pause) port_.pause(client.socket);
  }

  void on_send(Client& client, io::Completion& done) {
    client.sending = false;
    if (client.state == Client::State::closing) return;
    if (done.error) return leave(client, describe(done.error, system_language()));
    if (client.outbox.size() < unsent_bytes_to_pause) port_.resume(client.socket);
  }

  void on_close(io::Completion& done) {
    if (done.key != listener_key) clients_.erase(done.key);
  }

  // --- The board ---

  void enter(Client& newcomer) {
    newcomer.id = free_ids_.front();
    free_ids_.pop_front();
    newcomer.x = newcomer.id % board_size;
    newcomer.y = newcomer.id / board_size % board_size;
    say("piece {} entered", newcomer.id);

    tell(newcomer, FromServer::login_ok, {newcomer.id});
    tell(newcomer, FromServer::put_player, {newcomer.id, newcomer.x, newcomer.y});
    for (auto& [key, client] : clients_) {
      if (&client == &newcomer || client.state != Client::State::playing) continue;
      tell(newcomer, FromServer::put_player, {client.id, client.x, client.y});
      tell(client, FromServer::put_player, {newcomer.id, newcomer.x, newcomer.y});
    }
  }

  bool move(Client& client, FromClient direction) {
    switch (direction) {
      case FromClient::up: client.y -= client.y > 0; break;
      case FromClient::down: client.y += client.y < board_size - 1; break;
      case FromClient::left: client.x -= client.x > 0; break;
      case FromClient::right: client.x += client.x < board_size - 1; break;
      default: return false;
    }
    tell_all(FromServer::move_player, {client.id, client.x, client.y});
    return true;
  }

  void leave(Client& client, std::string_view why, io::CloseMode mode = io::CloseMode::orderly) {
    if (client.state == Client::State::closing) return;
    say("piece {} left: {}", client.id, why);
    close(client, mode);
    free_ids_.push_back(client.id);  // behind all others, so that it comes back as late as can be
    tell_all(FromServer::remove_player, {client.id});
  }

  // --- What is on its way ---

  void tell(Client& client, FromServer type, std::initializer_list<std::uint8_t> fields) {
    const std::uint8_t head[2] = {static_cast<std::uint8_t>(2 + fields.size()),
                                  static_cast<std::uint8_t>(type)};
    client.outbox.append(std::as_bytes(std::span(head)));
    client.outbox.append(std::as_bytes(std::span(fields.begin(), fields.end())));
  }

  void tell_all(FromServer type, std::initializer_list<std::uint8_t> fields) {
    for (auto& [key, client] : clients_)
      if (client.state == Client::State::playing) tell(client, type, fields);
  }

  void send_outbox(Client& client) {
    if (client.state == Client::State::closing || client.outbox.empty()) return;
    if (client.outbox.size() > unsent_bytes_max)
      return leave(client, "it does not read what it is sent", io::CloseMode::reset);
    if (client.sending) return;
    client.sending = true;
    port_.send(client.socket, std::exchange(client.outbox, {}));
  }

  void close(Client& client, io::CloseMode mode) {
    if (client.state == Client::State::closing) return;
    client.state = Client::State::closing;
    client.outbox.reset();
    port_.close(client.socket, mode);
  }

  io::Port& port_;
  io::Socket listener_;
  io::Key last_key_ = listener_key;  ///< counted up: unlike a piece's id, a key is never used again
  std::map<io::Key, Client> clients_;
  std::deque<std::uint8_t> free_ids_;  ///< taken from the front, given back at the end
};

}  // namespace

int main(int argc, char** argv) {
  prepare_console();
  watch_for_stop();
  const Arguments arguments = read_arguments(argc, argv);

  io::PortOptions options;
  options.receive_bytes_max = options.receive_buffer_bytes = 256;  // a client's packet has two bytes
  options.send_buffer_bytes = 64 << 10;
  const auto port = must("completion port", io::make_port(arguments.backend, options));
  const io::Socket listener = must(arguments.address.text(), port->listen(arguments.address, listener_key));
  say("listening on {} (io: {})", port->local_address(listener).text(), port->name());

  ChessServer server(*port, listener);
  while (!stop_requested()) server.turn(stop_poll);
  server.stop();
  while (port->operations_out() > 0) server.turn(io::Port::forever);
  say("stopped");
}
