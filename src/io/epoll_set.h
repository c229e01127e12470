// EpollSet: the kernel's set of watched sockets, in which events wait to be taken.
//
// Owns its two descriptors. One thread watches and waits; any thread may wake it.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "io/native_socket.h"

namespace madang::io {

class EpollSet {
 public:
  static constexpr std::uint64_t wake_tag = 0;  ///< no socket's id

  /// Takes at most `events_max` events at once.
  explicit EpollSet(std::size_t events_max) : events_(events_max) {}
  Result<void> open();

  /// From here on the events of this descriptor come with this tag, until it is closed.
  Result<void> watch(int fd, std::uint64_t tag, std::uint32_t events);

  /// Waits at most `wait` (zero: not at all; Duration::max(): without end) for a first event. Returns those
  /// that are there; valid until the next call. After a signal there may be none.
  std::span<const epoll_event> wait(Duration wait);

  /// Any thread: ends a wait, or the next one if none is on. Its event has wake_tag ...
  void wake();
  /// ... and this takes it.
  void take_wake();

 private:
  NativeSocket epoll_;
  NativeSocket wake_;
  std::vector<epoll_event> events_;
};

}  // namespace madang::io
