// Shots fly, hit and end. Fighters lose hit points and shells.
#include <gtest/gtest.h>

#include "unit/arena/room.h"

namespace arena {
namespace {

class ArenaShotsTest : public RoomTest {
 protected:
  int hit_points(std::uint64_t character) const { return room_.fighter(character).hit_points; }
};

TEST_F(ArenaShotsTest, AShotFliesTickByTickInEachDirection) {
  room_.enter_up(1, {12, 8});
  for (const Heading heading : directions) {
    room_.fire_to(1, heading);
    const Position from = room_.where(1);
    ASSERT_EQ(room_.shots(), std::vector<Position>{from});
    room_.tick();
    const Sign way = sign_of(heading);
    const std::int32_t units = way.x != 0 && way.y != 0 ? 36 : 51;
    EXPECT_EQ(room_.shots(), std::vector<Position>{moved(from, way, units)});
    room_.tick(2);
    EXPECT_EQ(room_.shots(), std::vector<Position>{moved(from, way, 3 * units)});
    room_.ticks(30);
    EXPECT_TRUE(room_.shots().empty());
  }
}

TEST_F(ArenaShotsTest, AShotFallsAfterItsRange) {
  Room room(40, 3);
  room.enter_up(1, {2, 1});
  room.fire_to(1, Heading::east);
  Position last;
  int ticks = 0;
  for (; !room.shots().empty(); ++ticks) {
    last = room.shots()[0];
    room.tick();
  }
  EXPECT_EQ(last, moved(room.where(1), {1, 0}, 640));
  EXPECT_EQ(ticks, 14);
}

TEST_F(ArenaShotsTest, AShotEndsAtObstaclesAndTheEdge) {
  Room room({"............", "...#........", "............"});
  room.enter_up(1, {1, 1});
  room.enter_up(2, {5, 1});
  room.fire_to(1, Heading::east);
  room.tick();
  EXPECT_EQ(room.shots().size(), 1u);
  room.tick();
  EXPECT_TRUE(room.shots().empty()) << "the obstacle is 95 units away";
  room.ticks(4);
  EXPECT_EQ(room.fighter(2).hit_points, 100);
  room.fire_to(1, Heading::north);
  room.ticks(2);
  EXPECT_TRUE(room.shots().empty());
}

TEST_F(ArenaShotsTest, AShotHitsTheFirstFighterOfItsWay) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {5, 4});
  room_.enter_up(3, {4, 4});
  room_.enter_up(4, {1, 4});
  room_.fire_to(1, Heading::east);
  room_.ticks(8);
  EXPECT_TRUE(room_.shots().empty());
  EXPECT_EQ(hit_points(1), 100) << "not the shooter";
  EXPECT_EQ(hit_points(2), 100);
  EXPECT_EQ(hit_points(3), 75);
  EXPECT_EQ(hit_points(4), 100) << "nor those behind it";
}

TEST_F(ArenaShotsTest, AShotHitsTheNearestOfManyWhateverTheirIds) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {  // each seed gives other ids
    Room room({"........"}, seed);
    for (const std::uint64_t character : {1u, 2u, 3u, 4u})
      room.enter(character, {static_cast<std::int32_t>(character), 0});
    room.ticks(4);
    room.fire_to(1, Heading::east);
    room.tick(4);  // its way of this tick leads past all of them
    room.tick();
    EXPECT_EQ(room.fighter(2).hit_points, 75);
    EXPECT_EQ(room.fighter(3).hit_points, 100);
    EXPECT_EQ(room.fighter(4).hit_points, 100);
  }
}

TEST_F(ArenaShotsTest, AShotHitsWithinItsWidthAndNotBehind) {
  room_.enter_up(1, {4, 4});
  room_.enter_up(2, {3, 4});
  room_.enter_up(3, {6, 5});
  room_.steer(2, Heading::east);  // to the border, 32 units behind
  room_.ticks(4);
  room_.steer(1, Heading::west);
  room_.ticks(5);  // both at the border now, 1 unit apart
  EXPECT_EQ(room_.where(1).x - room_.where(2).x, 1);
  room_.fire_to(1, Heading::east);
  room_.ticks(6);
  EXPECT_EQ(hit_points(2), 100) << "it stands behind";
  EXPECT_EQ(hit_points(3), 100) << "64 units beside the way";
  room_.steer(3, Heading::north);
  room_.ticks(2);  // its y is now 64 * 5 + 32 - 17: 47 units beside
  room_.steer(3, Heading::stop);
  room_.tick();
  room_.fire_to(1, Heading::east);
  room_.ticks(6);
  EXPECT_EQ(hit_points(3), 100);
  room_.steer(3, Heading::north);
  room_.ticks(6);
  room_.steer(3, Heading::stop);
  room_.tick();
  EXPECT_LE(std::abs(room_.where(3).y - room_.where(1).y), 20);
  room_.fire_to(1, Heading::east);
  room_.ticks(6);
  EXPECT_EQ(hit_points(3), 75);
}

TEST_F(ArenaShotsTest, AShotFliesOnWhereNoPlayerWatches) {
  Room room(60, 3);
  room.enter_up(1, {30, 1});
  room.fire_to(1, Heading::east);
  room.leave(1);
  room.tick();
  ASSERT_EQ(room.shots().size(), 1u);
  EXPECT_EQ(room.world().core().watched.size(), 0u);
  room.ticks(13);
  EXPECT_TRUE(room.shots().empty());
}

TEST_F(ArenaShotsTest, ALongTickDoesNotMakeAShotLookTooFar) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {20, 4});
  room_.fire_to(1, Heading::east);
  room_.tick(50);
  EXPECT_EQ(room_.shots(), std::vector<Position>{moved(room_.where(1), {1, 0}, 4 * 51)});
}

TEST_F(ArenaShotsTest, AShotOfAFighterThatHasLeftStillHits) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {6, 4});
  room_.fire_to(1, Heading::east);
  room_.leave(1);
  room_.ticks(7);
  EXPECT_EQ(hit_points(2), 75);
}

TEST_F(ArenaShotsTest, AHitIsToldToAllThatWatch) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {3, 4});
  room_.fire_to(1, Heading::east);
  room_.tick();
  const std::vector<Hit> hits = told_of<Hit>(room_.tick());
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].shooter, room_.id(1).wire());
  EXPECT_EQ(hits[0].damage, Shot::damage);
}

TEST_F(ArenaShotsTest, AFighterFiresNotMoreOftenThanItMay) {
  room_.enter_up(1, {2, 4});
  room_.steer(1, Heading::east);
  for (int i = 0; i < 20; ++i) room_.fire(1);  // in one tick
  room_.tick();
  EXPECT_EQ(room_.shots().size(), 1u);
  EXPECT_EQ(room_.fighter(1).shells, Fighter::shells_max - 1);
  for (std::uint64_t tick = 1; tick < Arena::shot_interval; ++tick) {
    room_.fire(1);
    room_.tick();
    EXPECT_EQ(room_.shots().size(), 1u);
  }
  room_.fire(1);
  room_.tick();
  EXPECT_EQ(room_.shots().size(), 2u);
}

TEST_F(ArenaShotsTest, ShellsAreSpentAndComeBack) {
  Room room(4, 4);
  room.enter_up(1, {1, 1});
  int fired = 0;
  for (int tick = 0; tick < 60; ++tick) {
    room.fire(1);
    for (const Fired& answer : answers_of<Fired>(room.tick(), 1)) fired += answer.has_fired;
  }
  EXPECT_EQ(fired, 10) << "8 shells, and 2 new ones";
  EXPECT_EQ(room.fighter(1).shells, 0);
  room.ticks(19 + 20 * 6);
  EXPECT_LT(room.fighter(1).shells, Fighter::shells_max);
  room.ticks(40);
  EXPECT_EQ(room.fighter(1).shells, Fighter::shells_max);
}

}  // namespace
}  // namespace arena
