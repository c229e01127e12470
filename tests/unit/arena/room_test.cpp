// Rooms by name: their walls, their limit of fighters, and their ids.
#include "arena/room.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arena/rules.h"
#include "unit/world/game_inputs.h"

namespace arena {
namespace {

std::vector<bool> free_tiles(const world::Map& map) {
  std::vector<bool> free;
  for (std::uint32_t y = 0; y < map.height(); ++y)
    for (std::uint32_t x = 0; x < map.width(); ++x)
      free.push_back(map.is_free({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)}));
  return free;
}

/// Returns how many tiles can be reached from the first free one without a diagonal step.
std::uint64_t reachable_tiles(const world::Map& map) {
  std::vector<bool> is_new = free_tiles(map);
  std::vector<world::Position> open = {*map.next_free_tile({0, 0})};
  std::uint64_t count = 0;
  while (!open.empty()) {
    const world::Position at = open.back();
    open.pop_back();
    if (!map.is_free(at)) continue;
    const std::size_t index = static_cast<std::size_t>(at.y) * map.width() + static_cast<std::size_t>(at.x);
    if (!is_new[index]) continue;
    is_new[index] = false;
    ++count;
    for (const auto& [x, y] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}})
      open.push_back({at.x + x, at.y + y});
  }
  return count;
}

std::unique_ptr<world::AnyWorld> room_named(std::string_view name, std::uint32_t number = 1,
                                            std::uint32_t fighters_max = 3) {
  return arena::make_room({.fighters_max = fighters_max, .checks_law = true}, 1, name, number);
}

world::EntityId enter(world::AnyWorld& room, std::uint64_t character) {
  world::GameInputs inputs;
  inputs.enter(character, Entry{"one", 1});
  const world::WorldOutput& output = room.tick(inputs.list());
  return output.entered.empty() ? world::EntityId{} : output.entered[0].id;
}

void leave(world::AnyWorld& room, std::uint64_t character) {
  world::GameInputs inputs;
  inputs.leave(character);
  room.tick(inputs.list());
  room.tick({});
}

TEST(ArenaRoom, HasWallsAndEveryFreeTileCanBeReached) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const world::Map map = walled_map(32, seed);
    EXPECT_LE(map.free_tile_count(), 32u * 32 - 16 * 3);
    EXPECT_GE(map.free_tile_count(), 32u * 32 - 16 * 6);
    EXPECT_EQ(reachable_tiles(map), map.free_tile_count()) << "seed " << seed;
    for (std::int32_t along = 0; along < 32; ++along)
      for (std::int32_t edge = 0; edge < 32; edge += 8) {
        EXPECT_TRUE(map.is_free({edge, along}) && map.is_free({edge + 7, along}));
        EXPECT_TRUE(map.is_free({along, edge}) && map.is_free({along, edge + 7}));
      }
  }
}

TEST(ArenaRoom, HasTheWallsOfItsName) {
  const auto walls_of = [](std::string_view name, std::uint32_t number) {
    return free_tiles(room_named(name, number)->map());
  };
  EXPECT_EQ(walls_of("red", 1), walls_of("red", 2));
  EXPECT_NE(walls_of("red", 1), walls_of("blue", 1));
  EXPECT_NE(walls_of("red", 1), walls_of("", 1));
}

TEST(ArenaRoom, IsMadeAnewWithOtherIds) {
  const world::EntityId first = enter(*room_named("red", 1), 7);
  EXPECT_TRUE(first);
  EXPECT_NE(first, enter(*room_named("red", 2), 7));
  EXPECT_EQ(first, enter(*room_named("red", 1), 7)) << "all else is the same";
}

TEST(ArenaRoom, RefusesFightersBeyondItsLimitUntilOneHasLeft) {
  const auto room = room_named("red", 1, 3);
  for (std::uint64_t character = 1; character <= 3; ++character) EXPECT_TRUE(enter(*room, character));
  world::GameInputs inputs;
  inputs.enter(4, Entry{"four", 1});
  const world::WorldOutput& output = room->tick(inputs.list());
  ASSERT_EQ(output.refused.size(), 1u);
  EXPECT_EQ(output.refused[0].reason, madang::CloseReason::world_full);
  leave(*room, 2);
  EXPECT_TRUE(enter(*room, 4));
  EXPECT_FALSE(enter(*room, 5));
  EXPECT_EQ(room->broken(), "");
}

TEST(ArenaRoom, HasAPlaceForEachFighterWhenTheOneBeforeHasLeft) {
  const auto room = room_named("red", 1, 1);
  for (std::uint64_t character = 1; character <= 20; ++character) {
    EXPECT_TRUE(enter(*room, character)) << character;
    leave(*room, character);
  }
}

TEST(ArenaRoom, HasCapacityForTheShotsOfAllItsFighters) {
  const auto room = room_named("red", 1, 2);
  EXPECT_TRUE(enter(*room, 1));
  EXPECT_TRUE(enter(*room, 2));
  for (int tick = 0; tick < 10; ++tick) room->tick({});
  world::GameInputs inputs;
  for (const std::uint64_t character : {1u, 2u}) inputs.send(character, Fire{});
  room->tick(inputs.list());
  EXPECT_EQ(room->registry().size(), 4u);
}

TEST(ArenaRoom, TheProtocolOfTheArenaHasAllItsPackets) {
  std::vector<std::string> names;
  for (const auto& packet : game_info().protocol.server) names.emplace_back(packet.record.name);
  for (const std::string name : {"Steered", "Hit", "Killed", "Leads", "RoundWon", "CellEnterFighter"})
    EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
}

TEST(ArenaRoom, ShowsHitPointsAndScoresToAllThatWatchAFighter) {
  std::vector<std::string> shown;
  for (const auto& info : world::attribute_infos<Fighter, world::Audience::everybody>(true))
    shown.emplace_back(info.name);
  EXPECT_EQ(shown,
            (std::vector<std::string>{"name", "colour", "hit_points", "facing", "score", "kills", "deaths"}));
}

}  // namespace
}  // namespace arena
