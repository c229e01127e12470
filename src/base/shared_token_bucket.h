// SharedTokenBucket: a TokenBucket for many threads. It is lock-free. Any thread.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/limits.h"
#include "base/time.h"

namespace madang {

class SharedTokenBucket {
 public:
  /// Takes one token if there is one.
  bool take(Time now, const Budget& budget) {
    const Duration interval = std::chrono::milliseconds(budget.interval_ms);
    Duration::rep before = full_at_.load(std::memory_order_relaxed);
    for (;;) {
      const Duration full_at = std::max(Duration(before), now) + interval;
      if (full_at - now > interval * budget.burst) return false;
      if (full_at_.compare_exchange_weak(before, full_at.count(), std::memory_order_relaxed)) return true;
    }
  }

  /// Gives back one token that was taken and not used.
  void give_back(const Budget& budget) {
    full_at_.fetch_sub(Duration(std::chrono::milliseconds(budget.interval_ms)).count(),
                       std::memory_order_relaxed);
  }

 private:
  std::atomic<Duration::rep> full_at_{0};  // since the clock's epoch
};

}  // namespace madang
