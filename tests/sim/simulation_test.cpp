// Simulation: what a game's own tests stand on. The example examples/duel is played in it, too.
#include "madang/sim/simulation.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "duel/duel.h"

namespace madang::sim {
namespace {

using namespace std::chrono_literals;
using duel::Duel;
using duel::Fighter;
using duel::Fire;

Scene<Duel> scene_with_rooms() {
  Scene<Duel> scene;
  scene.has_rooms = true;
  return scene;
}

TEST(Simulation, AClientSeesItselfAndTheOthers) {
  Simulation<Duel> game(1);
  Client<Duel>& ann = game.join("Ann");
  EXPECT_TRUE(ann.is_in_world());
  EXPECT_EQ(ann.view().entity_count(), 1u);
  game.join("Bob");
  game.run(1s);
  EXPECT_EQ(ann.view().entity_count(), 2u);
  ASSERT_TRUE(ann.shown<Fighter>());
  EXPECT_EQ(ann.shown<Fighter>()->name, duel::Name("Ann")) << "the name of the login is in the Entry";
  EXPECT_EQ(game.problems(), "");
}

TEST(Simulation, WordsReachTheOtherClients) {
  Simulation<Duel> game(1);
  Client<Duel>& ann = game.join("Ann");
  Client<Duel>& bob = game.join("Bob");
  ann.say("hello");
  ann.shout("hello to all");
  game.run(1s);
  ASSERT_EQ(bob.count<wire::Shouted>(), 1u);
  EXPECT_EQ(bob.received<wire::Shouted>()[0].text, "hello to all");
  ASSERT_EQ(bob.count<wire::CellSaid>(), 1u);
  EXPECT_EQ(bob.received<wire::CellSaid>()[0].text, "hello");
}

TEST(Simulation, ALoginThatNamesAWorldMakesIt) {
  Simulation<Duel> game(1, scene_with_rooms());
  Client<Duel>& ann = game.join("Ann", {}, "tea");
  EXPECT_TRUE(ann.is_in_world());
  EXPECT_EQ(ann.view().welcome().world, "tea");
  ASSERT_TRUE(game.find_world("tea"));
  EXPECT_EQ(game.find_world("tea")->registry().size(), 1u);
  EXPECT_EQ(game.world().registry().size(), 0u);

  ann.enter_world("");
  game.run(15s);
  EXPECT_EQ(ann.view().welcome().world, "");
  EXPECT_EQ(game.world().registry().size(), 1u);
  EXPECT_EQ(game.problems(), "");
}

TEST(Simulation, WithoutRoomsALoginThatNamesAWorldIsRefused) {
  Simulation<Duel> game(1);
  Client<Duel>& ann = game.join("Ann", {}, "tea");
  ASSERT_TRUE(ann.has_ended());
  EXPECT_EQ(ann.ending()->reason, CloseReason::no_such_world);
  EXPECT_FALSE(game.find_world("tea"));
}

TEST(Simulation, AClientThatLogsOutHasEndedRegularly) {
  Simulation<Duel> game(1);
  Client<Duel>& ann = game.join("Ann");
  ann.log_out();
  game.run(1s);
  ASSERT_TRUE(ann.has_ended());
  EXPECT_TRUE(ann.ending()->is_regular());
}

TEST(Simulation, AServerThatStopsSaysGoodbye) {
  Simulation<Duel> game(1);
  Client<Duel>& ann = game.join("Ann");
  game.server().stop();
  game.run(2s);
  EXPECT_TRUE(game.server().is_stopped());
  ASSERT_TRUE(ann.has_ended());
  EXPECT_EQ(ann.ending()->reason, CloseReason::server_stopping);
}

TEST(Simulation, AFrozenWorkerServesNobodyUntilItThaws) {
  Scene<Duel> scene;
  scene.workers = 1;
  Simulation<Duel> game(1, scene);
  Client<Duel>& ann = game.join("Ann");
  Client<Duel>& bob = game.join("Bob");
  game.server().freeze_worker(0);
  bob.send(Fire{});
  game.run(2s);
  EXPECT_EQ(ann.count<duel::Hit>(), 0u);
  game.server().thaw_worker();
  game.run(1s);
  EXPECT_EQ(ann.count<duel::Hit>(), 1u);
  EXPECT_EQ(game.problems(), "");
}

TEST(Simulation, TicksThatAreDelayedAreLate) {
  Simulation<Duel> prompt(1);
  Simulation<Duel> late(1);
  late.server().delay_ticks(75ms);
  for (Simulation<Duel>* game : {&prompt, &late}) {
    game->join("Ann");
    game->run(5s);
    EXPECT_EQ(game->problems(), "");
  }
  EXPECT_EQ(prompt.server().runners().totals().ticks_late, 0u);
  EXPECT_GT(late.server().runners().totals().ticks_late, 50u);
}

/// Its rules count in a variable of their own: against the law.
struct Counting : Duel {
  using Duel::apply;
  void apply(Change<Fighter>& self, const duel::Wound&) const {
    static int wounds = 0;
    self->hit_points = static_cast<std::uint8_t>(10 + ++wounds % 100);
  }
};

TEST(Simulation, RulesThatBreakTheLawAreNamed) {
  Simulation<Counting> game(1);
  game.join("Ann");
  game.join("Bob").send(Fire{});
  game.run(1s);
  EXPECT_NE(game.problems().find("Fighter breaks the law when it applies Wound: it applies differently"),
            std::string::npos)
      << game.problems();
}

/// Its rules look at something that is no part of the world.
int weather = 0;
struct Weathered : Duel {
  using Duel::apply;
  void apply(Change<Fighter>& self, const duel::Wound&) const {
    self->hit_points = static_cast<std::uint8_t>(10 + weather);
  }
};

TEST(Simulation, AWorldThatComesToOtherStatesWhenItIsPlayedAgainIsAProblem) {
  Simulation<Weathered> game(1);
  game.join("Ann");
  game.join("Bob").send(Fire{});
  game.run(1s);
  EXPECT_EQ(game.problems(), "");
  EXPECT_EQ(game.problems(), "") << "asked a second time";
  weather = 1;
  EXPECT_NE(game.problems().find("played again, the world has another state after tick "), std::string::npos)
      << game.problems();
  weather = 0;
}

TEST(Simulation, EachSeedHasAnotherChanceInTheRules) {
  std::set<std::pair<std::int32_t, std::int32_t>> places;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Simulation<Duel> game(seed);
    const auto place = game.join("Ann").position();
    ASSERT_TRUE(place);
    places.insert({place->x, place->y});
  }
  EXPECT_GT(places.size(), 3u);
}

TEST(Simulation, WhatContradictsAClientIsToldWithItsName) {
  Scene<Duel> scene;
  scene.map = world::Map::of(64, 64, [](std::uint32_t x, std::uint32_t) { return x >= 28 && x < 36; });
  Simulation<Duel> game(1, scene);
  game.join("Ann");
  EXPECT_TRUE(game.problems().starts_with("Ann: on_obstacle: ")) << game.problems();
}

/// A fighter that is hit tells all that see it.
struct Loud : Duel {
  using Duel::apply;
  void apply(Change<Fighter>& self, const duel::Wound&) const { self.tell(duel::Hit{7}); }
};

TEST(Simulation, AClientGetsWhatAnEntityInSightTells) {
  Simulation<Loud> game(1);
  Client<Loud>& ann = game.join("Ann");
  Client<Loud>& bob = game.join("Bob");
  bob.send(Fire{});
  game.run(1s);
  for (Client<Loud>* client : {&ann, &bob}) {
    ASSERT_EQ(client->count<duel::Hit>(), 1u);
    EXPECT_EQ(client->received<duel::Hit>()[0].hit_points, 7);
  }
}

TEST(Seeds, TheFirstFailureIsToldWithItsSeed) {
  if (std::getenv("MADANG_SEED") || std::getenv("MADANG_SEEDS"))
    GTEST_SKIP() << "the environment says which seeds are played";
  std::vector<std::uint64_t> played;
  const auto fail_at_3 = [&](std::uint64_t seed) -> std::string {
    played.push_back(seed);
    return seed >= 3 ? "it broke" : "";
  };
  EXPECT_EQ(first_failure(2, fail_at_3), "");
  played.clear();
  EXPECT_EQ(first_failure(10, fail_at_3), "seed 3: it broke\nTo run this seed alone, set MADANG_SEED=3.");
  EXPECT_EQ(played, (std::vector<std::uint64_t>{1, 2, 3}));
}

}  // namespace
}  // namespace madang::sim
