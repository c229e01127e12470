// SharedTokenBucket: a TokenBucket for many threads. It is lock-free. Any thread.
#pragma once

#include <algorithm>
#include <atomic>

#include "madang/base/limits.h"
#include "madang/base/time.h"

namespace madang {

class SharedTokenBucket {
 public:
  /// Returns whether there is a token.
  bool has(Time now, const Budget& budget) const {
    const Duration full_at(full_at_.load(std::memory_order_relaxed));
    return full_after(full_at, now, budget) - now <= interval_of(budget) * budget.burst;
  }

  /// Takes one token, also if there is none: then the bucket owes one. Threads that call has() at the same
  /// time may all see the last token. What they owe delays the next token.
  void charge(Time now, const Budget& budget) {
    Duration::rep before = full_at_.load(std::memory_order_relaxed);
    while (!full_at_.compare_exchange_weak(before, full_after(Duration(before), now, budget).count(),
                                           std::memory_order_relaxed)) {
    }
  }

 private:
  static Duration interval_of(const Budget& budget) { return std::chrono::milliseconds(budget.interval_ms); }
  static Duration full_after(Duration full_at, Time now, const Budget& budget) {
    return std::max(full_at, now) + interval_of(budget);
  }

  std::atomic<Duration::rep> full_at_{0};  // since the clock's epoch
};

}  // namespace madang
