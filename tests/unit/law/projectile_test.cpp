#include "law/projectile.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::projectile {
namespace {

class ProjectileTest : public LawTest<Game> {
 protected:
  int hit_points(std::uint64_t character) const { return stage_.of<Tank>(character).hit_points; }
};

TEST_F(ProjectileTest, AShotFliesTickByTickAndHitsWhatStandsOnItsWay) {
  stage_.enter(1, {2, 8});
  stage_.enter(2, {10, 9});  // beside the way, within the width of the shot
  stage_.tick();
  stage_.send(1, Fire{3, 0});
  stage_.tick();
  const EntityId shot = stage_.only<Shot>();
  EXPECT_EQ(stage_.world().position_of(shot), (Position{2, 8}));
  stage_.tick();
  EXPECT_EQ(stage_.world().position_of(shot), (Position{5, 8}));
  stage_.tick();
  EXPECT_EQ(stage_.world().position_of(shot), (Position{8, 8}));
  stage_.tick();
  EXPECT_TRUE(stage_.all<Shot>().empty());
  stage_.tick();
  EXPECT_EQ(hit_points(2), 75);
  EXPECT_EQ(hit_points(1), 100);
}

TEST_F(ProjectileTest, AShotHitsTheNearestTankOfItsWay) {
  stage_.enter(1, {2, 8});
  stage_.enter(2, {9, 8});
  stage_.enter(3, {7, 8});
  stage_.enter(4, {8, 8});
  stage_.tick();
  stage_.send(1, Fire{8, 0});
  stage_.ticks(4);
  EXPECT_EQ(hit_points(2), 100);
  EXPECT_EQ(hit_points(3), 75);
  EXPECT_EQ(hit_points(4), 100);
}

TEST_F(ProjectileTest, TwoShotsOfOneTickBothHit) {
  stage_.enter(1, {2, 8});
  stage_.enter(2, {14, 8});
  stage_.enter(3, {8, 8});
  stage_.tick();
  for (int i = 0; i < 3; ++i) {  // more than a tank may fire
    stage_.send(1, Fire{8, 0});
    stage_.send(2, Fire{-8, 0});
  }
  stage_.ticks(4);
  EXPECT_EQ(hit_points(3), 50);
}

TEST_F(ProjectileTest, AShotFliesOnWhereNobodyWatchesAndEnds) {
  Stage<Game> stage({.view_radius = 1});
  stage.enter(1, {2, 8});
  stage.enter(2, {50, 8});
  stage.tick();
  stage.send(1, Fire{8, 0});
  stage.tick();
  stage.leave(1);  // who has fired it does not matter
  stage.ticks(7);
  EXPECT_TRUE(stage.all<Shot>().empty());
  EXPECT_EQ(stage.of<Tank>(2).hit_points, 75);
  stage.send(2, Fire{0, 1});
  stage.ticks(11);
  EXPECT_EQ(stage.all<Shot>().size(), 1u);
  stage.tick();
  EXPECT_TRUE(stage.all<Shot>().empty()) << "it has fallen";
}

TEST_F(ProjectileTest, AShotEndsAtTheEdgeAndIsNotTooFast) {
  stage_.enter(1, {2, 8});
  stage_.tick();
  stage_.send(1, Fire{9, 0});
  stage_.tick();
  EXPECT_TRUE(stage_.all<Shot>().empty());
  stage_.send(1, Fire{-3, 0});
  stage_.ticks(2);
  EXPECT_TRUE(stage_.all<Shot>().empty());
}

TEST_F(ProjectileTest, AHitOnATankThatIsGoneIsDropped) {
  stage_.enter(1, {2, 8});
  stage_.enter(2, {6, 8});
  stage_.tick();
  stage_.send(1, Fire{8, 0});
  stage_.tick();
  stage_.leave(2);
  stage_.ticks(3);
  EXPECT_FALSE(stage_.is_here(2));
  EXPECT_TRUE(stage_.all<Shot>().empty()) << "it has hit where the tank stood";
}

}  // namespace
}  // namespace law::projectile
