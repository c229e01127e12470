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
#include <vector>

#include "arena/bots.h"
#include "arena/room.h"
#include "arena/rules.h"
#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"
#include "madang/net/admission.h"
#include "madang/net/gateway.h"
#include "madang/net/shout_budget.h"
#include "madang/net/worker.h"
#include "madang/net/zones.h"
#include "sim/seeds.h"

namespace arena {
namespace {

using namespace std::chrono_literals;
using madang::Time;

constexpr std::uint32_t arena_bots = 40;
constexpr std::uint32_t arena_rooms = 5;

struct ArenaScene {
  io::SimSettings network;
  madang::Limits limits;
  std::uint32_t fighters_max = 30;
  BotsSettings bots;
};

ArenaScene arena_scene(std::uint64_t seed) {
  ArenaScene scene;
  scene.network.seed = seed;
  scene.bots = {.players = arena_bots, .rooms = arena_rooms, .seed = seed, .stay = 4s, .silence = 4s};
  scene.limits.empty_world_s = 1;
  scene.limits.enter_world_budget = {.burst = 1'000, .interval_ms = 1};  // not what is tested here
  return scene;
}

/// The whole server and its bots on one thread. Each name is one character, on whatever connection.
class ArenaHall {
 public:
  explicit ArenaHall(const ArenaScene& scene)
      : limits_(scene.limits),
        network_(scene.network),
        admission_(limits_),
        shouts_(limits_),
        zones_(game_info(), 2, 20, limits_) {
    zones_.set_maker(
        room_maker({.seed = scene.network.seed, .fighters_max = scene.fighters_max, .checks_law = true}));
    std::vector<net::Gateway*> gateways;
    std::vector<net::Worker*> workers;
    for (std::uint8_t i = 0; i < 2; ++i) {
      workers_.push_back(
          std::make_unique<net::Worker>(i, limits_, std::make_unique<io::SimPort>(network_), admission_));
      gateways_.push_back(std::make_unique<net::Gateway>(*workers_[i], zones_, shouts_));
      gateways_[i]->set_characters([](const net::Session&, std::string_view name) {
        world::StateHash hash;
        hash.add(name);
        return CharacterId{hash.value() | 1};
      });
      workers_[i]->set_service(*gateways_[i]);
      workers.push_back(workers_[i].get());
      gateways.push_back(gateways_[i].get());
    }
    zones_.set_gateways(gateways);
    const io::Address address = workers_[0]->listen(io::Address::loopback(7790), workers).value();
    bots_ = std::make_unique<Bots>(std::make_unique<io::SimPort>(network_), address, scene.bots);
  }

  void run(madang::Duration duration) {
    const Time end = network_.now() + duration;
    while (network_.now() < end) {
      for (const auto& worker : workers_) worker->turn(madang::Duration::zero());
      bots_->turn(madang::Duration::zero());
      Time next = end;
      for (std::size_t i = 0; i < zones_.size(); ++i) next = std::min(next, zones_[i].turn(network_.now()));
      network_.advance(next);
    }
  }
  void stop_workers() {
    for (const auto& worker : workers_) worker->stop();
  }
  bool have_workers_finished() const {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->is_finished(); });
  }

  Bots& bots() { return *bots_; }
  io::SimNetwork& network() { return network_; }
  const net::Zones& zones() const { return zones_; }
  std::string texts() const {
    std::string all;
    for (const std::string& text : bots_->findings().texts()) all += text + "\n";
    for (const auto& [text, count] : bots_->error_texts()) all += fmt::format("{} x {}\n", count, text);
    return all;
  }

  template <class Visit>
  void for_each_room(Visit visit) const {
    for (std::size_t i = 0; i < zones_.size(); ++i)
      for (const auto& hosted : zones_[i].worlds())
        visit(dynamic_cast<const world::World<Arena>&>(hosted->world()));
  }
  /// No two fighters that are up stand on one tile, and none stands on a wall.
  void expect_tiles_for_one() const {
    for_each_room([](const world::World<Arena>& room) {
      std::set<Tile> tiles;
      room.core().registry.for_each([&](std::uint32_t slot) {
        const world::Row& row = room.core().registry.row(slot);
        const Fighter* fighter = room.find<Fighter>(row.id);
        if (!fighter || !fighter->is_up()) return;
        EXPECT_TRUE(tiles.insert(tile_of(row.position)).second) << "two fighters on a tile";
        EXPECT_TRUE(room.core().is_free(row.position)) << "a fighter on a wall";
      });
    });
  }
  /// Each of `count` characters has one fighter, in one room, and the rooms count right. `between`
  /// characters are in no room now, because it was full.
  void expect_each_fighter_once(std::uint32_t count, std::uint32_t between = 0) const {
    std::set<std::uint64_t> characters;
    std::uint32_t fighters = 0;
    std::uint32_t counted = 0;
    for_each_room([&](const world::World<Arena>& room) {
      EXPECT_EQ(room.broken(), "");
      counted += room.core().world.fighters;
      room.core().registry.for_each([&](std::uint32_t slot) {
        const world::Row& row = room.core().registry.row(slot);
        if (!room.find<Fighter>(row.id)) return;
        ++fighters;
        characters.insert(row.character.value);
      });
    });
    EXPECT_EQ(fighters, count);
    EXPECT_EQ(characters.size(), count) << "a character has two fighters";
    EXPECT_EQ(counted, count) << "a room has counted wrong";
    EXPECT_EQ(zones_.whereabouts().size(), count + between);
  }

 private:
  const madang::Limits limits_;
  io::SimNetwork network_;
  net::Admission admission_;
  net::ShoutBudget shouts_;
  net::Zones zones_;
  std::vector<std::unique_ptr<net::Gateway>> gateways_;
  std::vector<std::unique_ptr<net::Worker>> workers_;
  std::unique_ptr<Bots> bots_;
};

class ArenaSimTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ArenaSimTest, BotsPlayInRoomsAndSeeOnlyWhatIsTrue) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaScene scene = arena_scene(GetParam());
  scene.limits.empty_world_s = 5;  // no room is empty for 5 s by chance: its kills would not be counted
  ArenaHall hall(scene);
  for (int i = 0; i < 60; ++i) {
    hall.run(500ms);
    hall.expect_tiles_for_one();
  }
  const BotsReport report = hall.bots().report();
  EXPECT_EQ(report.violations, 0u) << hall.texts();
  EXPECT_EQ(report.errors, 0u) << hall.texts();
  EXPECT_EQ(report.rooms_full, 0u);
  EXPECT_GT(report.shots, 400u);
  EXPECT_GT(report.hits, 200u);
  EXPECT_GT(report.kills, 40u);
  EXPECT_GT(report.words_heard, 100u);
  EXPECT_GT(report.room_changes, arena_bots * 2u);
  hall.bots().stand_still(true);
  hall.run(2s);
  EXPECT_EQ(hall.bots().report().players, arena_bots);
  hall.expect_each_fighter_once(arena_bots);

  std::uint64_t kills = 0;
  std::uint64_t deaths = 0;
  hall.for_each_room([&](const world::World<Arena>& room) {
    kills += room.core().world.kills;
    deaths += room.core().world.deaths;
  });
  EXPECT_LE(kills, deaths) << "a killer may have left";
  EXPECT_EQ(hall.zones().totals().worlds_made, arena_rooms);
  EXPECT_LE(hall.bots().report().kills, deaths);
  EXPECT_GE(hall.bots().report().kills * 10, deaths * 9) << "a bot that is leaving does not see its death";

  hall.bots().log_out();
  hall.run(9s);
  EXPECT_TRUE(hall.bots().is_finished());
  hall.expect_each_fighter_once(0);
  EXPECT_EQ(hall.zones().totals().worlds, 0u) << "empty rooms end";
  EXPECT_EQ(hall.bots().report().errors, 0u) << hall.texts();
}

TEST_P(ArenaSimTest, NoFighterIsInTwoRoomsWhenConnectionsBreak) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaScene scene = arena_scene(GetParam());
  scene.network.delay_min = 1ms;
  scene.network.delay_max = 200ms;
  scene.network.splits_percent = 60;
  scene.network.socket_buffer_bytes = 2048;
  scene.network.resets_per_million = 2'000;
  scene.bots.come_back = true;
  scene.bots.stay = 2s;
  ArenaHall hall(scene);
  for (int i = 0; i < 120; ++i) {
    hall.run(500ms);
    hall.expect_tiles_for_one();
  }
  EXPECT_GT(hall.bots().report().errors, 20u) << "no connection broke: the test shows nothing";
  EXPECT_GT(hall.bots().report().room_changes, arena_bots * 3u);
  hall.network().settings.resets_per_million = 0;
  hall.run(10s);  // until all are back
  hall.bots().stand_still(true);
  hall.run(3s);
  const BotsReport report = hall.bots().report();
  EXPECT_EQ(report.violations, 0u) << hall.texts();
  EXPECT_EQ(report.players, arena_bots) << hall.texts();
  EXPECT_GT(report.kills, 0u);
  hall.expect_each_fighter_once(arena_bots);
}

TEST_P(ArenaSimTest, BotsThatFindARoomFullPlayInAnother) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaScene scene = arena_scene(GetParam());
  scene.fighters_max = 9;
  scene.bots.players = arena_rooms * 9 + 5;
  scene.bots.stay = 2s;
  ArenaHall hall(scene);
  hall.run(20s);
  hall.bots().stand_still(true);
  hall.run(3s);
  const std::uint32_t playing = hall.bots().report().players;
  EXPECT_GT(playing, arena_rooms * 5);
  hall.expect_each_fighter_once(playing, scene.bots.players - playing);
  hall.for_each_room([](const world::World<Arena>& room) { EXPECT_LE(room.core().world.fighters, 9u); });
  const BotsReport report = hall.bots().report();
  EXPECT_GT(report.rooms_full, 10u);
  EXPECT_GT(report.room_changes, arena_bots);
  EXPECT_EQ(report.violations, 0u) << hall.texts();
  EXPECT_EQ(report.errors, 0u) << hall.texts();
}

TEST_P(ArenaSimTest, ABotAloneHearsAndKillsNobody) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaScene scene = arena_scene(GetParam());
  scene.bots.players = 2;
  scene.bots.rooms = 2;
  scene.bots.stay = 1000s;
  scene.bots.silence = 1s;
  ArenaHall hall(scene);
  hall.run(10s);
  const BotsReport alone = hall.bots().report();
  EXPECT_EQ(alone.players, 2u);
  EXPECT_EQ(alone.rooms, 2u);
  EXPECT_EQ(alone.words_heard, 0u);
  EXPECT_EQ(alone.shots, 0u);
  EXPECT_EQ(alone.hits, 0u);
  EXPECT_EQ(alone.kills, 0u);
}

TEST_P(ArenaSimTest, AServerThatStopsSaysGoodbyeToAll) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  ArenaHall hall(arena_scene(GetParam()));
  hall.run(3s);
  hall.stop_workers();
  hall.run(3s);
  EXPECT_TRUE(hall.have_workers_finished());
  EXPECT_EQ(hall.bots().report().players, 0u);
  EXPECT_EQ(hall.bots().report().errors, arena_bots);
  ASSERT_EQ(hall.bots().error_texts().size(), 1u) << hall.texts();
  EXPECT_NE(hall.bots().error_texts().begin()->first.find("the server said goodbye"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ArenaSimTest, testing::ValuesIn(madang::seeds()));

}  // namespace
}  // namespace arena
