#include "law/follow.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::follow {
namespace {

class FollowTest : public LawTest<Game> {
 protected:
  /// Ducks 1, 2, 3 and 4 stand in file, the first at the right.
  FollowTest() {
    for (std::uint64_t duck = 1; duck <= 4; ++duck) stage_.enter(duck, {static_cast<int>(20 - duck), 5});
    stage_.tick();
  }
  void make_file() {
    for (std::uint64_t duck = 2; duck <= 4; ++duck) {
      stage_.send(duck, Follow{stage_.id(duck - 1)});
      stage_.ticks(3);
    }
  }
  EntityId behind(std::uint64_t duck) const { return stage_.of<Duck>(duck).behind; }
};

TEST_F(FollowTest, EachStepsWhereTheOneBeforeItStood) {
  make_file();
  std::vector<Position> tiles = {stage_.where(4), stage_.where(3), stage_.where(2), stage_.where(1)};
  for (const Walk walk : {Walk{1, 0}, Walk{0, 1}, Walk{0, 1}, Walk{-1, 1}, Walk{-1, 0}}) {
    stage_.send(1, walk);
    stage_.ticks(4);  // until the last one has stepped
    tiles.push_back(moved(tiles.back(), walk.x, walk.y));
    for (std::uint64_t duck = 1; duck <= 4; ++duck)
      EXPECT_EQ(stage_.where(duck), tiles[tiles.size() - duck]) << "duck " << duck;
  }
}

TEST_F(FollowTest, AStepInEachTickIsFollowedWithOneTickADuckAndNoTileIsLeftOut) {
  make_file();
  for (int step = 1; step <= 6; ++step) {
    stage_.send(1, Walk{0, 1});
    stage_.tick();
    EXPECT_EQ(stage_.where(1), (Position{19, 5 + step}));
    EXPECT_EQ(stage_.where(2), step < 2 ? (Position{18, 5}) : (Position{19, 3 + step}));
  }
  stage_.ticks(3);
  for (int duck = 1; duck <= 4; ++duck)
    EXPECT_EQ(stage_.where(static_cast<std::uint64_t>(duck)), (Position{19, 12 - duck}));
}

TEST_F(FollowTest, ADuckThatFollowsDoesNotWalkByItself) {
  make_file();
  stage_.send(2, Walk{0, 1});
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(2), (Position{18, 5}));
}

TEST_F(FollowTest, OfTwoThatWantToFollowADuckExactlyOneDoesAndByChance) {
  expect_fair<Game>([](Stage<Game>& stage, EntityId& first, EntityId& second) {
    stage.enter(1, {4, 5});
    stage.enter(2, {6, 5});
    stage.enter(3, {5, 5});
    stage.tick();
    first = stage.id(1);
    second = stage.id(2);
    for (const std::uint64_t duck : {1, 2}) stage.send(duck, Follow{stage.id(3)});
    stage.ticks(3);
    EXPECT_NE(bool{stage.of<Duck>(1).before}, bool{stage.of<Duck>(2).before});
    const bool first_follows = bool{stage.of<Duck>(1).before};
    EXPECT_EQ(stage.of<Duck>(3).behind, first_follows ? first : second);
    return first_follows ? 1 : 2;
  });
}

TEST_F(FollowTest, NoFileIsARing) {
  stage_.send(1, Follow{stage_.id(2)});
  stage_.send(2, Follow{stage_.id(1)});
  stage_.ticks(3);
  EXPECT_FALSE(behind(1));
  EXPECT_FALSE(behind(2));
  make_file();
  stage_.send(1, Follow{stage_.id(4)});
  stage_.ticks(3);
  EXPECT_FALSE(behind(4));
  EXPECT_FALSE(stage_.of<Duck>(1).before);
}

TEST_F(FollowTest, ADuckThatLeavesCutsTheFile) {
  make_file();
  stage_.send(1, Walk{0, 1});
  stage_.leave(2);
  stage_.ticks(4);
  EXPECT_FALSE(behind(1));
  EXPECT_FALSE(stage_.of<Duck>(3).before);
  stage_.send(3, Walk{0, -1});
  stage_.ticks(2);
  EXPECT_EQ(stage_.where(3), (Position{17, 4}));
  EXPECT_EQ(stage_.where(4), (Position{17, 5}));
}

TEST_F(FollowTest, WhenOneOfTwoLeavesWhileItAsksTheOtherIsFree) {
  for (int asked = 0; asked < 2; ++asked) {
    for (int ticks_before = 0; ticks_before < 4; ++ticks_before) {
      Stage<Game> stage;
      stage.enter(1, {5, 5});
      stage.enter(2, {4, 5});
      stage.tick();
      stage.send(2, Follow{stage.id(1)});
      stage.ticks(ticks_before);
      stage.leave(asked == 1 ? 1 : 2);
      stage.ticks(4);
      const Duck& other = stage.of<Duck>(asked == 1 ? 2 : 1);
      EXPECT_TRUE(!other.before && !other.behind && !other.is_asking) << asked << ticks_before;
      stage.expect_same_in_every_order();
    }
  }
}

}  // namespace
}  // namespace law::follow
