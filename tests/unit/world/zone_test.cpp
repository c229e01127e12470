#include "world/zone.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/world/board.h"

namespace madang::world {
namespace {

/// A map on which exactly one tile is free.
ZoneConfig one_free_tile() {
  ZoneConfig config{.width = 20, .height = 20, .obstacle_percent = 99};
  while (Map(config.width, config.height, config.seed, config.obstacle_percent).free_tile_count() != 1)
    ++config.seed;
  return config;
}

// ---- Entering and leaving

TEST(ZoneEnter, PutsANewcomerOnAFreeTile) {
  Board board({.width = 50, .height = 50, .obstacle_percent = 60});
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(board.zone.map().is_free(board.enter().position));
}

TEST(ZoneEnter, TellsTheNewcomerWhoAndWhereItIs) {
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

TEST(ZoneEnter, PrefersATileThatNobodyStandsOn) {
  Board board({.width = 8, .height = 8, .obstacle_percent = 0});
  std::set<Position> taken;
  for (int i = 0; i < 24; ++i) EXPECT_TRUE(taken.insert(board.enter().position).second) << i;
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
  ASSERT_GT(closed_in, 20) << "this map is to have such tiles";
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(board.zone.map().has_way_out(board.enter().position));
}

TEST(ZoneEnter, FindsTheOnlyFreeTileOfADenseMapAndSharesIt) {
  Board board(one_free_tile());
  const Position only = *board.zone.map().next_free_tile({0, 0});
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

TEST(ZoneEnter, IsRefusedWhenAsManyAsAllowedAreHere) {
  Board board({.players_max = 2});
  for (const std::uint64_t owner : {1, 2, 3}) board.queue_enter(SessionId{owner});
  board.tick();
  EXPECT_EQ(board.events.entered.size(), 2u);
  EXPECT_EQ(board.events.enter_refused, (std::vector<EnterRefused>{{SessionId{3}, CloseReason::world_full}}));
}

TEST(ZoneEnter, HasThePlaceOfOneWhoLeftFromTheNextTickOn) {
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

TEST(ZoneEnter, IsIgnoredFromAnOwnerWhoIsHereAlready) {
  Board board(ZoneConfig{});
  const Player player = board.enter("Mina");
  board.queue_enter(player.owner, "Minsu");
  board.tick();
  EXPECT_TRUE(board.events.entered.empty());
  EXPECT_TRUE(board.events.enter_refused.empty());
  EXPECT_EQ(board.zone.player_count(), 1u);
  EXPECT_EQ(board.zone.piece(player.alias).name, "Mina");
}

TEST(ZoneEnter, GivesIdsThatCountUpAndAliasesThatTellTheOldPieceFromTheNew) {
  Board board({.players_max = 1});
  Alias last;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    const Player player = board.enter();
    EXPECT_EQ(player.id, EntityId{i});
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

TEST(ZoneLeave, InTheTickOfTheEnterIsSeenByNobody) {
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

// ---- Moves

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

TEST(ZoneMove, IsAnsweredWithTheClientsOwnTime) {
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

TEST(ZoneMove, IsBlockedByObstaclesAndByNothingElse) {
  ZoneConfig config = open_field(30, 30);
  config.obstacle_percent = 40;
  Board board(config);
  for (int i = 0; i < 100; ++i) {
    Player player = board.enter();
    const auto direction = static_cast<Direction>(i % direction_count);
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

TEST(ZoneMove, DoesNotSaveUpForLaterByStandingStill) {
  ZoneConfig config = open_field();
  config.move_interval_ticks = 10;
  config.move_slack_ticks = 9;
  Board board(config);
  Player player = board.enter();
  for (int i = 0; i < 100; ++i) board.tick();
  const Direction direction = player.position.x < 32 ? Direction::right : Direction::left;
  int moved = 0;
  for (int i = 0; i < 10; ++i) moved += board.step(player, direction) == MoveResult::moved;
  EXPECT_EQ(moved, 2);
}

TEST(ZoneMove, HappensAtMostOnceATickHoweverManyAreAskedFor) {
  ZoneConfig config = open_field();
  config.move_interval_ticks = 10;
  config.move_slack_ticks = 9;
  Board board(config);
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

// ---- Words

TEST(ZoneSay, IsHeardInTheCellOfTheSpeaker) {
  Board board(open_field());
  const Player player = board.enter();
  board.queue_say(player, "hello");
  board.queue_say(player, "again");
  board.tick();
  ASSERT_EQ(board.events.cells.size(), 1u);
  const CellChanges& changes = board.events.cells[0];
  EXPECT_EQ(changes.cell, board.zone.grid().cell_of(player.position));
  ASSERT_EQ(changes.says.size(), 2u);
  EXPECT_EQ(changes.says[0].text, "hello");
  EXPECT_EQ(changes.says[1].text, "again");
  EXPECT_EQ(changes.says[0].alias, player.alias);
}

TEST(ZoneSay, IsHeardWhereTheSpeakerIsAtTheEndOfTheTick) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {15, 20});
  board.queue_say(player, "on my way");
  board.queue_move(player, Direction::right);
  board.tick();
  ASSERT_EQ(board.events.says.size(), 1u);
  EXPECT_EQ(board.events.says[0].cell, board.zone.grid().cell_of({16, 20}));
}

TEST(ZoneSay, OfOneWhoLeavesIsHeardWhereTheOthersLastSawIt) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {15, 20});
  board.queue_move(player, Direction::right);
  board.queue_say(player, "goodbye");
  board.queue_leave(player.owner);
  board.tick();
  ASSERT_EQ(board.events.cells.size(), 1u);
  EXPECT_EQ(board.events.cells[0].cell, board.zone.grid().cell_of({15, 20}));
  EXPECT_EQ(board.events.cells[0].says.size(), 1u);
  EXPECT_EQ(board.events.cells[0].leaves.size(), 1u);
}

TEST(ZoneShout, CarriesTheNameOfTheOneWhoShouts) {
  Board board(open_field());
  const Player player = board.enter("Mina");
  board.queue_shout(player, "hello, world");
  board.queue_leave(player.owner);
  board.tick();
  EXPECT_EQ(board.events.shouts, (std::vector<Shouted>{{player.alias, player.id, "Mina", "hello, world"}}));
}

// ---- Commands of others

TEST(ZoneCommand, OfAnOwnerWhoHasLeftDoesNothing) {
  Board board(open_field());
  const Player player = board.enter();
  board.queue_leave(player.owner);
  board.queue_leave(player.owner);
  board.queue_move(player, Direction::up);
  board.queue_say(player, "still here?");
  board.queue_shout(player, "still here?");
  board.tick();
  EXPECT_TRUE(board.events.moved.empty());
  EXPECT_TRUE(board.events.says.empty());
  EXPECT_TRUE(board.events.shouts.empty());
  EXPECT_EQ(board.events.leaves.size(), 1u);

  board.queue_leave(player.owner);
  board.queue_move(player, Direction::up);
  board.tick();
  EXPECT_TRUE(board.events.cells.empty());
}

TEST(ZoneCommand, WithTheAliasOfAnotherPieceDoesNothing) {
  Board board(open_field());
  const Player mine = board.enter();
  const Player other = board.enter();
  Player thief = mine;
  thief.alias = other.alias;
  board.queue_move(thief, Direction::up);
  board.queue_say(thief, "not my voice");
  board.queue_shout(thief, "not my voice");
  board.tick();
  EXPECT_TRUE(board.events.moved.empty());
  EXPECT_TRUE(board.events.cells.empty());
  EXPECT_TRUE(board.events.shouts.empty());
  EXPECT_EQ(board.zone.piece(other.alias).position, other.position);
}

TEST(ZoneCommand, WithAnAliasOfNobodyDoesNothing) {
  Board board(open_field());
  Player player = board.enter();
  for (const std::uint32_t alias : {0u, 1u, UINT32_MAX}) {
    player.alias = Alias{alias};
    board.queue_move(player, Direction::up);
  }
  board.queue(Command{});
  board.tick();
  EXPECT_TRUE(board.events.moved.empty());
}

// ---- Watching

TEST(ZoneWatch, BeginsWithAllThatIsWithinTheViewRadius) {
  Board board(open_field(200, 200));
  const Player player = board.enter();
  ASSERT_EQ(board.events.watch_changes.size(), 1u);
  const WatchChanged& change = board.events.watch_changes[0];
  EXPECT_EQ(change.owner, player.owner);
  EXPECT_EQ(change.alias, player.alias);
  EXPECT_TRUE(change.before.empty());
  EXPECT_EQ(change.now, board.zone.watch_of(player.alias));
  EXPECT_TRUE(board.zone.grid().contains(change.now, board.zone.grid().cell_of(player.position)));
  std::vector<CellIndex> cells;
  board.zone.grid().for_each(change.now, [&](CellIndex cell) { cells.push_back(cell); });
  EXPECT_EQ(board.events.newly_watched, cells);
}

TEST(ZoneWatch, ChangesOnlyWhenACellComesNearOrIsLeftBehind) {
  Board board(open_field(200, 200));
  Player player = board.enter();
  board.walk(player, {90, 100});
  board.walk(player, {100, 100});
  std::vector<std::uint16_t> changed_at;
  while (player.position.x < 140) {
    board.step(player, Direction::right);
    if (!board.events.watch_changes.empty()) changed_at.push_back(player.position.x);
  }
  // The column from 112 comes within 10 tiles at 102, and so on; the one to 95 is beyond 14 tiles at 110.
  EXPECT_EQ(changed_at, (std::vector<std::uint16_t>{102, 110, 118, 126, 134}));
}

TEST(ZoneWatch, NamesACellThatManyNewlyWatchOnlyOnce) {
  Board board(open_field(20, 20));
  for (std::uint64_t owner = 1; owner <= 30; ++owner) board.queue_enter(SessionId{owner});
  board.tick();
  EXPECT_EQ(board.events.watch_changes.size(), 30u);
  EXPECT_LE(board.events.newly_watched.size(), 4u);
  for (std::size_t i = 1; i < board.events.newly_watched.size(); ++i)
    EXPECT_LT(board.events.newly_watched[i - 1], board.events.newly_watched[i]);
}

TEST(ZoneTick, WithoutCommandsHasNothingToTell) {
  Board board(ZoneConfig{});
  for (int i = 0; i < 50; ++i) board.enter();
  board.tick();
  EXPECT_EQ(board.events.tick, board.zone.tick_number());
  EXPECT_TRUE(board.events.cells.empty());
  EXPECT_TRUE(board.events.watch_changes.empty());
  EXPECT_TRUE(board.events.newly_watched.empty());
  EXPECT_TRUE(board.events.entered.empty());
}

TEST(ZoneView, ShowsThePiecesOfACellBySlotWhateverTheOrderInWhichTheyCame) {
  Board board(open_field(4, 4));
  std::vector<Player> players;
  for (int i = 0; i < 6; ++i) players.push_back(board.enter());
  board.queue_leave(players[1].owner);
  board.tick();
  board.enter();
  std::vector<Alias> pieces;
  board.zone.pieces_in(CellIndex{0}, pieces);
  ASSERT_EQ(pieces.size(), 6u);
  for (std::uint32_t slot = 0; slot < 6; ++slot) EXPECT_EQ(pieces[slot].slot(), slot);
}

}  // namespace
}  // namespace madang::world
