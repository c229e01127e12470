// The tiles on which newcomers appear.
#include "board/arrivals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "board/packets.h"

namespace madang::board {
namespace {

using world::Map;
using world::Position;

constexpr std::uint64_t arrivals_seed = 11;

double distance_from_middle(const Map& map, Position tile) {
  const double x = tile.x - static_cast<double>(map.width() / 2);
  const double y = tile.y - static_cast<double>(map.height() / 2);
  return std::sqrt(x * x + y * y);
}

std::vector<Position> tiles_of_first(const Arrivals& arrivals, const Map& map, std::uint64_t newcomers) {
  std::vector<Position> tiles;
  for (std::uint64_t number = 1; number <= newcomers; ++number)
    tiles.push_back(arrivals.tile_of(number, map));
  return tiles;
}

/// Returns how often the most frequent tile occurs.
std::size_t most_on_a_tile(const std::vector<Position>& tiles) {
  std::map<Position, std::size_t> counts;
  std::size_t most = 0;
  for (const Position tile : tiles) most = std::max(most, ++counts[tile]);
  return most;
}

TEST(Arrivals, AreTheSameForTheSameMapSeedAndNewcomer) {
  const Map map(1000, 1000, arrivals_seed, 8);
  for (const std::uint32_t radius : {0u, 20u}) {
    const Arrivals one(map, arrivals_seed, radius);
    const Arrivals two(map, arrivals_seed, radius);
    EXPECT_EQ(tiles_of_first(one, map, 1000), tiles_of_first(two, map, 1000));
    EXPECT_EQ(one.tile_of(7, map), two.tile_of(7, map))
        << "the result does not depend on the order of the calls";
  }
}

TEST(Arrivals, DifferFromSeedToSeed) {
  const Map map(1000, 1000, arrivals_seed, 8);
  for (const std::uint32_t radius : {0u, 20u}) {
    const std::vector<Position> one = tiles_of_first(Arrivals(map, arrivals_seed, radius), map, 100);
    const std::vector<Position> two = tiles_of_first(Arrivals(map, arrivals_seed + 1, radius), map, 100);
    int equal = 0;
    for (std::size_t i = 0; i < one.size(); ++i) equal += one[i] == two[i];
    EXPECT_LT(equal, 10);
  }
}

TEST(Arrivals, AreTheSameOnEveryPlatform) {
  const Map map(300, 200, arrivals_seed, 8);
  EXPECT_EQ(Arrivals(map, arrivals_seed, 20).tile_of(1, map), (Position{152, 108}));
  EXPECT_EQ(Arrivals(map, arrivals_seed, 0).tile_of(1, map), (Position{78, 23}));
}

TEST(Arrivals, AreFreeTilesNearTheMiddle) {
  const Map map(1000, 600, arrivals_seed, 30);
  const Arrivals arrivals(map, arrivals_seed, 20);
  double farthest = 0;
  for (const Position tile : tiles_of_first(arrivals, map, 5000)) {
    EXPECT_TRUE(map.is_free(tile));
    farthest = std::max(farthest, distance_from_middle(map, tile));
  }
  EXPECT_LE(farthest, 20.0);
  EXPECT_GT(farthest, 18.0) << "the whole disk is used";
}

TEST(Arrivals, SpreadOverTheDisk) {
  const Map map(1000, 1000, arrivals_seed, 8);
  const std::vector<Position> tiles = tiles_of_first(Arrivals(map, arrivals_seed, 20), map, 1000);
  EXPECT_EQ(most_on_a_tile(tiles), 1u) << "the disk has more than 1,000 free tiles";
  // The first few are spread too. Otherwise newcomers that come together would stand in one corner.
  int quarters[4] = {};
  for (std::size_t i = 0; i < 100; ++i) ++quarters[(tiles[i].x < 500 ? 0 : 1) + (tiles[i].y < 500 ? 0 : 2)];
  EXPECT_GT(*std::ranges::min_element(quarters), 10);
}

TEST(Arrivals, ShareTilesEvenlyWhenThereAreMoreNewcomersThanTiles) {
  const Map map(1000, 1000, arrivals_seed, 8);
  const std::vector<Position> tiles = tiles_of_first(Arrivals(map, arrivals_seed, 20), map, 15'000);
  const std::size_t distinct = std::set<Position>(tiles.begin(), tiles.end()).size();
  EXPECT_GT(distinct, 1000u);
  EXPECT_LE(most_on_a_tile(tiles), 15'000 / distinct + 1);
}

TEST(Arrivals, StayOnATinyMap) {
  const Map map(16, 16, arrivals_seed, 8);
  const std::vector<Position> tiles = tiles_of_first(Arrivals(map, arrivals_seed, 20), map, 1000);
  EXPECT_TRUE(std::ranges::all_of(tiles, [&](Position tile) { return map.is_free(tile); }));
  EXPECT_GT(std::set<Position>(tiles.begin(), tiles.end()).size(), 200u);
}

TEST(Arrivals, HaveOneTileOnAMapOfOneTile) {
  const Map map(1, 1, arrivals_seed, 0);
  EXPECT_EQ(Arrivals(map, arrivals_seed, 20).tile_of(3, map), (Position{0, 0}));
}

TEST(Arrivals, FindTheOnlyFreeTileWhereverItIs) {
  int maps = 0;
  for (std::uint64_t map_seed = 1; maps < 5; ++map_seed) {
    const Map map(20, 20, map_seed, 99);
    if (map.free_tile_count() != 1) continue;
    ++maps;
    EXPECT_EQ(Arrivals(map, arrivals_seed, 1).tile_of(3, map), map.next_free_tile({0, 0}));
  }
}

TEST(Arrivals, WidenTheDiskWhenNoStepIsPossibleInIt) {
  int widened = 0;
  for (std::uint64_t map_seed = 1; map_seed <= 50; ++map_seed) {
    const Map map(400, 400, map_seed, 95);
    for (const Position tile : tiles_of_first(Arrivals(map, arrivals_seed, 2), map, 20)) {
      EXPECT_TRUE(map.is_free(tile));
      EXPECT_TRUE(map.has_way_out(tile)) << map_seed;
      widened += distance_from_middle(map, tile) > 2;
    }
  }
  EXPECT_GT(widened, 100);
}

/// Returns whether a piece can walk from `from` to `to` within `radius` tiles of the middle.
bool can_walk(const Map& map, Position from, Position to, double radius) {
  std::set<Position> reached{from};
  std::vector<Position> next{from};
  while (!next.empty()) {
    const Position tile = next.back();
    next.pop_back();
    for (const Direction direction : directions) {
      const Position beside = neighbour(tile, direction);
      if (map.is_free(beside) && distance_from_middle(map, beside) <= radius && reached.insert(beside).second)
        next.push_back(beside);
    }
  }
  return reached.contains(to);
}

TEST(Arrivals, CanWalkToEachOther) {
  const Map map(200, 200, arrivals_seed, 35);
  const std::vector<Position> tiles = tiles_of_first(Arrivals(map, arrivals_seed, 12), map, 300);
  std::set<Position> distinct(tiles.begin(), tiles.end());
  EXPECT_GT(distinct.size(), 100u);
  std::size_t free = 0;
  for (std::int32_t y = 88; y <= 112; ++y)
    for (std::int32_t x = 88; x <= 112; ++x)
      free += map.is_free({x, y}) && distance_from_middle(map, {x, y}) <= 12;
  EXPECT_LT(distinct.size(), free) << "this map must have tiles without a way out";
  for (const Position tile : distinct) EXPECT_TRUE(can_walk(map, tiles[0], tile, 12));
}

TEST(Arrivals, AreSpreadOverTheWholeMapWithoutARadius) {
  const Map map(1000, 500, arrivals_seed, 8);
  const std::vector<Position> tiles = tiles_of_first(Arrivals(map, arrivals_seed, 0), map, 4000);
  int sixteenths[16] = {};
  for (const Position tile : tiles) ++sixteenths[tile.x / 250 + tile.y / 125 * 4];
  EXPECT_GT(*std::ranges::min_element(sixteenths), 150);
  EXPECT_LE(most_on_a_tile(tiles), 4u);
}

}  // namespace
}  // namespace madang::board
