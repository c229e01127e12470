#include "madang/world/interest.h"

#include <gtest/gtest.h>

#include "madang/base/random.h"

namespace madang::world {
namespace {

constexpr Grid million_tiles(1000, 1000, 16);
constexpr InterestRadii radii{.view = 10, .leave = 14};

TEST(Interest, BeginsWithTheCellsWithinTheViewRadius) {
  EXPECT_EQ(watch_from(million_tiles, radii, {100, 100}, {}), (CellRect{5, 5, 6, 6}));
  EXPECT_EQ(watch_from(million_tiles, radii, {106, 106}, {}), (CellRect{6, 6, 7, 7}));
}

TEST(Interest, EndsAtTheEdgesOfTheMap) {
  EXPECT_EQ(watch_from(million_tiles, radii, {0, 0}, {}), (CellRect{0, 0, 0, 0}));
  EXPECT_EQ(watch_from(million_tiles, radii, {999, 999}, {}), (CellRect{61, 61, 62, 62}));
  EXPECT_EQ(watch_from(Grid(1, 1, 4), radii, {0, 0}, {}), (CellRect{0, 0, 0, 0}));
}

TEST(Interest, KeepsWatchingBetweenTheTwoRadii) {
  // The column that ends at x = 95 is watched from x = 105 on, and not watched from x = 110 on.
  CellRect watch = watch_from(million_tiles, radii, {105, 100}, {});
  EXPECT_EQ(watch.x0, 5);
  for (std::uint16_t x = 106; x <= 109; ++x) {
    watch = watch_from(million_tiles, radii, {x, 100}, watch);
    EXPECT_EQ(watch.x0, 5) << x;
  }
  watch = watch_from(million_tiles, radii, {110, 100}, watch);
  EXPECT_EQ(watch.x0, 6);
  for (std::uint16_t x = 109; x >= 106; --x) {
    watch = watch_from(million_tiles, radii, {x, 100}, watch);
    EXPECT_EQ(watch.x0, 6) << x;
  }
  EXPECT_EQ(watch_from(million_tiles, radii, {105, 100}, watch).x0, 5);
}

TEST(Interest, DoesNotChangeWhenAPieceStepsToAndFroOverABorder) {
  CellRect watch = watch_from(million_tiles, radii, {101, 101}, {});
  watch = watch_from(million_tiles, radii, {102, 101}, watch);
  const CellRect settled = watch;
  for (int i = 0; i < 20; ++i) {
    watch = watch_from(million_tiles, radii, {static_cast<std::uint16_t>(101 + i % 2), 101}, watch);
    EXPECT_EQ(watch, settled);
  }
}

TEST(Interest, FollowsAJumpToAnywhere) {
  const CellRect watch = watch_from(million_tiles, radii, {20, 20}, {});
  EXPECT_EQ(watch_from(million_tiles, radii, {900, 500}, watch), (CellRect{55, 30, 56, 31}));
}

TEST(Interest, AlwaysContainsTheViewRadiusAndNeverMoreThanTheLeaveRadius) {
  Random random(5);
  for (int i = 0; i < 2000; ++i) {
    const std::uint32_t width = 1 + random.below(300);
    const std::uint32_t height = 1 + random.below(300);
    const Grid some(width, height, 4u << random.below(6));
    const std::uint32_t view = 1 + random.below(40);
    const InterestRadii some_radii{view, view + random.below(20)};
    CellRect watch;
    for (int step = 0; step < 20; ++step) {
      const Position at{static_cast<std::uint16_t>(random.below(width)),
                        static_cast<std::uint16_t>(random.below(height))};
      watch = watch_from(some, some_radii, at, watch);
      const auto cell_at = [&](std::int64_t tile, std::uint32_t tiles) {
        return std::clamp<std::int64_t>(tile, 0, tiles - 1) / some.cell_size();
      };
      const std::int64_t leave = some_radii.leave;
      ASSERT_LE(watch.x0, cell_at(at.x - std::int64_t{view}, width));
      ASSERT_GE(watch.x1, cell_at(at.x + std::int64_t{view}, width));
      ASSERT_LE(watch.y0, cell_at(at.y - std::int64_t{view}, height));
      ASSERT_GE(watch.y1, cell_at(at.y + std::int64_t{view}, height));
      ASSERT_GE(watch.x0, cell_at(at.x - leave, width));
      ASSERT_LE(watch.x1, cell_at(at.x + leave, width));
      ASSERT_GE(watch.y0, cell_at(at.y - leave, height));
      ASSERT_LE(watch.y1, cell_at(at.y + leave, height));
    }
  }
}

}  // namespace
}  // namespace madang::world
