#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <deque>
#include <mutex>

#include "base/time.h"

namespace madang {

namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("madang", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

/// The last lines.
struct Memory {
  std::mutex mutex;
  std::deque<LogLine> lines;
  std::uint64_t count = 0;
};

Memory& memory() {
  static Memory instance;
  return instance;
}

void remember(LogLevel level, std::string_view text) {
  const std::int64_t now_ms = to_ms(std::chrono::system_clock::now().time_since_epoch());
  const std::lock_guard lock(memory().mutex);
  memory().lines.push_back({++memory().count, now_ms, level, std::string(text)});
  if (memory().lines.size() > log_lines_kept) memory().lines.pop_front();
}

}  // namespace

void set_log_level(LogLevel level) { logger().set_level(to_spdlog(level)); }

void log_line(LogLevel level, std::string_view text) {
  if (!logger().should_log(to_spdlog(level))) return;
  logger().log(to_spdlog(level), spdlog::string_view_t(text.data(), text.size()));
  remember(level, text);
}

std::vector<LogLine> log_lines_after(std::uint64_t number) {
  std::vector<LogLine> found;
  const std::lock_guard lock(memory().mutex);
  for (const LogLine& line : memory().lines)
    if (line.number > number) found.push_back(line);
  return found;
}

}  // namespace madang
