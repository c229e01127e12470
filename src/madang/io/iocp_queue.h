// IocpQueue: the completion port of the kernel. Completed operations wait in it.
//
// It owns the handle. One thread calls wait(); any thread may call wake().
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "madang/base/error.h"
#include "madang/base/time.h"
#include "madang/io/socket_calls.h"

namespace madang::io {

class IocpQueue {
 public:
  /// One wait() returns at most `events_max` completions.
  explicit IocpQueue(std::size_t events_max) : events_(events_max) {}
  IocpQueue(const IocpQueue&) = delete;
  IocpQueue& operator=(const IocpQueue&) = delete;
  ~IocpQueue();
  /// Makes the completion port.
  Result<void> open();

  /// Binds a socket to the completion port until the socket is closed. Its completions carry this key.
  Result<void> bind(HANDLE socket, std::uint64_t key);

  /// Waits at most `wait` for a first completion. Zero does not wait; Duration::max() waits without end.
  /// Returns the completions that are there; they are valid until the next call. A completion without an
  /// OVERLAPPED comes from wake().
  std::span<const OVERLAPPED_ENTRY> wait(Duration wait);

  /// Ends the wait() of now, or else the next one. Any thread.
  void wake();

 private:
  HANDLE handle_ = nullptr;
  std::vector<OVERLAPPED_ENTRY> events_;
};

}  // namespace madang::io
