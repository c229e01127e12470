#include "board/position.h"

#include <gtest/gtest.h>

namespace madang::board {
namespace {

TEST(Position, UpIsTowardsTheFirstRowAndLeftTowardsTheFirstColumn) {
  EXPECT_EQ(neighbour({5, 5}, Direction::up), (Position{5, 4}));
  EXPECT_EQ(neighbour({5, 5}, Direction::down), (Position{5, 6}));
  EXPECT_EQ(neighbour({5, 5}, Direction::left), (Position{4, 5}));
  EXPECT_EQ(neighbour({5, 5}, Direction::right), (Position{6, 5}));
}

TEST(Position, BeyondTheUpperAndLeftEdgeLiesOutsideOfEveryMap) {
  EXPECT_EQ(neighbour({0, 3}, Direction::left), (Position{65535, 3}));
  EXPECT_EQ(neighbour({3, 0}, Direction::up), (Position{3, 65535}));
}

}  // namespace
}  // namespace madang::board
