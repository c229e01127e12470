#include "app/demo_bots.h"

#include <algorithm>

#include "board/client/swarm.h"
#include "madang/base/log.h"
#include "madang/server/system.h"

namespace madang::app {

namespace {

constexpr Duration stop_check_interval = 100ms;
/// Average time between two texts of one bot. A new player sees about a hundred bots, and must be able to
/// read the answers between their texts.
constexpr Duration demo_say_interval = 180s;

void run(board::Swarm& swarm, const std::stop_token& stop) {
  bool is_failure_logged = false;
  while (!stop.stop_requested()) {
    swarm.turn(stop_check_interval);
    if (is_failure_logged || !swarm.first_failure()) continue;
    is_failure_logged = true;
    log_warning(
        "a demo bot: {}. It tries again. The log shows the number of such errors when the server stops",
        describe(*swarm.first_failure()));
  }
  swarm.log_out();
  while (!swarm.is_finished()) swarm.turn(stop_check_interval);
  const client::BotsStats stats = swarm.stats();
  log_info("demo bots: {} moves, {} violations, {} errors", swarm.counted("moves"), stats.violations,
           stats.errors);
}

}  // namespace

io::Address reachable(io::Address address) {
  if (std::any_of(address.ip.begin(), address.ip.end(), [](std::uint8_t byte) { return byte != 0; }))
    return address;
  if (address.family == io::Address::Family::v4) return io::Address::loopback(address.port);
  address.ip[15] = 1;
  return address;
}

Limits with_capacity_for_demo_bots(Limits limits, const io::Address& server, std::uint32_t count) {
  if (!reachable(server).is_loopback()) limits.sessions_per_address_max += count;
  return limits;
}

DemoBots::DemoBots(const io::Address& server, std::uint32_t count, std::uint32_t roam, std::uint64_t seed,
                   io::Backend backend) {
  Result<std::unique_ptr<io::Port>> port = io::make_port(backend);
  if (!port) {
    log_warning("no demo bots: {}", describe(port.error()));
    return;
  }
  const client::BotsSettings settings{
      .players = count, .seed = seed, .name_prefix = "demo", .logs_in_again = true};
  const board::SwarmSettings own_settings{.roam = roam, .say_interval = demo_say_interval};
  Result<std::jthread> thread = server::make_thread<std::jthread>(
      [swarm = std::make_unique<board::Swarm>(std::move(*port), reachable(server), settings, own_settings)](
          const std::stop_token& stop) { run(*swarm, stop); });
  if (!thread) {
    log_warning("no demo bots: cannot {}", describe(thread.error()));
    return;
  }
  thread_ = std::move(*thread);
}

}  // namespace madang::app
