// How pieces move.

#include "board/zone.h"

#include <gtest/gtest.h>

#include <vector>

#include "unit/board/board.h"

namespace madang::board {
namespace {

TEST(ZoneMove, GoesOneTileInItsDirection) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {30, 30});
  EXPECT_EQ(board.step(player, Direction::up), MoveResult::moved);
  EXPECT_EQ(player.position, (Position{30, 29}));
  EXPECT_EQ(board.step(player, Direction::left), MoveResult::moved);
  EXPECT_EQ(player.position, (Position{29, 29}));
  EXPECT_EQ(board.step(player, Direction::down), MoveResult::moved);
  EXPECT_EQ(player.position, (Position{29, 30}));
  EXPECT_EQ(board.step(player, Direction::right), MoveResult::moved);
  EXPECT_EQ(player.position, (Position{30, 30}));
  EXPECT_EQ(board.zone.piece(player.alias).position, player.position);
}

TEST(ZoneMove, IsAnsweredWithTheTimeOfTheClient) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {30, 30});
  board.queue_move(player, Direction::down, 123456);
  board.tick();
  EXPECT_EQ(board.events.moved, (std::vector<Moved>{{player.owner, 123456, {30, 31}, MoveResult::moved}}));
}

TEST(ZoneMove, IsBlockedAtEachEdge) {
  Board board(open_field(20, 12));
  Player player = board.enter();
  board.walk(player, {0, 0});
  EXPECT_EQ(board.step(player, Direction::up), MoveResult::blocked);
  EXPECT_EQ(board.step(player, Direction::left), MoveResult::blocked);
  board.walk(player, {19, 11});
  EXPECT_EQ(board.step(player, Direction::down), MoveResult::blocked);
  EXPECT_EQ(board.step(player, Direction::right), MoveResult::blocked);
  EXPECT_EQ(player.position, (Position{19, 11}));
  EXPECT_TRUE(board.events.cells.empty());
}

TEST(ZoneMove, IsBlockedByObstaclesOnly) {
  ZoneConfig config = open_field(30, 30);
  config.obstacle_percent = 40;
  Board board(config);
  for (std::size_t i = 0; i < 100; ++i) {
    Player player = board.enter();
    const auto direction = directions[i % directions.size()];
    const Position to = neighbour(player.position, direction);
    const bool free = board.zone.map().is_free(to);
    EXPECT_EQ(board.step(player, direction), free ? MoveResult::moved : MoveResult::blocked);
  }
}

TEST(ZoneMove, ThatIsBlockedCostsNothing) {
  ZoneConfig config = open_field(2, 1);
  config.move_interval_ticks = 10;
  Board board(config);
  Player player = board.enter();
  const bool at_left = player.position.x == 0;
  EXPECT_EQ(board.step(player, Direction::up), MoveResult::blocked);
  EXPECT_EQ(board.step(player, at_left ? Direction::right : Direction::left), MoveResult::moved);
}

TEST(ZoneMove, MayShareATileWithOthers) {
  Board board(open_field());
  Player first = board.enter();
  Player second = board.enter();
  board.walk(first, {30, 30});
  board.walk(second, {30, 30});
  EXPECT_EQ(board.zone.piece(first.alias).position, board.zone.piece(second.alias).position);
}

TEST(ZoneMove, IsTooSoonBeforeTheIntervalIsOver) {
  ZoneConfig config = open_field();
  config.move_interval_ticks = 5;
  Board board(config);
  Player player = board.enter();
  const Direction direction = player.position.x < 32 ? Direction::right : Direction::left;
  EXPECT_EQ(board.step(player, direction), MoveResult::moved);
  const Position after = player.position;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(board.step(player, direction), MoveResult::too_soon);
  EXPECT_EQ(player.position, after);
  EXPECT_EQ(board.step(player, direction), MoveResult::moved);
}

TEST(ZoneMove, MayComeEarlyByTheSlackButNotMoreOftenInTheLongRun) {
  ZoneConfig config = open_field(200, 200);
  config.move_interval_ticks = 10;
  config.move_slack_ticks = 3;
  Board board(config);
  Player player = board.enter();
  std::vector<int> moved_at;
  for (int tick = 0; tick < 100; ++tick) {
    const Direction direction = player.position.x < 100 ? Direction::right : Direction::left;
    if (board.step(player, direction) == MoveResult::moved) moved_at.push_back(tick);
  }
  EXPECT_EQ(moved_at, (std::vector<int>{0, 7, 17, 27, 37, 47, 57, 67, 77, 87, 97}));
}

ZoneConfig one_step_in_ten_ticks() {
  ZoneConfig config = open_field();
  config.move_interval_ticks = 10;
  config.move_slack_ticks = 9;
  return config;
}

TEST(ZoneMove, GainsNothingFromStandingStill) {
  Board board(one_step_in_ten_ticks());
  Player player = board.enter();
  for (int i = 0; i < 100; ++i) board.tick();
  const Direction direction = player.position.x < 32 ? Direction::right : Direction::left;
  int moved = 0;
  for (int i = 0; i < 10; ++i) moved += board.step(player, direction) == MoveResult::moved;
  EXPECT_EQ(moved, 2);
}

TEST(ZoneMove, HappensAtMostOnceATickForAnyNumberOfCommands) {
  Board board(one_step_in_ten_ticks());
  Player player = board.enter();
  const Direction direction = player.position.x < 32 ? Direction::right : Direction::left;
  for (int i = 0; i < 10; ++i) board.queue_move(player, direction);
  board.tick();
  ASSERT_EQ(board.events.moved.size(), 10u);
  EXPECT_EQ(board.events.moved[0].result, MoveResult::moved);
  for (int i = 1; i < 10; ++i) EXPECT_EQ(board.events.moved[i].result, MoveResult::too_soon);
  EXPECT_EQ(board.zone.piece(player.alias).position, neighbour(player.position, direction));
}

TEST(ZoneMove, WithinACellIsAStep) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {20, 20});
  board.step(player, Direction::right);
  const CellIndex cell = board.zone.grid().cell_of({21, 20});
  EXPECT_EQ(board.events.steps, (std::vector<CellEvent>{{cell, player.alias, {21, 20}}}));
  EXPECT_TRUE(board.events.enters.empty());
  EXPECT_TRUE(board.events.leaves.empty());
}

TEST(ZoneMove, OverABorderIsAnEnterThereAndALeaveHere) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {15, 20});
  board.step(player, Direction::right);
  const CellIndex here = board.zone.grid().cell_of({15, 20});
  const CellIndex there = board.zone.grid().cell_of({16, 20});
  EXPECT_EQ(board.events.enters, (std::vector<CellEvent>{{there, player.alias, {16, 20}}}));
  EXPECT_EQ(board.events.leaves, (std::vector<CellEvent>{{here, player.alias, {15, 20}}}));
  EXPECT_TRUE(board.events.steps.empty());
}

}  // namespace
}  // namespace madang::board
