// What an IocpPort keeps for each of its sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "io/iocp_operations.h"
#include "io/port.h"
#include "io/send_queue.h"
#include "io/socket_calls.h"

namespace madang::io::iocp {

struct Listener {
  Listener(std::size_t count, Address::Family f) : accepts(count), family(f) {}

  std::vector<AcceptOperation> accepts;
  Address::Family family;
};

enum class Phase : std::uint8_t {
  unconnected,  ///< the connect is out, or has failed
  ready,        ///< whether the connection still stands, the kernel knows
  closing,      ///< waits for the operations that are still out
};

/// A socket's continuous operation: a connection's receive, a listener's accept.
enum class Stream : std::uint8_t { none, active, stopping };

/// A socket of the port, from take_in to the end of its close. Its address holds, so operations may point
/// into it.
struct Entry {
  Entry(NativeSocket n, Key k) : native(std::move(n)), key(k) {}
  SOCKET handle() const { return static_cast<SOCKET>(native.get()); }
  HANDLE file() const { return reinterpret_cast<HANDLE>(native.get()); }
  /// Whether its receive or accept is on, and neither held back nor asked to end.
  bool delivers() const { return phase == Phase::ready && stream == Stream::active && !paused; }

  Socket id;
  NativeSocket native;
  Key key;
  std::uint32_t operations_out = 0;  ///< with the kernel, or being handled here
  Phase phase = Phase::ready;
  Stream stream = Stream::none;
  bool paused = false;
  bool shutting_send = false;  ///< our side ends once the sends have left
  bool retrying = false;       ///< something is tried again later
  Error receive_error;         ///< came while paused
  Error send_error;            ///< of the first send that failed; those behind it fail too
  SendQueue sends;
  Buffer room;  ///< where the next bytes go, if the caller gave one
  Operation receive_operation{OperationKind::receive};
  Operation send_operation{OperationKind::send};  ///< the front of `sends`
  std::unique_ptr<Operation> connect_operation;
  std::unique_ptr<Listener> listener;
};

/// While it lives, a close of this entry cannot finish: a callback may close the very socket that the port is
/// handling, and join() would destroy the entry under it. Counts as an operation. Call join() behind its end.
class KeepOpen {
 public:
  explicit KeepOpen(Entry& entry) : entry_(entry) { ++entry_.operations_out; }
  KeepOpen(const KeepOpen&) = delete;
  KeepOpen& operator=(const KeepOpen&) = delete;
  ~KeepOpen() { --entry_.operations_out; }

 private:
  Entry& entry_;
};

}  // namespace madang::io::iocp
