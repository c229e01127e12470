// Arrivals: the tile on which a newcomer appears.
//
// The tile is a function of the map, the seed and the newcomer's entity id. Other pieces do not matter. The
// zone gives entity ids in the order of the enter commands, so a replay has the same ids and the same tiles.
// The name is not used, because a client chooses its name, and could choose its tile with it.
//
// With a radius, newcomers appear on a disk around the middle of the map. Their tiles are the largest region
// of connected free tiles in that disk, so that obstacles do not separate them. If the region has N tiles,
// then N newcomers in a row get N different tiles; after that the tiles repeat. If no step is possible in the
// disk, its radius is doubled until one is, or until the disk is the whole map. With radius 0 newcomers
// appear anywhere on the map.
//
// Owned by the zone; one thread. Made once; finding a tile allocates nothing. 4 bytes a tile of the region.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "board/names.h"
#include "board/position.h"
#include "madang/base/ids.h"

namespace madang::board {

class Arrivals {
 public:
  /// `radius` in tiles; 0: anywhere on the map. The map must outlive the object.
  Arrivals(const Map& map, std::uint64_t seed, std::uint32_t radius);

  /// Returns a free tile. Precondition: the map has one (CHECK).
  Position tile_of(PieceId newcomer) const;

  std::size_t memory_bytes() const { return tiles_.capacity() * sizeof(Position); }

 private:
  Position tile_anywhere(PieceId newcomer) const;

  const Map& map_;
  const std::uint64_t seed_;
  std::vector<Position> tiles_;  // in the order in which newcomers get them; empty: anywhere
};

}  // namespace madang::board
