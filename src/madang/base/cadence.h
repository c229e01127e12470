// Cadence: the times of something that happens once an interval, such as a status line or a sample. One
// thread.
//
// A short delay does not move the later times. Times that the process has missed are left out. Two times are
// never closer together than half an interval, because a rate over a very short time means nothing.
#pragma once

#include "madang/base/time.h"

namespace madang {

class Cadence {
 public:
  /// The first time is one interval after the start. Precondition: the interval is longer than zero.
  Cadence(Duration interval, Time start) : interval_(interval), next_(start + interval) {}

  /// Returns whether the next time has come.
  bool is_due(Time now) const { return now >= next_; }
  /// Moves on to the next time, after about one interval.
  void done(Time now) {
    next_ += interval_;
    if (next_ - now < interval_ / 2) next_ = now + interval_;
  }

 private:
  Duration interval_;
  Time next_;
};

}  // namespace madang
