// A world that is cut into zones is the same world: the same commands give the same state after each tick,
// and the same bytes to each client, whatever the cut. Random games show it, in which all meet at the
// borders. tests/unit/board and tests/unit/arena play theirs in the same way.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "unit/world/cut_and_whole.h"
#include "unit/world/random_cut.h"

namespace madang::world::random_game {
namespace {

TEST(Zones, GiveTheSameStatesAndBytesInARandomGame) {
  ZoneEvents events;
  play_with_each_cut<RandomCut>(zone_games(8), 60, events);
  EXPECT_GT(events.players_crossed, 2'000u);
  EXPECT_GT(events.others_crossed, 1'000u);
  EXPECT_GT(events.crossed_at_corner, 1'000u);
  EXPECT_GT(events.entered, 1'000u);
  EXPECT_GT(events.left, 1'000u);
  EXPECT_GT(events.refused, 1'000u);
  EXPECT_GT(events.births_refused, 100u);
  EXPECT_GT(events.told_to_all, 1'000u);
}

TEST(Zones, PlayAPlanOfARandomGame) { play_named_plan<RandomCut>(); }

TEST(Zones, KeepTheLaw) {
  ZoneEvents events;
  for (std::uint64_t seed = 1; seed <= 2; ++seed)
    ASSERT_EQ(
        smallest_fault<RandomCut>({.seed = seed, .cut = {2, 2}, .ticks = 40, .checks_law = true}, events),
        "");
}

TEST(Zones, OfARandomGameGoOnWithAnotherCutAfterTheyWereSaved) {
  ZoneEvents events;
  play_and_save<RandomCut>(zone_games(4), 60, events);
  EXPECT_GT(events.loads, 50u);
}

TEST(ZoneMap, EachCellHasOneOwnerAndBordersAreWhatOthersSee) {
  for (std::uint32_t columns = 1; columns <= 20; ++columns)
    for (std::uint32_t zones = 1; zones <= columns; ++zones) {
      const Grid grid(columns * 4, 9, 4);
      const ZoneMap map(grid, {zones, 1}, 5);
      std::vector<std::uint32_t> owners(grid.cell_count());
      for (std::uint32_t zone = 0; zone < map.size(); ++zone) {
        ASSERT_FALSE(map.cells_of(zone).empty());
        grid.for_each(map.cells_of(zone), [&](CellIndex cell) {
          ++owners[cell.value];
          ASSERT_EQ(map.owner(cell), zone);
          bool is_seen = false;
          for (std::uint32_t other = 0; other < map.size(); ++other) is_seen |= map.sees(other, cell);
          ASSERT_EQ(grid.contains(map.inner_cells_of(zone), cell), !is_seen);
        });
      }
      EXPECT_EQ(std::ranges::count(owners, 1u), std::ssize(owners));
    }
}

}  // namespace
}  // namespace madang::world::random_game
