// The lecture's echo server on one thread. The accept also goes through the port, so one thread with one loop
// serves all clients.
//
//   echo_single [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp]
//
// Ctrl-C stops the server.
#include <unordered_map>

#include "arguments.h"
#include "console.h"
#include "madang/io/port.h"
#include "stop_signal.h"

using namespace madang;
using namespace madang::lecture;
using io::OperationKind;

namespace {

constexpr io::Key listener_key = 0;

/// The lecture's client information structure. Its address never changes, because nodes of a map do not move.
/// It has no receive buffer, because the port lends a buffer during a receive.
struct Client {
  enum class State { open, peer_ended, closing };

  io::Socket socket;
  State state = State::open;
  std::size_t unsent_bytes = 0;  ///< bytes of the sends in flight
};

class EchoServer final : public io::CompletionHandler {
 public:
  EchoServer(io::Port& port, io::Socket listener) : port_(port), listener_(listener) {}

  void stop() {
    port_.close(listener_);
    for (auto& [id, client] : clients_) close(client);
  }

  // GetQueuedCompletionStatus has returned: the kind names the operation, and the key names the client.
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
  static constexpr std::size_t unsent_bytes_max = 256u << 10;

  void on_accept(io::Completion& done) {
    if (done.is_final) return;
    const io::Key id = ++last_id_;
    const Result<io::Socket> socket = port_.adopt(std::move(done.accepted), id);
    if (!socket) return error_display("adopt", socket.error());
    clients_[id].socket = *socket;
    port_.receive(*socket);  // from now on a receive is always in flight
  }

  void on_receive(Client& client, io::Completion& done) {
    if (client.state == Client::State::closing) return;
    if (done.error) {
      error_display(fmt::format("client[{}]", done.key), done.error);
      return close(client);
    }
    if (done.is_final) {  // the peer sends no more data, but may still wait for the echo
      client.state = Client::State::peer_ended;
      return close_when_all_is_sent(client);
    }
    say("From client[{}] : {} ({} bytes)", done.key, shown(done.bytes), done.bytes.size());
    client.unsent_bytes += done.bytes.size();
    port_.send(client.socket, Buffer::copy(done.bytes));
    // The receive of a client that does not read is paused until the client reads.
    if (client.unsent_bytes >= unsent_bytes_max) port_.pause(client.socket);
  }

  void on_send(Client& client, io::Completion& done) {
    if (client.state == Client::State::closing) return;
    if (done.error) {
      error_display(fmt::format("client[{}]", done.key), done.error);
      return close(client);
    }
    say("TRACE - Send message : [{}] {} ({} bytes)", done.key, shown(done.buffer.bytes()),
        done.buffer.size());
    client.unsent_bytes -= done.buffer.size();
    if (client.unsent_bytes < unsent_bytes_max) port_.resume(client.socket);
    if (client.state == Client::State::peer_ended) close_when_all_is_sent(client);
  }

  void on_close(io::Completion& done) {
    if (done.key != listener_key) clients_.erase(done.key);
  }

  void close_when_all_is_sent(Client& client) {
    if (client.unsent_bytes == 0) close(client);
  }

  void close(Client& client) {
    if (client.state == Client::State::closing) return;
    client.state = Client::State::closing;
    port_.close(client.socket);
  }

  io::Port& port_;
  io::Socket listener_;
  io::Key last_id_ = listener_key;  ///< counts up, so that no id is used again
  std::unordered_map<io::Key, Client> clients_;
};

}  // namespace

int main(int argc, char** argv) {
  prepare_console();
  watch_for_stop();
  const Arguments arguments = read_arguments(argc, argv);

  const auto port = must("completion port", io::make_port(arguments.backend));
  const io::Socket listener = must(arguments.address.text(), port->listen(arguments.address, listener_key));
  say("listening on {} (io: {})", port->local_address(listener).text(), io::name_of(port->backend()));

  EchoServer server(*port, listener);
  while (!stop_requested()) port->turn(server, stop_poll);
  server.stop();
  while (port->operations_in_flight() > 0) port->turn(server, io::Port::forever);
  say("stopped");
}
