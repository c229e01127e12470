// Cadence: when something is due that happens once an interval: a status line, a sample. One thread.
//
// It keeps in step with its start though it is asked a little late. What was missed, because the process
// stood still, is left out: two times never lie closer together than half an interval, so that a rate over
// the time between them means something.
#pragma once

#include "base/time.h"

namespace madang {

class Cadence {
 public:
  /// First due an interval after the start. Precondition: the interval is longer than zero.
  Cadence(Duration interval, Time start) : interval_(interval), next_(start + interval) {}

  bool is_due(Time now) const { return now >= next_; }
  /// It was due, and has been done. It is due next after about an interval.
  void done(Time now) {
    next_ += interval_;
    if (next_ - now < interval_ / 2) next_ = now + interval_;
  }

 private:
  Duration interval_;
  Time next_;
};

}  // namespace madang
