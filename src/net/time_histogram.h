// TimeHistogram: how often something took how long. One thread adds, any thread may read.
//
// The bounds are fixed and the same for all: whoever shows them adds several together.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "net/counter.h"

namespace madang::net {

class TimeHistogram {
 public:
  /// Upper bounds, each of which belongs to its own place; what is above the last has a place of its own.
  static constexpr std::array<std::uint32_t, 17> bounds_us = {
      500,    1'000,  2'000,   4'000,   8'000,   12'000,  16'000,    25'000,   35'000,
      50'000, 75'000, 100'000, 150'000, 250'000, 500'000, 1'000'000, 2'500'000};
  static constexpr std::size_t size = bounds_us.size() + 1;
  using Counts = std::array<std::uint64_t, size>;

  void add(Duration duration) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    std::size_t place = 0;
    while (place < bounds_us.size() && us > bounds_us[place]) ++place;
    counts_[place].add();
    sum_us_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
  }
  void add_to(Counts& counts) const {
    for (std::size_t i = 0; i < size; ++i) counts[i] += counts_[i].get();
  }
  /// Of all durations.
  std::uint64_t sum_us() const { return sum_us_.get(); }

 private:
  std::array<Counter, size> counts_;
  Counter sum_us_;
};

}  // namespace madang::net
