#include "madang/server/thread_crew.h"

#include <utility>

#include "madang/base/check.h"

namespace madang::server {

Result<std::unique_ptr<ThreadCrew>> ThreadCrew::make(std::size_t zones, std::size_t helpers) {
  std::unique_ptr<ThreadCrew> crew(new ThreadCrew(zones));
  for (std::size_t i = 0; i < helpers; ++i) {
    auto thread = make_thread<std::jthread>([&crew = *crew] { crew.help_always(); });
    if (!thread) return std::unexpected(thread.error());
    crew->threads_.push_back(std::move(*thread));
    crew->clocks_.emplace_back(crew->threads_.back());
  }
  return crew;
}

ThreadCrew::~ThreadCrew() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  begins_.notify_all();
}

void ThreadCrew::run(std::size_t count, const std::function<void(std::size_t)>& work) {
  MADANG_CHECK(count <= zones(), "more work than zones");
  std::unique_lock lock(mutex_);
  work_ = &work;
  count_ = count;
  next_ = 0;
  unfinished_ = count;
  begins_.notify_all();
  help(lock);
  ends_.wait(lock, [this] { return unfinished_ == 0; });
}

void ThreadCrew::help(std::unique_lock<std::mutex>& lock) {
  while (next_ < count_) {
    const std::size_t number = next_++;
    const auto& work = *work_;
    lock.unlock();
    measure(work, number);
    lock.lock();
    if (--unfinished_ == 0) ends_.notify_one();
  }
}

void ThreadCrew::measure(const std::function<void(std::size_t)>& work, std::size_t number) {
  const Time begin = steady_now();
  work(number);
  const std::chrono::nanoseconds taken = steady_now() - begin;
  busy_ns_[number].add(static_cast<std::uint64_t>(taken.count()));
}

void ThreadCrew::help_always() {
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    help(lock);
    begins_.wait(lock, [this] { return is_ending_ || next_ < count_; });
  }
}

}  // namespace madang::server
