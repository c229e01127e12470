// Simulation: a whole game in a unit test: its server and its players, on a simulated network, under one
// seed.
//
//   TEST(Duel, APlayerWhoseLineBreaksKeepsItsHitPoints) {
//     EXPECT_EQ(sim::first_failure(100, [](std::uint64_t seed) -> std::string {
//       sim::Simulation<Duel> duel(seed);
//       auto& ann = duel.join("Ann");
//       auto& bob = duel.join("Bob");
//       bob.send(Fire{});
//       if (!duel.run_until(5s, [&] { return ann.count<Hit>() == 1; })) return "Bob has missed";
//       ann.break_line();
//       duel.run(1s);
//       ann.come_back();
//       duel.run(1s);
//       if (!ann.shown<Fighter>() || ann.shown<Fighter>()->hit_points != 2) return "Ann has lost her wound";
//       return duel.problems();
//     }), "");
//   }
//
// All is real but the network, the clock and the threads: sessions, limits, gateways, worlds, and clients
// that check every packet. The network delays, splits and breaks what is sent, as the scene says. The worlds
// check the law of the tick (world/law.h). The same seed gives the same run, event by event, on every
// platform: a failure comes again under its seed. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/sim/client.h"
#include "madang/sim/seeds.h"
#include "madang/sim/simulated_server.h"
#include "madang/sim/world_record.h"
#include "madang/sim/zone_order.h"
#include "madang/world/world.h"

namespace madang::sim {

/// What a simulation consists of. Defaults are a quiet network and an empty map of 64 x 64 tiles.
template <class Game>
struct Scene : ServerScene {
  world::WorldConfig world;  ///< of the main world, and of each room; its seed is that of the simulation
  world::Map map = world::Map::empty(64, 64);
  Game rules;
  bool has_rooms = false;  ///< a login that names a world makes that world
  client::Motion motion;   ///< how entities move, for the checks of the clients
};

template <class Game>
class Simulation {
 public:
  using World = world::World<Game>;
  using Entry = Game::Parts::Entry;

  explicit Simulation(std::uint64_t seed, Scene<Game> scene = {})
      : scene_(with_seed(std::move(scene), seed)),
        zone_order_(seed),
        server_(world::game_info<Game>, scene_) {
    server_.runners().add("", make_world(0));
    server_.runners().set_recorder(record_);
    if (scene_.has_rooms)
      server_.runners().set_maker(
          [this](std::string_view, std::uint64_t number) { return make_world(number); });
  }
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Makes a client, which connects. The client lives as long as the simulation.
  Client<Game>& connect(std::string name, const Entry& entry = {}, std::string world = "") {
    const auto number = static_cast<std::uint32_t>(clients_.size() + 1);
    const auto host =
        io::Address::v4(10, static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
                        static_cast<std::uint8_t>(number), 0);
    clients_.push_back(std::make_unique<Client<Game>>(
        server_.network(), server_.address(), host, std::move(name), entry, std::move(world), scene_.motion));
    server_.add_client([client = clients_.back().get()] { client->turn(); });
    return *clients_.back();
  }
  /// Does the same, and waits until the client is in the world and sees itself, or until its connection has
  /// ended.
  Client<Game>& join(std::string name, const Entry& entry = {}, std::string world = "") {
    Client<Game>& client = connect(std::move(name), entry, std::move(world));
    run_until(std::chrono::seconds(20), [&] { return client.position() || client.has_ended(); });
    return client;
  }

  void run(Duration duration) { server_.run(duration); }
  /// Runs until the condition holds, at most for this time. Returns whether it holds.
  template <class Condition>
  bool run_until(Duration duration_max, Condition condition) {
    return server_.run_until(duration_max, condition);
  }

  /// Returns a world by its name; null if there is none now. Between two runs, a test may look at all of it.
  const World* find_world(std::string_view name) const {
    const net::WorldRunners& runners = server_.runners();
    for (const auto& hosted : runners[runners.number_of(name)].worlds())
      if (hosted->info().name == name) return dynamic_cast<const World*>(&hosted->world());
    return nullptr;
  }
  /// Returns the main world.
  const World& world() const { return dynamic_cast<const World&>(server_.runners().main().world()); }

  /// Returns all that is wrong so far, one line each; empty: nothing is. These things are wrong:
  ///
  /// - The rules of a world have broken the law, or thrown.
  /// - A client could not read a packet, or the packet contradicts what the client has seen.
  /// - The main world comes to other states when it is played again from its inputs.
  std::string problems() {
    std::string all;
    const net::WorldRunners& runners = server_.runners();
    for (std::size_t i = 0; i < runners.size(); ++i)
      for (const auto& hosted : runners[i].worlds())
        if (!hosted->world().broken().empty()) all += hosted->world().broken() + "\n";
    for (const auto& client : clients_) all += client->problems();
    const auto fresh = make_world(0);
    const std::string difference = record_.find_difference(*fresh);
    return difference.empty() ? all : all + difference + "\n";
  }
  /// Returns a hash of all events of the network, and of the main world's state: equal after equal runs.
  std::uint64_t hash() const { return scatter(server_.events_hash()) ^ world().hash(); }

  /// The parts of the server, and its faults: freeze_worker(), delay_ticks(), stop().
  SimulatedServer& server() { return server_; }
  io::SimNetwork& network() { return server_.network(); }

 private:
  static Scene<Game> with_seed(Scene<Game> scene, std::uint64_t seed) {
    scene.network.seed = seed;
    scene.world.key.seed = seed;
    scene.world.checks_law = true;
    return scene;
  }
  std::unique_ptr<world::AnyWorld> make_world(std::uint64_t number) {
    world::WorldConfig config = scene_.world;
    config.key.number = number;
    auto world = std::make_unique<World>(config, scene_.map, scene_.rules);
    world->set_crew(zone_order_);
    return world;
  }

  const Scene<Game> scene_;
  ZoneOrder zone_order_;
  WorldRecord record_;
  SimulatedServer server_;
  std::vector<std::unique_ptr<Client<Game>>> clients_;
};

}  // namespace madang::sim
