// The whole server with a main world that is cut into zones: workers, clients and zones under one seed. The
// zones take their turns in an order that the seed draws. Bots check every packet, and the record of each run
// is played again in a world that is not cut: WholeServer compares the states.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
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

}  // namespace
}  // namespace madang
