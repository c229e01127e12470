// What the board's world needs: pieces that sleep cost memory only, and the largest map costs its tiles only.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "board/board_config.h"
#include "board/rules.h"
#include "unit/allocations.h"
#include "unit/board/board_stage.h"

namespace madang::board {
namespace {

/// A world of the board without checks of the law, which cost memory.
class BoardMemoryTest : public testing::Test {
 protected:
  void make(const BoardConfig& config) { world_ = make_world(config); }
  /// Lets players enter, a thousand in a tick.
  void populate(std::uint32_t count) {
    while (world_->registry().size() < count) {
      for (int i = 0; i < 1000 && characters_ < count; ++i)
        inputs_.enter(++characters_, Entry{"somebody", Looks::king});
      tick();
    }
    tick();
  }
  const world::WorldOutput& tick() {
    const world::WorldOutput& output = world_->tick(inputs_.list());
    inputs_.clear();
    return output;
  }
  void walk_all(Direction direction) {
    for (std::uint64_t character = 1; character <= characters_; ++character)
      inputs_.send(character, Move{direction, 0});
  }

  std::unique_ptr<world::AnyWorld> world_;
  world::GameInputs inputs_;
  std::uint64_t characters_ = 0;
};

/// Pieces of the board that no player moves.
struct SleeperParts : world::Parts {
  using Entities = wire::Types<Piece>;
  using Effects = wire::Types<Move>;
};
class Sleepers : public world::Rules<SleeperParts> {
 public:
  void enter(WorldChange& world, CharacterId, const world::NoEntry&) const {
    for (int i = 0; i < 5'000; ++i) {
      const auto x = static_cast<std::int32_t>(world.chance().below(world.width()));
      const auto y = static_cast<std::int32_t>(world.chance().below(world.height()));
      world.make(Piece{.name = "asleep"}, {x, y});
    }
  }
  void apply(Change<Piece>&, const Move&) const {}
};

TEST(BoardMemory, AnEntityThatSleepsHasAtMost128BytesAndIsNotVisited) {
  world::World<Sleepers> world({.entities_max = 200'000}, world::Map::empty(1000, 1000));
  const std::size_t before = world.memory_bytes();
  for (std::uint64_t i = 1; i <= 20; ++i)
    world.tick(std::array{world::Input{world::Input::Kind::enter, CharacterId{i}, 0, {}}});
  ASSERT_EQ(world.registry().size(), 100'000u);
  const std::size_t bytes = (world.memory_bytes() - before) / 100'000;
  RecordProperty("bytes", std::to_string(bytes));
  EXPECT_LE(bytes, 128u);
  world.tick({});
  EXPECT_EQ(world.active_count(), 0u);
}

TEST_F(BoardMemoryTest, TheLargestMapCostsOneBitATileAndNothingForACell) {
  constexpr std::uint32_t side = BoardConfig::side_max;
  constexpr std::uint32_t players = 1'000;
  BoardConfig config = open_field(side, side);
  config.cell_size = BoardConfig::cell_size_min;
  config.players_max = players;
  const std::uint64_t bytes_before = allocated_bytes();
  make(config);
  if (counts_allocations) {
    EXPECT_LE(allocated_bytes() - bytes_before, std::size_t{side} * side / 8 + 1'000'000);
  }
  const std::uint64_t bytes_of_the_empty_map = allocated_bytes();
  populate(players);
  for (int i = 0; i < 16; ++i) {
    walk_all(Direction::right);
    EXPECT_LE(tick().updates.size(), 2 * players);
  }
  if (counts_allocations) {
    EXPECT_LE(allocated_bytes() - bytes_of_the_empty_map, 40'000'000u);
  }
  const world::Grid& grid = world_->grid();
  EXPECT_EQ(grid.cell_of({side - 1, side - 1}).value, grid.cell_count() - 1);
}

TEST_F(BoardMemoryTest, ATickWithoutMovesVisitsNobody) {
  make(open_field(1000, 1000));
  populate(20'000);
  tick();
  EXPECT_TRUE(tick().empty());
  EXPECT_EQ(static_cast<const world::World<Board>&>(*world_).active_count(), 0u);
}

TEST_F(BoardMemoryTest, AWarmTickWithMovesAllocatesNothing) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizers have a heap of their own";
  make(open_field(200, 200));
  populate(300);
  std::uint64_t least = UINT64_MAX;
  for (int round = 0; round < 40; ++round) {
    walk_all(directions[static_cast<std::size_t>(round) % directions.size()]);
    const std::vector<world::Input> list = inputs_.list();
    const std::uint64_t before = allocations();
    world_->tick(list);
    least = std::min(least, allocations() - before);
    inputs_.clear();
  }
  EXPECT_EQ(least, 0u);
}

}  // namespace
}  // namespace madang::board
