#include "law/spawn.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::spawn {
namespace {

class SpawnTest : public LawTest<Game> {
 protected:
  static constexpr int until_all_live = 2 + 2 * static_cast<int>(Game::egg_interval);

  SpawnTest() {
    stage_.enter(1, {8, 8});
    stage_.enter(2, {8, 8});
  }
  std::size_t monsters() const { return stage_.all<Monster>().size(); }
};

TEST_F(SpawnTest, ANestLaysOneMonsterAfterTheOtherUntilThreeLive) {
  stage_.ticks(2);
  EXPECT_EQ(monsters(), 1u);
  stage_.ticks(Game::egg_interval - 1);
  EXPECT_EQ(monsters(), 1u);
  stage_.tick();
  EXPECT_EQ(monsters(), 2u);
  stage_.ticks(100);
  EXPECT_EQ(monsters(), 3u);
  for (const EntityId monster : stage_.all<Monster>())
    EXPECT_TRUE(is_near(stage_.world().position_of(monster), Game::nest_position, 2));
}

TEST_F(SpawnTest, ForADeadMonsterTheNestLaysAnother) {
  stage_.ticks(until_all_live + 20);
  ASSERT_EQ(monsters(), 3u);
  const EntityId monster = stage_.all<Monster>()[0];
  stage_.send(1, Slay{monster});
  stage_.send(2, Slay{monster});  // it dies once
  stage_.ticks(2);
  EXPECT_EQ(monsters(), 2u);
  stage_.ticks(2);
  EXPECT_EQ(monsters(), 3u);
  stage_.ticks(50);
  EXPECT_EQ(monsters(), 3u);
}

TEST_F(SpawnTest, ANestWorksWhereNobodyWatchesAndThenSleeps) {
  Stage<Game> stage({.view_radius = 1});
  stage.enter(1, {60, 60});
  stage.ticks(until_all_live + 5);
  EXPECT_EQ(stage.all<Monster>().size(), 3u);
  stage.leave(1);
  stage.ticks(20);
  EXPECT_EQ(stage.world().active_count(), 0u);
}

TEST_F(SpawnTest, AMonsterThatFoundNoPlaceIsNotCounted) {
  Stage<Game> stage({.entities_max = 3});
  stage.enter(1, {8, 8});
  stage.enter(2, {8, 8});
  stage.ticks(60);  // the nest and two hunters: the world is full
  EXPECT_TRUE(stage.all<Monster>().empty());
  EXPECT_GT(stage.world().births_refused(), 3u) << "the nest goes on trying";
  stage.leave(2);
  stage.ticks(30);
  EXPECT_EQ(stage.all<Monster>().size(), 1u);
  EXPECT_LE(stage.world().find<Nest>(stage.only<Nest>())->alive, 2) << "one lives, one may be on its way";
}

}  // namespace
}  // namespace law::spawn
