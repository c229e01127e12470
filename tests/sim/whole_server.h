// WholeServer: the whole server and its clients on one thread, on a simulated network: workers, gateways,
// zones with their worlds, and bots that check every packet. The worlds check the law of the tick.
// The main world is recorded, and at the end its record is played to the same states.
#pragma once

#include <fmt/core.h>

#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "board/board_config.h"
#include "board/client/swarm.h"
#include "madang/base/limits.h"
#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"
#include "madang/net/admission.h"
#include "madang/net/gateway.h"
#include "madang/net/throttled_cells.h"
#include "madang/net/worker.h"
#include "madang/net/zones.h"
#include "sim/memory_recorder.h"
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
  std::uint32_t zones = 1;
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
        limits_(scene.limits),
        network_(scene.network),
        admission_(limits_),
        shouts_(limits_),
        board_(with_seed(scene.board, scene.network.seed)),
        zones_(board::game_info(), scene.zones, scene.board.tick_rate, limits_) {
    zones_.add("", board::make_world(board_, scene.checks_law));
    zones_.set_recorder(recorder_);
    if (scene.room_side > 0)
      zones_.set_maker([this](std::string_view name, std::uint64_t number) {
        return board::make_room(board_, {scene_.room_side, scene_.bots}, name, number, scene_.checks_law);
      });
    std::vector<net::Gateway*> gateways;
    std::vector<net::Worker*> workers;
    for (std::uint8_t i = 0; i < worker_count; ++i) {
      workers_.push_back(
          std::make_unique<net::Worker>(i, limits_, std::make_unique<io::SimPort>(network_), admission_));
      gateways_.push_back(std::make_unique<net::Gateway>(*workers_[i], zones_, shouts_));
      workers_[i]->set_service(*gateways_[i]);
      if (scene.has_lasting_characters)
        gateways_[i]->set_characters([](const net::Session&, std::string_view name) {
          return CharacterId{std::hash<std::string_view>{}(name) | 1};
        });
      workers.push_back(workers_[i].get());
      gateways.push_back(gateways_[i].get());
    }
    zones_.set_gateways(gateways);
    address_ = workers_[0]->listen(io::Address::loopback(7777), workers).value();
    swarm_ = make_swarm(scene.logins_per_second);
  }

  ~WholeServer() { recorder_.expect_same_states_in(*board::make_world(board_)); }
  WholeServer(const WholeServer&) = delete;
  WholeServer& operator=(const WholeServer&) = delete;

  /// The same players come again, on other connections. From now on swarm() is theirs.
  void let_all_log_in_again(std::uint32_t logins_per_second) {
    before_ = std::move(swarm_);
    swarm_ = make_swarm(logins_per_second);
  }
  board::Swarm& swarm_before() { return *before_; }

  void run(Duration duration) {
    const Time end = network_.now() + duration;
    while (network_.now() < end) turn(end);
  }
  template <class Condition>
  bool run_until(Duration duration_max, Condition condition) {
    const Time end = network_.now() + duration_max;
    while (network_.now() < end && !condition()) turn(end);
    return condition();
  }

  /// This worker takes no turns until another is named.
  void let_stand_still(int worker) {
    standing_still_ = worker < 0 ? nullptr : workers_[static_cast<std::size_t>(worker)].get();
  }
  /// From now on each tick begins later than it is due, by this time.
  void let_zones_be_late(Duration lateness) { zone_lateness_ = lateness; }
  std::uint64_t answers(std::size_t worker) const {
    net::TimeHistogram::Counts counts{};
    workers_[worker]->counters().answers.add_to(counts);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  }
  std::uint64_t cells_made_stale() const {
    std::uint64_t count = 0;
    for (const auto& worker : workers_) count += worker->counters().cells_made_stale.get();
    return count;
  }
  std::uint64_t stale_now() const {
    std::uint64_t count = 0;
    for (const auto& gateway : gateways_) count += gateway->fan_out().stale_count();
    return count;
  }
  board::Swarm& swarm() { return *swarm_; }
  const MemoryRecorder& recorder() const { return recorder_; }
  io::SimNetwork& network() { return network_; }
  const net::ThrottledCells& throttled_cells() { return zones_.main().info().throttled_cells; }
  const world::AnyWorld& world() const { return zones_.main().world(); }
  std::uint32_t player_count() const { return world().registry().size(); }
  net::Zones::Totals zone_stats() const { return zones_.totals(); }
  std::uint64_t sessions_open() const {
    std::uint64_t open = 0;
    for (const auto& worker : workers_) open += worker->counters().sessions_open.get();
    return open;
  }
  std::uint64_t stalls() const {
    std::uint64_t stalls = 0;
    for (const auto& worker : workers_) stalls += worker->counters().stalls.get();
    return stalls;
  }
  void stop_workers() {
    for (const auto& worker : workers_) worker->stop();
  }
  bool workers_finished() const {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->is_finished(); });
  }
  /// Returns the log of all events of the run.
  std::uint64_t hash() const { return scatter(network_.hash()) ^ world().hash(); }

  const net::Zones& zones() const { return zones_; }
  /// Returns how many entities of players there are in all worlds.
  std::uint32_t players_in_all_worlds() const {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < zones_.size(); ++i)
      for (const auto& world : zones_[i].worlds()) count += world->world().registry().size();
    return count;
  }
  std::size_t watched_cells() const {
    std::size_t count = 0;
    for (const auto& gateway : gateways_) count += gateway->fan_out().watched_cell_count();
    return count;
  }

 private:
  void turn(Time end) {
    for (const auto& worker : workers_)
      if (worker.get() != standing_still_) worker->turn(Duration::zero());
    if (before_) before_->turn(Duration::zero());
    swarm_->turn(Duration::zero());
    if (network_.now() >= next_zone_turn_) {
      next_zone_turn_ = Time::max();
      for (std::size_t i = 0; i < zones_.size(); ++i)
        next_zone_turn_ = std::min(next_zone_turn_, zones_[i].turn(network_.now()) + zone_lateness_);
    }
    network_.advance(std::min(next_zone_turn_, end));
  }

  std::unique_ptr<board::Swarm> make_swarm(std::uint32_t logins_per_second) {
    return std::make_unique<board::Swarm>(std::make_unique<io::SimPort>(network_), address_,
                                          board::SwarmOptions{.players = scene_.bots,
                                                              .logins_per_second = logins_per_second,
                                                              .seed = network_.settings.seed,
                                                              .room_of = scene_.room_of,
                                                              .room_stay = scene_.room_stay,
                                                              .say_interval = 5s,
                                                              .shout_interval = 2s,
                                                              .logs_in_again = scene_.logs_in_again});
  }
  static board::BoardConfig with_seed(board::BoardConfig board, std::uint64_t seed) {
    board.seed = seed;
    return board;
  }

  const Scene scene_;
  const Limits limits_;
  io::SimNetwork network_;
  net::Admission admission_;
  net::ShoutBudget shouts_;
  const board::BoardConfig board_;
  MemoryRecorder recorder_;
  net::Zones zones_;
  std::vector<std::unique_ptr<net::Gateway>> gateways_;
  std::vector<std::unique_ptr<net::Worker>> workers_;
  io::Address address_;
  std::unique_ptr<board::Swarm> before_;
  std::unique_ptr<board::Swarm> swarm_;
  const net::Worker* standing_still_ = nullptr;
  Duration zone_lateness_{};
  Time next_zone_turn_ = Time::min();
};

inline std::string texts_of(const board::Swarm& swarm) {
  std::string all;
  for (const std::string& text : swarm.findings().texts()) all += text + "\n";
  for (const auto& [text, count] : swarm.error_texts()) all += fmt::format("{} x {}\n", count, text);
  return all;
}

}  // namespace madang
