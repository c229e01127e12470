// Arrivals: the tile on which a newcomer appears.
//
// The tile is a function of the map, the seed and the number of the newcomer. Other pieces do not matter. The
// name is not used, because a client chooses its name, and could choose its tile with it.
//
// With a radius, newcomers appear on a disk around the middle of the map. Their tiles are the largest region
// of connected free tiles in that disk, so that obstacles do not separate them. If the region has N tiles,
// then N newcomers in a row get N different tiles; after that the tiles repeat. If no step is possible in the
// disk, its radius is doubled until one is, or until the disk is the whole map. With radius 0 newcomers
// appear anywhere on the map.
//
// Constant; any thread. Made once; finding a tile allocates nothing. 8 bytes a tile of the region.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "madang/world/map.h"
#include "madang/world/position.h"

namespace madang::board {

class Arrivals {
 public:
  /// `radius` in tiles; 0: anywhere on the map.
  Arrivals(const world::Map& map, std::uint64_t seed, std::uint32_t radius);

  /// Returns a free tile for the newcomer with this number. Preconditions: the map is the same; it has a free
  /// tile (CHECK).
  world::Position tile_of(std::uint64_t newcomer, const world::Map& map) const;

  std::size_t memory_bytes() const { return tiles_.capacity() * sizeof(world::Position); }

 private:
  world::Position tile_anywhere(std::uint64_t newcomer, const world::Map& map) const;

  const std::uint64_t seed_;
  std::vector<world::Position> tiles_;  // in the order in which newcomers get them; empty: anywhere
};

}  // namespace madang::board
