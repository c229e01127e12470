#include "law/hit_area.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::hit_area {
namespace {

class HitAreaTest : public LawTest<Game> {
 protected:
  int hit_points(std::uint64_t character) const { return stage_.of<Soldier>(character).hit_points; }
};

TEST_F(HitAreaTest, AGrenadeHitsAllInItsRadiusOnceAcrossCells) {
  // The centre is in the corner of four cells.
  stage_.enter(1, {2, 8});
  stage_.enter(2, {5, 5});
  stage_.enter(3, {11, 11});
  stage_.enter(4, {12, 8});
  stage_.tick();
  stage_.send(1, Throw{{8, 8}});
  stage_.tick();
  EXPECT_EQ(hit_points(2), 50);
  stage_.tick();
  EXPECT_EQ(hit_points(1), 50);
  EXPECT_EQ(hit_points(2), 30);
  EXPECT_EQ(hit_points(3), 30);
  EXPECT_EQ(hit_points(4), 50) << "it stands in a cell of the blast, but beyond its radius";
}

TEST_F(HitAreaTest, TheBlastHitsThoseThatStandThereWhenItExplodes) {
  stage_.enter(1, {2, 8});
  stage_.enter(2, {11, 8});  // at the edge, and steps out in time
  stage_.enter(3, {12, 8});  // outside, and steps in
  stage_.enter(4, {11, 9});  // at the edge, and steps out too late
  stage_.tick();
  stage_.send(1, Throw{{8, 8}});
  stage_.send(2, Walk{1, 0});
  stage_.send(3, Walk{-1, 0});
  stage_.tick();
  stage_.send(4, Walk{1, 0});
  stage_.tick();
  EXPECT_EQ(hit_points(2), 50);
  EXPECT_EQ(hit_points(3), 30);
  EXPECT_EQ(hit_points(4), 30);
}

TEST_F(HitAreaTest, BlastsOfOneTickAreAddedAndASoldierHasTwoGrenades) {
  stage_.enter(1, {2, 8});
  stage_.enter(2, {8, 8});
  stage_.enter(3, {2, 2});
  stage_.tick();
  stage_.send(1, Throw{{8, 8}});
  stage_.send(3, Throw{{8, 8}});
  stage_.ticks(2);
  EXPECT_EQ(hit_points(2), 10);
  for (int i = 0; i < 3; ++i) stage_.send(1, Throw{{60, 60}});  // out of range, and costs nothing
  stage_.tick();
  EXPECT_EQ(stage_.of<Soldier>(1).grenades, 1);
  for (int i = 0; i < 3; ++i) stage_.send(1, Throw{{9, 9}});
  stage_.ticks(2);
  EXPECT_EQ(stage_.of<Soldier>(1).grenades, 0);
  EXPECT_FALSE(stage_.is_here(2));
  EXPECT_EQ(stage_.world().core().registry.size(), 2u);
}

TEST_F(HitAreaTest, ABlastOnAnEmptyPlaceOrBeyondTheEdgeIsDropped) {
  stage_.enter(1, {2, 8});
  stage_.tick();
  stage_.send(1, Throw{{-3, 8}});
  stage_.ticks(2);
  EXPECT_EQ(stage_.of<Soldier>(1).grenades, 1);
  EXPECT_EQ(hit_points(1), 50);
}

}  // namespace
}  // namespace law::hit_area
