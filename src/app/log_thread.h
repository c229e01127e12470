// LogThread: the log on a thread of its own, for as long as this lives. Then no line of the log, and no line
// that print_line() prints, makes another thread wait for whatever reads standard error or standard output.
//
// A server makes one before its other threads, and destroys it after them. One at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "base/error.h"

namespace madang::app {

class LogThread {
 public:
  /// `queue_bytes_max`: of the lines that wait. The error: the system gives no more threads.
  static Result<std::unique_ptr<LogThread>> start(std::uint32_t queue_bytes_max);
  /// Writes what waits. If the reader stands still, gives up within a second: the program must end.
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

 private:
  explicit LogThread(std::thread thread) : thread_(std::move(thread)) {}

  std::thread thread_;
};

}  // namespace madang::app
