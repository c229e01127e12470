#include "madang/server/game_server.h"

#include <fmt/core.h>

#include <expected>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "madang/base/cadence.h"
#include "madang/net/gateway.h"
#include "madang/net/shout_budget.h"
#include "madang/net/world_runners.h"
#include "madang/server/descriptor_limits.h"
#include "madang/server/log_thread.h"
#include "madang/server/operator_site.h"
#include "madang/server/player_site.h"
#include "madang/server/record_heading.h"
#include "madang/server/recording.h"
#include "madang/server/samples.h"
#include "madang/server/status_line.h"
#include "madang/server/stop_signal.h"
#include "madang/server/system.h"
#include "madang/server/thread_crew.h"

namespace madang::server {

namespace {

constexpr Duration turn_interval = 200ms;

/// A stranger must not guess this number.
std::uint64_t secret() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

/// "Arena"
std::string capitalised(std::string name) {
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

/// Calls the runner until a stop is requested. The runner's thread.
void run_runner(net::WorldRunner& runner, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Time now = steady_now();
    const Duration wait = runner.turn(now) - steady_now();
    if (wait > Duration::zero()) std::this_thread::sleep_for(wait);
  }
}

/// Returns limits that the process has enough descriptors for. Logs a warning if they are lower than the
/// settings.
Limits with_enough_descriptors(const Limits& limits) {
  const std::uint32_t descriptors = raise_descriptor_limit();
  const Limits fitted = fit_to_descriptors(limits, descriptors);
  if (fitted.sessions_max < limits.sessions_max)
    log_warning(
        "this process may open only {} sockets and files: sessions_max is {} instead of {}. Raise ulimit -n "
        "(systemd: LimitNOFILE), or lower sessions_max",
        descriptors, fitted.sessions_max, limits.sessions_max);
  return fitted;
}

/// Returns the address that a browser on this machine can open. The address 0.0.0.0 becomes localhost.
std::string browsable(const io::Address& address) {
  const bool is_any = address.ip == decltype(address.ip){};
  return is_any ? fmt::format("localhost:{}", address.port) : address.text();
}

/// Logs why the server cannot run. Returns the exit code of the program.
int fail_start(const std::string& why) {
  log_fatal(why);
  return 1;
}

/// The parts of a running server. The main thread makes, runs and destroys them.
class GameServer {
 public:
  GameServer(const ProgramInfo& program, Game& game, std::vector<ShownSetting> shown)
      : program_(program),
        game_(game),
        settings_(game.settings),
        shown_settings_(std::move(shown)),
        runners_(game.info(), settings_.zone_threads, settings_.tick_rate, settings_.limits),
        shouts_(settings_.limits, secret()),
        sanctions_(settings_.limits.sanctions_max),
        player_site_(game.pages(), origins_of(settings_)),
        operator_site_(operator_token_of(settings_)) {
    add_main_world(game.make_main_world());
    runners_.set_maker([&game](std::string_view name, std::uint64_t number) {
      return name.empty() ? nullptr : game.make_room(name, number);
    });
  }
  ~GameServer();
  GameServer(const GameServer&) = delete;
  GameServer& operator=(const GameServer&) = delete;

  /// Listens, starts all threads, and prints where the server can be reached. The error is one line.
  std::expected<void, std::string> start();
  /// Serves until `stop_signal` or until the operator's restart is due, and then stops in order.
  void run(StopSignal& stop_signal);
  /// Returns true if run() ended because of a restart.
  bool is_restart() const { return is_restart_; }

 private:
  void add_main_world(std::unique_ptr<world::AnyWorld> main_world);
  std::expected<void, std::string> make_server();
  ServerOptions server_options();
  std::unique_ptr<net::Gateway> make_gateway(net::Worker& worker);
  std::expected<void, std::string> start_recording();
  std::expected<void, std::string> start_threads();
  void print_addresses() const;
  std::string page_text(std::size_t port, std::string_view words, std::string_view path) const;

  void serve(StopSignal& stop_signal);
  void do_restart_plan(Time now);
  void announce(const std::string& text);
  void log_status(Time now);
  void take_sample(Time now);
  void stop(StopSignal& stop_signal);

  const ProgramInfo& program_;
  Game& game_;
  const Settings& settings_;
  const std::vector<ShownSetting> shown_settings_;
  net::WorldRunners runners_;
  net::ShoutBudget shouts_;
  net::Sanctions sanctions_;
  RestartPlan restart_;
  bool is_restart_ = false;
  PlayerSite player_site_;
  OperatorSite operator_site_;
  Samples samples_;
  std::optional<Observed> observed_;      // once all threads are made
  std::vector<net::Gateway*> gateways_;   // by worker; the server owns them
  std::unique_ptr<Server> server_;        // the workers use all of the above
  std::unique_ptr<Recording> recording_;  // of the main world; null: nothing is recorded
  std::string cut_problem_;
  std::unique_ptr<ThreadCrew> crew_;
  std::vector<std::jthread> zone_threads_;  // they use the gateways and the crew
  std::shared_ptr<void> companion_;         // ends before the server stops
  std::optional<StatusLine> status_line_;   // from the start of serve()
  std::optional<Cadence> next_sample_;      // likewise
};

// The workers' threads end before the runners' threads, and these before the gateways that they use.
GameServer::~GameServer() {
  companion_.reset();
  if (server_) server_->stop();
}

/// Cuts it as the settings want. A problem with the cut is that of start().
void GameServer::add_main_world(std::unique_ptr<world::AnyWorld> main_world) {
  const world::Cut cut{settings_.zones.width, settings_.zones.height};
  const auto refuse = [&](std::string_view why) {
    cut_problem_ = fmt::format("--zones {}x{}: {}", cut.columns, cut.rows, why);
  };
  const bool is_wanted = cut != world::Cut();  // or else the game may have cut it
  if (!main_world) {
    if (is_wanted) refuse("this game has no main world to cut");
    return;
  }
  if (is_wanted)
    if (const auto problem = main_world->cut(cut)) refuse(problem->text);
  runners_.add("", std::move(main_world));
}

std::expected<void, std::string> GameServer::start() {
  if (!cut_problem_.empty()) return std::unexpected(cut_problem_);
  if (auto made = make_server(); !made) return made;
  if (auto recording = start_recording(); !recording) return recording;
  if (auto started = start_threads(); !started) return started;
  print_addresses();
  companion_ = game_.start_companion(*server_);
  return {};
}

void GameServer::run(StopSignal& stop_signal) {
  serve(stop_signal);
  stop(stop_signal);
}

// --- Start ---

std::expected<void, std::string> GameServer::make_server() {
  auto server = Server::make(server_options(), [this](net::Worker& worker) { return make_gateway(worker); });
  if (!server) return std::unexpected(std::move(server.error()));
  server_ = std::move(*server);
  runners_.set_gateways(gateways_);
  return {};
}

ServerOptions GameServer::server_options() {
  const auto proxy_word = [this](ProxyPorts port, net::ProxyWord otherwise) {
    return has_proxy_protocol(settings_, port) ? net::ProxyWord::proxy_protocol : otherwise;
  };
  return {.listen = settings_.listen,
          .proxies = proxy_word(ProxyPorts::listen, net::ProxyWord::none),
          .http = {{"--http", http_address_of(settings_), &player_site_,
                    proxy_word(ProxyPorts::http, net::ProxyWord::x_forwarded_for)},
                   {"--operator", operator_address_of(settings_), &operator_site_, net::ProxyWord::none,
                    net::Door::operate}},
          .trusted_proxies = trusted_proxies_of(settings_),
          .workers = settings_.workers,
          .io = settings_.io,
          .limits = with_enough_descriptors(settings_.limits),
          .close_reasons = game_.info().close_reasons};
}

std::unique_ptr<net::Gateway> GameServer::make_gateway(net::Worker& worker) {
  auto gateway = std::make_unique<net::Gateway>(worker, runners_, shouts_);
  gateway->set_sanctions(sanctions_);
  gateways_.push_back(gateway.get());
  return gateway;
}

/// The server listens already: a second server on the same port leaves no file behind.
std::expected<void, std::string> GameServer::start_recording() {
  if (record_of(settings_).empty()) return {};
  if (!runners_.has_main()) return std::unexpected("--record: this game has no main world to record");
  const std::string name = record_file_name(record_of(settings_));
  auto file = create_file(name);
  if (!file) {
    const bool exists = file.error().code == ErrorCode::already_exists;
    return std::unexpected(
        fmt::format("cannot record into {}: {}{}", name, describe(file.error(), system_language()),
                    exists ? "; name another file (--record FILE), or remove this one" : ""));
  }
  auto recording =
      Recording::start(name, std::move(*file), heading_of(program_, game_, runners_.main().world()),
                       settings_.limits.record_queue_bytes_max);
  if (!recording) return std::unexpected(std::move(recording.error()));
  recording_ = std::move(*recording);
  runners_.set_recorder(*recording_);
  return {};
}

std::expected<void, std::string> GameServer::start_threads() {
  const auto no_thread = [](const Error& error) {
    return std::unexpected(fmt::format("cannot {}", describe(error, system_language())));
  };
  const std::size_t zones = runners_.has_main() ? runners_.main().world().config().cut.zones() : 1;
  if (zones > 1) {
    auto crew = ThreadCrew::make(zones, std::min<std::size_t>(zones, settings_.zone_threads) - 1);
    if (!crew) return no_thread(crew.error());
    crew_ = std::move(*crew);
    runners_.set_crew(*crew_);
  }
  std::vector<ThreadClock> runner_clocks;
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    auto thread = make_thread<std::jthread>(
        [&runner = runners_[i]](const std::stop_token& stop) { run_runner(runner, stop); });
    if (!thread) return no_thread(thread.error());
    zone_threads_.push_back(std::move(*thread));
    runner_clocks.emplace_back(zone_threads_.back());
  }
  observed_.emplace(Observed{settings_.limits, shown_settings_, *server_, runners_, gateways_,
                             std::move(runner_clocks), sanctions_, restart_, recording_.get(), crew_.get()});
  operator_site_.open(*observed_, samples_);
  if (const Result<void> started = server_->start(); !started) return no_thread(started.error());
  return {};
}

void GameServer::print_addresses() const {
  std::string map;
  if (runners_.has_main()) {
    const world::Grid& grid = runners_.main().world().grid();
    map = fmt::format("{} x {} tiles, ", grid.width(), grid.height());
  }
  print_line(fmt::format("{} is open: {} (io: {}, {} workers, {}{} ticks a second). Ctrl-C stops the server.",
                         capitalised(program_.name), server_->address().text(), server_->io_name(),
                         server_->workers().size(), map, settings_.tick_rate));
  const bool has_page = !game_.pages().empty();
  const std::string players = has_page ? page_text(0, "Play in a browser: http", "/")
                                       : page_text(0, "Connect with a WebSocket: ws", "/socket");
  const std::string operators = operator_pages().empty()
                                    ? page_text(1, "Metrics of the server: http", "/metrics")
                                    : page_text(1, "Watch the server: http", "/operator");
  if (players.empty() && operators.empty()) return;
  print_line(players + (players.empty() || operators.empty() ? "" : "   ") + operators);
}

/// Returns `words` and the address of the page at HTTP port number `port`, or an empty text if that port is
/// off.
std::string GameServer::page_text(std::size_t port, std::string_view words, std::string_view path) const {
  const io::Address& address = server_->http_address(port);
  if (address.port == 0) return {};
  return fmt::format("{}://{}{}", words, browsable(address), path);
}

// --- Service ---

void GameServer::serve(StopSignal& stop_signal) {
  const Time started_at = steady_now();
  status_line_.emplace(settings_.status_interval_s, started_at);
  next_sample_.emplace(1s, started_at);
  samples_.take(*observed_, started_at);
  while (!is_restart_ && !stop_signal.wait(turn_interval)) {
    const Time now = steady_now();
    do_restart_plan(now);
    if (status_line_->is_due(now)) log_status(now);
    if (next_sample_->is_due(now)) take_sample(now);
  }
}

void GameServer::do_restart_plan(Time now) {
  const RestartPlan::Turn turn = restart_.turn(now);
  for (const std::string& text : turn.announcements) announce(text);
  is_restart_ = turn.must_stop;
}

/// Sends a text to all players. A worker whose queue of calls is full misses the text, because the main
/// thread must not wait for a worker.
void GameServer::announce(const std::string& text) {
  for (std::size_t i = 0; i < gateways_.size(); ++i) {
    net::Gateway& gateway = *gateways_[i];
    if (!server_->workers()[i]->call([&gateway, text] { gateway.announce(text); }))
      log_warning("worker {} is too busy to send an announcement to its players: {}", i, text);
  }
}

void GameServer::log_status(Time now) {
  const net::WorldRunners::Totals runners = runners_.totals();
  log_info("{}", status_line_->line(now, {server_->totals(), runners.players, runners.ticks_late}));
}

void GameServer::take_sample(Time now) {
  samples_.take(*observed_, now);
  next_sample_->done(now);
}

// --- Stop ---

void GameServer::stop(StopSignal& stop_signal) {
  log_info("stopping{}: the server accepts no more connections and says goodbye to all players",
           is_restart_ ? " because of the operator's restart" : "");
  companion_.reset();
  // The worlds stand still now: otherwise their ticks would wait for workers that have ended.
  zone_threads_.clear();
  if (recording_) recording_->finish(runners_.main().world());
  server_->stop([&](Duration max_wait) {
    const bool is_asked = stop_signal.wait(max_wait);
    if (is_asked) log_info("asked again to stop: the server resets all connections that are still open");
    return is_asked;
  });
  const Server::Totals totals = server_->totals();
  log_info("stopped: {} sessions served, {} left open; ends by reason: {}", totals.sessions_opened,
           totals.sessions_open, describe_closed(totals));
}

}  // namespace

int run_game(const ProgramInfo& program, Game& game, std::vector<ShownSetting> settings) {
  set_log_level(game.settings.log_level);
  StopSignal stop_signal;
  const auto log_thread = LogThread::start(game.settings.limits.log_queue_bytes_max);
  if (!log_thread)
    return fail_start(fmt::format("cannot {}", describe(log_thread.error(), system_language())));
  const FineTimers fine_timers;
  if (game.settings.seed == 0) game.settings.seed = secret() & INT64_MAX;
  game.prepare();
  GameServer server(program, game, std::move(settings));
  if (const auto started = server.start(); !started) return fail_start(started.error());
  server.run(stop_signal);
  return server.is_restart() ? exit_code_restart : 0;
}

}  // namespace madang::server
