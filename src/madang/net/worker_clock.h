// WorkerClock: the clock of a worker. Worker thread only.
//
// The port's clock is read once a turn. A worker reads the clock at least ten times a second, because its
// sweep is a timer. A longer gap between two reads means that the worker did not run: the process was
// stopped, or the machine slept. The worker received nothing in such a gap. So a gap does not count as
// silence of a client, and what clients sent in a gap does not count as flooding:
//   awake()       is the port's time without the gaps. All deadlines of clients use it.
//   sent_since()  is the earliest time at which a client may have sent what the worker reads now.
#pragma once

#include <algorithm>

#include "madang/base/time.h"
#include "madang/io/port.h"

namespace madang::net {

class WorkerClock {
 public:
  /// A longer time between two reads of the clock is a gap, in which the worker did not run.
  static constexpr Duration gap_min = 500ms;
  /// Bytes that came in a gap are read within this time after the gap.
  static constexpr Duration catch_up = 1s;
  /// Maximum part of a gap that is credited to the budgets of clients.
  static constexpr Duration credit_max = 60s;

  explicit WorkerClock(const io::Port& port) : port_(port) {}

  /// Makes the next now() read the clock of the port.
  void begin_turn() { time_ = Time::min(); }
  /// Returns the time of this turn, by the port.
  Time now() {
    if (time_ == Time::min()) read();
    return time_;
  }
  /// Returns the time of this turn without the gaps.
  Time awake() { return now() - slept_; }
  /// Returns since when a client may have sent what is read now. This is now, or the beginning of a recent
  /// gap.
  Time sent_since() {
    const Time time = now();
    return time < unread_until_ ? std::max(unread_since_, time - credit_max) : time;
  }
  /// Notes that nothing was read since `since`, from one client or from all.
  void did_not_read(Time since) {
    unread_since_ = now() < unread_until_ ? std::min(unread_since_, since) : since;
    unread_until_ = now() + catch_up;
  }

 private:
  void read() {
    time_ = port_.now();
    const Time last = std::exchange(last_, time_);
    if (last == Time::min() || time_ - last <= gap_min) return;
    slept_ += time_ - last;
    did_not_read(last);
  }

  const io::Port& port_;
  Time time_ = Time::min();  // of this turn; min: the clock was not read yet
  Time last_ = Time::min();  // at the last read of the clock
  Duration slept_{};
  Time unread_since_ = Time::min();
  Time unread_until_ = Time::min();
};

}  // namespace madang::net
