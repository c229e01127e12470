// The whole server with a main world that is cut into zones: workers, clients and zones under one seed. The
// zones take their turns in an order that the seed draws. Bots check every packet, and the record of each run
// is played again in a world that is not cut: WholeServer compares the states. All that is sent is the same
// with each cut, also if cells are throttled or ticks are late.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iterator>

#include "sim/whole_server.h"

namespace madang {
namespace {

/// A small map with a crowd at its borders, and a network that delays, splits and breaks.
Scene cut_scene(std::uint64_t seed) {
  Random random(seed);
  Scene scene;
  scene.network.seed = seed;
  scene.network.delay_max = std::chrono::milliseconds(random.below(200));
  scene.network.splits_percent = random.below(80);
  scene.network.resets_per_million = random.chance(1, 2) ? 300 : 0;
  scene.board.width = 40 + random.below(30);
  scene.board.height = 40 + random.below(30);
  scene.board.cell_size = 8;
  scene.board.move_interval_ticks = 2 + random.below(6);
  scene.board.move_slack_ticks = 1;
  scene.bots = 24;
  scene.logs_in_again = true;
  scene.has_lasting_characters = true;
  constexpr world::Cut cuts[] = {{2, 2}, {4, 4}, {1, 5}, {5, 1}, {3, 2}};
  scene.cut = cuts[random.below(std::size(cuts))];
  return scene;
}

/// Returns how many seeds to try: MADANG_ZONE_SEEDS, or a number for every day.
std::uint64_t zone_seeds() {
  const char* wanted = std::getenv("MADANG_ZONE_SEEDS");
  return wanted ? std::strtoull(wanted, nullptr, 10) : 200;
}

TEST(CutWorld, ShowsBotsOnlyWhatIsTrueAndIsReplayedToTheSameStatesUncut) {
  std::uint64_t moves = 0;
  for (std::uint64_t seed = 1; seed <= zone_seeds(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Scene scene = cut_scene(seed);
    WholeServer server(scene);
    server.run(6s);
    server.network().settings.resets_per_million = 0;
    server.run(6s);
    const client::BotsStats stats = server.swarm().stats();
    ASSERT_EQ(stats.violations, 0u) << texts_of(server.swarm());
    ASSERT_GE(stats.connected + 3, scene.bots) << "a bot whose first connection breaks does not come back";
    ASSERT_EQ(server.player_count(), stats.connected);
    EXPECT_GT(server.world().traffic().bytes, 0u);
    moves += server.swarm().counted("moves");
  }
  EXPECT_GT(moves, zone_seeds() * 100);
}

/// A small map with a crowd at the corner of its four zones, each of which is one cell.
Scene crowded_scene(std::uint32_t kbit_per_second) {
  Scene scene{.network = {.seed = 1}};
  scene.limits.session_kbit_per_second = kbit_per_second;
  scene.bots = 200;
  scene.logins_per_second = 50;
  scene.board.width = scene.board.height = 32;
  scene.board.cell_size = 16;
  return scene;
}

/// Runs a scene with a whole world and with one that is cut. All events of the network must be equal: each
/// byte that is sent, and its time.
void expect_the_same_events(Scene scene, const std::function<void(WholeServer&)>& run) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    scene.network.seed = seed;
    std::uint64_t hash_of_whole = 0;
    for (const world::Cut cut : {world::Cut{1, 1}, world::Cut{2, 2}, world::Cut{1, 2}}) {
      SCOPED_TRACE(fmt::format("seed {}, cut {}x{}", seed, cut.columns, cut.rows));
      scene.cut = cut;
      WholeServer server(scene);
      run(server);
      ASSERT_EQ(server.swarm().stats().violations, 0u) << texts_of(server.swarm());
      if (cut.zones() == 1) hash_of_whole = server.hash();
      ASSERT_EQ(server.hash(), hash_of_whole);
    }
  }
}

TEST(CutWorld, SendsTheSameBytesAsAWholeOneOnABadNetwork) {
  expect_the_same_events(cut_scene(4), [](WholeServer& server) {
    server.network().settings.resets_per_million = 2'000;
    server.run(8s);
    ASSERT_GT(server.swarm().stats().errors, 0u) << "no connection broke: the test shows nothing";
  });
}

TEST(CutWorld, SuppressesTheSameStepsWhenABudgetIsUsedUp) {
  expect_the_same_events(crowded_scene(24), [](WholeServer& server) {
    server.run(15s);
    ASSERT_GT(server.throttled_now(), 0u) << "no cell was throttled: the test shows nothing";
  });
}

TEST(CutWorld, MakesTheSameCellsStaleForACrowdOfNewcomers) {
  expect_the_same_events(crowded_scene(8), [](WholeServer& server) {
    server.run(10s);
    ASSERT_GT(server.cells_made_stale(), 0u) << "nothing was too much: the test shows nothing";
  });
}

TEST(CutWorld, TakesTheSameLongTicksWhenTicksAreLate) {
  expect_the_same_events({}, [](WholeServer& server) {
    server.run(3s);
    server.server().delay_ticks(60ms);
    server.run(10s);
    ASSERT_GT(server.record().long_ticks(), 20u) << "there was no overload: the test shows nothing";
  });
}

TEST(CutWorld, ShowsTheRightPositionsInTheEndWhenCellsWereThrottled) {
  Scene scene = crowded_scene(24);
  scene.cut = {2, 2};
  WholeServer server(scene);
  server.run(15s);
  EXPECT_GT(server.throttled_now(), 0u) << "no cell was throttled: the test shows nothing";
  server.swarm().stand_still(true);
  EXPECT_TRUE(server.run_until(20s, [&] { return server.throttled_now() == 0 && server.stale_now() == 0; }));
  EXPECT_GT(pieces_seen_where_they_stand(server), scene.bots * scene.bots / 2);
  EXPECT_FALSE(server.throttled_cells().has_any());
  EXPECT_EQ(server.swarm().stats().violations, 0u) << texts_of(server.swarm());
}

/// Runs the zones in an order that the seed draws. The work of one zone takes virtual time.
class SlowZone final : public world::Crew {
 public:
  SlowZone(io::SimNetwork& network, std::size_t zone) : network_(network), zone_(zone), order_(zone + 1) {}
  void run(std::size_t count, const std::function<void(std::size_t)>& work) override {
    order_.run(count, [&](std::size_t number) {
      work(number);
      if (number == zone_) network_.spend(time);
    });
  }

  Duration time{};  ///< of each of the two steps of a tick

 private:
  io::SimNetwork& network_;
  const std::size_t zone_;
  sim::ZoneOrder order_;
};

TEST(CutWorld, OneSlowZoneIsOverloadOfTheWholeWorldUntilItIsFastAgain) {
  for (const std::size_t slow_zone : {0u, 2u}) {
    SCOPED_TRACE(fmt::format("zone {} is slow", slow_zone));
    Scene scene{.network = {.seed = 7}};
    scene.board.width = scene.board.height = 60;
    scene.cut = {2, 2};
    WholeServer server(scene);
    SlowZone crew(server.network(), slow_zone);
    server.server().runners().set_crew(crew);
    server.run(5s);
    EXPECT_EQ(server.runner_stats().overload_steps_up, 0u) << "no zone is slow yet";

    crew.time = 35ms;  // a tick takes 70 ms, and there is one in 50 ms
    const std::uint64_t ticks = server.runner_stats().ticks;
    server.run(4s);
    EXPECT_EQ(server.runner_stats().overload_step, 2u) << "half the tick rate is slow enough";
    EXPECT_LT(server.runner_stats().ticks, ticks + 60);
    EXPECT_GT(server.record().long_ticks(), 20u);
    server.swarm().stand_still(true);
    server.run(4s);
    EXPECT_GT(pieces_seen_where_they_stand(server), 4 * players) << "while overload lasts";

    crew.time = {};
    server.swarm().stand_still(false);
    EXPECT_TRUE(server.run_until(200s, [&] { return server.runner_stats().overload_step == 0; }));
    EXPECT_GT(server.runner_stats().overload_steps_down, 1u);
    server.run(10s);
    EXPECT_EQ(server.runner_stats().overload_step, 0u);
    server.swarm().stand_still(true);
    server.run(3s);
    EXPECT_EQ(server.throttled_now(), 0u);
    EXPECT_GT(pieces_seen_where_they_stand(server), 4 * players);
    const client::BotsStats stats = server.swarm().stats();
    EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
    EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
    EXPECT_EQ(stats.connected, players);
  }
}

}  // namespace
}  // namespace madang
