#include "madang/world/map.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "madang/world/state_hash.h"

namespace madang::world {
namespace {

std::uint64_t hash_of_map(const Map& map) {
  StateHash hash;
  for (std::uint32_t y = 0; y < map.height(); ++y)
    for (std::uint32_t x = 0; x < map.width(); ++x)
      hash.add(map.is_free({static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)}));
  return hash.value();
}

TEST(Map, IsTheSameForTheSameSeedOnEveryPlatform) {
  EXPECT_EQ(hash_of_map(Map(200, 100, 42, 8)), 14610727632568043907u);
}

TEST(Map, DiffersForAnotherSeed) {
  EXPECT_NE(hash_of_map(Map(200, 100, 42, 8)), hash_of_map(Map(200, 100, 43, 8)));
}

TEST(Map, HasAboutTheRequestedShareOfObstacles) {
  for (const std::uint32_t percent : {0u, 8u, 50u, 100u}) {
    const Map map(500, 400, 7, percent);
    const double obstacles = 200000.0 - static_cast<double>(map.free_tile_count());
    EXPECT_NEAR(obstacles / 2000.0, percent, percent % 100 == 0 ? 0.0 : 0.5);
  }
}

TEST(Map, IsFreeEverywhereIfItIsEmpty) {
  const Map map = Map::empty(70, 3);
  EXPECT_EQ(map.width(), 70u);
  EXPECT_EQ(map.height(), 3u);
  EXPECT_EQ(map.free_tile_count(), 210u);
  EXPECT_TRUE(map.is_free({0, 0}));
  EXPECT_TRUE(map.is_free({69, 2}));
  EXPECT_FALSE(map.is_free({70, 2})) << "it ends where it was told to";
  EXPECT_FALSE(map.is_free({69, 3}));
}

TEST(Map, HasTheObstaclesThatItIsGiven) {
  const std::array<std::string_view, 3> rows = {"..#.", "#...", "...#"};
  const Map map = Map::of(4, 3, [&](std::uint32_t x, std::uint32_t y) { return rows[y][x] == '#'; });
  EXPECT_EQ(map.free_tile_count(), 9u);
  for (std::int32_t y = 0; y < 3; ++y)
    for (std::int32_t x = 0; x < 4; ++x)
      EXPECT_EQ(map.is_free({x, y}), rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] == '.')
          << x << ", " << y;
}

TEST(Map, HasNoFreeTileOutsideOfItself) {
  const Map map(70, 3, 1, 0);
  EXPECT_TRUE(map.is_free({69, 2}));
  EXPECT_FALSE(map.is_free({70, 2}));
  EXPECT_FALSE(map.is_free({69, 3}));
  EXPECT_FALSE(map.is_free({65535, 0}));
  EXPECT_FALSE(map.is_free({0, 65535}));
}

TEST(Map, CountsItsFreeTiles) {
  const Map map(130, 31, 3, 30);
  std::uint64_t count = 0;
  for (std::uint16_t y = 0; y < 31; ++y)
    for (std::uint16_t x = 0; x < 130; ++x) count += map.is_free({x, y});
  EXPECT_EQ(map.free_tile_count(), count);
}

TEST(Map, WritesTheObstaclesOfACellAsBitsWithTilesBeyondTheEdge) {
  for (const std::uint32_t cell_size : {4u, 8u, 32u, 64u, 128u}) {
    const Map map(150, 70, 11, 25);
    const Grid grid(150, 70, cell_size);
    std::vector<std::byte> bytes(Map::obstacle_bytes(cell_size));
    for (std::uint32_t cell = 0; cell < grid.cell_count(); ++cell) {
      map.write_obstacles(grid, CellIndex{cell}, bytes);
      const Position origin = grid.origin(CellIndex{cell});
      for (std::uint32_t i = 0; i < cell_size * cell_size; ++i) {
        const Position position{static_cast<std::uint16_t>(origin.x + i % cell_size),
                                static_cast<std::uint16_t>(origin.y + i / cell_size)};
        const bool obstacle = (bytes[i / 8] >> (i % 8) & std::byte{1}) != std::byte{0};
        ASSERT_EQ(obstacle, !map.is_free(position)) << position.x << "," << position.y;
      }
    }
  }
}

TEST(Map, FindsTheNextFreeTileFromEveryTile) {
  const Map map(67, 9, 5, 85);
  ASSERT_GT(map.free_tile_count(), 0u);
  for (std::uint32_t start = 0; start < 67 * 9; ++start) {
    std::uint32_t expected = start;
    const auto at = [](std::uint32_t i) {
      return Position{static_cast<std::uint16_t>(i % 67), static_cast<std::uint16_t>(i / 67)};
    };
    while (!map.is_free(at(expected))) expected = (expected + 1) % (67 * 9);
    ASSERT_EQ(map.next_free_tile(at(start)), at(expected)) << start;
  }
}

TEST(Map, FindsItsOnlyFreeTileFromEveryTile) {
  std::uint64_t seed = 1;
  while (Map(20, 20, seed, 99).free_tile_count() != 1) ++seed;
  const Map map(20, 20, seed, 99);
  const std::optional<Position> only = map.next_free_tile({0, 0});
  ASSERT_TRUE(only && map.is_free(*only));
  for (std::uint16_t y = 0; y < 20; ++y)
    for (std::uint16_t x = 0; x < 20; ++x) ASSERT_EQ(map.next_free_tile({x, y}), only) << x << "," << y;
}

TEST(Map, HasNoNextFreeTileWhenAllAreObstacles) {
  EXPECT_EQ(Map(67, 9, 5, 100).next_free_tile({66, 8}), std::nullopt);
}

TEST(Map, RecognizesATileWithoutAWayOut) {
  EXPECT_FALSE(Map(1, 1, 1, 0).has_way_out({0, 0}));
  EXPECT_TRUE(Map(1, 2, 1, 0).has_way_out({0, 0}));
  EXPECT_TRUE(Map(2, 1, 1, 0).has_way_out({1, 0}));
}

}  // namespace
}  // namespace madang::world
