// DelayHistogram: how long things took, in microseconds, with quantiles to within 2 percent.
//
// Log-linear: every power of two is cut into 32 equal buckets, so that a bucket is at most a 32nd of its
// values wide, from a microsecond to an hour, in 7 KB. Adding is an increment. A plain value; one thread.
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

  /// The delay that a share of `share` (0 to 1) of all did not exceed; 0 when there are none.
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

  /// Below 32 each value has its own; above, the value's leading bit chooses 32 buckets and the 5 bits behind
  /// it one of them.
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
