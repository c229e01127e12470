// Quantised: a real number that a packet carries as a whole number of small steps. A plain value; any thread.
//
//   wire::Quantised<std::uint16_t, -512.0, 512.0> height;   // 2 bytes, steps of 1024 / 65535
//
// The range is divided into as many equal steps as the whole number can count: value = low + steps * (high -
// low) / largest steps. A value between two steps becomes the nearer one.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>

#include "madang/base/check.h"
#include "madang/base/real.h"

namespace madang::wire {

/// The largest range that every language calculates in the same way.
inline constexpr double quantised_limit = 1e100;

template <class T, double low_, double high_>
  requires(std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t>)
class Quantised {
 public:
  using Steps = T;
  static constexpr double low = low_;
  static constexpr double high = high_;
  static constexpr double steps_max = std::numeric_limits<T>::max();
  static_assert(-quantised_limit <= low && low < high && high <= quantised_limit,
                "the range of a Quantised goes from a lower to a higher number");

  /// The lowest value.
  constexpr Quantised() = default;
  /// The nearest step. A value beyond the range becomes its end. Precondition: the value is finite (CHECK).
  constexpr Quantised(double value) {
    MADANG_CHECK(is_finite(value), "a quantised field is infinite or not a number");
    const double part = (std::clamp(value, low, high) - low) / (high - low);
    steps_ = static_cast<T>(static_cast<std::uint64_t>(part * steps_max + 0.5));
  }
  static constexpr Quantised of_steps(T steps) {
    Quantised made;
    made.steps_ = steps;
    return made;
  }

  constexpr double value() const { return low + steps_ * ((high - low) / steps_max); }
  constexpr T steps() const { return steps_; }
  constexpr bool operator==(const Quantised&) const = default;

 private:
  T steps_ = 0;
};

template <class T>
inline constexpr bool is_quantised = false;
template <class T, double low, double high>
inline constexpr bool is_quantised<Quantised<T, low, high>> = true;

}  // namespace madang::wire
