// LogQueue: log lines that wait for their writer. A push never waits, even when the writer stands still.
//
// Any thread may push lines. One thread writes them, in run(). A full queue drops lines and counts them.
// Later one line in the log says how many are missing. Lines that a failed write has lost count in the same
// way, so a full disk is handled like a full pipe. The queue allocates no memory while it holds its lock. So
// a thread without memory can still wait for the lines before its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>

#include "madang/base/standard_stream.h"
#include "madang/base/time.h"

namespace madang {

class LogQueue {
 public:
  /// Writes whole lines: at most `chunk_bytes_max` bytes, or one longer line. May wait. Returns false when
  /// the lines are lost.
  using Write = std::function<bool(StandardStream, std::string_view)>;
  /// A pipe accepts this many bytes as one piece. So the lines of two programs do not mix.
  static constexpr std::size_t chunk_bytes_max = 4'096;

  LogQueue() = default;
  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;

  // --- Any thread ---

  /// Adds a line, which ends in a line feed. A lost line for standard output is not counted, because it is
  /// not a line of the log.
  void push(StandardStream stream, std::string line);
  /// Returns the number of log lines that were lost, because the queue was full or a write failed.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  /// Waits at most `max_wait` until all earlier lines are written or lost. Returns false when they are not.
  bool wait_until_written(Duration max_wait);
  /// Ends run() after all earlier lines are written or lost. Waits at most `max_wait`. Returns false when
  /// run() has not ended: it still uses the queue.
  bool end(Duration max_wait);
  /// Opens the queue for lines; before that, it drops every line. A thread must call run() now or soon.
  /// `bytes_max` bounds the bytes of all lines that are not written yet.
  void begin(std::size_t bytes_max);

  // --- One thread ---

  /// Writes the pushed lines until end().
  void run(const Write& write);

 private:
  struct Line {
    StandardStream stream;
    std::string text;
  };
  using Lines = std::list<Line>;

  /// Cost of a line beside its bytes.
  static constexpr std::size_t line_overhead = 64;
  static std::size_t cost_of(const Line& line) { return line.text.size() + line_overhead; }

  void write_all(Lines& lines, const Write& write);
  void report_missing(std::uint64_t count, const Write& write);
  void count_lost(std::uint64_t lines);

  std::mutex mutex_;
  std::condition_variable news_;      ///< wakes run(): there is a line, or the end
  std::condition_variable progress_;  ///< wakes the threads that wait for run()
  Lines lines_;
  std::size_t bytes_max_ = 0;
  std::size_t bytes_ = 0;                 ///< of lines_ and of the lines that run() writes now
  std::uint64_t pushed_ = 0;              ///< lines that were added
  std::uint64_t finished_ = 0;            ///< added lines that are written or lost
  std::uint64_t dropped_unreported_ = 0;  ///< lines for which the queue was too full
  bool is_running_ = false;
  bool is_ended_ = false;
  std::atomic<std::uint64_t> dropped_{0};

  // For run() only.
  std::uint64_t lost_unreported_ = 0;  ///< lines that a failed write has lost
  std::string chunk_;
};

}  // namespace madang
