// ByteBudget: how much of what one may be sent a second has been sent. Eight bytes.
//
// Like TokenBucket it keeps the time at which the bucket will be full again (the generic cell rate algorithm,
// ITU-T I.371). The bucket holds a second's worth. Nothing is refused here: what must be sent is sent, and
// owed; but no more than a second's worth, so that who comes out of a crowd is soon told everything again.
// One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace madang {

class ByteBudget {
 public:
  static constexpr Duration used_max = std::chrono::seconds(2);

  /// The time that one byte takes at this rate. A byte is 8 bits; a kbit/s is a bit a millisecond.
  static constexpr Duration byte_time(std::uint32_t kbit_per_second) {
    return Duration{8'000'000 / kbit_per_second};
  }
  static constexpr Duration time_of(std::size_t bytes, Duration byte_time) {
    return byte_time * static_cast<std::int64_t>(bytes);
  }

  void spend(Time now, std::size_t bytes, Duration byte_time) {
    full_at_ = std::min(std::max(full_at_, now) + time_of(bytes, byte_time), now + used_max);
  }

  /// How much of the last second has been used up: 0 is nothing, 1 s is all of it, and more is debt.
  Duration used(Time now) const { return std::max(full_at_ - now, Duration::zero()); }

 private:
  Time full_at_{};
};

}  // namespace madang
