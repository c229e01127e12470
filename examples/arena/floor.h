// Floor: the ground of a cell. It gives the tiles of the cell to fighters, each tile to one fighter at a
// time.
#pragma once

#include "arena/heading.h"
#include "madang/world/attributes.h"

namespace arena {

struct Floor {
  std::uint64_t taken = 0;
  bool operator==(const Floor&) const = default;

  /// Returns the bit of a tile. `origin` is the upper left position of the cell.
  static constexpr std::uint64_t bit_of(Position origin, Tile tile) {
    static_assert(tiles_per_cell * tiles_per_cell == 64);
    const Tile first = tile_of(origin);
    return std::uint64_t{1} << ((tile.y - first.y) * tiles_per_cell + (tile.x - first.x));
  }
  static constexpr auto table = world::attributes(
      "Floor", "The tiles of a cell.", world::hidden("taken", &Floor::taken, "one bit a tile, row by row"));
};

}  // namespace arena
