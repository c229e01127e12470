#include "law/quest.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::quest {
namespace {

class QuestTest : public LawTest<Game> {
 protected:
  static const Quest& quest_of(const Stage<Game>& stage) { return stage.world().core().world; }
};

TEST_F(QuestTest, APeltIsCountedInTheNextTickAndCreditedInTheOneAfter) {
  stage_.enter(1, {5, 5}, 1);
  stage_.tick();
  stage_.send(1, Deliver{});
  stage_.send(1, Deliver{});  // it has one only
  stage_.tick();
  EXPECT_EQ(quest_of(stage_).count, 0u);
  stage_.tick();
  EXPECT_EQ(quest_of(stage_).count, 1u);
  EXPECT_EQ(stage_.of<Hunter>(1).credit, 0u);
  stage_.tick();
  EXPECT_EQ(stage_.of<Hunter>(1).credit, 1u);
  EXPECT_EQ(stage_.of<Hunter>(1).pelts, 0u);
}

TEST_F(QuestTest, TheWorldTakesExactlyFiveAndWhoBringsTheLastIsChance) {
  expect_fair<Game>([](Stage<Game>& stage, EntityId& first, EntityId& second) {
    for (const std::uint64_t hunter : {1, 2}) stage.enter(hunter, {5, 5}, 5);
    stage.tick();
    first = stage.id(1);
    second = stage.id(2);
    for (int i = 0; i < 2; ++i)
      for (const std::uint64_t hunter : {1, 2}) stage.send(hunter, Deliver{});
    stage.tick();
    for (const std::uint64_t hunter : {1, 2}) stage.send(hunter, Deliver{});
    stage.ticks(5);
    const Hunter& one = stage.of<Hunter>(1);
    const Hunter& other = stage.of<Hunter>(2);
    EXPECT_EQ(quest_of(stage).count, Game::wanted);
    EXPECT_EQ(one.credit + other.credit, Game::wanted);
    EXPECT_EQ(one.pelts + other.pelts, 5u);
    EXPECT_EQ(quest_of(stage).finisher, one.credit == 3 ? first : second);
    return one.credit == 3 ? 1 : 2;
  });
}

TEST_F(QuestTest, APeltTooManyOfAHunterThatIsGoneIsKept) {
  stage_.enter(1, {5, 5}, 9);
  stage_.tick();
  for (int i = 0; i < 5; ++i) stage_.send(1, Deliver{});
  stage_.ticks(3);
  stage_.send(1, Deliver{});
  stage_.tick();
  stage_.leave(1);
  stage_.ticks(4);
  EXPECT_EQ(quest_of(stage_).count, Game::wanted);
  EXPECT_EQ(quest_of(stage_).left_over, 1u);
}

}  // namespace
}  // namespace law::quest
