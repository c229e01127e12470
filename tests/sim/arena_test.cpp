// The arena's server and its bots in the simulator: rooms, changes of rooms, and connections that break. The
// worlds check the law of the tick, the bots check every packet, and the test checks the rooms themselves.
//
// A failure prints its seed. The same seed gives the same run, event by event.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "arena/arena_bot.h"
#include "madang/client/any_bots.h"
#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"
#include "madang/net/world_runners.h"
#include "madang/sim/simulated_server.h"
#include "madang/sim/zone_order.h"
#include "sim/seeds.h"

namespace arena {
namespace {

using namespace std::chrono_literals;
namespace client = madang::client;
namespace io = madang::io;

constexpr std::uint32_t arena_bots = 40;
constexpr std::uint32_t arena_rooms = 5;

struct ArenaScene {
  io::SimSettings network;
  madang::Limits limits;
  std::uint32_t players_max = 30;
  world::Cut cut;  ///< of each room
  client::BotsSettings bots;
};

ArenaScene arena_scene(std::uint64_t seed) {
  ArenaScene scene;
  scene.network.seed = seed;
  scene.bots = {.players = arena_bots,
                .logins_per_second = 200,
                .seed = seed,
                .room_of = arena_bots / arena_rooms,
                .room_stay = 4s};
  scene.limits.empty_world_s = 1;
  scene.limits.enter_world_budget = {.burst = 1'000, .interval_ms = 1};  // not what is tested here
  return scene;
}

/// The whole server and its bots on one thread. Each name is one character, on whatever connection.
class ArenaHall {
 public:
  explicit ArenaHall(const ArenaScene& scene)
      : zone_order_(scene.network.seed),
        server_(world::game_info<Arena>, {.network = scene.network, .limits = scene.limits, .runners = 2}) {
    server_.runners().set_maker([this, scene](std::string_view, std::uint64_t number) {
      world::WorldConfig config =
          Arena::config({.seed = scene.network.seed, .number = number}, scene.players_max);
      config.cut = scene.cut;
      config.checks_law = true;
      auto room = make_room(config, 32);
      room->set_crew(zone_order_);
      return room;
    });
    bots_ = std::make_unique<client::Bots<ArenaBot>>(std::make_unique<io::SimPort>(network()),
                                                     server_.address(), scene.bots);
    server_.add_client([this] { bots_->turn(madang::Duration::zero()); });
  }

  void run(madang::Duration duration) { server_.run(duration); }
  madang::sim::SimulatedServer& server() { return server_; }
  client::Bots<ArenaBot>& bots() { return *bots_; }
  io::SimNetwork& network() { return server_.network(); }
  const madang::net::WorldRunners& runners() const { return server_.runners(); }
  std::string texts() const {
    std::string all;
    for (const std::string& text : bots_->findings().texts()) all += text + "\n";
    for (const auto& [text, count] : bots_->error_texts()) all += fmt::format("{} x {}\n", count, text);
    return all;
  }

  template <class Visit>
  void for_each_room(Visit visit) const {
    for (std::size_t i = 0; i < runners().size(); ++i)
      for (const auto& hosted : runners()[i].worlds())
        visit(dynamic_cast<const world::World<Arena>&>(hosted->world()));
  }
  void expect_nobody_on_a_wall() const {
    for_each_room([](const world::World<Arena>& room) {
      room.for_each_row([&](const world::Row& row) {
        EXPECT_TRUE(room.map().is_free({row.position.x / Arena::tile, row.position.y / Arena::tile}));
      });
    });
  }
  /// Each of `count` characters has one fighter, in one room. `between`
  /// characters are in no room now, because it was full.
  void expect_each_fighter_once(std::uint32_t count, std::uint32_t between = 0) const {
    std::set<std::uint64_t> characters;
    std::uint32_t fighters = 0;
    for_each_room([&](const world::World<Arena>& room) {
      EXPECT_EQ(room.broken(), "");
      room.for_each_row([&](const world::Row& row) {
        if (!room.find<Fighter>(row.id)) return;
        ++fighters;
        characters.insert(row.character.value);
      });
    });
    EXPECT_EQ(fighters, count);
    EXPECT_EQ(characters.size(), count) << "a character has two fighters";
    EXPECT_EQ(runners().whereabouts().size(), count + between);
  }

 private:
  madang::sim::ZoneOrder zone_order_;
  madang::sim::SimulatedServer server_;
  std::unique_ptr<client::Bots<ArenaBot>> bots_;
};

class ArenaSimTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ArenaSimTest, BotsPlayInRoomsAndSeeOnlyWhatIsTrue) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaScene scene = arena_scene(GetParam());
  scene.limits.empty_world_s = 5;  // no room is empty for 5 s by chance: its kills would not be counted
  ArenaHall hall(scene);
  for (int i = 0; i < 60; ++i) {
    hall.run(500ms);
    hall.expect_nobody_on_a_wall();
  }
  const client::BotsStats report = hall.bots().stats();
  EXPECT_EQ(report.violations, 0u) << hall.texts();
  EXPECT_EQ(report.errors, 0u) << hall.texts();
  EXPECT_EQ(report.worlds_refused, 0u);
  EXPECT_GT(hall.bots().counted("shots"), 400u);
  EXPECT_GT(hall.bots().counted("kills"), 40u);
  EXPECT_GT(hall.bots().counted("words_heard"), 100u);
  EXPECT_GT(report.worlds_entered, arena_bots * 2u);
  hall.bots().stand_still(true);
  hall.run(2s);
  EXPECT_EQ(hall.bots().stats().connected, arena_bots);
  hall.expect_each_fighter_once(arena_bots);

  std::uint64_t kills = 0;
  hall.for_each_room([&](const world::World<Arena>& room) { kills += room.state().kills; });
  EXPECT_EQ(hall.runners().totals().worlds_made, arena_rooms);
  EXPECT_LE(hall.bots().counted("kills"), kills);
  EXPECT_GE(hall.bots().counted("kills") * 10, kills * 9) << "a bot that is leaving does not see its death";

  hall.bots().log_out();
  hall.run(9s);
  EXPECT_TRUE(hall.bots().is_finished());
  hall.expect_each_fighter_once(0);
  EXPECT_EQ(hall.runners().totals().worlds, 0u) << "empty rooms end";
  EXPECT_EQ(hall.bots().stats().errors, 0u) << hall.texts();
}

/// Rooms that are one zone, and rooms that are cut: nobody may see a difference.
class CutArenaSimTest : public testing::TestWithParam<std::tuple<std::uint64_t, world::Cut>> {};

TEST_P(CutArenaSimTest, NoFighterIsInTwoRoomsWhenConnectionsBreak) {
  const auto [seed, cut] = GetParam();
  SCOPED_TRACE(fmt::format("seed {}, cut {}x{}", seed, cut.columns, cut.rows));
  ArenaScene scene = arena_scene(seed);
  scene.cut = cut;
  scene.network.delay_min = 1ms;
  scene.network.delay_max = 200ms;
  scene.network.splits_percent = 60;
  scene.network.socket_buffer_bytes = 2048;
  scene.network.resets_per_million = 2'000;
  scene.bots.logs_in_again = true;
  scene.bots.room_stay = 2s;
  ArenaHall hall(scene);
  for (int i = 0; i < 120; ++i) {
    hall.run(500ms);
    hall.expect_nobody_on_a_wall();
  }
  EXPECT_GT(hall.bots().stats().errors, 20u) << "no connection broke: the test shows nothing";
  EXPECT_GT(hall.bots().stats().worlds_entered, arena_bots * 3u);
  hall.network().settings.resets_per_million = 0;
  hall.run(10s);  // until all are back
  hall.bots().stand_still(true);
  hall.run(3s);
  const client::BotsStats report = hall.bots().stats();
  EXPECT_EQ(report.violations, 0u) << hall.texts();
  EXPECT_EQ(report.connected, arena_bots) << hall.texts();
  EXPECT_GT(hall.bots().counted("kills"), 0u);
  hall.expect_each_fighter_once(arena_bots);
}

TEST_P(ArenaSimTest, BotsThatFindARoomFullPlayInAnother) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaScene scene = arena_scene(GetParam());
  scene.players_max = 9;
  scene.bots.players = arena_rooms * 9 + 5;
  scene.bots.room_of = 10;  // so there are five rooms for fifty
  scene.bots.room_stay = 2s;
  ArenaHall hall(scene);
  hall.run(20s);
  hall.bots().stand_still(true);
  hall.run(3s);
  const std::uint32_t playing = hall.bots().stats().connected;
  EXPECT_GT(playing, arena_rooms * 5);
  hall.expect_each_fighter_once(playing, scene.bots.players - playing);
  hall.for_each_room(
      [](const world::World<Arena>& room) { EXPECT_LE(room.core().registry.character_count(), 9u); });
  const client::BotsStats report = hall.bots().stats();
  EXPECT_GT(report.worlds_refused, 10u);
  EXPECT_GT(report.worlds_entered, arena_bots);
  EXPECT_EQ(report.violations, 0u) << hall.texts();
  EXPECT_EQ(report.errors, 0u) << hall.texts();
}

TEST_P(ArenaSimTest, ABotAloneHearsAndKillsNobody) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaScene scene = arena_scene(GetParam());
  scene.bots.players = 2;
  scene.bots.room_of = 1;
  scene.bots.room_stay = 1000s;
  ArenaHall hall(scene);
  hall.run(10s);
  const client::BotsStats alone = hall.bots().stats();
  EXPECT_EQ(alone.connected, 2u);
  EXPECT_EQ(hall.runners().totals().worlds, 2u);
  EXPECT_LT(hall.bots().counted("words_heard"), 20u) << "its own words";
  EXPECT_EQ(hall.bots().counted("shots"), 0u);
  EXPECT_EQ(hall.bots().counted("kills"), 0u);
}

TEST_P(ArenaSimTest, AServerThatStopsSaysGoodbyeToAll) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaHall hall(arena_scene(GetParam()));
  hall.run(3s);
  hall.server().stop();
  hall.run(3s);
  EXPECT_TRUE(hall.server().is_stopped());
  EXPECT_EQ(hall.bots().stats().connected, 0u);
  EXPECT_EQ(hall.bots().stats().errors, arena_bots);
  ASSERT_EQ(hall.bots().error_texts().size(), 1u) << hall.texts();
  EXPECT_NE(hall.bots().error_texts().begin()->first.find("the server said goodbye"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ArenaSimTest, testing::ValuesIn(madang::seeds()));
INSTANTIATE_TEST_SUITE_P(Seeds, CutArenaSimTest,
                         testing::Combine(testing::ValuesIn(madang::seeds()),
                                          testing::Values(world::Cut{1, 1}, world::Cut{2, 2},
                                                          world::Cut{4, 1})));

}  // namespace
}  // namespace arena
