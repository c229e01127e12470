#include "law/teleport.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::teleport {
namespace {

constexpr Position exit{59, 59};  // of a world of 64 by 64 tiles

class TeleportTest : public LawTest<Game> {
 protected:
  TeleportTest() {
    stage_.enter(1, Game::entrance);
    stage_.enter(2, Game::entrance);
    stage_.tick();
  }
};

TEST_F(TeleportTest, ATravellerArrivesTwoTicksAfterItsCommandAndKeepsItsId) {
  const EntityId traveller = stage_.id(1);
  stage_.send(1, Travel{});
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(1), Game::entrance);
  stage_.tick();
  EXPECT_EQ(stage_.where(1), exit);
  EXPECT_EQ(stage_.id(1), traveller);
}

TEST_F(TeleportTest, TheGateTakesOneAtATimeAndByChance) {
  expect_fair<Game>([](Stage<Game>& stage, EntityId& first, EntityId& second) {
    stage.enter(1, Game::entrance);
    stage.enter(2, Game::entrance);
    stage.tick();
    first = stage.id(1);
    second = stage.id(2);
    for (const std::uint64_t traveller : {1, 2}) stage.send(traveller, Travel{});
    stage.ticks(4);
    EXPECT_NE(stage.where(1), stage.where(2));
    const std::uint64_t winner = stage.where(1) == exit ? 1 : 2;
    stage.ticks(Game::gate_interval);
    stage.send(3 - winner, Travel{});
    stage.ticks(3);
    EXPECT_EQ(stage.where(3 - winner), exit);
    return winner;
  });
}

TEST_F(TeleportTest, ATravellerThatHasWalkedAwayStays) {
  stage_.send(1, Travel{});
  stage_.tick();
  stage_.send(1, Walk{1, 0});
  stage_.ticks(3);
  EXPECT_EQ(stage_.where(1), (Position{5, 4}));
  EXPECT_EQ(stage_.of<Traveller>(1).journeys, 0u);
}

TEST_F(TeleportTest, ATravellerThatIsNotAtAGateStays) {
  stage_.send(1, Walk{1, 0});
  stage_.tick();
  stage_.send(1, Travel{});
  stage_.ticks(3);
  EXPECT_EQ(stage_.where(1), (Position{5, 4}));
}

TEST_F(TeleportTest, ATravellerThatIsGoneLeavesTheGateEmptyForAWhile) {
  stage_.send(1, Travel{});
  stage_.tick();
  stage_.leave(1);
  stage_.tick();
  stage_.send(2, Travel{});
  stage_.ticks(3);
  EXPECT_EQ(stage_.where(2), Game::entrance);
  stage_.ticks(Game::gate_interval);
  stage_.send(2, Travel{});
  stage_.ticks(3);
  EXPECT_EQ(stage_.where(2), exit);
}

TEST_F(TeleportTest, TheWorldBuildsItsGatesOnce) { EXPECT_EQ(stage_.all<Gate>().size(), 2u); }

}  // namespace
}  // namespace law::teleport
