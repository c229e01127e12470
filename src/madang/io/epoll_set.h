// EpollSet: the kernel's set of watched sockets (epoll), with an eventfd that wakes it.
//
// It owns these two descriptors. One thread calls watch() and wait(); any thread may call wake().
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>
#include <vector>

#include "madang/base/error.h"
#include "madang/base/time.h"
#include "madang/io/native_socket.h"

namespace madang::io {

class EpollSet {
 public:
  static constexpr std::uint64_t wake_tag = 0;  ///< no socket has this id

  /// One wait() returns at most `events_max` events.
  explicit EpollSet(std::size_t events_max) : events_(events_max) {}
  /// Makes the two descriptors.
  Result<void> open();

  /// Watches a descriptor until it is closed. Its events carry the tag.
  Result<void> watch(int fd, std::uint64_t tag, std::uint32_t events);

  /// Waits at most `wait` for a first event. Zero does not wait; Duration::max() waits without end. Returns
  /// the events that are there; they are valid until the next call. After a signal there may be none.
  std::span<const epoll_event> wait(Duration wait);

  /// Ends the wait() of now, or else the next one. Its event has wake_tag. Any thread.
  void wake();
  /// Clears the eventfd after an event with wake_tag.
  void clear_wake();

 private:
  NativeSocket epoll_;
  NativeSocket wake_;
  std::vector<epoll_event> events_;
};

}  // namespace madang::io
