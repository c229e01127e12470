// ThreadCrew: threads that do the work of the zones of one world, together with the thread that ticks it.
//
// The threads sleep between the steps of a tick. No lock is held while a zone works.
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
#include "madang/world/crew.h"

namespace madang::server {

class ThreadCrew final : public world::Crew {
 public:
  /// Starts `helpers` threads; with the caller of run(), one more works. The error is that of the system.
  static Result<std::unique_ptr<ThreadCrew>> make(std::size_t helpers);
  /// Ends the threads. Precondition: run() is not called any more.
  ~ThreadCrew() override;

  /// One thread at a time.
  void run(std::size_t count, const std::function<void(std::size_t)>& work) override;
  /// Returns the threads, whose CPU time others may measure.
  std::vector<std::jthread>& threads() { return threads_; }

 private:
  ThreadCrew() = default;
  void help_always();
  /// Works until nothing is left to begin. `lock` holds the mutex, but not during the work.
  void help(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable begins_;
  std::condition_variable ends_;
  // Under the mutex:
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t count_ = 0;
  std::size_t next_ = 0;        // the first piece that nobody has begun
  std::size_t unfinished_ = 0;  // pieces that are not done yet
  bool is_ending_ = false;

  std::vector<std::jthread> threads_;
};

}  // namespace madang::server
