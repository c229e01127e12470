// TokenBucket: the state of one Budget. It costs eight bytes and one comparison. One thread.
//
// It is the generic cell rate algorithm (ITU-T I.371). Instead of a number of tokens, it keeps the time at
// which the bucket will be full again.
#pragma once

#include <algorithm>

#include "madang/base/limits.h"
#include "madang/base/time.h"

namespace madang {

class TokenBucket {
 public:
  /// Returns whether there is a token.
  bool has(Time now, const Budget& budget) const { return has(now, now, budget); }
  /// Returns whether there is a token for an action that may have happened at any time since `since`. The
  /// tokens of that time are there in addition to those of the burst.
  bool has(Time since, Time now, const Budget& budget) const {
    return full_after(since, budget) - now <= interval_of(budget) * budget.burst;
  }
  /// Takes one token. Precondition: has() with the same arguments.
  void charge(Time since, const Budget& budget) { full_at_ = full_after(since, budget); }

  /// Takes one token if there is one. Returns whether there was one.
  bool take(Time now, const Budget& budget) { return take(now, now, budget); }
  bool take(Time since, Time now, const Budget& budget) {
    if (!has(since, now, budget)) return false;
    charge(since, budget);
    return true;
  }

 private:
  static Duration interval_of(const Budget& budget) { return std::chrono::milliseconds(budget.interval_ms); }
  Time full_after(Time since, const Budget& budget) const {
    return std::max(full_at_, since) + interval_of(budget);
  }

  Time full_at_{};
};

}  // namespace madang
