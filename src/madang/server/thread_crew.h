// ThreadCrew: threads that do the work of the zones of one world, together with the thread that ticks it.
//
// The threads sleep between the steps of a tick. No lock is held while a zone works. The crew measures how
// long it works for each zone, because a world has no clock.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "madang/base/error.h"
#include "madang/base/time.h"
#include "madang/net/counter.h"
#include "madang/server/system.h"
#include "madang/world/crew.h"

namespace madang::server {

class ThreadCrew final : public world::Crew {
 public:
  /// Starts `helpers` threads for a world of `zones` zones; with the caller of run(), one more works. Without
  /// helpers, the caller does all work. The error is that of the system.
  static Result<std::unique_ptr<ThreadCrew>> make(std::size_t zones, std::size_t helpers);
  /// Ends the threads. Precondition: run() is not called any more.
  ~ThreadCrew() override;

  /// One thread at a time. Precondition: `count` is at most the number of zones (CHECK).
  void run(std::size_t count, const std::function<void(std::size_t)>& work) override;
  /// Returns the number of zones. Any thread.
  std::size_t zones() const { return busy_ns_.size(); }
  /// Returns how long threads have worked for a zone so far. Any thread.
  Duration busy(std::size_t zone) const { return std::chrono::nanoseconds(busy_ns_[zone].get()); }
  /// Returns the clocks of the threads that this crew has started. Any thread, as long as the crew lives.
  const std::vector<ThreadClock>& clocks() const { return clocks_; }

 private:
  explicit ThreadCrew(std::size_t zones) : busy_ns_(zones) {}
  void help_always();
  /// Works until nothing is left to begin. `lock` holds the mutex, but not during the work.
  void help(std::unique_lock<std::mutex>& lock);
  void measure(const std::function<void(std::size_t)>& work, std::size_t number);

  std::mutex mutex_;
  std::condition_variable begins_;
  std::condition_variable ends_;
  // Under the mutex:
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t count_ = 0;
  std::size_t next_ = 0;        // the first piece that nobody has begun
  std::size_t unfinished_ = 0;  // pieces that are not done yet
  bool is_ending_ = false;

  std::vector<net::Counter> busy_ns_;  // by zone; one thread at a time works for a zone
  std::vector<ThreadClock> clocks_;    // of threads_
  std::vector<std::jthread> threads_;
};

}  // namespace madang::server
