// Entry: what the iocp backend keeps for each socket. Owned by IocpPort; the port's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "madang/io/iocp_operations.h"
#include "madang/io/port.h"
#include "madang/io/send_queue.h"
#include "madang/io/socket_calls.h"

namespace madang::io::iocp {

struct Listener {
  Listener(std::size_t count, Address::Family f) : accepts(count), family(f) {}

  std::vector<AcceptOperation> accepts;
  Address::Family family;
};

enum class Phase : std::uint8_t {
  unconnected,  ///< the connect is in flight or has failed
  ready,        ///< a listener or a connection, which may be broken already: only the kernel knows
  closing,      ///< waits for the operations in flight
};

/// State of the operation that delivers again and again: the receive of a connection, the accept of a
/// listener.
enum class Stream : std::uint8_t { none, active, stopping };

/// A socket of the port, from add() to the end of its close. An entry never moves, so operations may point
/// into it.
struct Entry {
  Entry(NativeSocket n, Key k) : native(std::move(n)), key(k) {}
  SOCKET handle() const { return static_cast<SOCKET>(native.get()); }
  HANDLE file() const { return reinterpret_cast<HANDLE>(native.get()); }
  /// Returns whether the receive or the accept may deliver now: it is active and not paused.
  bool delivers() const { return phase == Phase::ready && stream == Stream::active && !is_paused; }

  Socket id;
  NativeSocket native;
  Key key;
  std::uint32_t operations_in_flight = 0;  ///< in the kernel, or handled now (see KeepOpen)
  Phase phase = Phase::ready;
  Stream stream = Stream::none;
  Output output = Output::open;
  bool is_paused = false;
  bool is_retrying = false;  ///< is in IocpPort::retries_
  Error receive_error;       ///< the port has to deliver it; it came while the socket was paused, for example
  Error send_error;          ///< the error of the first send that failed; all later sends fail with it
  SendQueue sends;
  Buffer receive_buffer;  ///< from receive_into(): the next bytes go there
  Operation receive_operation{OperationKind::receive};
  Operation send_operation{OperationKind::send};  ///< sends the first of `sends`
  std::unique_ptr<Operation> connect_operation;
  std::unique_ptr<Listener> listener;
};

/// Delays the end of a close while it exists. A callback may close the socket that the port handles now;
/// join() would then destroy the entry too early. It counts as an operation. Call join() after its end.
class KeepOpen {
 public:
  explicit KeepOpen(Entry& entry) : entry_(entry) { ++entry_.operations_in_flight; }
  KeepOpen(const KeepOpen&) = delete;
  KeepOpen& operator=(const KeepOpen&) = delete;
  ~KeepOpen() { --entry_.operations_in_flight; }

 private:
  Entry& entry_;
};

}  // namespace madang::io::iocp
