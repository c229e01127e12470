// The log: one line an event, to standard error. Any thread.
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
