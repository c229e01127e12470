// UringEndpoint: all that the io_uring backend keeps of a socket, be it a listener or a connection. Small,
// for an idle connection is nothing but this.
#pragma once

#include <cstdint>
#include <utility>

#include "base/buffer.h"
#include "io/port.h"
#include "io/send_queue.h"
#include "io/uring_ring.h"

namespace madang::io {

/// One operation that the kernel has, or the cancel of one: a bit of UringEndpoint::out, and the low byte of
/// the entry's tag. At most one of each is out for a socket.
using UringOp = std::uint8_t;
constexpr UringOp input_op = 1;  ///< a listener's accept, a connection's receive
constexpr UringOp connect_op = 2;
constexpr UringOp send_op = 4;
constexpr UringOp retry_op = 8;  ///< waits before what the kernel refused is tried again
constexpr UringOp any_op = 0x0f;
constexpr UringOp cancel_of(UringOp op) { return static_cast<UringOp>(op << 4); }

struct UringEndpoint {
  enum class Input : std::uint8_t { none, running, stopping };
  enum class Output : std::uint8_t { open, ending, ended };
  static constexpr int nothing = 1;

  UringEndpoint(int h, Key k) : key(k), handle(h) {}

  Key key;
  Socket socket;
  SendQueue sends;
  /// What was read but may not be delivered yet: bytes, or the handles of accepted connections. While
  /// connecting, the address.
  Buffer held;
  Buffer room;             ///< where the next bytes go, if the caller gave one
  int held_end = nothing;  ///< the end (0) or failure (-errno) that comes behind what is held
  int handle;
  UringOp out = 0;  ///< what the kernel has
  /// What it was too short of something for, descriptors or memory: not started again before retry_op ends.
  UringOp refused = 0;
  Input input = Input::none;
  Output output = Output::open;
  bool listener : 1 = false;
  bool connecting : 1 = false;
  bool connected : 1 = false;
  bool paused : 1 = false;
  bool starved : 1 = false;  ///< the last receive found no buffer: wait for one
  bool closing : 1 = false;
  bool into_room : 1 = false;  ///< the receive that the kernel has is a single one, into `room`
  bool listed : 1 = false;     ///< among those that the next submit() looks at

  bool delivers() const { return input != Input::none && !paused && !closing; }
  bool has_room() const { return room.room() > 0; }
  bool holds() const { return !held.empty() || held_end != nothing; }
  OperationKind input_kind() const { return listener ? OperationKind::accept : OperationKind::receive; }

  /// A completion of one of its operations.
  Completion completion(OperationKind kind, Error error = {}, Buffer buffer = {}) const {
    return {.kind = kind, .key = key, .socket = socket, .error = error, .buffer = std::move(buffer)};
  }

  /// Takes the first of the accepted connections that are held; there is one.
  int take_held_handle();
  /// Its own handle, and those that it holds.
  void close_handles();

  UringRing::Tag tag(UringOp op) const { return UringRing::Tag{socket.index()} << 8 | op; }
  static std::uint32_t index_of(UringRing::Tag tag) { return static_cast<std::uint32_t>(tag >> 8); }
  static UringOp op_of(UringRing::Tag tag) { return static_cast<UringOp>(tag); }
};
static_assert(sizeof(UringEndpoint) <= 72);

}  // namespace madang::io
