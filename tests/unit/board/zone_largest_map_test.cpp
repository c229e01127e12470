// The largest map with the smallest cells, 16.7 million of them. Its cost depends on the players only.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "unit/allocations.h"
#include "unit/board/board.h"

namespace madang::board {
namespace {

constexpr std::uint32_t side = ZoneConfig::side_max;
constexpr std::uint32_t players_on_it = 1'000;
constexpr std::size_t map_bytes = std::size_t{side} * side / 8;

ZoneConfig largest_map() {
  ZoneConfig config = open_field(side, side);
  config.cell_size = ZoneConfig::cell_size_min;
  config.players_max = players_on_it;
  return config;
}

TEST(ZoneLargestMap, ItsMemoryAndItsTicksDependOnThePlayersOnly) {
  const std::uint64_t bytes_before = allocated_bytes();
  Board board(largest_map());
  const std::uint64_t bytes_of_the_empty_map = allocated_bytes() - bytes_before;
  EXPECT_LE(bytes_of_the_empty_map, map_bytes + 100'000) << "one bit a tile, and nothing for a cell";
  EXPECT_LE(board.zone.memory_bytes(), map_bytes + 100'000);

  std::vector<Player> players;
  for (std::uint32_t i = 0; i < players_on_it; ++i) players.push_back(board.enter());
  EXPECT_LE(board.zone.memory_bytes(), map_bytes + 500 * std::size_t{players_on_it});

  // All players walk, each one over four cells.
  const std::uint64_t bytes_before_the_walk = allocated_bytes();
  std::uint64_t lookups = board.zone.cell_lookups();
  for (int tick = 0; tick < 16; ++tick) {
    for (const Player& player : players) board.queue_move(player, Direction::right);
    board.tick();
    // A step into another cell looks up the old and the new one.
    EXPECT_LE(board.zone.cell_lookups() - lookups, 2 * players_on_it);
    EXPECT_LE(board.events.cells.size(), 2 * players_on_it);
    lookups = board.zone.cell_lookups();
  }
  if (counts_allocations) {
    EXPECT_LE(allocated_bytes() - bytes_before_the_walk, 10'000'000u);
  }

  // Without moves no cell is looked up.
  board.tick();
  EXPECT_EQ(board.zone.cell_lookups(), lookups);
  EXPECT_TRUE(board.events.cells.empty());
}

/// Returns the distance of a player from the corner with the highest cell numbers, in tiles.
std::uint32_t steps_to_last_corner(const Player& player) {
  return (side - 1u - player.position.x) + (side - 1u - player.position.y);
}

TEST(ZoneLargestMap, APlayerWalksIntoItsLastCellAndIsSeenThere) {
  Board board(largest_map());
  std::vector<Player> players;
  for (std::uint32_t i = 0; i < players_on_it; ++i) players.push_back(board.enter());
  std::ranges::sort(players, {}, steps_to_last_corner);
  Player& first = players[0];
  Player& second = players[1];
  const std::uint16_t last = side - 1;
  board.walk(first, {last, last});
  EXPECT_EQ(board.step(first, Direction::right), MoveResult::blocked);
  EXPECT_EQ(board.step(first, Direction::down), MoveResult::blocked);

  const Grid& grid = board.zone.grid();
  const CellIndex last_cell = grid.cell_of(first.position);
  EXPECT_EQ(last_cell.value, grid.cell_count() - 1);
  std::vector<Alias> seen;
  board.zone.pieces_in(last_cell, seen);
  EXPECT_EQ(seen, std::vector{first.alias});
  const CellRect watch = board.zone.watch_of(first.alias);
  EXPECT_EQ(watch.x1, grid.columns() - 1);
  EXPECT_EQ(watch.y1, grid.rows() - 1);
  EXPECT_EQ(watch.x0, grid.columns() - 1 - 14 / 4) << "and no cell is beyond its leave radius";

  // The player walks along the edge and back, past the other player.
  board.walk(second, {last, static_cast<std::uint16_t>(last - 3)});
  board.zone.pieces_in(last_cell, seen);
  EXPECT_EQ(seen.size(), 2u);
  board.walk(first, {last, static_cast<std::uint16_t>(last - 40)});
  board.zone.pieces_in(last_cell, seen);
  EXPECT_EQ(seen, std::vector{second.alias});
}

}  // namespace
}  // namespace madang::board
