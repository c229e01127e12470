// ByteBudget: the bytes that a session was sent, against its rate. It costs eight bytes. One thread.
//
// Like TokenBucket, it keeps the time at which the budget will be full again (the generic cell rate
// algorithm, ITU-T I.371). The budget is the bytes of one second. It refuses nothing: bytes beyond the budget
// become a debt. The debt is bounded by the bytes of another second. So a client that leaves a crowd soon
// gets everything again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "madang/base/time.h"

namespace madang {

class ByteBudget {
 public:
  static constexpr Duration used_max = std::chrono::seconds(2);

  /// Returns the time of one byte at this rate. A byte has 8 bits; 1 kbit/s is one bit a millisecond.
  static constexpr Duration byte_time(std::uint32_t kbit_per_second) {
    return Duration{8'000'000 / kbit_per_second};
  }
  /// Returns the time of `bytes` bytes.
  static constexpr Duration time_of(std::size_t bytes, Duration byte_time) {
    return byte_time * static_cast<std::int64_t>(bytes);
  }

  /// Counts `bytes` bytes as sent.
  void spend(Time now, std::size_t bytes, Duration byte_time) {
    full_at_ = std::min(std::max(full_at_, now) + time_of(bytes, byte_time), now + used_max);
  }

  /// Returns the used part of the budget, as a time. 0: nothing. 1 s: all of it. More than 1 s: a debt.
  Duration used(Time now) const { return std::max(full_at_ - now, Duration::zero()); }

 private:
  Time full_at_{};
};

}  // namespace madang
