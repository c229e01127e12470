// Channel: the socket of a connection, and the bytes that wait to be sent on it.
//
// Owned by the table entry of the connection (a Session, for instance). The Channel moves when the connection
// moves to another table; the object that it was moved from must not be used. Worker thread only.
#pragma once

#include <cstdint>
#include <utility>

#include "madang/net/worker_context.h"

namespace madang::net {

class Channel {
 public:
  explicit Channel(io::Socket socket) : socket_(socket) {}

  io::Socket socket() const { return socket_; }
  /// The bytes of the next send.
  Buffer out;

  /// Starts the receive operation, which stays in flight until receive_has_ended() is called.
  void receive(WorkerContext& context) {
    is_receiving_ = true;
    context.port.receive(socket_);
  }
  void receive_has_ended() { is_receiving_ = false; }
  bool is_receiving() const { return is_receiving_; }

  /// Starts a send. Precondition: no send is in flight, and `bytes` is not empty.
  void send(WorkerContext& context, Buffer bytes) {
    in_flight_bytes_ = static_cast<std::uint32_t>(bytes.size());
    context.counters.sends.add();
    context.port.send(socket_, std::move(bytes));
  }
  bool is_sending() const { return in_flight_bytes_ > 0; }
  /// Starts a send of `out`, if that is not empty and no send is in flight.
  void send_out(WorkerContext& context) {
    if (!is_sending() && !out.empty()) send(context, std::move(out));
    count(context);
  }
  /// Notes that a send has completed. Returns false if the send failed; then the connection is lost.
  [[nodiscard]] bool on_sent(WorkerContext& context, const io::Completion& completion) {
    in_flight_bytes_ = 0;
    count(context);
    if (completion.error) return false;
    context.counters.bytes_out.add(completion.buffer.size());
    return true;
  }

  /// Returns how many bytes wait for the client: in `out`, in the send in flight, and in the system, as far
  /// as that is known.
  std::size_t waiting_bytes() const { return out.size() + in_flight_bytes_ + unsent_bytes_; }
  /// Updates the worker's count of waiting bytes. `more` bytes wait elsewhere for this client. The system is
  /// asked only about a client that lags: a send of an earlier turn is in flight, or the system held bytes
  /// when it was asked last.
  void count(WorkerContext& context, std::size_t more = 0) {
    if (is_sending() || unsent_bytes_ > 0)
      unsent_bytes_ = static_cast<std::uint32_t>(context.port.unsent_bytes(socket_));
    set_counted(context, waiting_bytes() + more);
  }
  bool system_holds_bytes() const { return unsent_bytes_ > 0; }
  std::uint32_t counted_bytes() const { return counted_bytes_; }

  /// Starts the close operation. Only on_closed() may be called after this.
  void close(WorkerContext& context, io::CloseMode mode) {
    out.reset();
    unsent_bytes_ = 0;
    set_counted(context, in_flight_bytes_);
    context.port.close(socket_, mode);
  }
  /// Notes that the close operation has completed.
  void on_closed(WorkerContext& context) { set_counted(context, 0); }

 private:
  void set_counted(WorkerContext& context, std::size_t bytes) {
    context.counters.queued_bytes.subtract(counted_bytes_);
    counted_bytes_ = static_cast<std::uint32_t>(bytes);
    context.counters.queued_bytes.add(counted_bytes_);
  }

  io::Socket socket_;
  std::uint32_t in_flight_bytes_ = 0;  // of the send in flight; 0: there is none
  std::uint32_t unsent_bytes_ = 0;     // that the system held when it was asked last
  std::uint32_t counted_bytes_ = 0;    // what the worker has counted as waiting
  bool is_receiving_ = false;
};

}  // namespace madang::net
