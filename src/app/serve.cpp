#include "app/serve.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <thread>

#include "app/demo_bots.h"
#include "app/operator_site.h"
#include "app/player_site.h"
#include "app/samples.h"
#include "app/server.h"
#include "app/stop_signal.h"
#include "app/system.h"
#include "net/gateway.h"
#include "net/zone_runner.h"

namespace madang::app {

namespace {

/// The zone's own thread.
class ZoneThread {
 public:
  explicit ZoneThread(net::ZoneRunner& zone)
      : thread_([&zone](const std::stop_token& stop) { run(zone, stop); }) {}

  ThreadClock clock() { return ThreadClock(thread_); }

 private:
  static void run(net::ZoneRunner& zone, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Time now = steady_now();
      const Duration wait = zone.turn(now) - steady_now();
      if (wait > Duration::zero()) std::this_thread::sleep_for(wait);
    }
  }

  std::jthread thread_;
};

/// With room for the server's own bots. An address that is none is the server's to complain about.
Limits limits_of(const ServeSettings& settings) {
  if (settings.demo_bots == 0) return settings.limits;
  const auto address = io::Address::resolve(settings.listen);
  return address ? with_room_for_demo_bots(settings.limits, *address, settings.demo_bots) : settings.limits;
}

/// One line a while about what happened since the last one.
class StatusLine {
 public:
  StatusLine(const Server& server, const net::ZoneRunner& zone, std::uint32_t interval_s)
      : server_(server),
        zone_(zone),
        interval_(std::chrono::seconds(interval_s)),
        next_(steady_now() + interval_) {}

  void print_if_due() {
    if (interval_ == Duration::zero() || steady_now() < next_) return;
    next_ += interval_;
    const Server::Totals now = server_.totals();
    const double seconds = std::chrono::duration<double>(interval_).count();
    const auto rate = [&](std::uint64_t after, std::uint64_t before) {
      return static_cast<double>(after - before) / seconds;
    };
    log_info(
        "status: sessions {}, players {}, packets in {:.0f}/s, sends {:.0f}/s, in {:.1f} kB/s, out {:.1f} "
        "kB/s, late ticks {}",
        now.sessions_open, zone_.stats().players.get(), rate(now.frames_in, before_.frames_in),
        rate(now.sends, before_.sends), rate(now.bytes_in, before_.bytes_in) / 1000,
        rate(now.bytes_out, before_.bytes_out) / 1000, zone_.stats().ticks_late.get());
    before_ = now;
  }

 private:
  const Server& server_;
  const net::ZoneRunner& zone_;
  const Duration interval_;
  Time next_;
  Server::Totals before_;
};

/// Where a browser on this machine finds it: an address that stands for all of them is none to go to.
std::string browsable(const io::Address& address) {
  const bool is_any = address.ip == decltype(address.ip){};
  return is_any ? fmt::format("localhost:{}", address.port) : address.text();
}

}  // namespace

int run_serve(const ServeSettings& settings) {
  set_log_level(settings.log_level);
  StopSignal stop_signal;
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
               {"--operator", operator_address_of(settings), &operator_site, net::ProxyWord::none}},
      .trusted_proxies = trusted_proxies_of(settings),
      .workers = settings.workers,
      .io = settings.io,
      .limits = limits_of(settings)};
  const auto make_gateway = [&](net::Worker& worker) {
    auto gateway = std::make_unique<net::Gateway>(worker, zone_config, zone.commands(), zone.thinned_cells());
    gateways.push_back(gateway.get());
    return gateway;
  };
  const auto server = Server::make(options, make_gateway);
  if (!server) {
    log_error("{}", server.error());
    return 1;
  }
  zone.set_gateways(gateways);

  {
    ZoneThread zone_thread(zone);
    Samples samples;
    const Observed observed{settings, **server, zone, gateways, zone_thread.clock()};
    operator_site.open(observed, samples);
    (*server)->start();
    fmt::print("Madang is open: {} (io: {}, {} workers, {} x {} tiles, {} ticks a second). Ctrl-C stops.\n",
               (*server)->address().text(), (*server)->io_name(), (*server)->workers().size(),
               zone_config.width, zone_config.height, zone_config.tick_rate);
    const bool has_players = !options.http[0].address.empty();
    const bool has_operator = !options.http[1].address.empty();
    if (has_players) fmt::print("Play in a browser: http://{}/", browsable((*server)->http_address(0)));
    if (has_players && has_operator) fmt::print("   ");
    if (has_operator)
      fmt::print("Watch the server: http://{}/operator", browsable((*server)->http_address(1)));
    if (has_players || has_operator) fmt::print("\n");
    std::fflush(stdout);

    std::unique_ptr<DemoBots> demo_bots;
    if (settings.demo_bots > 0)
      demo_bots = std::make_unique<DemoBots>((*server)->address(), settings.demo_bots, settings.seed,
                                             (*server)->backend());
    StatusLine status(**server, zone, settings.status_interval_s);
    Time next_sample = steady_now();
    while (!stop_signal.wait(200ms)) {
      status.print_if_due();
      const Time now = steady_now();
      if (now < next_sample) continue;
      samples.take(observed, now);
      next_sample = std::max(next_sample + 1s, now);
    }

    log_info("stopping: no more connections, a goodbye to all");
    demo_bots.reset();
    (*server)->stop();
  }
  const Server::Totals totals = (*server)->totals();
  log_info("stopped: {} sessions served, {} left open; they ended by: {}", totals.sessions_opened,
           totals.sessions_open, describe_closed(totals));
  return 0;
}

}  // namespace madang::app
