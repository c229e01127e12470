// Fighters walk, and no two of them share a tile.
#include <gtest/gtest.h>

#include <cmath>

#include "unit/arena/room.h"

namespace arena {
namespace {

class ArenaTilesTest : public RoomTest {};

TEST_F(ArenaTilesTest, ANewcomerIsDownUntilItHasItsTile) {
  room_.enter(1, {3, 3});
  room_.tick();
  EXPECT_FALSE(room_.fighter(1).is_up());
  room_.ticks(2);
  EXPECT_EQ(room_.tiles(), 1) << "the ground keeps the tile for it";
  EXPECT_FALSE(room_.fighter(1).is_up());
  room_.tick();
  EXPECT_EQ(room_.fighter(1).hit_points, Fighter::hit_points_max);
  EXPECT_EQ(room_.where(1), centre_of({3, 3}));
}

TEST_F(ArenaTilesTest, OfTwoNewcomersOnOneTileOneComesUpElsewhere) {
  room_.enter(1, {3, 3});
  room_.enter(2, {3, 3});
  room_.ticks(10);
  EXPECT_TRUE(room_.fighter(1).is_up() && room_.fighter(2).is_up());
  EXPECT_NE(tile_of(room_.where(1)), tile_of(room_.where(2)));
  EXPECT_TRUE(tile_of(room_.where(1)) == (Tile{3, 3}) || tile_of(room_.where(2)) == (Tile{3, 3}));
  EXPECT_EQ(room_.tiles(), 2);
}

TEST_F(ArenaTilesTest, ANewcomerWithoutAPlaceComesToAnyFreeTile) {
  Room room({"####", "#.##", "####"});
  room.enter_anywhere(1);
  room.ticks(4);
  EXPECT_EQ(room.where(1), centre_of({1, 1}));
  room.enter_anywhere(2);  // there is no tile for it, until the other one leaves
  room.ticks(20);
  EXPECT_TRUE(room.is_here(2));
  EXPECT_FALSE(room.fighter(2).is_up());
  room.leave(1);
  room.ticks(8);
  EXPECT_TRUE(room.fighter(2).is_up());
}

TEST_F(ArenaTilesTest, ARoomWithoutAFreeTileRefuses) {
  Room room({"##", "##"});
  room.enter_anywhere(1);
  const world::WorldOutput& output = room.tick();
  ASSERT_EQ(output.refused.size(), 1u);
  EXPECT_EQ(output.refused[0].reason, madang::CloseReason::world_full);
  EXPECT_FALSE(room.is_here(1));
}

TEST_F(ArenaTilesTest, AFighterWalksWithoutWaitingForItsTiles) {
  room_.enter_up(1, {1, 5});
  room_.steer(1, Heading::east);
  room_.ticks(5);
  for (int tick = 0; tick < 40; ++tick) {
    const Position before = room_.where(1);
    room_.tick();
    EXPECT_EQ(room_.where(1), moved(before, {1, 0}, 17)) << tick;
    EXPECT_LE(room_.tiles(), 3) << "its own, the next, and one that is being freed";
  }
  EXPECT_EQ(room_.fighter(1).facing, Heading::east);
  room_.steer(1, Heading::stop);
  room_.ticks(4);
  const Position stands = room_.where(1);
  room_.tick();
  EXPECT_EQ(room_.where(1), stands);
  EXPECT_EQ(room_.tiles(), 1);
  EXPECT_EQ(room_.fighter(1).facing, Heading::east) << "it still looks there";
}

TEST_F(ArenaTilesTest, ADiagonalIsAsFastAsAStraightLine) {
  for (const Heading heading : directions) {
    Room room(80, 80);
    room.enter_up(1, {40, 40});
    room.steer(1, heading);
    room.ticks(6);
    const Position from = room.where(1);
    room.ticks(60);
    const Position to = room.where(1);
    EXPECT_NEAR(std::hypot(to.x - from.x, to.y - from.y) / 60, 17, 0.1) << static_cast<int>(heading);
  }
}

TEST_F(ArenaTilesTest, ALongerTickIsALongerWay) {
  room_.enter_up(1, {1, 5});
  room_.steer(1, Heading::west);
  room_.tick();
  const Position from = room_.where(1);
  room_.tick(3);
  EXPECT_EQ(room_.where(1), moved(from, {-1, 0}, 32)) << "the border, because the next tile is not granted";
  room_.steer(1, Heading::east);
  room_.ticks(5);
  const Position begins = room_.where(1);
  room_.tick(2);
  EXPECT_EQ(room_.where(1), moved(begins, {1, 0}, 34));
}

TEST_F(ArenaTilesTest, TheEdgeOfTheMapStops) {
  room_.enter_up(1, {0, 0});
  room_.steer(1, Heading::north_west);
  room_.ticks(10);
  EXPECT_EQ(room_.where(1), (Position{0, 0}));
  room_.steer(1, Heading::north_east);  // it slides along the edge
  room_.ticks(10);
  EXPECT_EQ(room_.where(1).y, 0);
  EXPECT_GT(room_.where(1).x, 64);
}

TEST_F(ArenaTilesTest, TwoFightersMeetAndWait) {
  room_.enter_up(1, {2, 5});
  room_.enter_up(2, {6, 5});
  room_.steer(1, Heading::east);
  room_.steer(2, Heading::west);
  room_.ticks(30);
  EXPECT_EQ(tile_of(room_.where(2)).x - tile_of(room_.where(1)).x, 1);
  EXPECT_EQ(room_.where(2).x - room_.where(1).x, 1) << "each stands at its side of the border";
  room_.steer(2, Heading::east);
  room_.ticks(20);
  EXPECT_GT(tile_of(room_.where(1)).x, 5) << "the first one follows";
}

TEST_F(ArenaTilesTest, AFighterThatWaitsDoesNotKeepATileFurtherOn) {
  room_.enter_up(1, {4, 6});
  room_.enter_up(2, {5, 6});
  room_.steer(1, Heading::north_east);  // through the tile 5, 6, and soon after it 5, 5
  for (int tick = 0; tick < 30; ++tick) {
    room_.tick();
    EXPECT_EQ(room_.tiles(), 2);
  }
  EXPECT_EQ(tile_of(room_.where(1)), (Tile{4, 6}));
}

TEST_F(ArenaTilesTest, OfTwoFightersThatWantATileExactlyOneGetsIt) {
  std::set<bool> first_wins;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Room room(std::vector<std::string>(4, "........"), seed);
    room.enter(1, {1, 1});
    room.enter(2, {3, 1});
    room.ticks(4);
    room.steer(1, Heading::east);
    room.steer(2, Heading::west);
    room.ticks(12);
    const bool one = tile_of(room.where(1)) == Tile{2, 1};
    const bool other = tile_of(room.where(2)) == Tile{2, 1};
    EXPECT_NE(one, other);
    first_wins.insert(one);
  }
  EXPECT_EQ(first_wins.size(), 2u) << "by chance";
}

TEST_F(ArenaTilesTest, AFighterThatLeavesGivesAllItsTilesBack) {
  for (int ticks_before = 0; ticks_before < 8; ++ticks_before) {
    Room room(12, 8);
    room.enter_up(1, {4, 4});
    room.steer(1, Heading::south_east);
    room.ticks(ticks_before);
    room.leave(1);
    room.ticks(4);
    EXPECT_FALSE(room.is_here(1));
    EXPECT_EQ(room.tiles(), 0) << ticks_before;
    EXPECT_EQ(room.world().core().grounds.size(), 0u);
  }
  for (int ticks_before = 1; ticks_before < 5; ++ticks_before) {
    Room room(12, 8);
    room.enter(1, {4, 4});
    room.ticks(ticks_before);
    room.leave(1);
    room.ticks(4);
    EXPECT_EQ(room.tiles(), 0) << ticks_before;
  }
}

TEST_F(ArenaTilesTest, AFighterThatChangesItsMindGivesTheTileBack) {
  for (int ticks_between = 0; ticks_between < 8; ++ticks_between)
    for (const Heading then : {Heading::west, Heading::north, Heading::stop}) {
      Room room(12, 8);
      room.enter_up(1, {4, 4});
      room.steer(1, Heading::east);
      room.ticks(ticks_between);
      room.steer(1, then);
      room.ticks(8);
      room.steer(1, Heading::stop);
      room.ticks(5);
      EXPECT_EQ(room.tiles(), 1) << ticks_between;
    }
}

TEST_F(ArenaTilesTest, SteeredBringsTheTimeBack) {
  room_.enter_up(1, {4, 4});
  room_.steer(1, Heading::east);
  const std::vector<Steered> steered = answers_of<Steered>(room_.tick(), 1);
  ASSERT_EQ(steered.size(), 1u);
  EXPECT_EQ(steered[0].client_time, 7u);
}

}  // namespace
}  // namespace arena
