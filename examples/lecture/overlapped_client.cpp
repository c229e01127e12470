// The lecture's overlapped client: reads lines, sends them, and prints the answers.
//
//   overlapped_client [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp]
//
// The client waits for the server and for the keyboard at the same time. Reading the keyboard always blocks,
// so the keyboard has a thread of its own. That thread pushes each line into a queue, and wakes the port's
// thread with a post. At the end of the input, the client waits until all its data has come back, but at most
// 5 s.
#include <string>
#include <thread>

#include "arguments.h"
#include "console.h"
#include "madang/base/queue.h"
#include "madang/io/port.h"
#include "stop_signal.h"

using namespace madang;
using namespace madang::lecture;
using io::OperationKind;

namespace {

class OverlappedClient final : public io::CompletionHandler {
 public:
  OverlappedClient(io::Port& port, const io::Address& server)
      : port_(port), socket_(must(server.text(), port.connect(server, 0))) {}

  /// Passes lines to the port's thread until the end of the input. Waits while the queue is full. The
  /// keyboard's thread.
  void read_lines() {
    for (std::string line; read_line(line);) {
      line += '\n';
      // A refused push does not change the line. NOLINTNEXTLINE(bugprone-use-after-move)
      while (!lines_.push(std::move(line))) std::this_thread::sleep_for(1ms);
      wake(line_key);
    }
    wake(end_key);
  }

  void on_completion(io::Completion& done) override {
    switch (done.kind) {
      case OperationKind::connect: return on_connect(done);
      case OperationKind::post: return on_post(done);
      case OperationKind::send: return on_send(done);
      case OperationKind::receive: return on_receive(done);
      case OperationKind::timer:
        return fail({ErrorCode::timed_out, 0, "some of the sent data did not come back"});
      default: return;
    }
  }

  void finish() {
    if (state_ == State::closing) return;
    state_ = State::closing;
    port_.cancel(deadline_);
    port_.close(socket_);
    if (!received_.empty()) say("{}", shown(as_bytes(received_)));
  }

  bool finished() const { return state_ == State::closing && port_.operations_in_flight() == 0; }
  bool has_failed() const { return has_failed_; }

 private:
  enum class State { connecting, open, closing };

  static constexpr io::Key line_key = 1;
  static constexpr io::Key end_key = 2;
  static constexpr std::size_t line_bytes_max = 64u << 10;

  void on_connect(io::Completion& done) {
    if (done.error) return fail(done.error);
    if (state_ == State::closing) return;
    state_ = State::open;
    port_.receive(socket_);
    send_next_line();
  }

  void on_post(io::Completion& done) {
    if (done.key == end_key) {
      has_input_ended_ = true;
      if (state_ != State::closing) deadline_ = port_.start_timer(5s, 0);
    }
    send_next_line();
  }

  void on_send(io::Completion& done) {
    if (done.error) return fail(done.error);
    is_sending_ = false;
    send_next_line();
  }

  void on_receive(io::Completion& done) {
    if (done.error) return fail(done.error);
    if (done.is_final) return server_left();
    received_bytes_ += done.bytes.size();
    received_ += as_text(done.bytes);
    print_whole_lines();
    finish_when_all_came_back();
  }

  void send_next_line() {
    std::string line;
    if (state_ != State::open || is_sending_) return;
    if (!lines_.pop(line)) return finish_when_all_came_back();
    is_sending_ = true;
    sent_bytes_ += line.size();
    port_.send(socket_, Buffer::copy(as_bytes(line)));
  }

  // A read may end anywhere, even in the middle of a Korean letter. So only whole lines are printed.
  void print_whole_lines() {
    std::size_t begin = 0;
    for (std::size_t end; (end = received_.find('\n', begin)) != std::string::npos; begin = end + 1)
      say("{}", shown(as_bytes(std::string_view(received_).substr(begin, end - begin))));
    received_.erase(0, begin);
    if (received_.size() > line_bytes_max) say("{}", shown(as_bytes(std::exchange(received_, {}))));
  }

  bool all_came_back() const {
    return has_input_ended_ && !is_sending_ && lines_.empty() && received_bytes_ >= sent_bytes_;
  }

  void finish_when_all_came_back() {
    if (all_came_back()) finish();
  }

  void fail(const Error& error) {
    if (state_ == State::closing) return;  // errors after our own close are not failures
    error_display("overlapped_client", error);
    has_failed_ = true;
    finish();
  }

  void server_left() {
    if (!all_came_back()) complain("the server has ended the connection");
    finish();
  }

  /// Wakes the port's thread. The keyboard's thread.
  void wake(io::Key key) {
    while (!port_.post(key, 0)) std::this_thread::sleep_for(1ms);
  }

  io::Port& port_;
  io::Socket socket_;
  BoundedQueue<std::string> lines_{64};
  State state_ = State::connecting;
  bool has_input_ended_ = false;
  bool is_sending_ = false;
  bool has_failed_ = false;
  io::Timer deadline_;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t received_bytes_ = 0;
  std::string received_;  ///< a line whose end has not arrived yet
};

}  // namespace

int main(int argc, char** argv) {
  prepare_console();
  watch_for_stop();
  const Arguments arguments = read_arguments(argc, argv);

  const auto port = must("completion port", io::make_port(arguments.backend));
  OverlappedClient client(*port, arguments.address);
  std::thread([&client] { client.read_lines(); }).detach();

  while (!client.finished()) {
    port->turn(client, stop_poll);
    if (stop_requested()) client.finish();
  }
  // A thread that waits for the keyboard cannot be woken, so the program ends without joining it.
  std::_Exit(client.has_failed() ? 1 : 0);
}
