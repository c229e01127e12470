// Counters: what a worker has done so far. The worker writes, any thread may read; each number is right by
// itself.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/close_reason.h"

namespace madang::net {

/// One thread adds, others read.
class Counter {
 public:
  void add(std::uint64_t amount = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t amount = 1) { add(-amount); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct Counters {
  Counter sessions_open;
  Counter sessions_opened;
  Counter frames_in;
  Counter bytes_in;
  Counter bytes_out;
  Counter sends;
  Counter stalls;  ///< frames that had to wait for room
  std::array<Counter, static_cast<std::size_t>(CloseReason::count_)> closed;  ///< by reason

  Counter& closed_for(CloseReason reason) { return closed[static_cast<std::size_t>(reason)]; }
};

}  // namespace madang::net
