// WholeServer: the whole server and its clients on one thread, on a simulated network: workers, gateways,
// runners with their worlds, and bots that check every packet. The worlds check the law of the tick.
// The main world is recorded, and at the end its record is played to the same states.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "board/board_config.h"
#include "board/client/swarm.h"
#include "madang/io/sim_port.h"
#include "madang/net/throttled_cells.h"
#include "madang/sim/simulated_server.h"
#include "madang/sim/world_record.h"
#include "madang/sim/zone_order.h"
#include "sim/seeds.h"

namespace madang {

constexpr std::uint32_t players = 50;
constexpr std::uint8_t worker_count = 2;

struct Scene {
  io::SimSettings network;
  Limits limits;
  board::BoardConfig board{.width = 100, .height = 100, .move_interval_ticks = 10};
  std::uint32_t bots = players;
  std::uint32_t logins_per_second = 25;
  std::uint32_t runners = 1;
  world::Cut cut;               ///< of the main world
  std::uint32_t room_side = 0;  ///< tiles; 0: there are no rooms
  std::uint32_t room_of = 0;    ///< bots in each room
  Duration room_stay{};         ///< mean time until a bot goes to another room; zero: it stays
  bool logs_in_again = false;   ///< a bot whose connection broke comes back
  bool checks_law = true;
  bool has_lasting_characters = false;  ///< each name is one character, on whatever connection
};

class WholeServer {
 public:
  explicit WholeServer(const io::SimSettings& settings) : WholeServer(Scene{.network = settings}) {}
  explicit WholeServer(const Scene& scene)
      : scene_(scene),
        board_(with_seed(scene.board, scene.network.seed)),
        zone_order_(scene.network.seed),
        server_(board::game_info(), {.network = scene.network,
                                     .limits = scene.limits,
                                     .workers = worker_count,
                                     .runners = scene.runners,
                                     .tick_rate = scene.board.tick_rate,
                                     .has_lasting_characters = scene.has_lasting_characters}) {
    net::WorldRunners& runners = server_.runners();
    auto main_world = board::make_world(board_, scene.checks_law);
    MADANG_CHECK(!main_world->cut(scene.cut));
    main_world->set_crew(zone_order_);
    runners.add("", std::move(main_world));
    runners.set_recorder(record_);
    if (scene.room_side > 0)
      runners.set_maker([this](std::string_view name, std::uint64_t number) {
        return board::make_room(board_, {scene_.room_side, scene_.bots}, name, number, scene_.checks_law);
      });
    add_swarm(scene.logins_per_second);
  }

  ~WholeServer() { EXPECT_EQ(record_.find_difference(*board::make_world(board_)), ""); }
  WholeServer(const WholeServer&) = delete;
  WholeServer& operator=(const WholeServer&) = delete;

  /// The same players come again, on other connections. From now on swarm() is theirs.
  void let_all_log_in_again(std::uint32_t logins_per_second) { add_swarm(logins_per_second); }
  board::Swarm& swarm_before() { return **std::prev(swarms_.end(), 2); }

  void run(Duration duration) { server_.run(duration); }
  template <class Condition>
  bool run_until(Duration duration_max, Condition condition) {
    return server_.run_until(duration_max, condition);
  }

  sim::SimulatedServer& server() { return server_; }
  std::uint64_t answers(std::size_t worker) const {
    net::TimeHistogram::Counts counts{};
    server_.worker(worker).counters().answers.add_to(counts);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  }
  std::uint64_t cells_made_stale() const {
    return sum([](const net::Worker& worker) { return worker.counters().cells_made_stale.get(); });
  }
  std::uint64_t stalls() const {
    return sum([](const net::Worker& worker) { return worker.counters().stalls.get(); });
  }
  std::uint64_t stale_now() const {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < worker_count; ++i) count += server_.gateway(i).fan_out().stale_count();
    return count;
  }
  std::size_t watched_cells() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < worker_count; ++i) count += server_.gateway(i).fan_out().watched_cell_count();
    return count;
  }
  board::Swarm& swarm() { return *swarms_.back(); }
  const sim::WorldRecord& record() const { return record_; }
  io::SimNetwork& network() { return server_.network(); }
  const net::ThrottledCells& throttled_cells() { return runners().main().info().throttled_cells; }
  const world::AnyWorld& world() const { return runners().main().world(); }
  std::uint32_t player_count() const { return world().entity_count(); }
  net::WorldRunners::Totals runner_stats() const { return runners().totals(); }
  std::uint64_t sessions_open() const { return server_.sessions_open(); }
  /// Returns the log of all events of the run.
  std::uint64_t hash() const { return scatter(server_.events_hash()) ^ world().hash(); }

  const net::WorldRunners& runners() const { return server_.runners(); }
  /// Returns how many cells are throttled, of all bots together.
  std::size_t throttled_now() {
    std::size_t count = 0;
    swarm().for_each_view([&](const board::PlayerView& view) { count += view.cells().throttled_count(); });
    return count;
  }
  /// Returns how many entities of players there are in all worlds.
  std::uint32_t players_in_all_worlds() const {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < runners().size(); ++i)
      for (const auto& world : runners()[i].worlds()) count += world->world().registry().size();
    return count;
  }

 private:
  template <class Count>
  std::uint64_t sum(Count count) const {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < worker_count; ++i) all += count(server_.worker(i));
    return all;
  }
  void add_swarm(std::uint32_t logins_per_second) {
    swarms_.push_back(
        std::make_unique<board::Swarm>(std::make_unique<io::SimPort>(network()), server_.address(),
                                       client::BotsSettings{.players = scene_.bots,
                                                            .logins_per_second = logins_per_second,
                                                            .seed = network().settings.seed,
                                                            .room_of = scene_.room_of,
                                                            .room_stay = scene_.room_stay,
                                                            .logs_in_again = scene_.logs_in_again},
                                       board::SwarmSettings{.say_interval = 5s, .shout_interval = 2s}));
    server_.add_client([swarm = swarms_.back().get()] { swarm->turn(Duration::zero()); });
  }
  static board::BoardConfig with_seed(board::BoardConfig board, std::uint64_t seed) {
    board.seed = seed;
    return board;
  }

  const Scene scene_;
  const board::BoardConfig board_;
  sim::ZoneOrder zone_order_;
  sim::WorldRecord record_;
  sim::SimulatedServer server_;
  std::vector<std::unique_ptr<board::Swarm>> swarms_;
};

enum class Views { all, without_throttled_cells };

/// Checks that each piece has the same position in each of these views as in the world. Returns the number of
/// pieces in them.
inline std::size_t pieces_seen_where_they_stand(WholeServer& server, Views views = Views::all) {
  std::size_t seen = 0;
  server.swarm().for_each_view([&](const board::PlayerView& view) {
    if (views == Views::without_throttled_cells && view.cells().throttled_count() > 0) return;
    view.for_each_piece([&](const board::SeenPiece& piece) {
      const world::Row* row = server.world().find_row(world::EntityId{piece.id.high, piece.id.low});
      ASSERT_TRUE(row) << "a piece is seen that is gone";
      EXPECT_EQ(piece.position, row->position);
      ++seen;
    });
  });
  return seen;
}

inline std::string texts_of(const board::Swarm& swarm) {
  std::string all;
  for (const std::string& text : swarm.findings().texts()) all += text + "\n";
  for (const auto& [text, count] : swarm.error_texts()) all += fmt::format("{} x {}\n", count, text);
  return all;
}

}  // namespace madang
