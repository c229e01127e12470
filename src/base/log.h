// The log: one line an event, to standard error. Any thread.
//
// A server starts a LogThread first (app/log_thread.h): from then on no call here waits for the reader behind
// standard error or for the disk. Lines that do not fit the queue are dropped and counted. Without that
// thread, as in the bots, in simulations and in unit tests, each line is written at once by the thread that
// logs it. A forked child has no such thread: no program here forks.
//
// What a peer can cause must not fill a disk: such lines go through a LogLimit, which lets one through each
// second and says how many it kept back.
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace madang {

enum class LogLevel : std::uint8_t { info, warning, error, off };

/// Once, at the start; info unless told otherwise.
void set_log_level(LogLevel level);
void log_line(LogLevel level, std::string_view text);
/// Says why the program ends with an error. Every level lets this line pass, `off` too.
void log_fatal(std::string_view text);
/// Writes a line, as it is, to standard output, by the same way as the log: a server's banner. A full pipe
/// loses it.
void print_line(std::string_view text);
/// Writes whole lines, as they are, to standard error, behind all lines of the log: the last words before an
/// end. Waits at most two seconds for the reader of standard error. Allocates no memory.
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

/// A line of the log, as the operator's page shows it.
struct LogLine {
  std::uint64_t number;  ///< counts up from 1
  std::int64_t at_ms;    ///< since 1970
  LogLevel level;
  std::string text;
};
inline constexpr std::size_t log_lines_kept = 200;
/// The last lines, as many as are kept, with a higher number; oldest first.
std::vector<LogLine> log_lines_after(std::uint64_t number);

/// Lines of the log that standard error never got: the queue was full, or a write failed.
std::uint64_t log_lines_dropped();

// --- For LogThread ---

/// From now on lines go through the queue, which holds `bytes_max` bytes. Precondition: no other LogThread
/// (CHECK).
void begin_log_queue(std::size_t bytes_max);
/// The body of the log's thread: writes the queue's lines, until end_log_queue().
void run_log_queue();
/// Waits at most `max_wait` until all lines are written. False: the thread is stuck in a write. It must then
/// be detached, and all lines that come later are dropped.
bool end_log_queue(Duration max_wait);

/// Says yes at most once a second. One thread.
class LogLimit {
 public:
  bool allows(Time now) {
    if (now < next_) {
      ++kept_back_;
      return false;
    }
    next_ = now + 1s;
    return true;
  }
  /// How many were kept back since the last that was allowed.
  std::uint64_t take_kept_back() { return std::exchange(kept_back_, 0); }

 private:
  Time next_ = Time::min();
  std::uint64_t kept_back_ = 0;
};

}  // namespace madang
