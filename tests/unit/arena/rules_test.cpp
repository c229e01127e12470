// The rules of the arena: fighters walk, fire, hit, go down and come up again.
#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "unit/arena/room.h"

namespace arena {
namespace {

using ArenaRulesTest = RoomTest;

constexpr Position shifted(Position from, std::int32_t x, std::int32_t y) { return {from.x + x, from.y + y}; }

TEST_F(ArenaRulesTest, AFighterWalksUntilItIsToldToStopAndAsFarOnADiagonal) {
  const std::pair<Heading, Position> ways[] = {
      {east, {17, 0}},    {west, {-17, 0}},     {south, {0, 17}},     {north, {0, -17}},
      {{1, 1}, {12, 12}}, {{-1, 1}, {-12, 12}}, {{1, -1}, {12, -12}}, {{-1, -1}, {-12, -12}}};
  room_.enter(1, 12, 8);
  room_.tick();
  for (const auto& [heading, step] : ways) {
    const Position from = room_.where(1);
    room_.steer(1, heading);
    room_.ticks(4);
    EXPECT_EQ(room_.where(1), shifted(from, 4 * step.x, 4 * step.y));
    EXPECT_EQ(room_.fighter(1).facing, heading);
    room_.steer(1, {});
    room_.ticks(3);
    EXPECT_EQ(room_.where(1), shifted(from, 4 * step.x, 4 * step.y));
    EXPECT_EQ(room_.fighter(1).facing, heading) << "it looks there when it stands";
  }
}

TEST_F(ArenaRulesTest, AHeadingThatIsNoneIsIgnored) {
  room_.enter(1, 12, 8);
  room_.tick();
  for (const Heading wrong : {Heading{2, 0}, Heading{0, -2}, Heading{1, 127}, Heading{-128, 0}}) {
    room_.steer(1, wrong);
    room_.ticks(2);
  }
  EXPECT_EQ(room_.where(1), centre_of(12, 8));
}

TEST_F(ArenaRulesTest, AnObstacleOrTheEdgeStopsAFighterOrLetsItSlide) {
  PlayedRoom room({"....", ".#..", "...."});
  room.enter(1, 0, 1);
  room.enter(2, 3, 0);
  room.tick();
  room.steer(1, east);
  room.steer(2, {1, -1});
  room.ticks(10);
  EXPECT_EQ(room.where(1), shifted(centre_of(0, 1), 17, 0)) << "one more step would be on the obstacle";
  EXPECT_EQ(room.where(2), shifted(centre_of(3, 0), 24, -24)) << "in the corner";
  room.steer(1, {1, 1});
  room.ticks(2);
  EXPECT_EQ(room.where(1), shifted(centre_of(0, 1), 17 + 12, 12 + 17)) << "it slides down along the obstacle";
  room.ticks(2);
  EXPECT_EQ(room.where(1), shifted(centre_of(0, 1), 17 + 36, 12 + 17 + 24)) << "and goes on below it";
  room.expect_same_in_every_order();
}

TEST_F(ArenaRulesTest, AShotFliesWhereItsFighterLooksAndEndsAfterItsRange) {
  room_.enter(1, 2, 8);
  room_.tick();
  room_.look(1, east);
  room_.fire(1);
  const auto fired = answers_of<Fired>(room_.tick(), 1);
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_TRUE(fired[0].has_fired);
  EXPECT_EQ(fired[0].client_time, 7u);
  int ticks = 0;
  Position last = room_.where(1);
  for (; !room_.shots().empty(); ++ticks) {
    ASSERT_EQ(room_.shots(), std::vector<Position>{shifted(room_.where(1), ticks * 51, 0)});
    last = room_.shots()[0];
    room_.tick();
  }
  EXPECT_EQ(last.x - room_.where(1).x, 12 * 51) << "almost ten tiles";
}

TEST_F(ArenaRulesTest, AShotHitsTheNearestFighterOnItsWayAndNoOther) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {  // each seed gives other ids
    PlayedRoom room({"........"}, seed);
    for (const std::int32_t x : {0, 1, 2, 3}) room.enter(static_cast<std::uint64_t>(x) + 1, x, 0);
    room.tick();
    room.look(2, east);
    room.fire(2);
    room.ticks(12);
    EXPECT_EQ(room.hit_points(1), 100) << "behind the shooter";
    EXPECT_EQ(room.hit_points(2), 100) << "the shooter";
    EXPECT_EQ(room.hit_points(3), 75);
    EXPECT_EQ(room.hit_points(4), 100);
    EXPECT_TRUE(room.shots().empty());
  }
}

TEST_F(ArenaRulesTest, AnObstacleStopsAShot) {
  PlayedRoom room({"..#.."});
  room.enter(1, 0, 0);
  room.enter(2, 4, 0);
  room.tick();
  room.look(1, east);
  room.fire(1);
  room.ticks(14);
  EXPECT_EQ(room.hit_points(2), 100);
}

TEST_F(ArenaRulesTest, AFighterFiresOnceInAnInterval) {
  room_.enter(1, 2, 8);
  room_.tick();
  room_.look(1, east);
  for (int i = 0; i < 100; ++i) room_.fire(1);
  int has_fired = 0;
  for (const Fired& fired : answers_of<Fired>(room_.tick(), 1)) has_fired += fired.has_fired;
  EXPECT_EQ(has_fired, 1);
  EXPECT_EQ(room_.shots().size(), 1u);
  room_.ticks(static_cast<int>(Arena::fire_interval) - 2);
  room_.fire(1);
  EXPECT_FALSE(answers_of<Fired>(room_.tick(), 1).at(0).has_fired) << "a tick too soon";
  room_.fire(1);
  EXPECT_TRUE(answers_of<Fired>(room_.tick(), 1).at(0).has_fired);
}

/// Lets the fighter 1 fire to the east until the fighter 2 goes down. Returns what was told then.
std::vector<Killed> kill_second(PlayedRoom& room) {
  room.look(1, east);
  for (int tick = 0; tick < 200; ++tick) {
    room.fire(1);
    if (const auto killed = told_of<Killed>(room.tick()); !killed.empty()) return killed;
  }
  ADD_FAILURE() << "nobody was killed";
  return {};
}

TEST_F(ArenaRulesTest, FourHitsKillAndTheKillerAndTheRoomCountIt) {
  room_.enter(1, 2, 4);
  room_.enter(2, 5, 4);
  room_.tick();
  const auto killed = kill_second(room_);
  ASSERT_EQ(killed.size(), 1u);
  EXPECT_EQ(killed[0].killer, room_.id(1).wire());
  EXPECT_FALSE(room_.fighter(2).is_up());
  EXPECT_EQ(room_.fighter(1).kills, 0u) << "it is on its way";
  room_.tick();
  EXPECT_EQ(room_.fighter(1).kills, 1u);
  EXPECT_EQ(room_.fighter(2).kills, 0u);
  EXPECT_EQ(room_.world().core().world.kills, 1u);
}

TEST_F(ArenaRulesTest, AFighterThatIsDownDoesNothingAndComesUpLater) {
  room_.enter(1, 2, 4);
  room_.enter(2, 5, 4);
  room_.enter(3, 8, 4);
  room_.tick();
  kill_second(room_);
  const Position fell = room_.where(2);
  for (std::uint64_t tick = 1; tick < Arena::down_ticks; ++tick) {
    room_.steer(2, north);
    room_.fire(2);
    for (const Fired& fired : answers_of<Fired>(room_.tick(), 2)) EXPECT_FALSE(fired.has_fired);
    EXPECT_FALSE(room_.fighter(2).is_up());
    EXPECT_EQ(room_.where(2), fell);
    if (tick == 15) room_.fire(1);
  }
  EXPECT_EQ(room_.hit_points(3), 75) << "a shot flies through a fighter that is down";
  room_.tick();
  EXPECT_EQ(room_.hit_points(2), 100);
  EXPECT_NE(room_.where(2), fell) << "by chance; with this seed";
}

TEST_F(ArenaRulesTest, TwoShotsOfOneTickKillOnce) {
  room_.enter(1, 2, 4);
  room_.enter(2, 5, 4);
  room_.enter(3, 8, 4);
  room_.tick();
  room_.look(1, east);
  room_.look(3, west);
  for (const int shots : {1, 2, 2}) {  // five hits, of which the last two come at once
    room_.fire(1);
    if (shots == 2) room_.fire(3);
    room_.ticks(static_cast<int>(Arena::fire_interval));
  }
  EXPECT_FALSE(room_.fighter(2).is_up());
  EXPECT_EQ(room_.fighter(1).kills + room_.fighter(3).kills, 1);
  EXPECT_EQ(room_.world().core().world.kills, 1u);
}

TEST_F(ArenaRulesTest, AShotOfAFighterThatHasLeftStillHits) {
  room_.enter(1, 2, 4);
  room_.enter(2, 9, 4);
  room_.tick();
  room_.look(1, east);
  room_.fire(1);
  room_.tick();
  room_.leave(1);
  room_.ticks(12);
  EXPECT_EQ(room_.hit_points(2), 75);
  EXPECT_EQ(room_.world().core().registry.size(), 1u);
}

TEST_F(ArenaRulesTest, ARoomHasPlaceForItsPlayersAlone) {
  for (std::uint64_t character = 1; character <= 25; ++character) room_.enter_anywhere(character);
  const world::WorldOutput& output = room_.tick();
  EXPECT_EQ(output.entered.size(), 20u);
  ASSERT_EQ(output.refused.size(), 5u);
  EXPECT_EQ(output.refused[0].reason, madang::CloseReason::world_full);
}

}  // namespace
}  // namespace arena
