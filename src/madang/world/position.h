// Position: where an entity stands. A plain value; any thread.
//
// x counts to the right and y counts downwards, both from 0. The game chooses the unit: a tile, or a 64th of
// a metre. A map has at most 2^31 - 2^16 units a side. So a position up to 65,535 units beyond an edge is a
// value, too. It is negative, or not less than the map's size.
#pragma once

#include <compare>
#include <cstdint>

#include "madang/wire/table.h"

namespace madang::world {

struct Position {
  std::int32_t x = 0;
  std::int32_t y = 0;
  constexpr auto operator<=>(const Position&) const = default;

  static constexpr auto table =
      wire::record("Position", "Where an entity stands.", wire::field("x", &Position::x, "from the left"),
                   wire::field("y", &Position::y, "from the top"));
};

}  // namespace madang::world
