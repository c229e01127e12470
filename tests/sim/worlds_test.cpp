// Many worlds on several runners, and bots that go from one to another, in the simulator.
//
// A failure prints its seed. The same seed gives the same run, event by event.
#include <gtest/gtest.h>

#include "sim/whole_server.h"

namespace madang {
namespace {

constexpr std::uint32_t bots = 60;

Scene rooms(std::uint64_t seed) {
  Scene scene{.network = {.seed = seed}};
  scene.bots = bots;
  scene.runners = 3;
  scene.room_side = 20;
  scene.room_of = 4;
  scene.room_stay = 3s;
  scene.limits.empty_world_s = 1;
  scene.limits.login_budget.burst = 1'000;  // not what is tested here
  return scene;
}

/// Each player has one entity, in one world, and it is noted there.
void expect_each_player_once(const WholeServer& server, std::uint32_t count) {
  EXPECT_EQ(server.players_in_all_worlds(), count);
  EXPECT_EQ(server.runners().whereabouts().size(), count);
  EXPECT_EQ(server.runners().totals().players, count);
}

class WorldsTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(WorldsTest, BotsGoFromRoomToRoomAndSeeOnlyWhatIsTrue) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  WholeServer server(rooms(GetParam()));
  server.run(60s);
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.connected, bots);
  EXPECT_GT(stats.worlds_entered, bots * 3u);
  EXPECT_EQ(stats.worlds_refused, 0u);
  EXPECT_GT(server.swarm().counted("moves"), bots * 30u);
  EXPECT_GT(server.runners().totals().worlds_ended, 0u)
      << "no room was ever empty: the test shows too little";
  EXPECT_GT(server.runners().totals().worlds_made, bots / 4u);
  server.swarm().stand_still(true);
  server.run(2s);
  expect_each_player_once(server, bots);

  server.swarm().log_out();
  EXPECT_TRUE(server.run_until(5s, [&] { return server.swarm().is_finished(); }));
  server.run(1s);
  expect_each_player_once(server, 0);
  EXPECT_EQ(server.watched_cells(), 0u);
  server.run(4s);
  EXPECT_EQ(server.runners().totals().worlds, 1u) << "only the main world is left";
}

TEST_P(WorldsTest, WhoLosesItsConnectionBetweenTwoRoomsIsNeverInTwoPlaces) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene = rooms(GetParam());
  scene.network = {.seed = GetParam(),
                   .delay_min = 1ms,
                   .delay_max = 200ms,
                   .splits_percent = 60,
                   .socket_buffer_bytes = 2048,
                   .resets_per_million = 2'000};
  scene.room_stay = 1s;
  scene.has_lasting_characters = true;
  scene.logs_in_again = true;
  scene.limits.enter_world_budget = {.burst = 1'000, .interval_ms = 1};  // not what is tested here
  WholeServer server(scene);
  server.run(40s);
  const client::BotsStats before = server.swarm().stats();
  EXPECT_GT(before.errors, 10u) << "no connection broke: the test shows nothing";
  EXPECT_GT(before.worlds_entered, bots * 5u);
  EXPECT_EQ(before.violations, 0u) << texts_of(server.swarm());
  server.network().settings.resets_per_million = 0;
  server.run(20s);  // until everybody is back
  server.swarm().stand_still(true);
  server.run(3s);
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.connected, bots);
  EXPECT_EQ(server.sessions_open(), bots);
  expect_each_player_once(server, bots);
}

TEST_P(WorldsTest, TheSamePlayersOnOtherConnectionsComeToTheRoomsWhereTheyAre) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene = rooms(GetParam());
  scene.network.delay_min = 1ms;
  scene.network.delay_max = 300ms;
  scene.has_lasting_characters = true;
  WholeServer server(scene);
  server.run(10s);
  server.let_all_log_in_again(100);
  server.run(10s);
  EXPECT_EQ(server.swarm_before().stats().violations, 0u) << texts_of(server.swarm_before());
  EXPECT_EQ(server.swarm_before().stats().connected, 0u);
  EXPECT_EQ(server.swarm().stats().violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(server.swarm().stats().connected, bots) << texts_of(server.swarm());
  server.swarm().stand_still(true);
  server.run(3s);
  expect_each_player_once(server, bots);
}

TEST_P(WorldsTest, SmallQueuesAndALateWorkerLoseNobody) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene = rooms(GetParam());
  scene.limits.command_queue_max = 4;
  scene.limits.tick_queue_max = 2;
  scene.limits.command_budget.burst = scene.limits.say_budget.burst = 400;  // not what is tested here
  scene.limits.shout_budget.burst = 400;
  scene.room_stay = 1s;
  WholeServer server(scene);
  for (int i = 0; i < 4; ++i) {
    server.run(3s);
    server.server().freeze_worker(i % 2);
    server.run(2s);
    server.server().thaw_worker();
  }
  server.run(3s);
  EXPECT_GT(server.runners().totals().ticks_merged, 20u);
  server.swarm().stand_still(true);
  server.run(5s);
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  EXPECT_GT(stats.worlds_entered, bots * 3u);
  EXPECT_EQ(server.stale_now(), 0u);
  expect_each_player_once(server, bots);
}

TEST_P(WorldsTest, IsTheSameEventByEventUnderTheSameSeed) {
  const auto hash_of = [](std::uint64_t seed) {
    Scene scene = rooms(seed);
    scene.network.resets_per_million = 400;
    WholeServer server(scene);
    server.run(10s);
    return server.hash();
  };
  EXPECT_EQ(hash_of(GetParam()), hash_of(GetParam()));
  EXPECT_NE(hash_of(GetParam()), hash_of(GetParam() + 1000));
}

INSTANTIATE_TEST_SUITE_P(Seeds, WorldsTest, testing::ValuesIn(seeds()));

/// A server of rooms: each room has its own few players.
void run_many_rooms(std::uint32_t rooms) {
  Scene scene{.network = {.seed = 7}};
  scene.runners = 2;
  scene.room_side = 16;
  scene.room_of = 1;
  scene.bots = rooms;
  scene.logins_per_second = 2'000;
  scene.checks_law = false;
  scene.limits.worlds_max = rooms;
  WholeServer server(scene);
  ASSERT_TRUE(server.run_until(200s, [&] { return server.swarm().stats().connected == rooms; }));
  const std::uint64_t before = server.swarm().counted("moves");
  server.run(5s);
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  EXPECT_EQ(server.runners().totals().worlds, rooms + 1);
  EXPECT_GT(server.swarm().counted("moves") - before, rooms * 5u);
  expect_each_player_once(server, rooms);
}

TEST(ManyRooms, FiveHundredRunInOneProcess) { run_many_rooms(500); }
/// For ./test nightly.
TEST(ManyRooms, DISABLED_TenThousandRunInOneProcess) { run_many_rooms(10'000); }

}  // namespace
}  // namespace madang
