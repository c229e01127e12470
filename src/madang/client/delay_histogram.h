// DelayHistogram: counts delays in microseconds. Its quantiles are exact to 2 percent.
//
// Log-linear: each power of two is divided into 32 equal buckets. So the width of a bucket is at most 1/32 of
// its values. 7 KB hold delays from a microsecond to an hour. To add a delay is one increment. A plain value;
// one thread.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace madang::client {

class DelayHistogram {
 public:
  void add(std::uint32_t microseconds) {
    ++buckets_[bucket_of(microseconds)];
    ++count_;
    max_ = std::max(max_, microseconds);
  }
  void merge(const DelayHistogram& other) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }
  void reset() { *this = DelayHistogram(); }

  std::uint64_t count() const { return count_; }
  std::uint32_t max() const { return max_; }

  /// Returns the delay that the share `share` (0 to 1) of all delays does not exceed, in microseconds.
  /// Returns 0 if there are no delays.
  std::uint32_t quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > 0 && seen >= wanted) return std::min(middle_of(i), max_);
    }
    return 0;
  }

 private:
  static constexpr unsigned linear_bits = 5;
  static constexpr std::uint32_t linear_count = 1u << linear_bits;
  static constexpr std::size_t bucket_count = (32 - linear_bits + 1) * std::size_t{linear_count};

  /// Each value below 32 has a bucket of its own. For a larger value, the leading bit chooses a group of 32
  /// buckets, and the next 5 bits choose one of them.
  static std::size_t bucket_of(std::uint32_t value) {
    if (value < linear_count) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - linear_bits;
    return (shift + 1) * std::size_t{linear_count} + ((value >> shift) & (linear_count - 1));
  }
  static std::uint32_t middle_of(std::size_t bucket) {
    if (bucket < linear_count) return static_cast<std::uint32_t>(bucket);
    const auto shift = static_cast<unsigned>(bucket / linear_count - 1);
    const auto low = static_cast<std::uint32_t>(linear_count + bucket % linear_count) << shift;
    return low + (1u << shift) / 2;
  }

  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::uint32_t max_ = 0;
};

}  // namespace madang::client
