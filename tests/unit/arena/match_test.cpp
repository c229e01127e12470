// Fighters go down and come up again, killers get their credit, and rounds are won.
#include <gtest/gtest.h>

#include "unit/arena/room.h"

namespace arena {
namespace {

class ArenaMatchTest : public RoomTest {
 protected:
  /// Lets the first fighter shoot at the east, until another one has died that often.
  static void kill(Room& room, std::uint64_t victim, std::uint32_t deaths) {
    room.steer(1, Heading::east);
    room.steer(1, Heading::stop);
    for (int tick = 0; tick < 4000 && room.fighter(victim).deaths < deaths; ++tick) {
      room.fire(1);
      room.tick();
    }
    EXPECT_EQ(room.fighter(victim).deaths, deaths);
  }
  /// The fighters 1 and 2 look at the fighters 3 and 4. One that goes down comes up before 1 or 2 again,
  /// because no other tile of the map "..#.." is free.
  static void enter_two_pairs(Room& room) {
    room.enter_up(1, {0, 0});
    room.enter_up(2, {3, 0});
    room.enter_up(3, {1, 0});
    room.enter_up(4, {4, 0});
    for (const std::uint64_t killer : {1u, 2u}) {
      room.steer(killer, Heading::east);
      room.steer(killer, Heading::stop);
    }
  }
};

TEST_F(ArenaMatchTest, AFighterGoesDownAndItsKillerIsCredited) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {5, 4});
  kill(room_, 2, 1);
  EXPECT_FALSE(room_.fighter(2).is_up());
  EXPECT_EQ(room_.fighter(1).kills, 0u) << "the credit is on its way";
  EXPECT_EQ(room_.match().deaths, 0u);
  room_.tick();
  EXPECT_EQ(room_.fighter(1).kills, 1u);
  EXPECT_EQ(room_.fighter(1).score, 1u);
  EXPECT_EQ(room_.match().deaths, 1u);
  EXPECT_EQ(room_.tiles(), 1) << "its tile is free";
  room_.tick();
  EXPECT_EQ(room_.match().kills, 1u);
  EXPECT_EQ(room_.match().best_score, 1u);
  EXPECT_EQ(room_.match().best_name.view(), "2,4");
}

TEST_F(ArenaMatchTest, ADeathIsTold) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {3, 4});
  std::vector<Killed> killed;
  room_.steer(1, Heading::east);
  room_.steer(1, Heading::stop);
  for (int tick = 0; tick < 60; ++tick) {
    room_.fire(1);
    for (const Killed& one : told_of<Killed>(room_.tick())) killed.push_back(one);
  }
  ASSERT_EQ(killed.size(), 1u);
  EXPECT_EQ(killed[0].killer, room_.id(1).wire());
  EXPECT_EQ(killed[0].victim.view(), "3,4");
}

TEST_F(ArenaMatchTest, AFighterThatIsDownDoesNothingAndComesUpLater) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {5, 4});
  room_.steer(1, Heading::east);
  room_.steer(1, Heading::stop);
  while (room_.fighter(2).deaths == 0) {
    room_.fire(1);
    room_.fire(2);
    room_.tick();
  }
  EXPECT_LT(room_.fighter(2).shells, Fighter::shells_max - 2);
  const Position fell = room_.where(2);
  for (std::uint64_t tick = 1; tick < Arena::down_ticks; ++tick) {
    room_.steer(2, Heading::north);
    room_.fire(2);
    room_.tick();
    EXPECT_FALSE(room_.fighter(2).is_up());
    EXPECT_EQ(room_.where(2), fell);
    EXPECT_TRUE(tick < 15 || room_.shots().empty());
  }
  room_.ticks(4);
  EXPECT_EQ(room_.fighter(2).hit_points, Fighter::hit_points_max);
  EXPECT_EQ(room_.fighter(2).shells, Fighter::shells_max);
  EXPECT_NE(tile_of(room_.where(2)), tile_of(fell)) << "by chance; with this seed";
}

TEST_F(ArenaMatchTest, AFighterThatGoesDownDoesNotWalkOn) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {4, 4});
  room_.fire_to(1, Heading::east);
  room_.ticks(6);
  room_.fire(1);
  room_.ticks(6);
  room_.fire(1);
  room_.ticks(6);
  EXPECT_EQ(room_.fighter(2).hit_points, 25);
  room_.fire(1);
  room_.steer(2, Heading::east);
  Position before;
  while (room_.fighter(2).is_up()) {
    before = room_.where(2);
    room_.tick();
  }
  EXPECT_EQ(room_.where(2), before);
  EXPECT_NE(before, centre_of({4, 4})) << "it has walked";
  room_.ticks(3);
  EXPECT_EQ(room_.tiles(), 1) << "also what it had claimed is free";
}

TEST_F(ArenaMatchTest, AShotFliesThroughAFighterThatIsDown) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {4, 4});
  room_.enter_up(3, {6, 4});
  kill(room_, 2, 1);
  room_.ticks(6);
  room_.fire(1);
  room_.ticks(8);
  EXPECT_EQ(room_.fighter(3).hit_points, 75);
  EXPECT_EQ(room_.fighter(2).deaths, 1u);
}

TEST_F(ArenaMatchTest, TwoShotsOfOneTickKillOnce) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {5, 4});
  room_.enter_up(3, {8, 4});
  room_.steer(1, Heading::east);
  room_.steer(1, Heading::stop);
  room_.steer(3, Heading::west);
  room_.steer(3, Heading::stop);
  room_.fire(1);  // one hit more from the first: 3 + 2 hits, of which the last two come at once
  for (int i = 0; i < 2; ++i) {
    room_.ticks(10);
    room_.fire(1);
    room_.fire(3);
  }
  room_.ticks(12);
  EXPECT_EQ(room_.fighter(2).deaths, 1u);
  EXPECT_EQ(room_.fighter(1).kills + room_.fighter(3).kills, 1u);
  EXPECT_EQ(room_.match().deaths, 1u);
  EXPECT_EQ(room_.match().kills, 1u);
}

TEST_F(ArenaMatchTest, ACreditForAFighterThatHasLeftIsDropped) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {5, 4});
  kill(room_, 2, 1);
  room_.leave(1);
  room_.ticks(3);
  EXPECT_EQ(room_.match().deaths, 1u);
  EXPECT_EQ(room_.match().kills, 1u) << "the credit came in the tick in which it left";
  room_.enter_up(1, {2, 5});
  room_.enter_up(3, {4, 5});
  for (int hits = 0; hits < 4; ++hits) {
    room_.fire_to(1, Heading::east);
    if (hits == 3) room_.leave(1);
    room_.ticks(8);
  }
  EXPECT_EQ(room_.fighter(3).deaths, 1u);
  EXPECT_EQ(room_.match().deaths, 2u);
  EXPECT_EQ(room_.match().kills, 1u);
}

TEST_F(ArenaMatchTest, ARoundIsWonAndTheNextOneBegins) {
  Room room({".."});  // the victim always comes up beside its killer
  room.enter_up(1, {0, 0});
  room.enter_up(2, {1, 0});
  kill(room, 2, Match::score_to_win);
  EXPECT_EQ(room.match().round, 1u);
  EXPECT_EQ(room.match().best_score, Match::score_to_win - 1);
  room.tick();
  EXPECT_EQ(room.fighter(1).score, Match::score_to_win);
  const world::WorldOutput& output = room.tick();
  const auto won = told_to_all_of<RoundWon>(output);
  ASSERT_EQ(won.size(), 1u);
  EXPECT_EQ(won[0].round, 1u);
  EXPECT_EQ(won[0].winner.view(), "0,0");
  EXPECT_EQ(told_to_all_of<Leads>(output).size(), 1u);
  EXPECT_EQ(room.match().round, 2u);
  EXPECT_EQ(room.match().best_score, 0u);
  room.tick();
  EXPECT_EQ(room.fighter(1).score, 0u);
  EXPECT_EQ(room.fighter(1).kills, Match::score_to_win);
  kill(room, 2, Match::score_to_win + 1);
  room.ticks(2);
  EXPECT_EQ(room.match().best_score, 1u);
  EXPECT_EQ(room.fighter(1).score, 1u);
}

TEST_F(ArenaMatchTest, OnlyABetterScoreLeads) {
  Room room({"..#.."});
  enter_two_pairs(room);
  const auto score = [&](std::uint64_t killer, std::uint16_t wanted) {
    while (room.fighter(killer).score < wanted) {
      room.fire(killer);
      room.tick();
    }
    room.ticks(2);
    EXPECT_EQ(room.match().best_score, 2u);
    EXPECT_EQ(room.match().best_name.view(), "0,0");
  };
  score(1, 2);
  score(2, 1);
  score(2, 2);  // as good, but later
  EXPECT_EQ(room.match().kills, 4u);
}

TEST_F(ArenaMatchTest, AScoreOfTheRoundBeforeDoesNotCount) {
  Room room({"..#.."});
  enter_two_pairs(room);
  const auto is_fresh = [&](std::uint64_t one) { return room.fighter(one).hit_points == 100; };
  const auto is_ready = [&](std::uint64_t killer) {
    return room.fighter(killer).score == Match::score_to_win - 1 && room.fighter(killer).shells >= 4;
  };
  for (int tick = 0; tick < 5000 && !(is_ready(1) && is_ready(2) && is_fresh(3) && is_fresh(4)); ++tick) {
    for (const std::uint64_t killer : {1u, 2u})
      if (room.fighter(killer).score < Match::score_to_win - 1) room.fire(killer);
    room.tick();
  }
  for (int tick = 0; tick < 40 && room.match().round == 1; ++tick) {  // both win in one tick
    room.fire(1);
    room.fire(2);
    room.tick();
  }
  EXPECT_EQ(room.match().kills, 2u * Match::score_to_win);
  EXPECT_EQ(room.match().round, 2u);
  EXPECT_EQ(room.match().best_score, 0u);
  room.tick();
  EXPECT_EQ(room.fighter(1).score + room.fighter(2).score, 0);
}

TEST_F(ArenaMatchTest, ANewcomerGetsTheBestScore) {
  room_.enter_up(1, {2, 4});
  room_.enter_up(2, {4, 4});
  kill(room_, 2, 1);
  room_.ticks(3);
  room_.enter(3, {8, 8});
  const std::vector<Leads> leads = answers_of<Leads>(room_.tick(), 3);
  ASSERT_EQ(leads.size(), 1u);
  EXPECT_EQ(leads[0].score, 1u);
  EXPECT_EQ(leads[0].name.view(), "2,4");
  EXPECT_EQ(room_.fighter(3).round, 1u);
}

}  // namespace
}  // namespace arena
