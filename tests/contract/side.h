// Side: a port with a memory. It starts operations, records what completes, and fails the test at once when a
// completion breaks the contract: one that was not asked for, a second final, bytes while paused or after a
// close, a foreign key, a buffer that is not the one that was sent.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/port.h"

namespace madang::contract {

/// All that is known of one socket.
struct SocketRecord {
  io::Key key = 0;
  bool accept_out = false;
  bool connect_out = false;
  bool receive_out = false;
  std::string room_holds;               ///< what the buffer held that was given to receive_into
  const std::byte* room_out = nullptr;  ///< where that buffer is; null: none is out
  bool close_out = false;
  bool closed = false;
  bool paused = false;
  bool stopping = false;

  std::optional<Error> accept_result;
  std::optional<Error> connect_result;
  std::optional<Error> receive_result;  ///< of the last receive, once it has ended
  std::string received;
  std::size_t receives = 0;  ///< completions with bytes

  struct SendOut {
    const std::byte* data;
    std::string bytes;
  };
  std::deque<SendOut> sends_out;
  std::vector<Error> sends_done;

  bool is_open() const { return !close_out && !closed; }
  bool receive_ended() const { return receive_result && !*receive_result; }
  bool receive_failed() const { return receive_result && *receive_result; }
  bool sends_are_done() const { return sends_out.empty(); }
};

struct TimerRecord {
  io::Key key = 0;
  Time deadline{0};
  std::optional<Error> result;
};

struct Accepted {
  io::NativeSocket native;
  io::Address peer;
};

class Side final : public io::CompletionHandler {
 public:
  explicit Side(std::unique_ptr<io::Port> port) : port_(std::move(port)) {}

  io::Port& port() { return *port_; }
  bool has_port() const { return port_ != nullptr; }
  void destroy_port() { port_.reset(); }
  /// One turn; how many completions came.
  std::size_t turn(Duration wait);

  // Starting, and asking for.
  io::Socket listen(const io::Address& address = io::Address::loopback(0));
  io::Socket connect(const io::Address& address);
  io::Socket adopt(io::NativeSocket accepted);
  void set_key(io::Socket socket, io::Key key);
  void receive(io::Socket socket);
  void receive_into(io::Socket socket, std::string_view holds, std::size_t room);
  void pause(io::Socket socket);
  void resume(io::Socket socket);
  void stop(io::Socket socket);
  void send(io::Socket socket, std::string_view text);
  void shutdown_send(io::Socket socket);
  void close(io::Socket socket, io::CloseMode mode = io::CloseMode::orderly);
  io::Timer start_timer(Duration delay);
  void cancel(io::Timer timer);

  /// Closes and cancels whatever is still open.
  void close_all();
  bool all_closed() const;

  // What has happened.
  SocketRecord& of(io::Socket socket);
  const TimerRecord& of(io::Timer timer) { return timers_.at(timer); }
  bool knows(io::Socket socket) const { return sockets_.contains(socket); }
  std::deque<Accepted> accepted;
  std::vector<io::Timer> timers_done;  ///< in the order of their completions
  std::vector<std::pair<io::Key, std::uint64_t>> posts;
  std::size_t completions = 0;

  /// Called behind the record of each completion, inside the turn. May start, stop and close anything.
  std::function<void(const io::Completion&)> also;

  void on_completion(io::Completion& completion) override;

 private:
  class Starting;
  io::Socket add(Result<io::Socket> socket, io::Key key, const char* doing);
  void on_accept(io::Completion& completion, SocketRecord& record);
  void on_receive(const io::Completion& completion, SocketRecord& record);
  void on_room(const io::Completion& completion, SocketRecord& record);
  void on_send(const io::Completion& completion, SocketRecord& record);
  void on_close(SocketRecord& record);
  void on_timer(const io::Completion& completion);

  std::unique_ptr<io::Port> port_;
  std::map<io::Socket, SocketRecord> sockets_;
  std::map<io::Timer, TimerRecord> timers_;
  io::Key last_key_ = 1000;
  bool starting_ = false;  ///< inside of a call that starts an operation: no completion may come
};

/// One end of a connection: a socket and whose it is.
struct Peer {
  Side* side = nullptr;
  io::Socket socket;

  SocketRecord& record() const { return side->of(socket); }
  const std::string& received() const { return record().received; }
  void receive() const { side->receive(socket); }
  void receive_into(std::string_view holds, std::size_t room) const {
    side->receive_into(socket, holds, room);
  }
  void pause() const { side->pause(socket); }
  void resume() const { side->resume(socket); }
  void stop() const { side->stop(socket); }
  void send(std::string_view text) const { side->send(socket, text); }
  void shutdown_send() const { side->shutdown_send(socket); }
  void close(io::CloseMode mode = io::CloseMode::orderly) const { side->close(socket, mode); }
};

}  // namespace madang::contract
