// The first positions of all pieces, for contenders without a world: random, as in the world.
#pragma once

#include <cstdint>
#include <vector>

#include "contender.h"
#include "madang/base/random.h"
#include "madang/world/map.h"

namespace madang::micro {

inline world::Map starting_map(std::uint32_t pieces) {
  const board::BoardConfig land = land_for(pieces);
  return world::Map(land.width, land.height, land.seed, land.obstacle_percent);
}

inline std::vector<world::Position> starting_tiles(const world::Map& map, std::uint32_t pieces,
                                                   std::uint64_t seed) {
  Random random(seed);
  std::vector<world::Position> tiles;
  tiles.reserve(pieces);
  while (tiles.size() < pieces) {
    const world::Position tile{static_cast<std::int32_t>(random.below(map.width())),
                               static_cast<std::int32_t>(random.below(map.height()))};
    if (map.is_free(tile)) tiles.push_back(tile);
  }
  return tiles;
}

}  // namespace madang::micro
