// WorkerTimers: what a service wants to do later, each with a timer of the port.
//
// Owned by a Worker; worker thread only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/time.h"
#include "madang/io/port.h"

namespace madang::net {

class WorkerTimers {
 public:
  /// More timers at once are a fault of the service (CHECK).
  static constexpr std::size_t count_max = 1u << 20;

  /// The port must outlive this object. The completions of `key` are for on_completion().
  WorkerTimers(io::Port& port, io::Key key) : port_(port), key_(key) {}

  io::Timer start(Duration delay, std::function<void()> what) {
    MADANG_CHECK(waiting_.size() < count_max, "a service has started {} timers", waiting_.size());
    const io::Timer timer = port_.start_timer(std::max(delay, Duration::zero()), key_);
    waiting_.emplace(timer.value, std::move(what));
    return timer;
  }
  /// Returns false if the timer has run or was cancelled before.
  bool cancel(io::Timer timer) {
    if (waiting_.erase(timer.value) == 0) return false;
    port_.cancel(timer);
    return true;
  }
  void on_completion(const io::Completion& completion) {
    const auto found = waiting_.find(completion.timer.value);
    if (found == waiting_.end()) return;  // it was cancelled
    const std::function<void()> what = std::move(found->second);
    waiting_.erase(found);
    what();
  }
  std::size_t count() const { return waiting_.size(); }

 private:
  io::Port& port_;
  const io::Key key_;
  std::unordered_map<std::uint64_t, std::function<void()>> waiting_;  // by io::Timer
};

}  // namespace madang::net
