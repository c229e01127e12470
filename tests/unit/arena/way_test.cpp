#include "arena/way.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "arena/rules.h"

namespace arena {
namespace {

constexpr std::uint32_t no_end = 1'000'000;
constexpr LookAhead look_on{no_end, no_end};

/// Returns an is_mine() for these tiles.
auto mine(std::vector<Tile> tiles = {}) {
  return [tiles](Tile tile) { return std::ranges::find(tiles, tile) != tiles.end(); };
}

/// Returns is_open() of a map of rows of text.
template <std::size_t rows>
auto open_in(const std::array<std::string_view, rows>& text) {
  return open_tiles([text](Position at) {
    const Tile tile = tile_of(at);
    return tile.x >= 0 && tile.y >= 0 && tile.y < static_cast<std::int32_t>(rows) &&
           tile.x < static_cast<std::int32_t>(text[0].size()) &&
           text[static_cast<std::size_t>(tile.y)][static_cast<std::size_t>(tile.x)] != '#';
  });
}

TEST(Heading, HasEightDirectionsAndAStop) {
  EXPECT_EQ(sign_of(Heading::stop), Sign{});
  for (const Heading heading : directions) {
    const Sign sign = sign_of(heading);
    EXPECT_NE(sign, Sign{});
    EXPECT_EQ(heading_of(sign.x * 9, sign.y * 5), heading);
  }
  EXPECT_EQ(heading_of(0, 0), Heading::stop);
  EXPECT_EQ(sign_of(Heading::north), (Sign{0, -1}));
  EXPECT_EQ(sign_of(Heading::south_west), (Sign{-1, 1}));
}

TEST(Heading, ATileHasItsOwnPositions) {
  EXPECT_EQ(tile_of({63, 64}), (Tile{0, 1}));
  EXPECT_EQ(tile_of({-1, 0}), (Tile{-1, 0}));
  EXPECT_EQ(tile_of(centre_of({3, 9})), (Tile{3, 9}));
}

TEST(Stride, IsAsFastInEachOfTheEightDirections) {
  const auto open = [](Tile, Tile) { return true; };
  for (const Heading heading : directions) {
    Position at{2000, 2000};
    for (int tick = 0; tick < 50; ++tick) {
      at = stride(at, heading, Arena::speed, {}, [](Tile) { return true; }, open).to;
    }
    const double way = std::hypot(at.x - 2000, at.y - 2000) / 50;
    EXPECT_NEAR(way, 17, 0.05) << static_cast<int>(heading);
    EXPECT_EQ(heading_of(at.x - 2000, at.y - 2000), heading);
  }
}

TEST(Stride, EndsAtTheBorderOfATileThatWasNotGranted) {
  const auto open = [](Tile, Tile) { return true; };
  const Stride way = stride({50, 32}, Heading::east, Arena::speed, look_on, mine(), open);
  EXPECT_EQ(way.to, (Position{63, 32}));
  EXPECT_EQ(way.next[0], (Tile{1, 0}));
  EXPECT_EQ(stride({50, 32}, Heading::east, Arena::speed, look_on, mine({Tile{1, 0}}), open).to,
            (Position{67, 32}));
  EXPECT_EQ(stride({50, 32}, Heading::east, Arena::speed, look_on, mine({Tile{0, 1}}), open).to,
            (Position{63, 32}));
  const Stride longer = stride({50, 32}, Heading::east, 10 * Arena::speed, look_on, mine({Tile{1, 0}}), open);
  EXPECT_EQ(longer.to, (Position{127, 32})) << "one grant is one tile";
  EXPECT_EQ(longer.next[1], (Tile{3, 0}));
  EXPECT_EQ(longer.next[0], (Tile{2, 0}));
}

TEST(Stride, LooksAheadOnlyAsFarAsItMay) {
  const auto open = [](Tile, Tile) { return true; };
  const auto next = [&](LookAhead look) {
    return stride({0, 32}, Heading::east, 12 * 3, look, mine(), open).next;
  };
  EXPECT_EQ(next({12 * 60, no_end})[0], std::nullopt);
  EXPECT_EQ(next({12 * 61, 12 * 63})[0], (Tile{1, 0}));
  EXPECT_EQ(next({12 * 61, 12 * 63})[1], std::nullopt);
  EXPECT_EQ(next({12 * 61, 12 * 64})[1], (Tile{2, 0}));
}

TEST(Stride, ADiagonalTakesTheTilesOfItsWayOneByOne) {
  const auto open = [](Tile, Tile) { return true; };
  const auto next = [&](Position from) {
    return stride(from, Heading::south_east, 0, look_on, mine(), open).next;
  };
  using Tiles = std::array<std::optional<Tile>, 2>;
  EXPECT_EQ(next({60, 40}), (Tiles{Tile{1, 0}, Tile{1, 1}}));
  EXPECT_EQ(next({40, 60}), (Tiles{Tile{0, 1}, Tile{1, 1}}));
  EXPECT_EQ(next({40, 40}), (Tiles{Tile{1, 1}, Tile{2, 2}}));
}

TEST(Stride, StopsAtAnObstacleAndSlidesAlongIt) {
  const auto open = open_in<3>({"...", ".#.", "..."});
  EXPECT_EQ(stride({32, 96}, Heading::east, no_end, look_on, mine(), open).to, (Position{63, 96}));
  EXPECT_EQ(stride({32, 96}, Heading::east, no_end, look_on, mine(), open).next[0], std::nullopt);
  // The way to the north-east touches the obstacle, and then leads along it.
  const Stride slides = stride({60, 100}, Heading::north_east, no_end, look_on, mine(), open);
  EXPECT_EQ(slides.to, (Position{63, 64}));
  EXPECT_EQ(slides.next[0], (Tile{1, 0})) << "past its corner";
  // From below it slides to the east.
  const Stride below = stride({70, 130}, Heading::north_east, no_end, look_on, mine(), open);
  EXPECT_EQ(below.to, (Position{127, 128}));
  EXPECT_EQ(below.next[0], (Tile{2, 1}));
}

TEST(Stride, DoesNotSqueezeBetweenTwoObstacles) {
  const auto open = open_in<2>({".#", "#."});
  EXPECT_EQ(stride({32, 32}, Heading::south_east, no_end, look_on, mine({Tile{1, 1}}), open).to,
            (Position{63, 63}));
  const auto corner = open_in<2>({"..", "#."});
  EXPECT_EQ(stride({32, 32}, Heading::south_east, 17 * 40, {}, mine({Tile{1, 1}}), corner).to,
            (Position{72, 72}));
}

TEST(Flight, EndsAtObstaclesAndTheEdge) {
  const auto open = open_in<2>({"..#", "..."});
  const Flight wall = flight({32, 32}, Heading::east, no_end, open);
  EXPECT_EQ(wall.to, (Position{127, 32}));
  EXPECT_TRUE(wall.is_stopped);
  EXPECT_EQ(wall.cost, 12u * 95);
  const Flight edge = flight({32, 96}, Heading::south, no_end, open);
  EXPECT_EQ(edge.to, (Position{32, 127}));
  EXPECT_TRUE(edge.is_stopped);
  const Flight air = flight({32, 96}, Heading::east, 12 * 51, open);
  EXPECT_EQ(air.to, (Position{83, 96}));
  EXPECT_FALSE(air.is_stopped);
}

TEST(Bearing, TellsBeforeFromBehindAndBeside) {
  EXPECT_EQ(bearing({10, 10}, Heading::east, {15, 12}).along, 5);
  EXPECT_EQ(bearing({10, 10}, Heading::east, {15, 12}).across, 2);
  EXPECT_EQ(bearing({10, 10}, Heading::east, {5, 8}).along, -5);
  EXPECT_EQ(bearing({10, 10}, Heading::east, {5, 8}).across, 2);
  EXPECT_EQ(bearing({10, 10}, Heading::north_west, {5, 5}).along, 10);
  EXPECT_EQ(bearing({10, 10}, Heading::north_west, {5, 5}).across, 0);
}

}  // namespace
}  // namespace arena
