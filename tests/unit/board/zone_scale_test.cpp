// Pieces that stand still cost only memory.

#include <gtest/gtest.h>

#include <algorithm>

#include "madang/base/time.h"
#include "unit/board/board.h"

namespace madang::board {
namespace {

constexpr std::uint32_t crowd = 100'000;

/// Lets this number of players enter, a thousand in a tick.
std::vector<Player> populate(Board& board, std::uint32_t count) {
  std::vector<Player> players;
  while (players.size() < count) {
    for (std::uint32_t i = 0; i < 1000 && players.size() + i < count; ++i)
      board.queue_enter(SessionId{players.size() + i + 1});
    board.tick();
    for (const Entered& entered : board.events.entered)
      players.push_back({entered.owner, entered.alias, entered.id, entered.position});
  }
  return players;
}

/// Returns how long some ticks take in which a few players walk back and forth.
Duration time_of_a_walk(Board& board, const std::vector<Player>& players) {
  const Time start = steady_now();
  for (int tick = 0; tick < 20; ++tick) {
    for (std::size_t i = 0; i < 10; ++i)
      board.queue_move(players[i], tick % 2 == 0 ? Direction::left : Direction::right);
    board.tick();
  }
  return steady_now() - start;
}

TEST(ZoneScale, NeedsABoundedMemoryForAPlayer) {
  ZoneConfig config = open_field(1000, 1000);
  config.players_max = crowd;
  Board board(config);
  const std::size_t before = board.zone.memory_bytes();
  populate(board, crowd);
  const std::size_t bytes_a_player = (board.zone.memory_bytes() - before) / crowd;
  RecordProperty("bytes_a_player", std::to_string(bytes_a_player));
  EXPECT_LE(bytes_a_player, 256u);
}

TEST(ZoneScale, DoesNotMakeATickSlowerForPiecesThatStandStill) {
  Board few(open_field(1000, 1000));
  Board many(open_field(1000, 1000));
  const std::vector<Player> few_players = populate(few, 100);
  const std::vector<Player> many_players = populate(many, crowd);
  // The two zones run in turn, so that a busy machine slows both. The best time of each one counts.
  Duration with_few = Duration::max();
  Duration with_many = Duration::max();
  for (int attempt = 0; attempt < 50; ++attempt) {
    with_few = std::min(with_few, time_of_a_walk(few, few_players));
    with_many = std::min(with_many, time_of_a_walk(many, many_players));
  }
  // With a visit to each of a thousand times as many pieces, a tick would take hundreds of times as long.
  EXPECT_LT(with_many, with_few * 30);
}

}  // namespace
}  // namespace madang::board
