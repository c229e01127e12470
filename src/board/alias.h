// Alias: the short id of a piece in its zone, for packets that are sent often. 32 bits; a plain value.
//
// The slot is the index of the piece. The generation distinguishes the piece from earlier pieces of the slot.
// An PieceId is never used again. An alias is used again after 4094 other pieces had its slot. By then all
// clients have got the leave of the old piece.
#pragma once

#include <compare>
#include <cstdint>

namespace madang::board {

struct Alias {
  static constexpr std::uint32_t slot_bits = 20;
  static constexpr std::uint32_t slot_count = 1u << slot_bits;
  static constexpr std::uint32_t generation_max = (1u << (32 - slot_bits)) - 1;

  std::uint32_t value = 0;  ///< 0: no piece, because generations count from 1

  static constexpr Alias from(std::uint32_t slot, std::uint32_t generation) {
    return Alias{generation << slot_bits | slot};
  }
  constexpr std::uint32_t slot() const { return value & (slot_count - 1); }
  constexpr std::uint32_t generation() const { return value >> slot_bits; }
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Alias&) const = default;
};

}  // namespace madang::board
