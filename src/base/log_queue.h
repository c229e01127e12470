// LogQueue: lines on their way to a writer that may stand still. A push never waits for the writer.
//
// Any thread pushes. One thread runs the writer, in run(). What does not fit is dropped, counted, and told in
// one line when the writer gets on again. The queue counts the lines that a write lost in the same way: a
// full disk is no other case than a full pipe. No memory is allocated while the lock is held, so that a
// thread that has no memory left can still wait for what was written before.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>

#include "base/standard_stream.h"
#include "base/time.h"

namespace madang {

class LogQueue {
 public:
  /// Writes whole lines, at most `chunk_bytes_max` of them at once unless one line alone is longer. May wait.
  /// False: they are lost.
  using Write = std::function<bool(StandardStream, std::string_view)>;
  /// A pipe takes so many bytes as one piece, so that lines of two programs do not mix.
  static constexpr std::size_t chunk_bytes_max = 4'096;

  LogQueue() = default;
  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;

  // --- Any thread ---

  /// `line` ends in a line feed. A line for standard output is not counted when it is lost: no log line is.
  void push(StandardStream stream, std::string line);
  /// Log lines that were lost since the start, because the queue was full or because a write failed.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  /// Waits at most `max_wait` until all that was pushed before has been written or lost. False: it was not.
  bool wait_until_written(Duration max_wait);
  /// Ends run() when all that was pushed before has been written or lost. Waits at most `max_wait`.
  /// False: run() still runs, and keeps using the queue.
  bool end(Duration max_wait);
  /// From now on there is a thread that calls run(), or soon will. Until then every line is dropped.
  /// `bytes_max`: the bytes of all lines that wait, those that are being written included.
  void begin(std::size_t bytes_max);

  // --- One thread ---

  /// Writes what is pushed, until end().
  void run(const Write& write);

 private:
  struct Line {
    StandardStream stream;
    std::string text;
  };
  using Lines = std::list<Line>;

  /// What a line costs beside its bytes.
  static constexpr std::size_t line_overhead = 64;
  static std::size_t cost_of(const Line& line) { return line.text.size() + line_overhead; }

  void write_all(Lines& lines, const Write& write);
  void tell_dropped(std::uint64_t count, const Write& write);
  void count_lost(std::uint64_t lines);

  std::mutex mutex_;
  std::condition_variable news_;      ///< for run(): a line, or the end
  std::condition_variable progress_;  ///< for those that wait for run()
  Lines lines_;
  std::size_t bytes_max_ = 0;
  std::size_t bytes_ = 0;             ///< of lines_ and of those that run() has taken
  std::uint64_t pushed_ = 0;          ///< lines that fitted
  std::uint64_t finished_ = 0;        ///< of those: written or lost
  std::uint64_t dropped_untold_ = 0;  ///< did not fit, and no line has told it yet
  bool running_ = false;
  bool ended_ = false;
  std::atomic<std::uint64_t> dropped_{0};

  // Of run() alone.
  std::uint64_t lost_untold_ = 0;  ///< a write failed, and no line has told it yet
  std::string chunk_;
};

}  // namespace madang
