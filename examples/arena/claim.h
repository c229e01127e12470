// Claim: a tile on the way of a fighter, which the fighter has asked the ground for.
//
//   tick 0   the fighter sends ClaimTile to the ground of the tile's cell
//   tick 1   the ground answers each ClaimTile once: TileGranted or TileRefused
//   tick 2   the fighter has the answer, and may walk on the tile in this tick
//
// A tile that was granted belongs to the fighter until the fighter sends TileFreed. If the fighter is gone
// before the answer, the ground gets the tile again.
#pragma once

#include <cstdint>

#include "arena/heading.h"

namespace arena {

/// What a fighter knows of a tile that it has claimed.
enum class ClaimState : std::uint8_t {
  none,     ///< there is no claim
  asked,    ///< the ground will answer in the next tick
  granted,  ///< the tile belongs to the fighter, which does not stand on it
};

}  // namespace arena

namespace madang::wire {

template <>
inline constexpr auto enumeration<arena::ClaimState> =
    Enumeration<3>{"ClaimState",
                   "What a fighter knows of a tile that it has claimed.",
                   {{{"none", "there is no claim"}, {"asked", ""}, {"granted", ""}}}};

}  // namespace madang::wire

namespace arena {

struct Claim {
  ClaimState state = ClaimState::none;
  Tile tile;
  bool operator==(const Claim&) const = default;
  static constexpr auto table = wire::record("Claim", "A tile on the way of a fighter.",
                                             wire::field("state", &Claim::state, "none: no claim"),
                                             wire::field("tile", &Claim::tile, "which"));
};

}  // namespace arena
