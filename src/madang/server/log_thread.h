// LogThread: writes the log on a thread of its own, as long as this object lives. So a line of the log or of
// print_line() never makes another thread wait for the reader of standard error or standard output.
//
// A server makes the LogThread before its other threads, and destroys it after them. There is at most one.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "madang/base/error.h"

namespace madang::server {

class LogThread {
 public:
  /// Starts the thread. `queue_bytes_max` is the maximum size of the lines that wait, in bytes. The error
  /// means that the system refused a thread.
  static Result<std::unique_ptr<LogThread>> start(std::uint32_t queue_bytes_max);
  /// Writes the lines that wait. Gives up after one second if the reader does not read, because the program
  /// must end.
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

 private:
  explicit LogThread(std::thread thread) : thread_(std::move(thread)) {}

  std::thread thread_;
};

}  // namespace madang::server
