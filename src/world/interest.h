// Interest: which cells an owner watches.
//
// It begins to watch what comes within the view radius and stops beyond the leave radius. Between the two it
// leaves things as they are, so that a walk to and fro over a border does not flap.
#pragma once

#include <cstdint>

#include "world/cells.h"
#include "world/position.h"

namespace madang::world {

struct InterestRadii {
  std::uint32_t view;   ///< tiles
  std::uint32_t leave;  ///< tiles, not less than `view`
};

/// What to watch from `position`, having watched `before` (empty at first).
CellRect watch_from(const Grid& grid, InterestRadii radii, Position position, const CellRect& before);

}  // namespace madang::world
