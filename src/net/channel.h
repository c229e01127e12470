// Channel: a connection's socket, and what waits to be sent on it.
//
// Owned by what the connection is at the time: a Session, an HttpConnection, one that Drain holds. It moves
// on when the connection becomes something else; what it was moved from is of no use then. One thread, the
// worker's.
#pragma once

#include <cstdint>
#include <utility>

#include "net/worker_context.h"

namespace madang::net {

class Channel {
 public:
  explicit Channel(io::Socket socket) : socket_(socket) {}

  io::Socket socket() const { return socket_; }
  /// What is to be sent next.
  Buffer out;

  /// Starts the receive operation, which is out until its end is told by receive_has_ended().
  void receive(WorkerContext& context) {
    is_receiving_ = true;
    context.port.receive(socket_);
  }
  void receive_has_ended() { is_receiving_ = false; }
  bool is_receiving() const { return is_receiving_; }

  /// Starts a send; none is out. `bytes` is not empty.
  void send(WorkerContext& context, Buffer bytes) {
    in_flight_bytes_ = static_cast<std::uint32_t>(bytes.size());
    context.counters.sends.add();
    context.port.send(socket_, std::move(bytes));
  }
  bool is_sending() const { return in_flight_bytes_ > 0; }
  /// Sends what stands in `out`, if there is anything and no send is out.
  void send_out(WorkerContext& context) {
    if (!is_sending() && !out.empty()) send(context, std::move(out));
    count(context);
  }
  /// A send has completed. False: it has failed, and the connection is lost.
  [[nodiscard]] bool take_sent(WorkerContext& context, const io::Completion& completion) {
    in_flight_bytes_ = 0;
    count(context);
    if (completion.error) return false;
    context.counters.bytes_out.add(completion.buffer.size());
    return true;
  }

  /// Returns the bytes that wait for the client: here, in a send, and as far as known in the system.
  std::size_t waiting_bytes() const { return out.size() + in_flight_bytes_ + unsent_bytes_; }
  /// Brings the worker's count of waiting bytes up to date; `more` wait elsewhere for this client. The system
  /// is asked only about a client that was seen to lag: a send of an earlier turn is still out, or the system
  /// held bytes when it was asked last.
  void count(WorkerContext& context, std::size_t more = 0) {
    if (is_sending() || unsent_bytes_ > 0)
      unsent_bytes_ = static_cast<std::uint32_t>(context.port.unsent_bytes(socket_));
    set_counted(context, waiting_bytes() + more);
  }
  bool system_holds_bytes() const { return unsent_bytes_ > 0; }
  std::uint32_t counted_bytes() const { return counted_bytes_; }

  /// Starts the close operation. Nothing may be asked of this channel from now on, but on_closed().
  void close(WorkerContext& context, io::CloseMode mode) {
    out.reset();
    unsent_bytes_ = 0;
    set_counted(context, in_flight_bytes_);
    context.port.close(socket_, mode);
  }
  /// The close operation has completed.
  void on_closed(WorkerContext& context) { set_counted(context, 0); }

 private:
  void set_counted(WorkerContext& context, std::size_t bytes) {
    const auto now = static_cast<std::uint32_t>(bytes);
    context.counters.queued_bytes.add(now - std::uint64_t{std::exchange(counted_bytes_, now)});
  }

  io::Socket socket_;
  std::uint32_t in_flight_bytes_ = 0;  // of the send that is out; 0: none is
  std::uint32_t unsent_bytes_ = 0;     // that the system held when it was asked last
  std::uint32_t counted_bytes_ = 0;    // what the worker has counted as waiting
  bool is_receiving_ = false;
};

}  // namespace madang::net
