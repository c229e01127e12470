#include "arena/bot.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace arena {
namespace {

class ArenaBotTest : public testing::Test {
 protected:
  ArenaBotTest() {
    sight_.client_time = 55;
    sight_.position = centre_of({10, 10});
    sight_.hit_points = 100;
    sight_.shells = 8;
    sight_.facing = Heading::south;
    sight_.is_free = [this](Tile tile) {
      return tile.x >= 0 && tile.y >= 0 && tile.x < 32 && tile.y < 32 && !obstacles_.contains(tile);
    };
  }
  void see(Tile tile, std::uint8_t hit_points = 100) {
    sight_.fighters.push_back({EntityId{1u, 5}, centre_of(tile), hit_points});
  }
  void put_obstacle(Tile tile) { obstacles_.insert(tile); }
  BotDeed decide() { return decide_as_bot(sight_, random_); }
  /// Returns the direction to which the bot steers; a stop if it does something else.
  Heading steered() {
    const BotDeed deed = decide();
    const Steer* steer = std::get_if<Steer>(&deed);
    return steer ? steer->heading : Heading::stop;
  }
  bool fires() { return std::holds_alternative<Fire>(decide()); }

  std::set<Tile> obstacles_;
  Sight sight_;
  madang::Random random_{1};
};

TEST_F(ArenaBotTest, WaitsWhileItIsDown) {
  see({10, 13});
  sight_.hit_points = 0;
  EXPECT_TRUE(std::holds_alternative<std::monostate>(decide()));
}

TEST_F(ArenaBotTest, FiresAtAFighterInItsLine) {
  see({10, 13});
  const BotDeed deed = decide();
  ASSERT_TRUE(std::holds_alternative<Fire>(deed));
  EXPECT_EQ(std::get<Fire>(deed).client_time, 55u);
  sight_.facing = Heading::north;
  EXPECT_FALSE(fires());
}

TEST_F(ArenaBotTest, TurnsToAFighterInEachDirection) {
  for (const Heading heading : directions) {
    sight_.fighters.clear();
    const Sign way = sign_of(heading);
    see({10 + 4 * way.x, 10 + 4 * way.y});
    sight_.facing = heading_of(-way.x, -way.y);
    EXPECT_EQ(steered(), heading);
    sight_.facing = heading;
    EXPECT_TRUE(fires());
  }
}

TEST_F(ArenaBotTest, DoesNotFireAtOneThatIsDownOrTooFarOrBehindAnObstacle) {
  see({10, 13}, 0);
  EXPECT_FALSE(fires());
  sight_.fighters.clear();
  see({10, 21});
  EXPECT_FALSE(fires());
  sight_.fighters.clear();
  see({10, 13});
  put_obstacle({10, 12});
  EXPECT_FALSE(fires());
}

TEST_F(ArenaBotTest, DoesNotFireWithoutShells) {
  see({10, 13});
  sight_.shells = 0;
  EXPECT_FALSE(fires());
}

TEST_F(ArenaBotTest, WalksTowardsTheNearestFighter) {
  see({2, 5});
  see({15, 11});
  int towards = 0;
  for (int i = 0; i < 100; ++i) towards += steered() == Heading::east;
  EXPECT_GT(towards, 80);
  EXPECT_LT(towards, 100) << "now and then it does something else";
  sight_.steering = Heading::east;
  int keeps = 0;
  for (int i = 0; i < 100; ++i) keeps += std::holds_alternative<std::monostate>(decide());
  EXPECT_GT(keeps, 80) << "it walks there already";
}

TEST_F(ArenaBotTest, StepsOutOfTheWayOfAShot) {
  sight_.shots.push_back({centre_of({7, 10}), Heading::east});
  std::map<Heading, int> ways;
  for (int i = 0; i < 200; ++i) ++ways[steered()];
  EXPECT_GT(ways[Heading::north], 50);
  EXPECT_GT(ways[Heading::south], 50);
  EXPECT_GT(ways[Heading::north] + ways[Heading::south], 140);
}

TEST_F(ArenaBotTest, DoesNotFearAShotThatFliesAwayOrPasses) {
  sight_.steering = Heading::east;
  for (const Sight::SeenShot shot : {Sight::SeenShot{centre_of({11, 10}), Heading::east},
                                     Sight::SeenShot{centre_of({7, 9}), Heading::east},
                                     Sight::SeenShot{centre_of({2, 10}), Heading::east}}) {
    sight_.shots = {shot};
    int steps_aside = 0;
    for (int i = 0; i < 100; ++i) steps_aside += steered() != Heading::stop;
    EXPECT_LT(steps_aside, 20) << "it wanders now and then";
  }
}

TEST_F(ArenaBotTest, WandersAndTurnsAtObstacles) {
  EXPECT_NE(steered(), Heading::stop) << "it does not stand";
  sight_.steering = Heading::east;
  put_obstacle({11, 10});
  for (int i = 0; i < 20; ++i) {
    const Heading heading = steered();
    EXPECT_NE(heading, Heading::stop);
    EXPECT_NE(heading, Heading::east);
  }
}

TEST_F(ArenaBotTest, IsAFunctionOfWhatItKnows) {
  see({13, 17});
  sight_.shots.push_back({centre_of({7, 10}), Heading::east});
  madang::Random one(9);
  madang::Random other(9);
  for (int i = 0; i < 50; ++i) {
    const BotDeed a = decide_as_bot(sight_, one);
    const BotDeed b = decide_as_bot(sight_, other);
    ASSERT_EQ(a.index(), b.index());
    if (const Steer* steer = std::get_if<Steer>(&a)) {
      EXPECT_EQ(steer->heading, std::get<Steer>(b).heading);
    }
  }
}

}  // namespace
}  // namespace arena
