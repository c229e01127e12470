// IocpQueue: the kernel's own completion port, in which what has completed waits to be taken.
//
// Owns the handle. One thread takes; any thread may wake it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "io/socket_calls.h"

namespace madang::io {

class IocpQueue {
 public:
  /// Takes at most `events_max` completions at once.
  explicit IocpQueue(std::size_t events_max) : events_(events_max) {}
  IocpQueue(const IocpQueue&) = delete;
  IocpQueue& operator=(const IocpQueue&) = delete;
  ~IocpQueue();
  Result<void> open();

  /// Binds a socket to the queue for the rest of its life: its completions come with this key.
  Result<void> bind(HANDLE socket, std::uint64_t key);

  /// Waits at most `wait` (zero: not at all; Duration::max(): without end) for a first completion. Returns
  /// those that are there; valid until the next call. One without an OVERLAPPED is a wake-up.
  std::span<const OVERLAPPED_ENTRY> wait(Duration wait);

  /// Any thread: ends a wait, or the next one if none is on.
  void wake();

 private:
  HANDLE handle_ = nullptr;
  std::vector<OVERLAPPED_ENTRY> events_;
};

}  // namespace madang::io
