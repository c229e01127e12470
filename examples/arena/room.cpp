#include "arena/room.h"

#include <memory>
#include <set>
#include <string_view>

#include "arena/rules.h"
#include "madang/base/random.h"
#include "madang/world/state_hash.h"

namespace arena {

std::unique_ptr<world::AnyWorld> make_room(const RoomSettings& settings, std::uint64_t seed,
                                           std::string_view name, std::uint64_t number) {
  world::StateHash walls;
  walls.add(name);
  // A fighter has at most three shots in the air, because it waits between two shots. Shots of a fighter that
  // has just left fly on.
  const std::uint32_t entities_max = settings.fighters_max * 8;
  world::WorldConfig config = Arena::config({.seed = seed, .number = number}, entities_max);
  config.checks_law = settings.checks_law;
  return std::make_unique<world::World<Arena>>(config, walled_map(settings.side, walls.value()),
                                               Arena(settings.fighters_max));
}

world::Map walled_map(std::uint32_t side, std::uint64_t seed) {
  constexpr std::uint32_t block = 8;
  constexpr std::uint32_t inside = block - 2;  // tiles of a block that are not at its edge
  madang::Random random(seed);
  std::set<Tile> walls;
  for (std::uint32_t y = 0; y + block <= side; y += block)
    for (std::uint32_t x = 0; x + block <= side; x += block) {
      const bool is_across = random.chance(1, 2);
      const std::uint32_t length = 3 + random.below(inside - 2);
      const std::uint32_t first = 1 + random.below(inside - length + 1);
      const std::uint32_t line = 1 + random.below(inside);
      for (std::uint32_t i = first; i < first + length; ++i)
        walls.insert({static_cast<std::int32_t>(x + (is_across ? i : line)),
                      static_cast<std::int32_t>(y + (is_across ? line : i))});
    }
  return world::Map::of(side, side, [&](std::uint32_t x, std::uint32_t y) {
    return walls.contains({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)});
  });
}

const world::GameInfo& game_info() { return world::game_info<Arena>; }

}  // namespace arena
