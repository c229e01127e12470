// How pieces enter the zone and leave it.

#include "board/zone.h"

#include <gtest/gtest.h>

#include "unit/board/board.h"

namespace madang::board {
namespace {

/// A map on which exactly one tile is free.
ZoneConfig one_free_tile() {
  ZoneConfig config{.width = 20, .height = 20, .obstacle_percent = 99};
  while (Map(config.width, config.height, config.seed, config.obstacle_percent).free_tile_count() != 1)
    ++config.seed;
  return config;
}

TEST(ZoneEnter, PutsANewcomerOnAFreeTile) {
  Board board({.width = 50, .height = 50, .obstacle_percent = 60});
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(board.zone.map().is_free(board.enter().position));
}

TEST(ZoneEnter, AnswersANewcomerWithItsIdAndItsPosition) {
  Board board(ZoneConfig{});
  board.queue({.kind = Command::Kind::enter, .looks = 3, .owner = SessionId{7}, .text = "Mina"});
  board.tick();
  ASSERT_EQ(board.events.entered.size(), 1u);
  const Entered& entered = board.events.entered[0];
  EXPECT_EQ(entered.owner, SessionId{7});
  const Piece piece = board.zone.piece(entered.alias);
  EXPECT_EQ(piece.id, entered.id);
  EXPECT_EQ(piece.position, entered.position);
  EXPECT_EQ(piece.name, "Mina");
  EXPECT_EQ(piece.looks, 3);
}

TEST(ZoneEnter, PutsNewcomersAroundTheMiddleWhereAnArrivalRadiusIsSet) {
  Board board({.width = 200, .height = 100, .arrival_radius = 5});
  const Arrivals arrivals(board.zone.map(), board.zone.config().seed, 5);
  for (int i = 0; i < 100; ++i) {
    const Player player = board.enter();
    EXPECT_EQ(player.position, arrivals.tile_of(player.id));
  }
}

TEST(ZoneEnter, DoesNotDependOnThePiecesThere) {
  const ZoneConfig config{
      .width = 60, .height = 60, .move_interval_ticks = 1, .move_slack_ticks = 0, .arrival_radius = 4};
  Board quiet(config);
  Board lively(config);
  Player walker = quiet.enter();
  Player same = lively.enter();
  for (std::size_t i = 0; i < 100; ++i) {
    lively.step(same, directions[i % directions.size()]);
    if (i % 3 == 0) lively.queue_leave(lively.enter().owner), quiet.queue_leave(quiet.enter().owner);
    EXPECT_EQ(lively.enter().position, quiet.enter().position);
  }
  EXPECT_EQ(quiet.zone.piece(walker.alias).id, lively.zone.piece(same.alias).id);
}

TEST(ZoneEnter, StillWorksInAGreatCrowd) {
  Board board(open_field(2, 2));
  for (std::uint64_t owner = 1; owner <= 2000; ++owner) board.queue_enter(SessionId{owner});
  board.tick();
  EXPECT_EQ(board.events.entered.size(), 2000u);
}

TEST(ZoneEnter, PrefersATileWithAWayOut) {
  const ZoneConfig config{.width = 30, .height = 30, .obstacle_percent = 60};
  Board board(config);
  int closed_in = 0;
  for (std::uint16_t i = 0; i < 900; ++i) {
    const Position tile{static_cast<std::uint16_t>(i % 30), static_cast<std::uint16_t>(i / 30)};
    closed_in += board.zone.map().is_free(tile) && !board.zone.map().has_way_out(tile);
  }
  ASSERT_GT(closed_in, 20) << "this map must have such tiles";
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(board.zone.map().has_way_out(board.enter().position));
}

TEST(ZoneEnter, FindsTheOnlyFreeTileOfADenseMapAndSharesIt) {
  Board board(one_free_tile());
  const Position only = tile_at(*board.zone.map().next_free_tile({0, 0}));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(board.enter().position, only);
}

TEST(ZoneEnter, WorksOnAMapOfOneTile) {
  Board board(open_field(1, 1));
  Player player = board.enter();
  EXPECT_EQ(player.position, (Position{0, 0}));
  for (const Direction direction : {Direction::up, Direction::down, Direction::left, Direction::right})
    EXPECT_EQ(board.step(player, direction), MoveResult::blocked);
}

TEST(ZoneEnter, IsRefusedWhenTheMapHasNoFreeTile) {
  Board board({.width = 20, .height = 20, .obstacle_percent = 100});
  board.queue_enter(SessionId{1});
  board.tick();
  EXPECT_TRUE(board.events.entered.empty());
  EXPECT_EQ(board.events.enter_refused, (std::vector<EnterRefused>{{SessionId{1}, CloseReason::world_full}}));
  EXPECT_EQ(board.zone.player_count(), 0u);
}

TEST(ZoneEnter, IsRefusedAtTheMaximumNumberOfPlayers) {
  Board board({.players_max = 2});
  for (const std::uint64_t owner : {1, 2, 3}) board.queue_enter(SessionId{owner});
  board.tick();
  EXPECT_EQ(board.events.entered.size(), 2u);
  EXPECT_EQ(board.events.enter_refused, (std::vector<EnterRefused>{{SessionId{3}, CloseReason::world_full}}));
}

TEST(ZoneEnter, IsPossibleInTheTickAfterALeave) {
  Board board({.players_max = 1});
  const Player player = board.enter();
  board.queue_leave(player.owner);
  board.queue_enter(SessionId{50});
  board.tick();
  EXPECT_EQ(board.events.enter_refused.size(), 1u);
  board.queue_enter(SessionId{51});
  board.tick();
  EXPECT_EQ(board.events.entered.size(), 1u);
}

TEST(ZoneEnter, IsIgnoredForAnOwnerThatHasAPiece) {
  Board board(ZoneConfig{});
  const Player player = board.enter("Mina");
  board.queue_enter(player.owner, "Minsu");
  board.tick();
  EXPECT_TRUE(board.events.entered.empty());
  EXPECT_TRUE(board.events.enter_refused.empty());
  EXPECT_EQ(board.zone.player_count(), 1u);
  EXPECT_EQ(board.zone.piece(player.alias).name, "Mina");
}

TEST(ZoneEnter, GivesIdsThatCountUpAndAliasesThatDistinguishOldFromNew) {
  Board board({.players_max = 1});
  Alias last;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    const Player player = board.enter();
    EXPECT_EQ(player.id, PieceId{i});
    EXPECT_NE(player.alias, last);
    EXPECT_EQ(player.alias.slot(), 0u);
    EXPECT_FALSE(board.zone.has(last));
    last = player.alias;
    board.queue_leave(player.owner);
    board.tick();
  }
}

TEST(ZoneEnter, IsSeenInTheCellWhereTheNewcomerStands) {
  Board board(open_field());
  const Player player = board.enter();
  const CellIndex cell = board.zone.grid().cell_of(player.position);
  EXPECT_EQ(board.events.enters, (std::vector<CellEvent>{{cell, player.alias, player.position}}));
  std::vector<Alias> pieces;
  board.zone.pieces_in(cell, pieces);
  EXPECT_EQ(pieces, std::vector<Alias>{player.alias});
}

TEST(ZoneLeave, IsSeenInTheCellWhereThePieceStood) {
  Board board(open_field());
  const Player player = board.enter();
  board.queue_leave(player.owner);
  board.tick();
  const CellIndex cell = board.zone.grid().cell_of(player.position);
  EXPECT_EQ(board.events.leaves, (std::vector<CellEvent>{{cell, player.alias, player.position}}));
  EXPECT_FALSE(board.zone.has(player.alias));
  EXPECT_EQ(board.zone.player_count(), 0u);
  std::vector<Alias> pieces;
  board.zone.pieces_in(cell, pieces);
  EXPECT_TRUE(pieces.empty());
}

TEST(ZoneLeave, IsSeenWhereThePieceStoodBeforeItsLastStep) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {15, 20});
  board.queue_move(player, Direction::right);
  board.queue_leave(player.owner);
  board.tick();
  const CellIndex cell = board.zone.grid().cell_of({15, 20});
  EXPECT_EQ(board.events.leaves, (std::vector<CellEvent>{{cell, player.alias, {15, 20}}}));
  EXPECT_TRUE(board.events.enters.empty());
  EXPECT_TRUE(board.events.steps.empty());
  std::vector<Alias> pieces;
  board.zone.pieces_in(board.zone.grid().cell_of({16, 20}), pieces);
  EXPECT_TRUE(pieces.empty());
}

TEST(ZoneLeave, InTheTickOfTheEnterHasNoEvents) {
  Board board(open_field());
  board.queue_enter(SessionId{5});
  board.queue_leave(SessionId{5});
  board.tick();
  EXPECT_EQ(board.events.entered.size(), 1u);
  EXPECT_TRUE(board.events.cells.empty());
  EXPECT_TRUE(board.events.watch_changes.empty());
  EXPECT_TRUE(board.events.newly_watched.empty());
  EXPECT_EQ(board.zone.player_count(), 0u);
}

TEST(ZoneLeave, AndAnEnterOfTheSameOwnerInOneTickMakesAnotherPiece) {
  Board board(open_field());
  const Player player = board.enter();
  board.queue_leave(player.owner);
  board.queue_enter(player.owner);
  board.tick();
  ASSERT_EQ(board.events.entered.size(), 1u);
  EXPECT_NE(board.events.entered[0].alias, player.alias);
  EXPECT_NE(board.events.entered[0].id, player.id);
  EXPECT_FALSE(board.zone.has(player.alias));
  EXPECT_EQ(board.zone.player_count(), 1u);
}

}  // namespace
}  // namespace madang::board
