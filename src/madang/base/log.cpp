#include "madang/base/log.h"

#include <fmt/chrono.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "madang/base/check.h"
#include "madang/base/log_queue.h"
#include "madang/base/standard_stream.h"
#include "madang/base/time.h"

namespace madang {

namespace {

constexpr Duration last_words_wait = 1s;

/// How a line reaches its stream.
enum class Way : std::uint8_t {
  direct,  ///< the thread that logs the line writes it
  queue,   ///< the LogThread writes it
  none,    ///< not at all: the LogThread is stuck in a write, and the program is about to end
};

/// The last lines, for the operator's page.
struct Memory {
  std::mutex mutex;
  std::deque<LogLine> lines;
  std::uint64_t count = 0;
};

// It is never destroyed. A thread that is stuck in a write may still use it, and so may destructors of static
// objects.
struct Log {
  std::atomic<LogLevel> level{LogLevel::info};
  std::atomic<Way> way{Way::direct};
  std::atomic<std::thread::id> writer{};
  std::atomic<std::uint64_t> lost_directly{0};
  LogQueue queue;
  Memory memory;
};

Log& the_log() {
  static Log& log = *new Log;
  return log;
}

std::string_view name_of(LogLevel level) {
  constexpr std::string_view names[] = {"info", "warning", "error", "off"};
  return names[static_cast<std::size_t>(level)];
}

std::string line_of(LogLevel level, std::string_view text, std::chrono::system_clock::time_point now) {
  const auto ms = to_ms(now.time_since_epoch()) % 1000;
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03} {}: {}\n",
                     fmt::localtime(std::chrono::system_clock::to_time_t(now)), ms, name_of(level), text);
}

void remember(LogLevel level, std::string_view text, std::chrono::system_clock::time_point now) {
  Memory& memory = the_log().memory;
  const std::lock_guard lock(memory.mutex);
  memory.lines.push_back({++memory.count, to_ms(now.time_since_epoch()), level, std::string(text)});
  if (memory.lines.size() > log_lines_kept) memory.lines.pop_front();
}

void send(StandardStream stream, std::string line) {
  Log& log = the_log();
  switch (log.way.load()) {
    case Way::direct:
      if (!write_to(stream, line) && stream == StandardStream::error) log.lost_directly.fetch_add(1);
      return;
    case Way::queue: return log.queue.push(stream, std::move(line));
    case Way::none: log.lost_directly.fetch_add(1); return;
  }
}

void write_line(LogLevel level, std::string_view text) {
  const auto now = std::chrono::system_clock::now();
  remember(level, text, now);
  send(StandardStream::error, line_of(level, text, now));
}

}  // namespace

void set_log_level(LogLevel level) { the_log().level.store(level); }

void log_line(LogLevel level, std::string_view text) {
  if (level >= the_log().level.load(std::memory_order_relaxed)) write_line(level, text);
}

void log_fatal(std::string_view text) { write_line(LogLevel::error, text); }

void print_line(std::string_view text) { send(StandardStream::output, std::string(text) + '\n'); }

void log_last_words(std::string_view lines) noexcept {
  Log& log = the_log();
  if (log.way.load() == Way::queue && log.writer.load() != std::this_thread::get_id())
    log.queue.wait_until_written(last_words_wait);
  // Nothing is left to do when this write fails too.
  [[maybe_unused]] const Result<void> written = write_within(StandardStream::error, lines, last_words_wait);
}

std::vector<LogLine> log_lines_after(std::uint64_t number) {
  std::vector<LogLine> found;
  Memory& memory = the_log().memory;
  const std::lock_guard lock(memory.mutex);
  for (const LogLine& line : memory.lines)
    if (line.number > number) found.push_back(line);
  return found;
}

std::uint64_t log_lines_dropped() { return the_log().queue.dropped() + the_log().lost_directly.load(); }

void begin_log_queue(std::size_t bytes_max) {
  MADANG_CHECK(the_log().way.load() == Way::direct, "there is a LogThread already");
  the_log().queue.begin(bytes_max);
  the_log().way.store(Way::queue);
}

void run_log_queue() {
  the_log().writer.store(std::this_thread::get_id());
  the_log().queue.run([](StandardStream stream, std::string_view text) {
    // A reader of standard output that stands still must not stop the log.
    if (stream == StandardStream::output) return write_within(stream, text, Duration::zero()).has_value();
    return write_to(stream, text).has_value();
  });
}

bool end_log_queue(Duration max_wait) {
  const bool all_written = the_log().queue.end(max_wait);
  the_log().way.store(all_written ? Way::direct : Way::none);
  return all_written;
}

}  // namespace madang
