// Real numbers as bits: for packets, and for code that is compiled with -ffast-math. Any thread.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace madang {

/// The whole number that has the bits of a float or double.
template <std::floating_point T>
using BitsOf = std::conditional_t<sizeof(T) == sizeof(std::uint32_t), std::uint32_t, std::uint64_t>;

/// Returns whether the value is neither infinite nor NaN. (std::isfinite() means nothing under -ffast-math,
/// which a game may be compiled with.)
template <std::floating_point T>
constexpr bool is_finite(T value) {
  constexpr auto exponent =
      static_cast<BitsOf<T>>(sizeof(T) == sizeof(std::uint32_t) ? 0x7f800000u : 0x7ff0000000000000u);
  return (std::bit_cast<BitsOf<T>>(value) & exponent) != exponent;
}

}  // namespace madang
