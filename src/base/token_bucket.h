// TokenBucket: the state of one Budget. It costs eight bytes and one comparison. One thread.
//
// It is the generic cell rate algorithm (ITU-T I.371). Instead of a number of tokens, it keeps the time at
// which the bucket will be full again.
#pragma once

#include <algorithm>

#include "base/limits.h"
#include "base/time.h"

namespace madang {

class TokenBucket {
 public:
  /// Takes one token if there is one.
  bool take(Time now, const Budget& budget) { return take(now, now, budget); }
  /// Takes one token for something that may have happened at any time from `since` on: the tokens of that
  /// time are there in addition to those of the burst.
  bool take(Time since, Time now, const Budget& budget) {
    const Duration interval = std::chrono::milliseconds(budget.interval_ms);
    const Time full_at = std::max(full_at_, since) + interval;
    if (full_at - now > interval * budget.burst) return false;
    full_at_ = full_at;
    return true;
  }

 private:
  Time full_at_{};
};

}  // namespace madang
