// PortBase: what every backend has in common, so that a backend is only its kernel. It keeps the timers, the
// posts, the completions that need no kernel (a cancelled send, a finished close), and the count of
// operations out.
//
// A turn is: submit() what was started, poll() the kernel, then timers, posts and ready completions. A
// backend implements submit, poll and wake, calls started() for each operation it starts, and complete() or
// complete_later() for each completion: complete() only from within poll(), where calling the handler is
// allowed.
#pragma once

#include <atomic>
#include <vector>

#include "base/queue.h"
#include "io/port.h"
#include "io/timer_queue.h"

namespace madang::io {

class PortBase : public Port {
 public:
  explicit PortBase(const PortOptions& options) : options_(options), posts_(options.posts_max) {}

  Time now() const override { return steady_now(); }
  Timer start_timer(Duration delay, Key key) final;
  void cancel(Timer timer) final;
  [[nodiscard]] bool post(Key key, std::uint64_t value) final;
  std::size_t turn(CompletionHandler& handler, Duration max_wait) final;
  std::size_t operations_out() const final { return operations_out_; }
  // Of a backend whose calls reach the kernel at once.
  std::uint64_t started_mark() const override { return 0; }
  bool is_submitted(std::uint64_t) const override { return true; }

 protected:
  /// Gives the kernel what was started since the last turn. Must not call the handler.
  virtual void submit() = 0;
  /// Waits at most `wait` (zero: not at all; Port::forever: without end) and completes what the kernel has
  /// completed.
  virtual void poll(Duration wait) = 0;
  /// Any thread: ends a poll that waits, or the next one if none does.
  virtual void wake() = 0;

  void started() { ++operations_out_; }
  void complete(Completion& completion);
  void complete_later(Completion&& completion) { ready_.push_back(std::move(completion)); }
  /// The system is short of something that it will have again: to be tried after retry_delay, not told.
  static bool is_exhaustion(const Error& error) {
    return error.code == ErrorCode::no_buffers || error.code == ErrorCode::no_descriptors;
  }
  /// The next poll must not wait, because the backend itself has work left.
  void do_not_wait() { work_left_ = true; }
  /// When a turn will next have something to do without the kernel: the past, if it has now; Time::max(),
  /// if never. For a clock that is moved by hand.
  Time next_due() const;

  const PortOptions options_;

 private:
  struct Post {
    Key key = 0;
    std::uint64_t value = 0;
  };

  Duration may_wait(Duration max_wait);
  void fire_due_timers();
  void take_posts();
  void deliver_ready();

  TimerQueue timers_;
  BoundedQueue<Post> posts_;
  std::atomic<bool> waiting_{false};  ///< the port may be asleep in poll: a post must wake it
  std::vector<Completion> ready_;
  std::vector<Completion> delivering_;
  std::size_t operations_out_ = 0;
  bool work_left_ = false;
  CompletionHandler* handler_ = nullptr;  ///< during a turn
  std::size_t delivered_ = 0;
};

}  // namespace madang::io
