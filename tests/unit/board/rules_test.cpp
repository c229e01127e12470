// The rules of the board: how pieces appear and how they move.
#include "board/rules.h"

#include <gtest/gtest.h>

#include <vector>

#include "unit/board/board_stage.h"

namespace madang::board {
namespace {

using world::Map;
using world::Position;

/// Returns the direction in which a piece has the longer way to the edge.
Direction away_from_edge(const BoardStage& stage, std::uint64_t character, std::int32_t width) {
  return stage.position(character).x < width / 2 ? Direction::right : Direction::left;
}

// ---- Appearing

/// A map on which exactly one tile is free.
BoardConfig one_free_tile() {
  BoardConfig config{.width = 20, .height = 20, .obstacle_percent = 99};
  while (Map(config.width, config.height, config.seed, config.obstacle_percent).free_tile_count() != 1)
    ++config.seed;
  return config;
}

TEST(BoardEnter, PutsANewcomerOnAFreeTileWithItsNameAndItsLooks) {
  BoardStage stage({.width = 50, .height = 50, .obstacle_percent = 60});
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(stage.map().is_free(stage.position(stage.enter())));
  stage.queue_enter(7'000, "Mina", Looks::bishop);
  stage.tick();
  EXPECT_EQ(stage.piece(7'000).name, "Mina");
  EXPECT_EQ(stage.piece(7'000).looks, Looks::bishop);
}

TEST(BoardEnter, TellsHowFastAPieceMayMove) {
  BoardStage stage({.tick_rate = 40, .move_interval_ticks = 30});
  stage.enter();
  EXPECT_EQ(stage.pace_ms(), 750u);
}

TEST(BoardEnter, PutsNewcomersAroundTheMiddleWhereAnArrivalRadiusIsSet) {
  const BoardConfig config{.width = 200, .height = 100, .arrival_radius = 5};
  BoardStage stage(config);
  const Arrivals arrivals(stage.map(), config.seed, 5);
  for (std::uint64_t number = 0; number < 100; ++number)
    EXPECT_EQ(stage.position(stage.enter()), arrivals.tile_of(number, stage.map()));
}

TEST(BoardEnter, DoesNotDependOnThePiecesThere) {
  const BoardConfig config{
      .width = 60, .height = 60, .move_interval_ticks = 1, .move_slack_ticks = 0, .arrival_radius = 4};
  BoardStage quiet(config);
  BoardStage lively(config);
  quiet.enter();
  const std::uint64_t walker = lively.enter();
  for (std::size_t i = 0; i < 60; ++i) {
    lively.step(walker, directions[i % directions.size()]);
    if (i % 3 == 0) {
      lively.queue_leave(lively.enter());
      quiet.queue_leave(quiet.enter());
    }
    EXPECT_EQ(lively.position(lively.enter()), quiet.position(quiet.enter()));
  }
}

TEST(BoardEnter, StillWorksInAGreatCrowd) {
  BoardStage stage(open_field(2, 2));
  for (std::uint64_t character = 1; character <= 2000; ++character) stage.queue_enter(character);
  stage.tick();
  EXPECT_EQ(stage.player_count(), 2000u);
}

TEST(BoardEnter, PrefersATileWithAWayOut) {
  BoardStage stage({.width = 30, .height = 30, .obstacle_percent = 60});
  int closed_in = 0;
  for (std::int32_t i = 0; i < 900; ++i) {
    const Position tile{i % 30, i / 30};
    closed_in += stage.map().is_free(tile) && !stage.map().has_way_out(tile);
  }
  ASSERT_GT(closed_in, 20) << "this map must have such tiles";
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(stage.map().has_way_out(stage.position(stage.enter())));
}

TEST(BoardEnter, FindsTheOnlyFreeTileOfADenseMapAndSharesIt) {
  BoardStage stage(one_free_tile());
  const Position only = *stage.map().next_free_tile({0, 0});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(stage.position(stage.enter()), only);
}

TEST(BoardEnter, WorksOnAMapOfOneTile) {
  BoardStage stage(open_field(1, 1));
  const std::uint64_t player = stage.enter();
  EXPECT_EQ(stage.position(player), (Position{0, 0}));
  for (const Direction direction : directions) EXPECT_EQ(stage.step(player, direction), MoveResult::blocked);
}

TEST(BoardEnter, IsRefusedWhenTheMapHasNoFreeTile) {
  BoardStage stage({.width = 20, .height = 20, .obstacle_percent = 100});
  stage.queue_enter(1);
  const world::WorldOutput& output = stage.tick();
  ASSERT_EQ(output.refused.size(), 1u);
  EXPECT_EQ(output.refused[0].reason, CloseReason::world_full);
  EXPECT_EQ(stage.player_count(), 0u);
}

TEST(BoardEnter, IsRefusedAtTheMaximumNumberOfPlayersAndPossibleAfterALeave) {
  BoardStage stage({.players_max = 2});
  for (const std::uint64_t character : {1, 2, 3}) stage.queue_enter(character);
  const world::WorldOutput& output = stage.tick();
  EXPECT_EQ(output.entered.size(), 2u);
  ASSERT_EQ(output.refused.size(), 1u);
  EXPECT_EQ(output.refused[0].reason, CloseReason::world_full);
  const std::uint64_t left = stage.is_here(1) ? 1 : 2;
  stage.queue_leave(left);
  stage.tick();
  stage.queue_enter(4);
  stage.tick();
  EXPECT_TRUE(stage.is_here(4));
}

// ---- Moving

TEST(BoardMove, GoesOneTileInItsDirection) {
  BoardStage stage(open_field());
  const std::uint64_t player = stage.enter();
  stage.walk(player, {30, 30});
  EXPECT_EQ(stage.step(player, Direction::up), MoveResult::ok);
  EXPECT_EQ(stage.position(player), (Position{30, 29}));
  EXPECT_EQ(stage.step(player, Direction::left), MoveResult::ok);
  EXPECT_EQ(stage.position(player), (Position{29, 29}));
  EXPECT_EQ(stage.step(player, Direction::down), MoveResult::ok);
  EXPECT_EQ(stage.position(player), (Position{29, 30}));
  EXPECT_EQ(stage.step(player, Direction::right), MoveResult::ok);
  EXPECT_EQ(stage.position(player), (Position{30, 30}));
}

TEST(BoardMove, IsAnsweredWithTheTimeOfTheClient) {
  BoardStage stage(open_field());
  const std::uint64_t player = stage.enter();
  stage.walk(player, {30, 30});
  stage.queue_move(player, Direction::down, 123456);
  stage.tick();
  ASSERT_EQ(stage.moved().size(), 1u);
  EXPECT_EQ(stage.moved()[0].client_time, 123456u);
  EXPECT_EQ(stage.moved()[0].y, 31);
}

TEST(BoardMove, IsBlockedAtEachEdge) {
  BoardStage stage(open_field(20, 12));
  const std::uint64_t player = stage.enter();
  stage.walk(player, {0, 0});
  EXPECT_EQ(stage.step(player, Direction::up), MoveResult::blocked);
  EXPECT_EQ(stage.step(player, Direction::left), MoveResult::blocked);
  stage.walk(player, {19, 11});
  EXPECT_EQ(stage.step(player, Direction::down), MoveResult::blocked);
  EXPECT_EQ(stage.step(player, Direction::right), MoveResult::blocked);
  EXPECT_EQ(stage.position(player), (Position{19, 11}));
}

TEST(BoardMove, IsBlockedByObstaclesOnly) {
  BoardConfig config = open_field(30, 30);
  config.obstacle_percent = 40;
  BoardStage stage(config);
  for (std::size_t i = 0; i < 100; ++i) {
    const std::uint64_t player = stage.enter();
    const Direction direction = directions[i % directions.size()];
    const bool is_free = stage.map().is_free(neighbour(stage.position(player), direction));
    EXPECT_EQ(stage.step(player, direction), is_free ? MoveResult::ok : MoveResult::blocked);
  }
}

TEST(BoardMove, ThatIsBlockedCostsNothing) {
  BoardConfig config = open_field(2, 1);
  config.move_interval_ticks = 10;
  BoardStage stage(config);
  const std::uint64_t player = stage.enter();
  EXPECT_EQ(stage.step(player, Direction::up), MoveResult::blocked);
  EXPECT_EQ(stage.step(player, away_from_edge(stage, player, 2)), MoveResult::ok);
}

TEST(BoardMove, MayShareATileWithOthers) {
  BoardStage stage(open_field());
  const std::uint64_t first = stage.enter();
  const std::uint64_t second = stage.enter();
  stage.walk(first, {30, 30});
  stage.walk(second, {30, 30});
  EXPECT_EQ(stage.position(first), stage.position(second));
}

TEST(BoardMove, IsTooSoonBeforeTheIntervalIsOver) {
  BoardConfig config = open_field();
  config.move_interval_ticks = 5;
  BoardStage stage(config);
  const std::uint64_t player = stage.enter();
  const Direction direction = away_from_edge(stage, player, 64);
  EXPECT_EQ(stage.step(player, direction), MoveResult::ok);
  const Position after = stage.position(player);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(stage.step(player, direction), MoveResult::too_soon);
  EXPECT_EQ(stage.position(player), after);
  EXPECT_EQ(stage.step(player, direction), MoveResult::ok);
}

TEST(BoardMove, MayComeEarlyByTheSlackButNotMoreOftenInTheLongRun) {
  BoardConfig config = open_field(200, 200);
  config.move_interval_ticks = 10;
  config.move_slack_ticks = 3;
  BoardStage stage(config);
  const std::uint64_t player = stage.enter();
  std::vector<int> moved_at;
  for (int tick = 0; tick < 100; ++tick)
    if (stage.step(player, away_from_edge(stage, player, 200)) == MoveResult::ok) moved_at.push_back(tick);
  EXPECT_EQ(moved_at, (std::vector<int>{0, 7, 17, 27, 37, 47, 57, 67, 77, 87, 97}));
}

BoardConfig one_step_in_ten_ticks() {
  BoardConfig config = open_field();
  config.move_interval_ticks = 10;
  config.move_slack_ticks = 9;
  return config;
}

TEST(BoardMove, GainsNothingFromStandingStill) {
  BoardStage stage(one_step_in_ten_ticks());
  const std::uint64_t player = stage.enter();
  for (int i = 0; i < 100; ++i) stage.tick();
  const Direction direction = away_from_edge(stage, player, 64);
  int moved = 0;
  for (int i = 0; i < 10; ++i) moved += stage.step(player, direction) == MoveResult::ok;
  EXPECT_EQ(moved, 2);
}

TEST(BoardMove, HappensAtMostOnceATickForAnyNumberOfMoves) {
  BoardStage stage(one_step_in_ten_ticks());
  const std::uint64_t player = stage.enter();
  const Position before = stage.position(player);
  const Direction direction = away_from_edge(stage, player, 64);
  for (int i = 0; i < 10; ++i) stage.queue_move(player, direction);
  stage.tick(40);  // however long it is
  ASSERT_EQ(stage.moved().size(), 10u);
  EXPECT_EQ(stage.moved()[0].result, MoveResult::ok);
  for (std::size_t i = 1; i < 10; ++i) EXPECT_EQ(stage.moved()[i].result, MoveResult::too_soon);
  EXPECT_EQ(stage.position(player), neighbour(before, direction));
}

TEST(BoardMove, UpIsTowardsTheFirstRowAndLeftTowardsTheFirstColumn) {
  EXPECT_EQ(neighbour({5, 5}, Direction::up), (Position{5, 4}));
  EXPECT_EQ(neighbour({5, 5}, Direction::down), (Position{5, 6}));
  EXPECT_EQ(neighbour({5, 5}, Direction::left), (Position{4, 5}));
  EXPECT_EQ(neighbour({5, 5}, Direction::right), (Position{6, 5}));
}

}  // namespace
}  // namespace madang::board
