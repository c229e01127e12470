// TimeHistogram: counts durations by their length. One thread adds; any thread may read.
//
// All histograms have the same bounds, so that histograms of several workers can be added.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "madang/base/time.h"
#include "madang/net/counter.h"

namespace madang::net {

class TimeHistogram {
 public:
  /// The upper bounds of the buckets in microseconds, each one included. The last bucket has no bound.
  static constexpr std::array<std::uint32_t, 17> bounds_us = {
      500,    1'000,  2'000,   4'000,   8'000,   12'000,  16'000,    25'000,   35'000,
      50'000, 75'000, 100'000, 150'000, 250'000, 500'000, 1'000'000, 2'500'000};
  static constexpr std::size_t size = bounds_us.size() + 1;
  using Counts = std::array<std::uint64_t, size>;

  void add(Duration duration) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    std::size_t bucket = 0;
    while (bucket < bounds_us.size() && us > bounds_us[bucket]) ++bucket;
    counts_[bucket].add();
    sum_us_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
  }
  /// Adds the counts of this histogram to `counts`.
  void add_to(Counts& counts) const {
    for (std::size_t i = 0; i < size; ++i) counts[i] += counts_[i].get();
  }
  /// Returns the sum of all durations, in microseconds.
  std::uint64_t sum_us() const { return sum_us_.get(); }

 private:
  std::array<Counter, size> counts_;
  Counter sum_us_;
};

}  // namespace madang::net
