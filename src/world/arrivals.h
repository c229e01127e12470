// Arrivals: the tile on which a newcomer appears.
//
// The tile is a function of the map, the seed and the newcomer's entity id. Who stands there does not count.
// The zone gives entity ids in the order of the enter commands, so a replay has the same ids and the same
// tiles. The name would not do: a client chooses its name, and could choose its tile with it.
//
// With a radius, newcomers appear on a disk around the middle of the map. Their tiles are the largest region
// of free tiles that touch each other in that disk, so that they are not walled in one by one. As many
// newcomers in a row as the region has tiles get a tile each; after that tiles are shared. A disk in which
// nobody could take a step is widened until somebody can, or it is the whole map. With radius 0 newcomers
// appear anywhere on the map.
//
// One thread, owned by the zone. Made once; finding a tile allocates nothing. 4 bytes a tile of the region.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "world/map.h"
#include "world/position.h"

namespace madang::world {

class Arrivals {
 public:
  /// `radius` in tiles; 0: anywhere. The map outlives this.
  Arrivals(const Map& map, std::uint64_t seed, std::uint32_t radius);

  /// Returns a free tile. Precondition: the map has one (CHECK).
  Position tile_of(EntityId newcomer) const;

  std::size_t memory_bytes() const { return tiles_.capacity() * sizeof(Position); }

 private:
  Position tile_anywhere(EntityId newcomer) const;

  const Map& map_;
  const std::uint64_t seed_;
  std::vector<Position> tiles_;  // in the order in which newcomers get them; empty: anywhere
};

}  // namespace madang::world
