#include "madang/world/cells.h"

#include <gtest/gtest.h>

#include <vector>

namespace madang::world {
namespace {

std::vector<std::uint32_t> cells_of(const Grid& grid, const CellRect& rect, const CellRect& without = {}) {
  std::vector<std::uint32_t> cells;
  grid.for_each_without(rect, without, [&](CellIndex cell) { cells.push_back(cell.value); });
  return cells;
}

TEST(Grid, HasARowAndAColumnForTheRestAtTheEdges) {
  const Grid grid(33, 16, 16);
  EXPECT_EQ(grid.columns(), 3u);
  EXPECT_EQ(grid.rows(), 1u);
  EXPECT_EQ(grid.cell_count(), 3u);
}

TEST(Grid, FindsTheCellOfEveryTileAndTheFirstTileOfEveryCell) {
  const Grid grid(100, 37, 8);
  for (std::uint16_t y = 0; y < 37; ++y) {
    for (std::uint16_t x = 0; x < 100; ++x) {
      const CellIndex cell = grid.cell_of({x, y});
      EXPECT_EQ(cell.value, y / 8u * 13 + x / 8u);
      EXPECT_EQ(grid.origin(cell),
                (Position{static_cast<std::uint16_t>(x / 8 * 8), static_cast<std::uint16_t>(y / 8 * 8)}));
    }
  }
}

TEST(Grid, VisitsARectangleInAscendingOrder) {
  const Grid grid(64, 64, 16);
  std::vector<std::uint32_t> cells;
  grid.for_each({1, 0, 2, 2}, [&](CellIndex cell) { cells.push_back(cell.value); });
  EXPECT_EQ(cells, (std::vector<std::uint32_t>{1, 2, 5, 6, 9, 10}));
}

TEST(Grid, VisitsTheCellsOfOneRectangleThatAreNotInTheOther) {
  const Grid grid(64, 64, 16);
  EXPECT_EQ(cells_of(grid, {0, 0, 1, 1}, {1, 1, 3, 3}), (std::vector<std::uint32_t>{0, 1, 4}));
  EXPECT_EQ(cells_of(grid, {0, 0, 1, 1}, {0, 0, 3, 3}), std::vector<std::uint32_t>{});
  EXPECT_EQ(cells_of(grid, {0, 0, 1, 1}), (std::vector<std::uint32_t>{0, 1, 4, 5}));
}

TEST(Grid, VisitsNothingOfAnEmptyRectangle) {
  const Grid grid(64, 64, 16);
  EXPECT_TRUE(CellRect{}.empty());
  EXPECT_FALSE(CellRect{}.contains(0, 0));
  EXPECT_FALSE(CellRect{}.contains(1, 1));
  EXPECT_EQ(cells_of(grid, CellRect{}), std::vector<std::uint32_t>{});
}

}  // namespace
}  // namespace madang::world
