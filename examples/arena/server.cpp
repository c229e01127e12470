#include "arena/server.h"

#include <fmt/format.h>

#include <random>
#include <system_error>
#include <utility>

#include "madang/base/error.h"
#include "madang/base/time.h"

namespace arena {
namespace {

/// A stranger must not guess this number: see net::Admission.
std::uint64_t secret() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

/// The body of a zone's thread: ticks its worlds, and sleeps until the next tick is due.
void run_zone(net::ZoneRunner& zone, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const madang::Time now = madang::steady_now();
    const madang::Duration wait = zone.turn(now) - madang::steady_now();
    if (wait > madang::Duration::zero()) std::this_thread::sleep_for(wait);
  }
}

/// The body of a worker's thread. A worker is finished when it was stopped and has no connection any more.
void run_worker(net::Worker& worker) {
  while (!worker.is_finished()) worker.turn(io::Port::forever);
}

}  // namespace

std::expected<std::unique_ptr<Server>, std::string> Server::start(const ServerSettings& settings) {
  std::unique_ptr<Server> server(new Server(settings));
  if (auto made = server->make_workers(settings); !made) return std::unexpected(std::move(made.error()));
  if (auto open = server->listen(settings.listen); !open) return std::unexpected(std::move(open.error()));
  if (auto runs = server->start_threads(); !runs) return std::unexpected(std::move(runs.error()));
  return server;
}

Server::Server(const ServerSettings& settings)
    : admission_(limits_, secret()),
      shouts_(limits_, secret()),
      zones_(game_info(), settings.zones, settings.tick_rate, limits_) {
  zones_.set_maker(room_maker({.seed = secret(), .fighters_max = settings.room_players}));
}

Server::~Server() { stop(); }

std::expected<void, std::string> Server::make_workers(const ServerSettings& settings) {
  io::PortOptions options;
  options.unsent_bytes_max = static_cast<int>(limits_.kernel_send_bytes_max);
  std::vector<net::Gateway*> gateways;
  for (std::uint32_t i = 0; i < settings.workers; ++i) {
    auto port = io::make_port(settings.io, options);
    if (!port)
      return std::unexpected(fmt::format("cannot make a completion port ({}): {}", io::name_of(settings.io),
                                         madang::describe(port.error())));
    workers_.push_back(
        std::make_unique<net::Worker>(static_cast<std::uint8_t>(i), limits_, std::move(*port), admission_));
    gateways_.push_back(std::make_unique<net::Gateway>(*workers_.back(), zones_, shouts_));
    workers_.back()->set_service(*gateways_.back());
    gateways.push_back(gateways_.back().get());
  }
  zones_.set_gateways(gateways);
  return {};
}

std::expected<void, std::string> Server::listen(const std::string& address) {
  const auto resolved = io::Address::resolve(address);
  if (!resolved) return std::unexpected(resolved.error());
  std::vector<net::Worker*> workers;
  for (const auto& worker : workers_) workers.push_back(worker.get());
  // The first worker gives each connection to the worker with the fewest.
  const auto listening = workers_.front()->listen(*resolved, workers);
  if (!listening)
    return std::unexpected(fmt::format("cannot listen on {}: {} (to use another address: --listen HOST:PORT)",
                                       resolved->text(), madang::describe(listening.error())));
  address_ = *listening;
  return {};
}

std::expected<void, std::string> Server::start_threads() {
  try {
    // The first worker starts first, because the others wait for its listener when they stop.
    for (const auto& worker : workers_)
      worker_threads_.emplace_back([&worker = *worker] { run_worker(worker); });
    for (std::size_t i = 0; i < zones_.size(); ++i)
      zone_threads_.emplace_back([&zone = zones_[i]](const std::stop_token& stop) { run_zone(zone, stop); });
  } catch (const std::system_error& refused) {
    return std::unexpected(fmt::format("cannot start a thread: {}", refused.what()));
  }
  return {};
}

void Server::stop() {
  // The worlds stand still first: otherwise their ticks would wait for workers that have ended.
  zone_threads_.clear();
  for (const auto& worker : workers_) worker->stop();
  worker_threads_.clear();
}

std::uint64_t Server::sessions_served() const {
  std::uint64_t served = 0;
  for (const auto& worker : workers_) served += worker->counters().sessions_opened.get();
  return served;
}

}  // namespace arena
