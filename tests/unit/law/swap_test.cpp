#include "law/swap.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::swap {
namespace {

class SwapTest : public LawTest<Game> {
 protected:
  SwapTest() {
    stage_.enter(1, left);
    stage_.enter(2, right);
    stage_.enter(3, {5, 6});
    stage_.tick();
  }
  void expect_swapped(bool swapped) {
    EXPECT_EQ(stage_.where(1), swapped ? right : left);
    EXPECT_EQ(stage_.where(2), swapped ? left : right);
  }

  static constexpr Position left{4, 5};
  static constexpr Position right{5, 5};
};

TEST_F(SwapTest, TwoThatWantItInOneTickSwapInTheNext) {
  stage_.send(1, Swap{stage_.id(2)});
  stage_.send(2, Swap{stage_.id(1)});
  stage_.tick();
  expect_swapped(false);
  stage_.tick();
  expect_swapped(true);
  stage_.ticks(5);
  expect_swapped(true);
}

TEST_F(SwapTest, TheFirstWaitsForTheSecond) {
  stage_.send(1, Swap{stage_.id(2)});
  stage_.ticks(7);
  expect_swapped(false);
  stage_.send(2, Swap{stage_.id(1)});
  stage_.ticks(2);
  expect_swapped(true);
}

TEST_F(SwapTest, PatienceEnds) {
  stage_.send(1, Swap{stage_.id(2)});
  stage_.ticks(Game::patience);
  EXPECT_TRUE(stage_.of<Dancer>(1).partner);
  stage_.tick();
  EXPECT_FALSE(stage_.of<Dancer>(1).partner);
  stage_.send(2, Swap{stage_.id(1)});
  stage_.ticks(Game::patience);
  expect_swapped(false);
}

TEST_F(SwapTest, OneThatAloneWantsItDoesNotMove) {
  stage_.send(1, Swap{stage_.id(2)});
  stage_.send(2, Swap{stage_.id(3)});
  stage_.send(3, Swap{stage_.id(1)});  // a ring of three
  stage_.ticks(5);
  expect_swapped(false);
  EXPECT_EQ(stage_.where(3), (Position{5, 6}));
}

// A dancer that leaves in the tick of the swap has stepped before; that cannot be seen here.
TEST_F(SwapTest, BothStepOrNeitherWheneverOneLeavesOrWalksOrChoosesAnother) {
  int swaps = 0;
  enum Disturbance { leaves, walks, chooses_another, disturbances };
  for (int disturbance = 0; disturbance < disturbances; ++disturbance) {
    for (int second = 0; second < 3; ++second) {
      for (int disturbed = 0; disturbed < 5; ++disturbed) {
        Stage<Game> stage;
        stage.enter(1, left);
        stage.enter(2, right);
        stage.enter(3, {5, 6});
        stage.tick();
        const EntityId one = stage.id(1);
        const EntityId two = stage.id(2);
        for (int tick = 0; tick < 8; ++tick) {
          if (tick == 0) stage.send(1, Swap{two});
          if (tick == second) stage.send(2, Swap{one});
          if (tick == disturbed && disturbance == leaves) stage.leave(1);
          if (tick == disturbed && disturbance == walks) stage.send(1, Walk{0, -1});
          if (tick == disturbed && disturbance == chooses_another) stage.send(1, Swap{stage.id(3)});
          const bool both_want =
              stage.is_here(1) && stage.of<Dancer>(1).partner == two && stage.of<Dancer>(2).partner == one;
          const bool are_near = stage.is_here(1) && is_near(stage.where(1), stage.where(2), 1);
          const std::int32_t one_was = stage.is_here(1) ? stage.where(1).x : 0;
          const std::int32_t two_was = stage.where(2).x;
          stage.tick();
          const bool swap_now = both_want && are_near;
          swaps += swap_now;
          EXPECT_EQ(stage.where(2).x != two_was, swap_now) << disturbance << second << disturbed << tick;
          if (stage.is_here(1)) {
            EXPECT_EQ(stage.where(1).x != one_was, swap_now) << disturbance << second << disturbed << tick;
          }
        }
        EXPECT_EQ(stage.is_here(1), disturbance != leaves);
        stage.expect_same_in_every_order();
      }
    }
  }
  EXPECT_GT(swaps, 10);
  EXPECT_LT(swaps, 45);
}

TEST_F(SwapTest, APartnerThatIsGoneIsNoPartner) {
  stage_.send(1, Swap{stage_.id(2)});
  stage_.leave(2);
  stage_.ticks(Game::patience + 1);
  EXPECT_FALSE(stage_.of<Dancer>(1).partner);
  EXPECT_EQ(stage_.where(1), left);
}

}  // namespace
}  // namespace law::swap
