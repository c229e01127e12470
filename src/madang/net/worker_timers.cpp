#include "madang/net/worker_timers.h"

#include <algorithm>

#include "madang/base/check.h"

namespace madang::net {

TimerId WorkerTimers::start(Duration delay, std::function<void()> what) {
  MADANG_CHECK(timers_.size() < count_max, "a service has started {} timers", timers_.size());
  const Time due = port_.now() + std::max(delay, Duration::zero());
  const TimerId timer{++last_number_};
  timers_.emplace(std::pair(due, timer.value), std::move(what));
  due_.emplace(timer.value, due);
  set_alarm();
  return timer;
}

bool WorkerTimers::cancel(TimerId timer) {
  const auto found = due_.find(timer.value);
  if (found == due_.end()) return false;
  timers_.erase({found->second, timer.value});
  due_.erase(found);
  return true;  // an alarm that comes too early does no harm
}

void WorkerTimers::run_due() {
  const Time now = port_.now();
  if (now >= alarm_) alarm_ = Time::max();
  const std::uint64_t newest = last_number_;
  auto next = timers_.begin();
  while (next != timers_.end() && next->first.first <= now) {
    if (next->first.second > newest) {  // it was started by one of these
      ++next;
      continue;
    }
    const std::function<void()> what = std::move(next->second);
    due_.erase(next->first.second);
    timers_.erase(next);
    what();
    next = timers_.begin();
  }
  set_alarm();
}

/// An alarm that is set stays. If it comes too early, nothing is due, and the next one is set.
void WorkerTimers::set_alarm() {
  if (timers_.empty()) return;
  const Time earliest = timers_.begin()->first.first;
  if (earliest >= alarm_) return;
  alarm_ = earliest;
  port_.start_timer(std::max(earliest - port_.now(), Duration::zero()), key_);
}

}  // namespace madang::net
