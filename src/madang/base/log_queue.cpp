#include "madang/base/log_queue.h"

#include <fmt/core.h>

#include <utility>

namespace madang {

void LogQueue::push(StandardStream stream, std::string text) {
  Lines one;
  one.push_back({stream, std::move(text)});
  const std::size_t cost = cost_of(one.front());
  const bool is_log = stream == StandardStream::error;
  {
    const std::lock_guard lock(mutex_);
    // After a dropped line, all lines are dropped until the report is on its way. Otherwise a later line
    // would come before the report.
    const bool is_behind_a_gap = is_log && dropped_unreported_ > 0;
    if (bytes_ + cost <= bytes_max_ && !is_behind_a_gap) {
      bytes_ += cost;
      ++pushed_;
      lines_.splice(lines_.end(), one);
    } else if (is_log) {
      ++dropped_unreported_;
      dropped_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  news_.notify_one();
}

bool LogQueue::wait_until_written(Duration max_wait) {
  std::unique_lock lock(mutex_);
  return progress_.wait_for(lock, max_wait, [this, all = pushed_] { return finished_ >= all; });
}

bool LogQueue::end(Duration max_wait) {
  std::unique_lock lock(mutex_);
  is_ended_ = true;
  news_.notify_one();
  return progress_.wait_for(lock, max_wait, [this] { return !is_running_; });
}

void LogQueue::begin(std::size_t bytes_max) {
  const std::lock_guard lock(mutex_);
  is_running_ = true;
  bytes_max_ = bytes_max;
}

void LogQueue::run(const Write& write) {
  Lines lines;
  std::unique_lock lock(mutex_);
  for (;;) {
    news_.wait(lock, [this] { return !lines_.empty() || dropped_unreported_ > 0 || is_ended_; });
    if (lines_.empty() && dropped_unreported_ == 0) break;
    lines.swap(lines_);
    // The dropped lines came after these lines, so the report follows these lines.
    const std::uint64_t dropped = std::exchange(dropped_unreported_, 0);
    lock.unlock();
    write_all(lines, write);
    if (dropped > 0) report_missing(dropped, write);
    lock.lock();
  }
  is_running_ = is_ended_ = false;
  // Under the lock, because the thread that waits may destroy the queue afterwards.
  progress_.notify_all();
}

void LogQueue::write_all(Lines& lines, const Write& write) {
  while (!lines.empty()) {
    const StandardStream stream = lines.front().stream;
    std::uint64_t count = 0;
    std::size_t cost = 0;
    chunk_.clear();
    while (!lines.empty() && lines.front().stream == stream &&
           (count == 0 || chunk_.size() + lines.front().text.size() <= chunk_bytes_max)) {
      chunk_ += lines.front().text;
      cost += cost_of(lines.front());
      ++count;
      lines.pop_front();
    }
    if (stream == StandardStream::output) {
      write(stream, chunk_);
    } else {
      if (lost_unreported_ > 0) report_missing(std::exchange(lost_unreported_, 0), write);
      if (!write(stream, chunk_)) count_lost(count);
    }
    const std::lock_guard lock(mutex_);
    bytes_ -= cost;
    finished_ += count;
    progress_.notify_all();
  }
}

/// Writes how many lines are missing. They are counted as dropped already.
void LogQueue::report_missing(std::uint64_t count, const Write& write) {
  const std::string line =
      fmt::format("log: {} lines are missing here: the reader was too slow, or the disk was full\n", count);
  if (!write(StandardStream::error, line)) lost_unreported_ += count;
}

void LogQueue::count_lost(std::uint64_t lines) {
  lost_unreported_ += lines;
  dropped_.fetch_add(lines, std::memory_order_relaxed);
}

}  // namespace madang
