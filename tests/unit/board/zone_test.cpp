#include "board/zone.h"

#include <gtest/gtest.h>

#include <vector>

#include "unit/board/board.h"

namespace madang::board {
namespace {

// ---- Words

TEST(ZoneSay, IsInTheCellOfTheSpeaker) {
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

TEST(ZoneSay, IsInTheCellOfTheSpeakerAtTheEndOfTheTick) {
  Board board(open_field());
  Player player = board.enter();
  board.walk(player, {15, 20});
  board.queue_say(player, "on my way");
  board.queue_move(player, Direction::right);
  board.tick();
  ASSERT_EQ(board.events.says.size(), 1u);
  EXPECT_EQ(board.events.says[0].cell, board.zone.grid().cell_of({16, 20}));
}

TEST(ZoneSay, OfAPlayerThatLeavesIsInItsLastCell) {
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

TEST(ZoneSay, OfAPlayerThatEntersAndLeavesInOneTickHasNoEvent) {
  Board board(open_field());
  const Player guess{.owner = SessionId{5}, .alias = Alias::from(0, 1)};
  board.queue_enter(guess.owner);
  board.queue_say(guess, "was I here?");
  board.queue_leave(guess.owner);
  board.tick();
  ASSERT_EQ(board.events.entered.size(), 1u);
  ASSERT_EQ(board.events.entered[0].alias, guess.alias);
  EXPECT_TRUE(board.events.says.empty());
  EXPECT_TRUE(board.events.cells.empty());
}

TEST(ZoneShout, HasTheNameOfTheSpeaker) {
  Board board(open_field());
  const Player player = board.enter("Mina");
  board.queue_shout(player, "hello, world");
  board.queue_leave(player.owner);
  board.tick();
  EXPECT_EQ(board.events.shouts, (std::vector<Shouted>{{player.alias, player.id, "Mina", "hello, world"}}));
}

// ---- Commands without effect

TEST(ZoneCommand, OfAnOwnerThatHasLeftHasNoEffect) {
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

TEST(ZoneCommand, WithTheAliasOfAnotherPieceHasNoEffect) {
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

TEST(ZoneCommand, WithAnUnknownAliasHasNoEffect) {
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

TEST(ZoneWatch, BeginsWithAllCellsWithinTheViewRadius) {
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

TEST(ZoneWatch, ChangesOnlyWhenACellComesNearOrIsFar) {
  Board board(open_field(200, 200));
  Player player = board.enter();
  board.walk(player, {90, 100});
  board.walk(player, {100, 100});
  std::vector<std::uint16_t> changed_at;
  while (player.position.x < 140) {
    board.step(player, Direction::right);
    if (!board.events.watch_changes.empty()) changed_at.push_back(player.position.x);
  }
  // At x = 102 the column that begins at 112 is within 10 tiles. At x = 110 the column that ends at 95 is
  // beyond 14 tiles.
  EXPECT_EQ(changed_at, (std::vector<std::uint16_t>{102, 110, 118, 126, 134}));
}

TEST(ZoneWatch, HasACellOnceThatManyOwnersNewlyWatch) {
  ZoneConfig config = open_field(20, 20);
  config.cell_size = 16;
  Board board(config);
  for (std::uint64_t owner = 1; owner <= 30; ++owner) board.queue_enter(SessionId{owner});
  board.tick();
  EXPECT_EQ(board.events.watch_changes.size(), 30u);
  EXPECT_LE(board.events.newly_watched.size(), 4u);
  for (std::size_t i = 1; i < board.events.newly_watched.size(); ++i)
    EXPECT_LT(board.events.newly_watched[i - 1], board.events.newly_watched[i]);
}

TEST(ZoneTick, WithoutCommandsHasNoEvents) {
  Board board(ZoneConfig{});
  for (int i = 0; i < 50; ++i) board.enter();
  board.tick();
  EXPECT_EQ(board.events.tick, board.zone.tick_number());
  EXPECT_TRUE(board.events.cells.empty());
  EXPECT_TRUE(board.events.watch_changes.empty());
  EXPECT_TRUE(board.events.newly_watched.empty());
  EXPECT_TRUE(board.events.entered.empty());
}

TEST(ZoneView, ReturnsThePiecesOfACellOrderedBySlot) {
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
}  // namespace madang::board
