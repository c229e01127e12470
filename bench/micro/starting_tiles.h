// The first positions of all pieces, for contenders without a zone: random, as in the zone.
#pragma once

#include <cstdint>
#include <vector>

#include "board/names.h"
#include "contender.h"
#include "madang/base/random.h"

namespace madang::micro {

inline board::Map starting_map(std::uint32_t pieces) {
  const board::ZoneConfig land = land_for(pieces);
  return board::Map(land.width, land.height, land.seed, land.obstacle_percent);
}

inline std::vector<board::Position> starting_tiles(const board::Map& map, std::uint32_t pieces,
                                                   std::uint64_t seed) {
  Random random(seed);
  std::vector<board::Position> tiles;
  tiles.reserve(pieces);
  while (tiles.size() < pieces) {
    const board::Position tile{static_cast<std::uint16_t>(random.below(map.width())),
                               static_cast<std::uint16_t>(random.below(map.height()))};
    if (map.is_free(tile)) tiles.push_back(tile);
  }
  return tiles;
}

}  // namespace madang::micro
