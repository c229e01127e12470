// Counter: a number that one thread changes, and that any thread may read.
#pragma once

#include <atomic>
#include <cstdint>

namespace madang::net {

class Counter {
 public:
  void add(std::uint64_t amount = 1) { set(get() + amount); }
  void subtract(std::uint64_t amount = 1) { set(get() - amount); }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace madang::net
