// The duel in the simulator: its server and its players on a network that delays, splits and breaks what is
// sent. Each test is played under many seeds; a failure tells its seed, under which it comes again.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "duel/duel.h"
#include "madang/sim/simulation.h"

namespace duel {
namespace {

using namespace std::chrono_literals;
using madang::sim::first_failure;
using Simulation = madang::sim::Simulation<Duel>;
using Client = madang::sim::Client<Duel>;
using Scene = madang::sim::Scene<Duel>;

TEST(Duel, WhoIsHitThreeTimesIsBeaten) {
  const std::string failure = first_failure(20, [](std::uint64_t seed) -> std::string {
    Simulation game(seed);
    Client& ann = game.join("Ann");
    Client& bob = game.join("Bob");
    for (int i = 0; i < 3; ++i) {
      bob.send(Fire{});
      game.run(1s);
    }
    if (ann.count<Hit>() != 2) return "Ann did not get two hits before the last one";
    if (ann.received<Hit>().back().hit_points != 1) return "the second hit left other hit points";
    if (!ann.has_ended() || ann.ending()->text != "you are beaten")
      return "Ann was not told that she is beaten";
    if (game.world().registry().size() != 1) return "the loser is still there";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Duel, AHundredCommandsInOneTickAreOneShot) {
  const std::string failure = first_failure(20, [](std::uint64_t seed) -> std::string {
    Simulation game(seed);
    Client& ann = game.join("Ann");
    Client& bob = game.join("Bob");
    for (int i = 0; i < 10; ++i) bob.send(Fire{});
    game.run(1s);
    if (ann.count<Hit>() != 1)
      return "Ann was not hit once, but " + std::to_string(ann.count<Hit>()) + " times";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Duel, APlayerWhoseLineBreaksComesBackToItsFighter) {
  const std::string failure = first_failure(20, [](std::uint64_t seed) -> std::string {
    Simulation game(seed);
    Client& ann = game.join("Ann");
    Client& bob = game.join("Bob");
    bob.send(Fire{});
    game.run(1s);
    ann.break_line();
    game.run(8s);
    ann.come_back();
    game.run(20s);
    if (!ann.shown<Fighter>()) return "Ann has lost her fighter";
    if (ann.shown<Fighter>()->hit_points != 2) return "Ann's wound has gone";
    bob.break_line();
    game.run(20s);
    if (game.world().registry().size() != 1) return "Bob did not come back, and his fighter is still there";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

/// Eight players fire and come back over lines that break again and again, while the server suffers, too.
std::string play_on_bad_lines(std::uint64_t seed, std::uint64_t* hash = nullptr) {
  Scene scene;
  scene.network.delay_max = 150ms;
  scene.network.splits_percent = 60;
  scene.network.resets_per_million = 20'000;
  Simulation game(seed, scene);
  std::vector<Client*> players;
  for (int i = 0; i < 8; ++i) players.push_back(&game.connect("player " + std::to_string(i)));
  std::size_t breaks = 0;
  for (int second = 0; second < 60; ++second) {
    if (second == 20) game.server().freeze_worker(0);
    if (second == 22) game.server().thaw_worker();
    if (second == 40) game.server().delay_ticks(70ms);
    for (Client* player : players) {
      if (player->has_ended()) {
        ++breaks;
        player->come_back();
      } else {
        player->send(Fire{});
      }
    }
    game.run(1s);
  }
  if (breaks < 10) return "too few lines broke: this shows nothing";
  game.network().settings.resets_per_million = 0;
  game.run(15s);
  std::size_t here = 0;
  for (const Client* player : players) here += player->is_in_world();
  if (game.world().registry().size() != here) return "there are other fighters than players";
  if (hash) *hash = game.hash();
  return game.problems();
}

TEST(Duel, OnLinesThatBreakEachPlayerHasOneFighter) {
  EXPECT_EQ(first_failure(5, [](std::uint64_t seed) { return play_on_bad_lines(seed); }), "");
}

TEST(Duel, TheSameSeedGivesTheSameRun) {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint64_t other = 0;
  EXPECT_EQ(play_on_bad_lines(7, &first), "");
  EXPECT_EQ(play_on_bad_lines(7, &second), "");
  EXPECT_EQ(play_on_bad_lines(8, &other), "");
  EXPECT_EQ(first, second);
  EXPECT_NE(first, other);
}

}  // namespace
}  // namespace duel
