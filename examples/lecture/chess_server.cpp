// The lecture's homework: a board of 8 x 8 squares on which every client moves a piece.
//
//   chess_server [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp]
//
// The packets are those of the course. Every field is one byte. The first byte is the length of the whole
// packet, and the second byte is its type.
//
//   client to server            server to client
//   n 1 ...   up     (y - 1)    3 1 id        login_ok       you are this piece
//   n 2 ...   down   (y + 1)    5 2 id x y    put_player     a piece appears
//   n 3 ...   left   (x - 1)    3 3 id        remove_player  a piece disappears
//   n 4 ...   right  (x + 1)    5 4 id x y    move_player    a piece stands there now
//
// A client's packet has n bytes, 2 to 255. The server skips the bytes after the type. The course's own client
// sends such bytes: 8 4 0 0 0 0 0 0 means "right", because that client sends the size of a pointer as the
// length.
//
// Piece `id` begins on the square x = id % 8, y = id / 8 % 8. Pieces may share a square. The server answers
// every move to all clients with the piece's position after the move. It also does so if the piece could not
// move over the edge, so that a client always gets one answer for one move. One thread, one port. Ctrl-C
// stops the server.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "arguments.h"
#include "console.h"
#include "madang/io/port.h"
#include "stop_signal.h"

using namespace madang;
using namespace madang::lecture;
using io::OperationKind;

namespace {

constexpr io::Key listener_key = 0;
constexpr std::uint8_t board_size = 8;
constexpr std::size_t pieces_max = 128;  // ids 0 to 127: the course's client keeps an id in a signed char

enum class FromClient : std::uint8_t { up = 1, down, left, right };
enum class FromServer : std::uint8_t { login_ok = 1, put_player, remove_player, move_player };

/// The part of a client's packet that has arrived.
struct Packet {
  static constexpr std::uint8_t size_min = 2;  ///< bytes: the size and the type

  std::uint8_t size = 0;
  FromClient type{};
  std::uint8_t arrived_bytes = 0;
};

/// A client that does not read is disconnected when this many bytes wait for it.
constexpr std::size_t unsent_bytes_max = 1u << 20;
/// The receive of a client is paused when this many bytes wait for it. So a client that sends requests faster
/// than it reads slows down only itself.
constexpr std::size_t unsent_bytes_to_pause = 4096;

struct Client {
  enum class State { playing, closing };

  io::Socket socket;
  State state = State::playing;
  std::uint8_t id = 0, x = 0, y = 0;
  Packet packet;
  Buffer outbox;            ///< data of the next send
  bool is_sending = false;  ///< a send is in flight; more data is collected in the outbox
};

class ChessServer final : public io::CompletionHandler {
 public:
  ChessServer(io::Port& port, io::Socket listener) : port_(port), listener_(listener) {}

  /// Turns the port once, and then starts one send for each client with data in its outbox.
  void turn(Duration max_wait) {
    port_.turn(*this, max_wait);
    for (auto& [key, client] : clients_) drop_if_far_behind(client);
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
      default: return;  // no other operation was started
    }
  }

 private:
  void on_accept(io::Completion& done) {
    if (done.is_final) return;
    if (lowest_free_id() == pieces_max)
      return say("refused {}: all {} pieces are taken", done.peer.text(), pieces_max);
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
    if (done.is_final) return leave(client, "goodbye");
    for (const std::byte byte : done.bytes)
      if (!parse_byte(client, std::to_integer<std::uint8_t>(byte))) return;
    if (client.outbox.size() >= unsent_bytes_to_pause) port_.pause(client.socket);
  }

  /// Adds a byte to the client's packet, because a receive may end anywhere in a packet. Returns false if the
  /// packet is not valid: then the client is disconnected.
  bool parse_byte(Client& client, std::uint8_t byte) {
    Packet& packet = client.packet;
    switch (packet.arrived_bytes++) {
      case 0: packet.size = byte; break;
      case 1: packet.type = FromClient{byte}; break;
      default: break;  // the server does not need these bytes
    }
    if (packet.size < Packet::size_min) {
      leave(client, fmt::format("its packet has a size of {} bytes, but the minimum is 2", byte));
      return false;
    }
    if (packet.arrived_bytes == 2 && !is_known(packet.type)) {
      leave(client, fmt::format("its packet has the unknown type {}", byte));
      return false;
    }
    if (packet.arrived_bytes == packet.size) move(client, std::exchange(packet, {}).type);
    return true;
  }

  void on_send(Client& client, io::Completion& done) {
    client.is_sending = false;
    if (client.state == Client::State::closing) return;
    if (done.error) return leave(client, describe(done.error, system_language()));
    if (client.outbox.size() < unsent_bytes_to_pause) port_.resume(client.socket);
  }

  void on_close(io::Completion& done) {
    if (done.key != listener_key) clients_.erase(done.key);
  }

  // --- The board ---

  /// Returns the lowest id that is free, or `pieces_max` if no id is free.
  std::size_t lowest_free_id() const {
    return static_cast<std::size_t>(std::ranges::find(taken_ids_, false) - taken_ids_.begin());
  }

  void enter(Client& newcomer) {
    newcomer.id = static_cast<std::uint8_t>(lowest_free_id());
    taken_ids_[newcomer.id] = true;
    newcomer.x = newcomer.id % board_size;
    newcomer.y = newcomer.id / board_size % board_size;
    say("piece {} entered", newcomer.id);

    send(newcomer, FromServer::login_ok, {newcomer.id});
    send(newcomer, FromServer::put_player, {newcomer.id, newcomer.x, newcomer.y});
    for (auto& [key, client] : clients_) {
      if (&client == &newcomer || client.state != Client::State::playing) continue;
      send(newcomer, FromServer::put_player, {client.id, client.x, client.y});
      send(client, FromServer::put_player, {newcomer.id, newcomer.x, newcomer.y});
    }
  }

  static bool is_known(FromClient type) { return type >= FromClient::up && type <= FromClient::right; }

  void move(Client& client, FromClient direction) {
    switch (direction) {
      case FromClient::up: client.y -= client.y > 0; break;
      case FromClient::down: client.y += client.y < board_size - 1; break;
      case FromClient::left: client.x -= client.x > 0; break;
      case FromClient::right: client.x += client.x < board_size - 1; break;
    }
    send_all(FromServer::move_player, {client.id, client.x, client.y});
  }

  void leave(Client& client, std::string_view why, io::CloseMode mode = io::CloseMode::orderly) {
    if (client.state == Client::State::closing) return;
    say("piece {} left: {}", client.id, why);
    close(client, mode);
    // Each outbox keeps the order, so every client gets this remove before the put of the next piece with
    // this id. Between the two no packet names the id, because no packet of a closing client is read.
    send_all(FromServer::remove_player, {client.id});
    taken_ids_[client.id] = false;
  }

  // --- Data for the clients ---

  void send(Client& client, FromServer type, std::initializer_list<std::uint8_t> fields) {
    const std::uint8_t head[2] = {static_cast<std::uint8_t>(2 + fields.size()),
                                  static_cast<std::uint8_t>(type)};
    client.outbox.append(std::as_bytes(std::span(head)));
    client.outbox.append(std::as_bytes(std::span(fields.begin(), fields.end())));
  }

  void send_all(FromServer type, std::initializer_list<std::uint8_t> fields) {
    for (auto& [key, client] : clients_)
      if (client.state == Client::State::playing) send(client, type, fields);
  }

  void drop_if_far_behind(Client& client) {
    if (client.outbox.size() > unsent_bytes_max) leave(client, "it does not read", io::CloseMode::reset);
  }

  void send_outbox(Client& client) {
    if (client.state == Client::State::closing || client.is_sending || client.outbox.empty()) return;
    client.is_sending = true;
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
  io::Key last_key_ = listener_key;  ///< counts up: unlike a piece's id, a key is never used again
  std::map<io::Key, Client> clients_;
  std::array<bool, pieces_max> taken_ids_{};
};

}  // namespace

int main(int argc, char** argv) {
  prepare_console();
  watch_for_stop();
  const Arguments arguments = read_arguments(argc, argv);

  io::PortOptions options;
  options.receive_bytes_max = options.receive_buffer_bytes = 256;  // packets of clients are small
  options.send_buffer_bytes = 64 << 10;
  const auto port = must("completion port", io::make_port(arguments.backend, options));
  const io::Socket listener = must(arguments.address.text(), port->listen(arguments.address, listener_key));
  say("listening on {} (io: {})", port->local_address(listener).text(), io::name_of(port->backend()));

  ChessServer server(*port, listener);
  while (!stop_requested()) server.turn(stop_poll);
  server.stop();
  while (port->operations_in_flight() > 0) server.turn(io::Port::forever);
  say("stopped");
}
