#include "madang/io/port_base.h"

#include <algorithm>

namespace madang::io {

std::size_t PortBase::turn(CompletionHandler& handler, Duration max_wait) {
  MADANG_CHECK(!handler_, "turn() was called from a completion handler");
  handler_ = &handler;
  delivered_ = 0;

  submit();
  poll(may_wait(max_wait));
  is_waiting_.exchange(false);
  fire_due_timers();
  deliver_posts();
  deliver_ready();

  handler_ = nullptr;
  return delivered_;
}

Timer PortBase::start_timer(Duration delay, Key key) {
  count_started();
  const Time start = now();
  const Time deadline = delay > Time::max() - start ? Time::max() : start + std::max(delay, Duration::zero());
  return timers_.start(deadline, key);
}

void PortBase::cancel(Timer timer) {
  TimerQueue::Due due;
  if (!timers_.remove(timer, due)) return;
  complete_later({.kind = OperationKind::timer,
                  .key = due.key,
                  .error = {ErrorCode::cancelled, 0, "timer"},
                  .timer = due.timer});
}

bool PortBase::post(Key key, std::uint64_t value) {
  if (!posts_.push({key, value})) return false;
  // Both threads exchange the flag. The second one sees what the first one did, so each post wakes the port.
  if (is_waiting_.exchange(false)) wake();
  return true;
}

void PortBase::complete(Completion& completion) {
  if (completion.is_final && completion.kind != OperationKind::post) {
    MADANG_CHECK(operations_in_flight_ > 0, "a final completion of an operation that was never started");
    --operations_in_flight_;
  }
  ++delivered_;
  handler_->on_completion(completion);
}

Time PortBase::next_due() const {
  return has_work_left_ || !ready_.empty() || !posts_.empty() ? Time::min() : timers_.next_deadline();
}

Duration PortBase::may_wait(Duration max_wait) {
  const bool work_left = std::exchange(has_work_left_, false);
  is_waiting_.exchange(true);
  if (work_left || !ready_.empty() || !posts_.empty()) return Duration::zero();
  const Time deadline = timers_.next_deadline();
  if (deadline == Time::max()) return max_wait;
  return std::clamp<Duration>(deadline - now(), Duration::zero(), max_wait);
}

void PortBase::fire_due_timers() {
  if (timers_.size() == 0) return;
  const Time until = now();
  // A timer that a callback starts now waits for the next turn, even when the clock stands still.
  const std::uint64_t started_count = timers_.started_count();
  TimerQueue::Due due;
  while (timers_.pop_due(until, started_count, due)) {
    Completion completion{.kind = OperationKind::timer, .key = due.key, .timer = due.timer};
    complete(completion);
  }
}

void PortBase::deliver_posts() {
  Post post;
  // At most one full queue a turn, because a thread that posts without end must not delay the sockets.
  for (std::size_t left = posts_.capacity(); left > 0 && posts_.pop(post); --left) {
    Completion completion{.kind = OperationKind::post, .key = post.key, .value = post.value};
    complete(completion);
  }
}

void PortBase::deliver_ready() {
  // Completions that the handler causes now are delivered in the next turn.
  delivering_.swap(ready_);
  for (Completion& completion : delivering_) complete(completion);
  delivering_.clear();
}

}  // namespace madang::io
