// PlayerId: the number of a player on the lecture's server. A plain value; any thread.
//
// The slot is the index of the player's session. The generation distinguishes the player from earlier ones of
// the slot. A slot is also the player's alias in the packets of every cell: no two players have it at once.
#pragma once

#include <compare>
#include <cstdint>

#include "madang/wire/cell_packets.h"

namespace madang::lecture {

struct PlayerId {
  static constexpr std::uint32_t slot_bits = 16;
  static constexpr std::uint32_t slot_count = wire::alias_of_cell;  // the alias that no player has
  static constexpr std::uint32_t generation_max = (1u << (32 - slot_bits)) - 1;

  std::uint32_t value = 0;  ///< 0: no player, because generations count from 1

  static constexpr PlayerId from(std::uint32_t slot, std::uint32_t generation) {
    return PlayerId{generation << slot_bits | slot};
  }
  constexpr std::uint32_t slot() const { return value & ((1u << slot_bits) - 1); }
  constexpr std::uint32_t generation() const { return value >> slot_bits; }
  constexpr wire::CellAlias alias() const { return static_cast<wire::CellAlias>(slot()); }
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const PlayerId&) const = default;
};

}  // namespace madang::lecture
