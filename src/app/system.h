// What a program asks of the operating system beside its network.
#pragma once

#include <cstdint>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/time.h"

namespace madang::app {

/// Lets the process open as many sockets and files as it may at the most. How many that is; 0: no limit is
/// known.
std::uint32_t raise_descriptor_limit();

/// What the system says of this process.
struct ProcessFacts {
  std::optional<std::uint64_t> resident_bytes;  ///< memory that it holds
  std::optional<double> started_at_s;           ///< since 1970
  std::optional<std::uint64_t> open_fds;        ///< descriptors; Windows has none
};
/// Any thread. On Linux before 6.2 it takes a look at each open descriptor: not for a worker's thread.
ProcessFacts process_facts();

/// Makes a thread that runs `body`. The error: the system gives no more threads, or no memory for one.
template <class Thread = std::thread, class Body>
Result<Thread> make_thread(Body&& body) {
  try {
    return Thread(std::forward<Body>(body));
  } catch (const std::system_error& error) {
    return std::unexpected(os_error(error.code().value(), "start a thread"));
  }
}

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
