// Interest: which cells an owner watches (its area of interest). Pure functions; any thread.
//
// An owner begins to watch a cell that comes within the view radius of its piece. It stops to watch a cell
// that is beyond the leave radius. Between the two radii nothing changes. So a piece that walks back and
// forth over a border does not begin and forget cells all the time.
#pragma once

#include <cstdint>

#include "madang/world/cells.h"
#include "madang/world/position.h"

namespace madang::world {

struct InterestRadii {
  std::uint32_t view;   ///< tiles
  std::uint32_t leave;  ///< tiles, not less than `view`
};

/// Returns the cells to watch from `position`. `before` are the cells that were watched until now; empty at
/// first.
CellRect watch_from(const Grid& grid, InterestRadii radii, Position position, const CellRect& before);

}  // namespace madang::world
