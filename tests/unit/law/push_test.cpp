#include "law/push.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::push {
namespace {

class PushTest : public LawTest<Game> {
 protected:
  PushTest() {
    stage_.enter(1, {4, 5});
    stage_.enter(2, {6, 5});
    stage_.enter(3, {5, 5});
    stage_.enter(4, {5, 4});
    stage_.tick();
  }
};

TEST_F(PushTest, APushMovesTheOtherInTheNextTick) {
  stage_.send(1, Push{1, 0});
  stage_.tick();
  EXPECT_EQ(stage_.where(3), (Position{5, 5}));
  stage_.tick();
  EXPECT_EQ(stage_.where(3), (Position{6, 5}));
  EXPECT_EQ(stage_.where(1), (Position{4, 5}));
}

TEST_F(PushTest, OppositePushesCancelEachOther) {
  for (int i = 0; i < 5; ++i) stage_.send(1, Push{1, 0});  // counts once
  stage_.send(2, Push{-1, 0});
  stage_.send(4, Push{0, 1});
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(3), (Position{5, 6}));
}

TEST_F(PushTest, TwoPushesInOneDirectionMoveByOneTile) {
  stage_.enter(5, {4, 5});
  stage_.tick();
  stage_.send(1, Push{1, 0});
  stage_.send(5, Push{1, 0});
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(3), (Position{6, 5}));
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(3), (Position{6, 5})) << "the force of a tick is gone after it";
}

TEST_F(PushTest, AWrestlerThatIsPushedOffTheMapStays) {
  stage_.enter(5, {1, 1});
  stage_.enter(6, {0, 1});
  stage_.tick();
  stage_.send(5, Push{-1, 0});
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(6), (Position{0, 1}));
}

TEST_F(PushTest, APushThatFindsNobodyIsDropped) {
  stage_.send(1, Push{1, 0});
  stage_.leave(3);
  stage_.ticks(2);
  EXPECT_FALSE(stage_.is_here(3));
  stage_.send(1, Push{1, 0});
  stage_.send(1, Push{2, 0});
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(2), (Position{6, 5}));
}

}  // namespace
}  // namespace law::push
