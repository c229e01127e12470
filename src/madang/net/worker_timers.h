// WorkerTimers: what a service wants to do later. One timer of the port wakes the worker for the earliest of
// them.
//
// Owned by a Worker; worker thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "madang/base/time.h"
#include "madang/io/port.h"

namespace madang::net {

/// Names a timer of a worker. No timer of a worker ever has the number of another one. 0: none.
struct TimerId {
  std::uint64_t value = 0;
  explicit operator bool() const { return value != 0; }
  bool operator==(const TimerId&) const = default;
};

class WorkerTimers {
 public:
  /// More timers at once are a fault of the service (CHECK).
  static constexpr std::size_t count_max = 1u << 20;

  /// The port must outlive this object. Its completions with `key` belong to run_due().
  WorkerTimers(io::Port& port, io::Key key) : port_(port), key_(key) {}

  TimerId start(Duration delay, std::function<void()> what);
  /// Returns false if the timer has run or was cancelled before.
  bool cancel(TimerId timer);
  /// Runs all timers that are due at the time of the port, the earliest first, and those with the same time
  /// in the order of their start. A timer that is started meanwhile runs in a later call, also one without
  /// delay.
  void run_due();
  std::size_t count() const { return timers_.size(); }

 private:
  void set_alarm();

  io::Port& port_;
  const io::Key key_;
  std::uint64_t last_number_ = 0;
  std::map<std::pair<Time, std::uint64_t>, std::function<void()>> timers_;  // by time and number
  std::map<std::uint64_t, Time> due_;                                       // by number
  Time alarm_ = Time::max();  // the port wakes the worker at this time; max: it does not
};

}  // namespace madang::net
