// The lecture's echo server with worker threads. The main thread runs the accept loop, which passes each new
// client to the next worker. Each worker has a thread and a completion port of its own.
//
//   echo_workers [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp]
//
// In the lecture all workers share one port; iocp_by_hand shows what that needs. Here a client belongs to one
// worker for its whole life, so it needs no lock. Ctrl-C stops the server.
#include <algorithm>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "arguments.h"
#include "console.h"
#include "madang/base/check.h"
#include "madang/base/queue.h"
#include "madang/io/port.h"
#include "stop_signal.h"

using namespace madang;
using namespace madang::lecture;
using io::OperationKind;

namespace {

/// The lecture's client information structure. Its address never changes, because nodes of a map do not move.
/// It has no receive buffer, because the port lends a buffer during a receive.
struct Client {
  enum class State { open, peer_ended, closing };

  io::Socket socket;
  State state = State::open;
  std::size_t unsent_bytes = 0;  ///< bytes of the sends in flight
};

/// A new client in the queue from the accept loop to a worker.
struct Newcomer {
  io::Key id = 0;
  io::NativeSocket connection;
};

class Worker final : public io::CompletionHandler {
 public:
  explicit Worker(std::unique_ptr<io::Port> port) : port_(std::move(port)) {}

  /// Passes a new client to this worker. Returns false if the queue is full; then the client is unchanged.
  /// The accept loop's thread.
  [[nodiscard]] bool hand_over(Newcomer& newcomer) {
    if (!newcomers_.push(std::move(newcomer))) return false;
    wake(newcomer_key);
    return true;
  }

  /// Ends run(). To be called once, by the accept loop's thread.
  void stop() { wake(stop_key); }

  /// Serves clients until stop(). This is the lecture's do_worker(). The worker's thread.
  void run() {
    while (!stopping_) port_->turn(*this, io::Port::forever);
    for (auto& [id, client] : clients_) close(client);
    while (port_->operations_in_flight() > 0) port_->turn(*this, io::Port::forever);
  }

  // GetQueuedCompletionStatus has returned: the kind names the operation, and the key names the client.
  void on_completion(io::Completion& done) override {
    switch (done.kind) {
      case OperationKind::post: return on_post(done);
      case OperationKind::receive: return on_receive(clients_.at(done.key), done);
      case OperationKind::send: return on_send(clients_.at(done.key), done);
      case OperationKind::close: clients_.erase(done.key); return;
      default: return;  // no other operation was started
    }
  }

 private:
  // Keys of posts. A client's id may have the same value, because it comes with other kinds of completions.
  static constexpr io::Key newcomer_key = 1;
  static constexpr io::Key stop_key = 2;
  static constexpr std::size_t newcomers_max = 1024;
  static constexpr std::size_t unsent_bytes_max = 256u << 10;

  void wake(io::Key key) {
    // There is one post for each new client and one for the stop. A port holds more posts than that.
    static_assert(newcomers_max < io::PortOptions{}.posts_max);
    MADANG_CHECK(port_->post(key, 0));
  }

  void on_post(io::Completion& done) {
    if (done.key == stop_key) {
      stopping_ = true;
      return;
    }
    Newcomer newcomer;
    MADANG_CHECK(newcomers_.pop(newcomer));
    const Result<io::Socket> socket = port_->adopt(std::move(newcomer.connection), newcomer.id);
    if (!socket) return error_display("adopt", socket.error());
    clients_[newcomer.id].socket = *socket;
    port_->receive(*socket);  // from now on a receive is always in flight
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
    port_->send(client.socket, Buffer::copy(done.bytes));
    // The receive of a client that does not read is paused until the client reads.
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

/// The lecture's accept loop. It gives clients to the workers in turn.
class AcceptLoop final : public io::CompletionHandler {
 public:
  explicit AcceptLoop(std::vector<std::unique_ptr<Worker>>& workers) : workers_(workers) {}

  void on_completion(io::Completion& done) override {
    if (done.kind != OperationKind::accept || done.is_final) return;
    Newcomer newcomer{++last_id_, std::move(done.accepted)};
    // While the worker's queue is full, no client is accepted. New clients wait in the listener's backlog.
    while (!workers_[newcomer.id % workers_.size()]->hand_over(newcomer)) {
      if (stop_requested()) return;
      std::this_thread::sleep_for(1ms);
    }
  }

 private:
  std::vector<std::unique_ptr<Worker>>& workers_;
  io::Key last_id_ = 0;  ///< counts up, so that no id is used again
};

}  // namespace

int main(int argc, char** argv) {
  prepare_console();
  watch_for_stop();
  const Arguments arguments = read_arguments(argc, argv);

  const auto port = must("completion port", io::make_port(arguments.backend));
  const io::Socket listener = must(arguments.address.text(), port->listen(arguments.address, 0));
  // The workers use the backend of this port, so that a refused io_uring is logged only once.
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
  threads.clear();  // joins the threads
  say("stopped");
}
