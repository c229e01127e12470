// PortBase: the common part of all backends. A backend adds only its kernel.
//
// PortBase owns the timers and the posts. It counts the operations in flight. It also keeps completions that
// need no kernel, such as a cancelled send. It has the threads of a Port.
//
// A turn has three steps. submit() gives the kernel the started operations. poll() asks the kernel for
// completions. Then timers, posts and ready completions are delivered. A backend implements submit(), poll()
// and wake(). It calls count_started() for each operation that it starts. For each completion it calls
// complete() or complete_later(). It calls complete() in poll() only, because complete() calls the handler.
#pragma once

#include <atomic>
#include <vector>

#include "madang/base/queue.h"
#include "madang/io/port.h"
#include "madang/io/timer_queue.h"

namespace madang::io {

class PortBase : public Port {
 public:
  explicit PortBase(const PortOptions& options) : options_(options), posts_(options.posts_max) {}

  Time now() const override { return steady_now(); }
  Timer start_timer(Duration delay, Key key) final;
  void cancel(Timer timer) final;
  [[nodiscard]] bool post(Key key, std::uint64_t value) final;
  std::size_t turn(CompletionHandler& handler, Duration max_wait) final;
  std::size_t operations_in_flight() const final { return operations_in_flight_; }
  // A backend whose calls reach the kernel at once needs no more than this.
  std::uint64_t started_mark() const override { return 0; }
  bool is_submitted(std::uint64_t) const override { return true; }

 protected:
  /// Gives the kernel the operations that were started since the last turn. Must not call the handler.
  virtual void submit() = 0;
  /// Waits at most `wait` for the kernel, and completes what the kernel has completed. Zero does not wait;
  /// Port::forever waits without end.
  virtual void poll(Duration wait) = 0;
  /// Ends the poll() that waits now, or else the next poll() that would wait. Any thread.
  virtual void wake() = 0;

  /// Counts one more operation in flight.
  void count_started() { ++operations_in_flight_; }
  /// Calls the handler. Precondition: called from poll(), and the operation is in flight (CHECK).
  void complete(Completion& completion);
  /// Lets the handler fetch what it has for a key, as CompletionHandler says.
  void fetch_for(Key key, int step) const { handler_->prefetch(key, step); }
  /// Delivers the completion at the end of this turn, or in the next one.
  void complete_later(Completion&& completion) { ready_.push_back(std::move(completion)); }
  /// Returns whether the system lacks a resource that it will have again. The port then tries again after
  /// retry_delay, and does not report the error.
  static bool is_exhaustion(const Error& error) {
    return error.code == ErrorCode::no_buffers || error.code == ErrorCode::no_descriptors;
  }
  /// Makes the next poll() not wait, because the backend itself has work left.
  void do_not_wait() { has_work_left_ = true; }
  /// Returns the next time at which a turn has something to do without the kernel. Time::min(): now.
  /// Time::max(): never. A simulated clock needs it.
  Time next_due() const;

  const PortOptions options_;

 private:
  struct Post {
    Key key = 0;
    std::uint64_t value = 0;
  };

  Duration may_wait(Duration max_wait);
  void fire_due_timers();
  void deliver_posts();
  void deliver_ready();

  TimerQueue timers_;
  BoundedQueue<Post> posts_;
  std::atomic<bool> is_waiting_{false};  ///< poll() may be asleep: a post must wake it
  std::vector<Completion> ready_;
  std::vector<Completion> delivering_;
  std::size_t operations_in_flight_ = 0;
  bool has_work_left_ = false;
  CompletionHandler* handler_ = nullptr;  ///< null outside of a turn
  std::size_t delivered_ = 0;
};

}  // namespace madang::io
