// Rooms: worlds of the arena, which are made by name. Each name has walls of its own, and always the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "madang/world/any_world.h"
#include "madang/world/game_info.h"
#include "madang/world/map.h"

namespace arena {

namespace world = madang::world;

struct RoomSettings {
  std::uint32_t side = 32;  ///< of the square map, in tiles
  std::uint32_t fighters_max = 20;
  bool checks_law = false;  ///< see world::WorldConfig
};

/// Makes a room (see net::MakeWorld for its number). `seed` is that of all rooms of a server. Any thread.
std::unique_ptr<world::AnyWorld> make_room(const RoomSettings& settings, std::uint64_t seed,
                                           std::string_view name, std::uint64_t number);

/// Returns a square map. Each block of 8 x 8 tiles has a straight wall, which does not touch the edge of the
/// block. So every free tile can be reached from every other one.
world::Map walled_map(std::uint32_t side, std::uint64_t seed);

/// Returns what the network needs to know of the arena.
const world::GameInfo& game_info();

}  // namespace arena
