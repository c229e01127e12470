#include "app/serve.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <random>
#include <thread>

#include "app/demo_bots.h"
#include "app/log_thread.h"
#include "app/operator_site.h"
#include "app/player_site.h"
#include "app/samples.h"
#include "app/server.h"
#include "app/status_line.h"
#include "app/stop_signal.h"
#include "app/system.h"
#include "base/cadence.h"
#include "net/gateway.h"
#include "net/shout_budget.h"
#include "net/zone_runner.h"

namespace madang::app {

namespace {

void run_zone(net::ZoneRunner& zone, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Time now = steady_now();
    const Duration wait = zone.turn(now) - steady_now();
    if (wait > Duration::zero()) std::this_thread::sleep_for(wait);
  }
}

/// With room for the server's own bots. An address that is none is the server's to complain about.
Limits limits_of(const ServeSettings& settings) {
  if (settings.demo_bots == 0) return settings.limits;
  const auto address = io::Address::resolve(settings.listen);
  return address ? with_room_for_demo_bots(settings.limits, *address, settings.demo_bots) : settings.limits;
}

/// Tells all players. A worker whose queue of calls is full is not waited for: the next words may reach it.
void announce(const Observed& observed, const std::string& text) {
  for (std::size_t i = 0; i < observed.gateways.size(); ++i) {
    net::Gateway& gateway = *observed.gateways[i];
    if (!observed.server.workers()[i]->call([&gateway, text] { gateway.announce(text); }))
      log_warning("the players of worker {} were not told: {}", i, text);
  }
}

/// Says why the server ends. What main returns.
int fail(const std::string& why) {
  log_fatal(why);
  return 1;
}
int fail(const Error& no_thread) {
  return fail(fmt::format("cannot {}", describe(no_thread, system_language())));
}

/// Where a browser on this machine finds it: an address that stands for all of them is none to go to.
std::string browsable(const io::Address& address) {
  const bool is_any = address.ip == decltype(address.ip){};
  return is_any ? fmt::format("localhost:{}", address.port) : address.text();
}

/// Where the pages are; empty when there are none.
std::string describe_pages(const ServerOptions& options, const Server& server) {
  const auto page = [&](std::size_t port, std::string_view words, std::string_view path) {
    if (options.http[port].address.empty()) return std::string();
    return fmt::format("{}: http://{}{}", words, browsable(server.http_address(port)), path);
  };
  const std::string players = page(0, "Play in a browser", "/");
  const std::string operators = page(1, "Watch the server", "/operator");
  return players + (players.empty() || operators.empty() ? "" : "   ") + operators;
}

}  // namespace

int run_serve(const ServeSettings& settings) {
  set_log_level(settings.log_level);
  StopSignal stop_signal;
  const auto log_thread = LogThread::start(settings.limits.log_queue_bytes_max);
  if (!log_thread) return fail(log_thread.error());
  const FineTimers fine_timers;
  const std::uint32_t descriptors = raise_descriptor_limit();
  if (descriptors != 0 && descriptors < settings.limits.sessions_max + 64)
    log_warning(
        "this process may open {} sockets and files, too few for sessions_max = {}: those beyond will wait",
        descriptors, settings.limits.sessions_max);

  const world::ZoneConfig zone_config = zone_config_of(settings);
  net::ZoneRunner zone(zone_config, settings.limits);
  std::vector<net::Gateway*> gateways;
  PlayerSite player_site(settings);
  OperatorSite operator_site(settings);
  const ServerOptions options{
      .listen = settings.listen,
      .proxies = has_proxy_protocol(settings, ProxyPorts::listen) ? net::ProxyWord::proxy_protocol
                                                                  : net::ProxyWord::none,
      .http = {{"--http", http_address_of(settings), &player_site,
                has_proxy_protocol(settings, ProxyPorts::http) ? net::ProxyWord::proxy_protocol
                                                               : net::ProxyWord::x_forwarded_for},
               {"--operator", operator_address_of(settings), &operator_site, net::ProxyWord::none,
                net::Door::operate}},
      .trusted_proxies = trusted_proxies_of(settings),
      .workers = settings.workers,
      .io = settings.io,
      .limits = limits_of(settings)};
  net::ShoutBudget shouts(settings.limits, settings.seed ^ std::uint64_t{std::random_device{}()});
  net::Sanctions sanctions(settings.limits.sanctions_max);
  RestartPlan restart;
  bool is_restart = false;
  const auto make_gateway = [&](net::Worker& worker) {
    auto gateway =
        std::make_unique<net::Gateway>(worker, zone_config, zone.commands(), zone.throttled_cells(), shouts);
    gateway->set_sanctions(sanctions);
    gateways.push_back(gateway.get());
    return gateway;
  };
  const auto server = Server::make(options, make_gateway);
  if (!server) return fail(server.error());
  zone.set_gateways(gateways);

  {
    Result<std::jthread> zone_thread =
        make_thread<std::jthread>([&zone](const std::stop_token& stop) { run_zone(zone, stop); });
    if (!zone_thread) return fail(zone_thread.error());
    Samples samples;
    const Observed observed{settings,  **server, zone, gateways, ThreadClock(*zone_thread),
                            sanctions, restart};
    operator_site.open(observed, samples);
    if (const Result<void> started = (*server)->start(); !started) return fail(started.error());
    print_line(fmt::format(
        "Madang is open: {} (io: {}, {} workers, {} x {} tiles, {} ticks a second). Ctrl-C stops.",
        (*server)->address().text(), (*server)->io_name(), (*server)->workers().size(), zone_config.width,
        zone_config.height, zone_config.tick_rate));
    if (const std::string line = describe_pages(options, **server); !line.empty()) print_line(line);

    std::unique_ptr<DemoBots> demo_bots;
    if (settings.demo_bots > 0)
      demo_bots = std::make_unique<DemoBots>((*server)->address(), settings.demo_bots, settings.demo_roam,
                                             settings.seed, (*server)->backend());
    StatusLine status(settings.status_interval_s, steady_now());
    samples.take(observed, steady_now());
    Cadence next_sample(1s, steady_now());
    while (!is_restart && !stop_signal.wait(200ms)) {
      const Time now = steady_now();
      const RestartPlan::Turn turn = restart.turn(now);
      for (const std::string& text : turn.announcements) announce(observed, text);
      is_restart = turn.stop;
      if (status.is_due(now))
        log_info("{}", status.line(now, {(*server)->totals(), zone.stats().players.get(),
                                         zone.stats().ticks_late.get()}));
      if (!next_sample.is_due(now)) continue;
      samples.take(observed, now);
      next_sample.done(now);
    }

    log_info("stopping{}: no more connections, a goodbye to all",
             is_restart ? ", for the restart that the operator asked for" : "");
    demo_bots.reset();
    (*server)->stop([&](Duration max_wait) {
      const bool haste = stop_signal.wait(max_wait);
      if (haste) log_info("asked again: whoever is left is not waited for");
      return haste;
    });
  }
  const Server::Totals totals = (*server)->totals();
  log_info("stopped: {} sessions served, {} left open; they ended by: {}", totals.sessions_opened,
           totals.sessions_open, describe_closed(totals));
  return is_restart ? exit_code_restart : 0;
}

}  // namespace madang::app
