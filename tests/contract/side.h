// Side: a port and a record of its operations.
//
// It starts operations and records their completions. It fails the test when a completion breaks the
// contract. Examples are a completion of no operation, a second final completion, a wrong key, or a buffer
// that was not sent. Bytes while the socket is paused or closing are another one. The thread of the test
// only.
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

#include "madang/io/port.h"

namespace madang::contract {

/// The record of one socket.
struct SocketRecord {
  io::Key key = 0;
  bool is_accepting = false;
  bool is_connecting = false;
  bool is_receiving = false;
  std::string buffer_holds;                     ///< the bytes in the buffer that was given to receive_into()
  const std::byte* buffer_in_flight = nullptr;  ///< the memory of that buffer; null when the port has none
  bool is_closing = false;
  bool is_closed = false;
  bool is_paused = false;
  bool is_stopping = false;

  std::optional<Error> accept_result;
  std::optional<Error> connect_result;
  std::optional<Error> receive_result;  ///< of the last receive that has ended
  std::string received;
  std::size_t receives = 0;  ///< completions with bytes

  struct SendOut {
    const std::byte* data;
    std::string bytes;
  };
  std::deque<SendOut> sends_in_flight;
  std::vector<Error> sends_done;

  bool is_open() const { return !is_closing && !is_closed; }
  bool receive_ended() const { return receive_result && !*receive_result; }
  bool receive_failed() const { return receive_result && *receive_result; }
  bool sends_are_done() const { return sends_in_flight.empty(); }
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
  /// Takes one turn. Returns the number of completions.
  std::size_t turn(Duration wait);

  // Calls of the port.
  io::Socket listen(const io::Address& address = io::Address::loopback(0));
  io::Socket connect(const io::Address& address);
  io::Socket adopt(io::NativeSocket accepted);
  void set_key(io::Socket socket, io::Key key);
  void receive(io::Socket socket);
  void receive_into(io::Socket socket, std::string_view holds, std::size_t spare);
  void pause(io::Socket socket);
  void resume(io::Socket socket);
  void stop(io::Socket socket);
  void send(io::Socket socket, std::string_view text);
  void shutdown_send(io::Socket socket);
  void close(io::Socket socket, io::CloseMode mode = io::CloseMode::orderly);
  io::Timer start_timer(Duration delay);
  void cancel(io::Timer timer);

  /// Closes all open sockets and cancels all timers.
  void close_all();
  bool all_closed() const;

  // The record.
  SocketRecord& of(io::Socket socket);
  const TimerRecord& of(io::Timer timer) { return timers_.at(timer); }
  bool knows(io::Socket socket) const { return sockets_.contains(socket); }
  std::deque<Accepted> accepted;
  std::vector<io::Timer> timers_done;  ///< in the order of their completions
  std::vector<std::pair<io::Key, std::uint64_t>> posts;
  std::size_t completions = 0;

  /// Called inside the turn after each completion was recorded. May start, stop and close anything.
  std::function<void(const io::Completion&)> also;

  void on_completion(io::Completion& completion) override;

 private:
  class Starting;
  io::Socket add(Result<io::Socket> socket, io::Key key, const char* doing);
  void on_accept(io::Completion& completion, SocketRecord& record);
  void on_receive(const io::Completion& completion, SocketRecord& record);
  void on_buffer(const io::Completion& completion, SocketRecord& record);
  void on_send(const io::Completion& completion, SocketRecord& record);
  void on_close(SocketRecord& record);
  void on_timer(const io::Completion& completion);

  std::unique_ptr<io::Port> port_;
  std::map<io::Socket, SocketRecord> sockets_;
  std::map<io::Timer, TimerRecord> timers_;
  io::Key last_key_ = 1000;
  bool is_starting_ = false;  ///< during a call that starts an operation: no completion may come
};

/// One end of a connection: a socket and its Side.
struct Peer {
  Side* side = nullptr;
  io::Socket socket;

  SocketRecord& record() const { return side->of(socket); }
  const std::string& received() const { return record().received; }
  void receive() const { side->receive(socket); }
  void receive_into(std::string_view holds, std::size_t spare) const {
    side->receive_into(socket, holds, spare);
  }
  void pause() const { side->pause(socket); }
  void resume() const { side->resume(socket); }
  void stop() const { side->stop(socket); }
  void send(std::string_view text) const { side->send(socket, text); }
  void shutdown_send() const { side->shutdown_send(socket); }
  void close(io::CloseMode mode = io::CloseMode::orderly) const { side->close(socket, mode); }
};

}  // namespace madang::contract
