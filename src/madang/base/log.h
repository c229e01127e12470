// The log: one line for each event, on standard error. Any thread.
//
// A server starts a LogThread first (server/log_thread.h). Then no function here waits for the reader of
// standard error or for the disk. A full queue drops lines and counts them. The bots, simulations and unit
// tests have no LogThread: the thread that logs a line writes it at once. A forked child has no LogThread
// either; no program of this project forks.
//
// Lines that a peer can cause must not fill a disk. They go through a LogLimit, which allows one line a
// second and counts the others.
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/time.h"

namespace madang {

/// From the least to the most important level. The order matters: a log level hides all lines below it.
enum class LogLevel : std::uint8_t { info, warning, error, off };

/// Sets the level below which lines are hidden; `info` at first. Call it once, at the start.
void set_log_level(LogLevel level);
/// Logs a line, unless its level is hidden.
void log_line(LogLevel level, std::string_view text);
/// Logs the reason for which the program ends with an error. No level hides this line.
void log_fatal(std::string_view text);
/// Writes a line, unchanged, to standard output, in the order of the log: a server's banner. The line is lost
/// when the pipe is full.
void print_line(std::string_view text);
/// Writes whole lines, unchanged, to standard error, after all lines of the log. They are the last lines
/// before the end of the process. Waits at most two seconds for the reader of standard error. Allocates no
/// memory.
void log_last_words(std::string_view lines) noexcept;

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
}

/// A line of the log for the operator's page.
struct LogLine {
  std::uint64_t number;  ///< 1 for the first line, then counted up
  std::int64_t at_ms;    ///< milliseconds since 1970
  LogLevel level;
  std::string text;
};
inline constexpr std::size_t log_lines_kept = 200;
/// Returns the kept lines with a number above `number`, the oldest first.
std::vector<LogLine> log_lines_after(std::uint64_t number);

/// Returns the number of log lines that were lost, because the queue was full or a write failed.
std::uint64_t log_lines_dropped();

// --- For LogThread ---

/// Sends all later lines through the queue, which holds `bytes_max` bytes. Precondition: there is no other
/// LogThread (CHECK).
void begin_log_queue(std::size_t bytes_max);
/// Writes the lines of the queue until end_log_queue(). It is the body of the LogThread.
void run_log_queue();
/// Waits at most `max_wait` until all lines are written. Returns false when the LogThread is stuck in a
/// write. The caller must detach the thread then; all later lines are dropped.
bool end_log_queue(Duration max_wait);

/// LogLimit: allows a line at most once a second, and counts the skipped lines. One thread.
class LogLimit {
 public:
  /// Returns whether a line may be logged now. Counts it as skipped if not.
  bool allows(Time now) {
    if (now < next_) {
      ++skipped_;
      return false;
    }
    next_ = now + 1s;
    return true;
  }
  /// Returns the number of lines that were skipped since the last call, and begins to count anew.
  std::uint64_t pop_skipped() { return std::exchange(skipped_, 0); }

 private:
  Time next_ = Time::min();
  std::uint64_t skipped_ = 0;
};

}  // namespace madang
