#include "law/hit.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::hit {
namespace {

class HitTest : public LawTest<Game> {
 protected:
  /// The characters 1 and 2 stand beside character 3.
  static void begin(Stage<Game>& stage) {
    stage.enter(1, {4, 5});
    stage.enter(2, {6, 5});
    stage.enter(3, {5, 5});
    stage.tick();
  }
};

TEST_F(HitTest, AStrikeLandsInTheNextTick) {
  begin(stage_);
  stage_.send(1, Strike{stage_.id(3)});
  stage_.tick();
  EXPECT_EQ(stage_.of<Fighter>(3).hit_points, 30);
  stage_.tick();
  EXPECT_GE(stage_.of<Fighter>(3).hit_points, 10);
  EXPECT_LE(stage_.of<Fighter>(3).hit_points, 20);
}

TEST_F(HitTest, AClientThatSendsManyStrikesStrikesOnce) {
  begin(stage_);
  for (int i = 0; i < 5; ++i) stage_.send(1, Strike{stage_.id(3)});
  stage_.ticks(2);
  EXPECT_GE(stage_.of<Fighter>(3).hit_points, 10);
}

TEST_F(HitTest, AFighterThatIsFarAwayIsNotHit) {
  begin(stage_);
  stage_.send(1, Strike{stage_.id(2)});
  stage_.ticks(2);
  EXPECT_EQ(stage_.of<Fighter>(2).hit_points, 30);
}

TEST_F(HitTest, OneKillIsCountedOnceAndByChance) {
  expect_fair<Game>([](Stage<Game>& stage, EntityId& first, EntityId& second) {
    begin(stage);
    first = stage.id(1);
    second = stage.id(2);
    while (stage.is_here(3)) {
      for (const std::uint64_t character : {1, 2}) stage.send(character, Strike{stage.id(3)});
      stage.ticks(2);
      if (!stage.is_here(3)) break;
      EXPECT_GT(stage.of<Fighter>(3).hit_points, 0) << "it would be dead";
      stage.ticks(8);
    }
    stage.tick();
    EXPECT_EQ(stage.of<Fighter>(1).kills + stage.of<Fighter>(2).kills, 1u);
    return stage.of<Fighter>(1).kills == 1 ? 1 : 2;
  });
}

TEST_F(HitTest, TwoFightersCanKillEachOtherInOneTick) {
  stage_.enter(1, {4, 5});
  stage_.enter(2, {5, 5});
  stage_.tick();
  int rounds = 0;
  for (; stage_.is_here(1) && stage_.is_here(2) && rounds < 5; ++rounds) {
    stage_.send(1, Strike{stage_.id(2)});
    stage_.send(2, Strike{stage_.id(1)});
    stage_.ticks(10);
  }
  EXPECT_LE(rounds, 3) << "a strike takes at least 10 of 30 hit points";
}

TEST_F(HitTest, AStrikeAtAFighterThatHasLeftIsDropped) {
  begin(stage_);
  stage_.send(1, Strike{stage_.id(3)});
  stage_.leave(3);
  stage_.ticks(3);
  EXPECT_FALSE(stage_.is_here(3));
  EXPECT_EQ(stage_.of<Fighter>(1).kills, 0u);
}

}  // namespace
}  // namespace law::hit
