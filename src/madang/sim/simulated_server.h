// SimulatedServer: the whole server of a game on one thread, on a simulated network and under a virtual
// clock: its listener, workers, gateways, and runners with their worlds. All is that of a real server but the
// network, the clock and the threads. So the same seed gives the same run, event by event.
//
// Clients are objects with a turn function, on SimPorts of network(). For a game's own tests there is
// sim/simulation.h. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "madang/base/ids.h"
#include "madang/base/limits.h"
#include "madang/base/time.h"
#include "madang/io/address.h"
#include "madang/io/sim_network.h"
#include "madang/net/admission.h"
#include "madang/net/gateway.h"
#include "madang/net/shout_budget.h"
#include "madang/net/worker.h"
#include "madang/net/world_runners.h"
#include "madang/world/game_info.h"

namespace madang::sim {

struct ServerScene {
  io::SimSettings network;
  Limits limits;
  std::uint8_t workers = 2;
  std::uint32_t runners = 1;
  std::uint32_t tick_rate = 20;        ///< ticks a second
  bool has_lasting_characters = true;  ///< each name is one character, on whatever connection
};

class SimulatedServer {
 public:
  /// `game` must outlive the server. Add its worlds before the first turn.
  SimulatedServer(const world::GameInfo& game, const ServerScene& scene);
  SimulatedServer(const SimulatedServer&) = delete;
  SimulatedServer& operator=(const SimulatedServer&) = delete;
  ~SimulatedServer();

  net::WorldRunners& runners() { return runners_; }
  const net::WorldRunners& runners() const { return runners_; }
  io::SimNetwork& network() { return network_; }
  const io::Address& address() const { return address_; }
  const net::Worker& worker(std::size_t number) const { return *workers_[number]; }
  const net::Gateway& gateway(std::size_t number) const { return *gateways_[number]; }
  std::size_t worker_count() const { return workers_.size(); }

  /// Adds a client: a function that takes one turn of its port, without waiting.
  void add_client(std::function<void()> turn) { clients_.push_back(std::move(turn)); }

  /// Lets virtual time pass.
  void run(Duration duration);
  /// Runs until the condition holds, at most for this time. Returns whether it holds.
  template <class Condition>
  bool run_until(Duration duration_max, Condition condition) {
    const Time end = network_.now() + duration_max;
    while (network_.now() < end && !condition()) turn(end);
    return condition();
  }

  // --- Faults. For those of the network, change network().settings.

  /// From now on this worker takes no turns, as if the system did not run its thread.
  void freeze_worker(std::size_t number) { frozen_ = workers_[number].get(); }
  void thaw_worker() { frozen_ = nullptr; }
  /// From now on each tick begins later than it is due, by this time.
  void delay_ticks(Duration lateness) { tick_lateness_ = lateness; }
  /// All sessions get their goodbye.
  void stop();
  bool is_stopped() const;

  std::uint64_t sessions_open() const;
  /// Returns a hash of all events of the network.
  std::uint64_t events_hash() const { return network_.hash(); }

 private:
  void turn(Time end);

  const Limits limits_;
  io::SimNetwork network_;
  net::Admission admission_;
  net::ShoutBudget shouts_;
  net::WorldRunners runners_;
  std::vector<std::unique_ptr<net::Gateway>> gateways_;
  std::vector<std::unique_ptr<net::Worker>> workers_;
  io::Address address_;
  std::vector<std::function<void()>> clients_;
  const net::Worker* frozen_ = nullptr;
  Duration tick_lateness_{};
  Time next_tick_ = Time::min();
};

}  // namespace madang::sim
