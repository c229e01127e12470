#include "law/claim_tile.h"

#include <gtest/gtest.h>

#include <bit>
#include <set>

#include "unit/law/stage.h"

namespace law::claim_tile {
namespace {

class ClaimTileTest : public LawTest<Game> {
 protected:
  static bool has_tile(const Stage<Game>& stage, std::uint64_t character) {
    return stage.of<Walker>(character).has_tile;
  }
  /// Returns how many tiles the grounds have given.
  static int taken(const Stage<Game>& stage) {
    int count = 0;
    stage.world().core().grounds.for_each(
        [&](world::CellIndex, const Floor& floor) { count += std::popcount(floor.taken); });
    return count;
  }
};

TEST_F(ClaimTileTest, ANewcomerHoversUntilItGetsItsTile) {
  stage_.enter(1, {5, 5});
  stage_.ticks(3);
  EXPECT_FALSE(has_tile(stage_, 1));
  EXPECT_EQ(taken(stage_), 1) << "the tile is kept for it";
  stage_.tick();
  EXPECT_TRUE(has_tile(stage_, 1));
}

TEST_F(ClaimTileTest, AStepTakesTwoTicksMoreAndFreesTheTileBefore) {
  stage_.enter(1, {7, 5});
  stage_.ticks(4);
  stage_.send(1, Walk{1, 0});  // into another cell
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(1), (Position{7, 5}));
  EXPECT_EQ(taken(stage_), 2);
  stage_.tick();
  EXPECT_EQ(stage_.where(1), (Position{8, 5}));
  stage_.tick();
  EXPECT_EQ(taken(stage_), 1);
}

TEST_F(ClaimTileTest, OfTwoWalkersThatWantATileExactlyOneGetsItAndByChance) {
  expect_fair<Game>([](Stage<Game>& stage, EntityId& first, EntityId& second) {
    stage.enter(1, {4, 5});
    stage.enter(2, {6, 5});
    stage.ticks(4);
    first = stage.id(1);
    second = stage.id(2);
    stage.send(1, Walk{1, 0});
    stage.send(2, Walk{-1, 0});
    stage.ticks(6);
    EXPECT_EQ(taken(stage), 2);
    EXPECT_NE(stage.where(1), stage.where(2));
    return stage.where(1) == Position{5, 5} ? 1 : stage.where(2) == Position{5, 5} ? 2 : 0;
  });
}

TEST_F(ClaimTileTest, TwoNewcomersOnOneTileDoNotBothGetIt) {
  stage_.enter(1, {5, 5});
  stage_.enter(2, {5, 5});
  stage_.ticks(5);
  EXPECT_NE(has_tile(stage_, 1), has_tile(stage_, 2));
  const std::uint64_t hovering = has_tile(stage_, 1) ? 2 : 1;
  stage_.send(hovering, Walk{0, 1});
  stage_.ticks(3);
  EXPECT_TRUE(has_tile(stage_, hovering));
  EXPECT_EQ(taken(stage_), 2);
}

TEST_F(ClaimTileTest, AWalkerThatHasLeftGivesItsTileBack) {
  stage_.enter(1, {4, 5});
  stage_.ticks(4);
  stage_.leave(1);
  stage_.ticks(2);
  EXPECT_EQ(taken(stage_), 0);
}

TEST_F(ClaimTileTest, AWalkerThatLeavesBeforeTheAnswerGivesBothTilesBack) {
  for (int ticks_before = 0; ticks_before < 4; ++ticks_before) {
    Stage<Game> stage;
    stage.enter(1, {4, 5});
    stage.ticks(4);
    stage.send(1, Walk{1, 0});
    stage.ticks(ticks_before);
    stage.leave(1);
    stage.ticks(5);
    EXPECT_EQ(taken(stage), 0) << ticks_before;
  }
}

TEST_F(ClaimTileTest, AWalkerThatChangesItsMindGivesTheTileBack) {
  for (int ticks_between = 0; ticks_between < 4; ++ticks_between) {
    Stage<Game> stage;
    stage.enter(1, {5, 5});
    stage.ticks(4);
    stage.send(1, Walk{1, 0});
    stage.ticks(ticks_between);
    stage.send(1, Walk{0, 1});
    stage.ticks(6);
    EXPECT_EQ(taken(stage), 1) << ticks_between;
    EXPECT_EQ(stage.where(1).y, 6) << ticks_between;
  }
}

TEST_F(ClaimTileTest, InACrowdNoTwoStandOnOneTileAndNoTileIsForgotten) {
  constexpr std::uint64_t walkers = 40;
  madang::Random random(5);
  const auto near = [&] { return static_cast<std::int32_t>(10 + random.below(10)); };
  for (int tick = 0; tick < 80; ++tick) {
    for (std::uint64_t walker = 1; walker <= walkers; ++walker) {
      const bool is_here = stage_.is_here(walker);
      if (!is_here && random.chance(1, 4)) {
        const std::int32_t x = near();
        stage_.enter(walker, {x, near()});
      } else if (is_here && random.chance(1, 40)) {
        stage_.leave(walker);
      } else if (is_here) {
        const auto side = [&] { return static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1); };
        const std::int8_t x = side();
        stage_.send(walker, Walk{x, side()});
      }
    }
    stage_.tick();
    std::set<Position> tiles;
    for (std::uint64_t walker = 1; walker <= walkers; ++walker) {
      if (!stage_.is_here(walker) || !has_tile(stage_, walker)) continue;
      EXPECT_TRUE(tiles.insert(stage_.where(walker)).second) << "tick " << tick;
    }
    EXPECT_LE(tiles.size(), static_cast<std::size_t>(taken(stage_)));
  }
  for (std::uint64_t walker = 1; walker <= walkers; ++walker)
    if (stage_.is_here(walker)) stage_.leave(walker);
  stage_.ticks(4);
  EXPECT_EQ(taken(stage_), 0);
}

}  // namespace
}  // namespace law::claim_tile
