// The lecture's echo server with worker threads: an accept loop on the main thread, which hands each newcomer
// to the next worker, and workers that each turn a completion port of their own.
//
//   echo_workers [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp]
//
// The lecture puts all workers at one port; iocp_by_hand shows what that takes. Here a client belongs to one
// worker for its whole life, so that nothing about it needs a lock. Ctrl-C stops the server.
#include <algorithm>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "arguments.h"
#include "base/check.h"
#include "base/queue.h"
#include "console.h"
#include "io/port.h"
#include "stop_signal.h"

using namespace madang;
using namespace madang::lecture;
using io::OperationKind;

namespace {

/// The lecture's client information structure. It stays where it was made (a node of the map never moves),
/// and holds no receive buffer: the port lends one only when there is something in it.
struct Client {
  enum class State { open, peer_ended, closing };

  io::Socket socket;
  State state = State::open;
  std::size_t unsent_bytes = 0;  ///< echoes on their way
};

/// A client on its way from the accept loop to a worker.
struct Newcomer {
  io::Key id = 0;
  io::NativeSocket connection;
};

class Worker final : public io::CompletionHandler {
 public:
  explicit Worker(std::unique_ptr<io::Port> port) : port_(std::move(port)) {}

  /// The accept loop's thread. False when too many are waiting already; the newcomer is then untouched.
  [[nodiscard]] bool hand_over(Newcomer& newcomer) {
    if (!newcomers_.push(std::move(newcomer))) return false;
    wake(newcomer_key);
    return true;
  }

  /// The accept loop's thread, once.
  void stop() { wake(stop_key); }

  /// The worker's own thread: the lecture's do_worker().
  void run() {
    while (!stopping_) port_->turn(*this, io::Port::forever);
    for (auto& [id, client] : clients_) close(client);
    while (port_->operations_in_flight() > 0) port_->turn(*this, io::Port::forever);
  }

  // GetQueuedCompletionStatus has returned: which operation was it, and whose?
  void on_completion(io::Completion& done) override {
    switch (done.kind) {
      case OperationKind::post: return on_post(done);
      case OperationKind::receive: return on_receive(clients_.at(done.key), done);
      case OperationKind::send: return on_send(clients_.at(done.key), done);
      case OperationKind::close: clients_.erase(done.key); return;
      default: return;  // nothing else was started
    }
  }

 private:
  // Keys of posts. They never meet a client's id, for those come with other kinds of completions.
  static constexpr io::Key newcomer_key = 1;
  static constexpr io::Key stop_key = 2;
  static constexpr std::size_t newcomers_max = 1024;
  static constexpr std::size_t unsent_bytes_max = 256u << 10;

  void wake(io::Key key) {
    // One post a newcomer and one for the stop: always fewer than a port holds.
    static_assert(newcomers_max < io::PortOptions{}.posts_max);
    CHECK(port_->post(key, 0));
  }

  void on_post(io::Completion& done) {
    if (done.key == stop_key) {
      stopping_ = true;
      return;
    }
    Newcomer newcomer;
    CHECK(newcomers_.pop(newcomer));
    const Result<io::Socket> socket = port_->adopt(std::move(newcomer.connection), newcomer.id);
    if (!socket) return error_display("adopt", socket.error());
    clients_[newcomer.id].socket = *socket;
    port_->receive(*socket);  // from here on a receive is always pending
  }

  void on_receive(Client& client, io::Completion& done) {
    if (client.state == Client::State::closing) return;
    if (done.error) {
      error_display(fmt::format("client[{}]", done.key), done.error);
      return close(client);
    }
    if (done.is_final) {  // the peer has nothing more to say, but may still be listening
      client.state = Client::State::peer_ended;
      return close_when_all_is_sent(client);
    }
    say("From client[{}] : {} ({} bytes)", done.key, shown(done.bytes), done.bytes.size());
    client.unsent_bytes += done.bytes.size();
    port_->send(client.socket, Buffer::copy(done.bytes));
    // One who sends and never reads is not listened to until it does.
    if (client.unsent_bytes >= unsent_bytes_max) port_->pause(client.socket);
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
    if (client.unsent_bytes < unsent_bytes_max) port_->resume(client.socket);
    if (client.state == Client::State::peer_ended) close_when_all_is_sent(client);
  }

  void close_when_all_is_sent(Client& client) {
    if (client.unsent_bytes == 0) close(client);
  }

  void close(Client& client) {
    if (client.state == Client::State::closing) return;
    client.state = Client::State::closing;
    port_->close(client.socket);
  }

  std::unique_ptr<io::Port> port_;
  BoundedQueue<Newcomer> newcomers_{newcomers_max};
  std::unordered_map<io::Key, Client> clients_;
  bool stopping_ = false;
};

/// The lecture's accept loop, with a worker for each client in turn.
class AcceptLoop final : public io::CompletionHandler {
 public:
  explicit AcceptLoop(std::vector<std::unique_ptr<Worker>>& workers) : workers_(workers) {}

  void on_completion(io::Completion& done) override {
    if (done.kind != OperationKind::accept || done.is_final) return;
    Newcomer newcomer{++last_id_, std::move(done.accepted)};
    // While the worker has its hands full, nobody else is accepted: those wait in the listener's backlog.
    while (!workers_[newcomer.id % workers_.size()]->hand_over(newcomer)) {
      if (stop_requested()) return;
      std::this_thread::sleep_for(1ms);
    }
  }

 private:
  std::vector<std::unique_ptr<Worker>>& workers_;
  io::Key last_id_ = 0;  ///< counted up, so that no client ever gets the id of one before it
};

}  // namespace

int main(int argc, char** argv) {
  prepare_console();
  watch_for_stop();
  const Arguments arguments = read_arguments(argc, argv);

  const auto port = must("completion port", io::make_port(arguments.backend));
  const io::Socket listener = must(arguments.address.text(), port->listen(arguments.address, 0));
  // What was found for this port holds for the others: one line about a refused io_uring is enough.
  const io::Backend found = port->backend();
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < std::max(2u, std::thread::hardware_concurrency()); ++i)
    workers.push_back(std::make_unique<Worker>(must("completion port", io::make_port(found))));
  std::vector<std::jthread> threads;
  threads.reserve(workers.size());
  for (const auto& worker : workers) threads.emplace_back([&worker] { worker->run(); });
  say("listening on {} (io: {})", port->local_address(listener).text(), io::name_of(port->backend()));

  AcceptLoop accept_loop(workers);
  while (!stop_requested()) port->turn(accept_loop, stop_poll);
  port->close(listener);
  while (port->operations_in_flight() > 0) port->turn(accept_loop, io::Port::forever);
  for (const auto& worker : workers) worker->stop();
  threads.clear();  // joins them
  say("stopped");
}
