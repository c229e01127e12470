#include "law/take.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::take {
namespace {

class TakeTest : public LawTest<Game> {
 protected:
  /// The characters 1 and 2 stand where character 3 has put down all its gold.
  static EntityId begin(Stage<Game>& stage, std::uint32_t gold = 100) {
    for (const std::uint64_t character : {1, 2}) stage.enter(character, {5, 5});
    stage.enter(3, {5, 5}, gold);
    stage.tick();
    stage.send(3, Drop{gold});
    stage.ticks(2);
    return stage.only<Pile>();
  }
  static std::uint32_t gold_of(const Stage<Game>& stage, std::uint64_t character) {
    return stage.of<Player>(character).gold;
  }
};

TEST_F(TakeTest, APlayerPutsGoldDownAndAnotherTakesIt) {
  const EntityId pile = begin(stage_);
  EXPECT_EQ(gold_of(stage_, 3), 0u);
  EXPECT_EQ(stage_.world().find<Pile>(pile)->gold, 100u);
  stage_.send(1, Take{pile});
  stage_.ticks(3);
  EXPECT_EQ(gold_of(stage_, 1), 100u);
  EXPECT_TRUE(stage_.all<Pile>().empty());
}

TEST_F(TakeTest, OfTwoPlayersThatTakeAPileExactlyOneGetsItAndByChance) {
  expect_fair<Game>([](Stage<Game>& stage, EntityId& first, EntityId& second) {
    const EntityId pile = begin(stage);
    first = stage.id(1);
    second = stage.id(2);
    for (const std::uint64_t character : {1, 2, 1}) stage.send(character, Take{pile});
    stage.ticks(3);
    EXPECT_EQ(gold_of(stage, 1) + gold_of(stage, 2), 100u);
    return gold_of(stage, 1) == 100 ? 1 : gold_of(stage, 2) == 100 ? 2 : 0;
  });
}

TEST_F(TakeTest, APlayerCannotPutDownMoreThanItHasNorTakeFromAfar) {
  const EntityId pile = begin(stage_);
  stage_.send(3, Drop{1});
  stage_.enter(4, {6, 5});
  stage_.tick();
  stage_.send(4, Take{pile});
  stage_.ticks(3);
  EXPECT_EQ(stage_.only<Pile>(), pile);
  EXPECT_EQ(gold_of(stage_, 3) + gold_of(stage_, 4), 0u);
}

TEST_F(TakeTest, TheGoldOfAPlayerThatLeavesLiesOnItsPlaceAgain) {
  const EntityId pile = begin(stage_);
  stage_.send(1, Take{pile});
  stage_.tick();
  stage_.leave(1);
  stage_.tick();  // the pile has given itself, and its taker is gone
  EXPECT_TRUE(stage_.all<Pile>().empty());
  stage_.ticks(4);
  const EntityId again = stage_.only<Pile>();
  EXPECT_NE(again, pile);
  EXPECT_EQ(stage_.world().find<Pile>(again)->gold, 100u);
  EXPECT_EQ(stage_.world().position_of(again), (Position{5, 5}));
}

TEST_F(TakeTest, InAFullWorldThePlayerKeepsItsGold) {
  Stage<Game> stage({.entities_max = 1});
  stage.enter(1, {5, 5}, 100);
  stage.tick();
  stage.send(1, Drop{100});
  stage.tick();
  EXPECT_EQ(gold_of(stage, 1), 0u);
  stage.ticks(2);
  EXPECT_EQ(gold_of(stage, 1), 100u);
  EXPECT_EQ(stage.world().births_refused(), 1u);
}

TEST_F(TakeTest, InAFullWorldTheWorldKeepsTheGoldUntilThereIsAPlace) {
  Stage<Game> stage({.entities_max = 2});
  stage.enter(1, {5, 5}, 100);
  stage.enter(2, {5, 5});
  stage.tick();
  stage.send(1, Drop{100});  // there is no place for a pile
  stage.tick();
  stage.leave(1);
  stage.enter(3, {5, 5});  // takes the place of the one before
  stage.ticks(10);
  EXPECT_TRUE(stage.all<Pile>().empty());
  stage.leave(3);
  stage.ticks(4);
  EXPECT_EQ(stage.world().find<Pile>(stage.only<Pile>())->gold, 100u);
  stage.expect_same_in_every_order();
}

}  // namespace
}  // namespace law::take
