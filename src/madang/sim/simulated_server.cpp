#include "madang/sim/simulated_server.h"

#include <algorithm>
#include <string_view>

#include "madang/base/check.h"
#include "madang/io/sim_port.h"
#include "madang/world/state_hash.h"

namespace madang::sim {

SimulatedServer::SimulatedServer(const world::GameInfo& game, const ServerScene& scene)
    : limits_(scene.limits),
      network_(scene.network),
      admission_(limits_),
      shouts_(limits_),
      runners_(game, scene.runners, scene.tick_rate, limits_) {
  std::vector<net::Gateway*> gateways;
  std::vector<net::Worker*> workers;
  for (std::uint8_t i = 0; i < scene.workers; ++i) {
    workers_.push_back(
        std::make_unique<net::Worker>(i, limits_, std::make_unique<io::SimPort>(network_), admission_));
    gateways_.push_back(std::make_unique<net::Gateway>(*workers_[i], runners_, shouts_));
    workers_[i]->set_service(*gateways_[i]);
    if (scene.has_lasting_characters)
      gateways_[i]->set_characters([](const net::Session&, std::string_view name) {
        world::StateHash hash;
        hash.add(name);
        return CharacterId{hash.value() | 1};
      });
    workers.push_back(workers_[i].get());
    gateways.push_back(gateways_[i].get());
  }
  runners_.set_gateways(gateways);
  const auto address = workers_[0]->listen(io::Address::loopback(game.protocol.default_port), workers);
  MADANG_CHECK(address.has_value(), "a simulated network refuses no listener");
  address_ = *address;
}

SimulatedServer::~SimulatedServer() = default;

void SimulatedServer::run(Duration duration) {
  const Time end = network_.now() + duration;
  while (network_.now() < end) turn(end);
}

void SimulatedServer::turn(Time end) {
  for (const auto& worker : workers_)
    if (worker.get() != frozen_) worker->turn(Duration::zero());
  for (const auto& client : clients_) client();
  if (network_.now() >= next_tick_) {
    next_tick_ = Time::max();
    for (std::size_t i = 0; i < runners_.size(); ++i)
      next_tick_ = std::min(next_tick_, runners_[i].turn(network_.now()) + tick_lateness_);
  }
  network_.advance(std::min(next_tick_, end));
}

void SimulatedServer::stop() {
  for (const auto& worker : workers_) worker->stop();
}

bool SimulatedServer::is_stopped() const {
  return std::ranges::all_of(workers_, [](const auto& worker) { return worker->is_finished(); });
}

std::uint64_t SimulatedServer::sessions_open() const {
  std::uint64_t open = 0;
  for (const auto& worker : workers_) open += worker->counters().sessions_open.get();
  return open;
}

}  // namespace madang::sim
