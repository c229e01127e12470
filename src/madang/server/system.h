// Functions of the operating system that are not about the network.
#pragma once

#include <cstdint>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "madang/base/error.h"
#include "madang/base/time.h"

namespace madang::server {

/// Raises the number of sockets and files that the process may open to its maximum. Returns that number, or 0
/// if there is no known limit.
std::uint32_t raise_descriptor_limit();

/// Facts about this process. A fact that the system does not provide is none.
struct ProcessFacts {
  std::optional<std::uint64_t> resident_bytes;  ///< resident memory
  std::optional<double> started_at_s;           ///< seconds since 1970
  std::optional<std::uint64_t> open_fds;        ///< open descriptors; none on Windows
};
/// Returns the facts. Any thread, except a worker's thread: on Linux before 6.2 this visits every descriptor.
ProcessFacts process_facts();

/// Makes a thread that runs `body`. The error means that the system refused a thread or memory for it.
template <class Thread = std::thread, class Body>
Result<Thread> make_thread(Body&& body) {
  try {
    return Thread(std::forward<Body>(body));
  } catch (const std::system_error& error) {
    return std::unexpected(os_error(error.code().value(), "start a thread"));
  }
}

/// The processor time of a thread. Any thread, also after the other one has ended. Precondition of the
/// constructor: the thread has not been joined.
class ThreadClock {
 public:
  explicit ThreadClock(std::thread& thread) : ThreadClock(thread.native_handle()) {}
  explicit ThreadClock(std::jthread& thread) : ThreadClock(thread.native_handle()) {}
  /// Returns 0 if the thread has ended.
  Duration processor_time() const;

 private:
  explicit ThreadClock(std::thread::native_handle_type thread);
  static constexpr std::intptr_t no_clock = -1;  // the thread had ended already
  std::intptr_t clock_;                          // the system's number of the clock, or of the thread
};

/// Makes waits exact to one millisecond, as long as this object lives. By default Windows is up to 16 ms
/// late.
class FineTimers {
 public:
  FineTimers();
  ~FineTimers();
  FineTimers(const FineTimers&) = delete;
  FineTimers& operator=(const FineTimers&) = delete;
};

}  // namespace madang::server
