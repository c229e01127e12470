// Alias: the short name of a piece in its zone, 32 bits, for packets that are sent many times.
//
// The slot finds the piece in one step; the generation tells it from those who had the slot before. Unlike an
// EntityId an alias comes back one day, after 4095 pieces have used its slot; by then everybody has been told
// that the old one left.
#pragma once

#include <compare>
#include <cstdint>

namespace madang::world {

struct Alias {
  static constexpr std::uint32_t slot_bits = 20;
  static constexpr std::uint32_t slot_count = 1u << slot_bits;
  static constexpr std::uint32_t generation_max = (1u << (32 - slot_bits)) - 1;

  std::uint32_t value = 0;  ///< 0 is nobody: generations count from 1.

  static constexpr Alias from(std::uint32_t slot, std::uint32_t generation) {
    return Alias{generation << slot_bits | slot};
  }
  constexpr std::uint32_t slot() const { return value & (slot_count - 1); }
  constexpr std::uint32_t generation() const { return value >> slot_bits; }
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Alias&) const = default;
};

}  // namespace madang::world
