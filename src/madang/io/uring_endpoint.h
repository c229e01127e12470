// UringEndpoint: what the io_uring backend keeps for each socket, a listener or a connection. Owned by
// UringPort. It is small, because an idle connection costs nothing else.
#pragma once

#include <cstdint>
#include <utility>

#include "madang/base/buffer.h"
#include "madang/io/port.h"
#include "madang/io/send_queue.h"
#include "madang/io/uring_ring.h"

namespace madang::io {

/// An operation of a socket, or the cancel of one. It is a bit of UringEndpoint::in_flight and the low byte
/// of an entry's tag. A socket has at most one of each in flight.
using UringOp = std::uint8_t;
constexpr UringOp input_op = 1;  ///< the accept of a listener, the receive of a connection
constexpr UringOp connect_op = 2;
constexpr UringOp send_op = 4;
constexpr UringOp retry_op = 8;  ///< a timeout, before the port tries refused operations again
constexpr UringOp any_op = 0x0f;
constexpr UringOp cancel_of(UringOp op) { return static_cast<UringOp>(op << 4); }

struct UringEndpoint {
  enum class Input : std::uint8_t { none, running, stopping };
  static constexpr int no_end = 1;

  UringEndpoint(int h, Key k) : key(k), handle(h) {}

  Key key;
  Socket socket;
  SendQueue sends;
  /// Bytes, or handles of accepted connections, that must not be delivered yet. While the socket connects:
  /// the address.
  Buffer held;
  Buffer receive_buffer;  ///< from receive_into(): the next bytes go there
  int held_end = no_end;  ///< the end (0) or the failure (-errno) that must not be delivered yet
  int handle;
  UringOp in_flight = 0;  ///< operations that the kernel has
  /// Operations that the kernel had no descriptor or no memory for. They start again when retry_op has ended.
  UringOp refused_ops = 0;
  Input input = Input::none;
  Output output = Output::open;
  bool is_listener : 1 = false;
  bool is_connecting : 1 = false;
  bool is_connected : 1 = false;
  bool is_paused : 1 = false;
  bool is_starved : 1 = false;  ///< the last receive found no shared buffer: it waits for one
  bool is_closing : 1 = false;
  bool is_into_buffer : 1 = false;  ///< the receive in flight is a single one, into receive_buffer
  bool is_listed : 1 = false;       ///< is in UringPort::changed_

  /// Returns whether the receive or the accept may deliver now.
  bool delivers() const { return input != Input::none && !is_paused && !is_closing; }
  bool has_receive_buffer() const { return receive_buffer.spare() > 0; }
  /// Returns whether there is something to deliver after a resume.
  bool holds() const { return !held.empty() || held_end != no_end; }
  OperationKind input_kind() const { return is_listener ? OperationKind::accept : OperationKind::receive; }

  /// Returns a completion of one of its operations.
  Completion completion(OperationKind kind, Error error = {}, Buffer buffer = {}) const {
    return {.kind = kind, .key = key, .socket = socket, .error = error, .buffer = std::move(buffer)};
  }

  /// Removes the first held connection and returns its handle. Precondition: one is held.
  int pop_held_handle();
  /// Closes its own handle and the handles of the connections that it holds.
  void close_handles();

  UringRing::Tag tag(UringOp op) const { return UringRing::Tag{socket.index()} << 8 | op; }
  static std::uint32_t index_of(UringRing::Tag tag) { return static_cast<std::uint32_t>(tag >> 8); }
  static UringOp op_of(UringRing::Tag tag) { return static_cast<UringOp>(tag); }
};
static_assert(sizeof(UringEndpoint) <= 72);

}  // namespace madang::io
