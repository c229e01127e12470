// WorkerClock: the time as a worker knows it. One thread, the worker's.
//
// The port's clock is read once a turn. A worker looks at it ten times a second at least, because its sweep
// is a timer. A longer gap means that the worker did not run: the process was stopped, or the machine slept.
// Clients could not be heard in such a gap, so it counts neither for their silence nor for their hurry:
//   awake()       is the port's time without the gaps. All deadlines of clients are by it.
//   sent_since()  says since when the client may have sent what the worker reads now.
#pragma once

#include <algorithm>

#include "base/time.h"
#include "io/port.h"

namespace madang::net {

class WorkerClock {
 public:
  /// A gap of more than that between two looks at the clock is a time in which the worker did not run.
  static constexpr Duration gap_min = 500ms;
  /// What waited unread comes within this time after the gap.
  static constexpr Duration catch_up = 1s;
  /// No more of a gap is credited to a client's budgets.
  static constexpr Duration credit_max = 60s;

  explicit WorkerClock(const io::Port& port) : port_(port) {}

  /// The next now() reads the port's clock again.
  void begin_turn() { time_ = Time::min(); }
  /// Returns the time of this turn, by the port.
  Time now() {
    if (time_ == Time::min()) read();
    return time_;
  }
  /// Returns the time of this turn without the gaps.
  Time awake() { return now() - slept_; }
  /// Returns since when a client may have sent what is read now: now, or after a gap its beginning.
  Time sent_since() {
    const Time time = now();
    return time < unread_until_ ? std::max(unread_since_, time - credit_max) : time;
  }
  /// Nothing was read since `since`, of one client or of all.
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
  Time time_ = Time::min();  // of this turn; min: not read yet
  Time last_ = Time::min();  // that was read
  Duration slept_{};
  Time unread_since_ = Time::min();
  Time unread_until_ = Time::min();
};

}  // namespace madang::net
