// What a program asks of the operating system beside its network.
#pragma once

#include <cstdint>
#include <thread>

#include "base/time.h"

namespace madang::app {

/// Lets the process open as many sockets and files as it may at the most. How many that is; 0: no limit is
/// known.
std::uint32_t raise_descriptor_limit();

/// How much processor time a thread has had. Asked from any thread, while that one has not been joined.
class ThreadClock {
 public:
  explicit ThreadClock(std::thread& thread) : handle_(thread.native_handle()) {}
  explicit ThreadClock(std::jthread& thread) : handle_(thread.native_handle()) {}
  Duration processor_time() const;

 private:
  std::thread::native_handle_type handle_;
};

/// Makes waits end within a millisecond of their time (Windows would take up to 16), for as long as it lives.
class FineTimers {
 public:
  FineTimers();
  ~FineTimers();
  FineTimers(const FineTimers&) = delete;
  FineTimers& operator=(const FineTimers&) = delete;
};

}  // namespace madang::app
