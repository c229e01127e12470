#include "app/bots_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <expected>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "app/bots_display.h"
#include "board/client/swarm.h"
#include "madang/base/cadence.h"
#include "madang/base/limits.h"
#include "madang/base/log.h"
#include "madang/base/standard_stream.h"
#include "madang/base/text.h"
#include "madang/client/staircase.h"
#include "madang/server/stop_signal.h"
#include "madang/server/system.h"

namespace madang::app {

namespace {

constexpr Duration display_interval = 250ms;
constexpr std::uint32_t long_run_s = 120;
/// Descriptors that the process has open besides those of the bots.
constexpr std::uint32_t descriptors_besides_bots = 16;
/// Longer than any bot waits for its goodbye.
constexpr Duration leave_deadline = 10s;

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// One run of the bots, from the first login to the last goodbye. Main thread only.
class BotsRun {
 public:
  BotsRun(const BotsOptions& options, board::Swarm& swarm, std::FILE* progress_stream);

  void run(server::StopSignal& stop_signal);
  /// Prints a line that stays below or above the progress.
  void print_note(std::string_view line) { display_.note(line); }
  void end_display() { display_.end_block(); }
  /// Returns why the progress cannot be printed any more, or none.
  const std::optional<Error>& display_failure() const { return display_.failure(); }

  /// Returns the figures of the measured time. That time begins when all bots have logged in, or else at the
  /// start. It ends when the bots begin to log out. Violations and errors are those of the whole run.
  board::SwarmStats measured() const;
  const DelayQuantiles& measured_delay() const { return delay_before_leaving_; }
  Duration measured_duration() const { return left_at_ - all_in_at_.value_or(started_at_); }
  Duration duration() const { return left_at_ - started_at_; }
  /// Returns the largest number of players with an acceptable delay, or none without --until-delay.
  std::optional<std::uint32_t> players_held() const {
    return staircase_ ? std::optional(staircase_->players_held()) : std::nullopt;
  }

 private:
  bool is_over(Time now) const;
  void on_frame(Time now);
  void on_second(Time now);
  void print_new_findings();
  void leave(server::StopSignal& stop_signal);
  std::string time_text(Time now) const;
  std::string step_text() const;

  const BotsOptions& options_;
  board::Swarm& swarm_;
  std::optional<client::Staircase> staircase_;
  BotsDisplay display_;
  BotsProgress progress_;
  board::SwarmStats stats_a_second_ago_;
  Time a_second_ago_;
  board::SwarmStats stats_when_all_in_;
  board::SwarmStats stats_before_leaving_;
  DelayQuantiles delay_before_leaving_;
  std::size_t violations_printed_ = 0;
  std::set<std::string> errors_printed_;

  const Time started_at_;
  Time next_frame_;
  Cadence next_second_;
  std::optional<Time> all_in_at_;
  Time left_at_;
};

BotsRun::BotsRun(const BotsOptions& options, board::Swarm& swarm, std::FILE* progress_stream)
    : options_(options),
      swarm_(swarm),
      display_(
          progress_stream,
          fmt::format("madang bots at {} (io: {})", options.connect, io::name_of(swarm.port().backend())),
          options.seconds == 0 || options.seconds > long_run_s || options.until_delay_ms > 0),
      a_second_ago_(steady_now()),
      started_at_(a_second_ago_),
      next_frame_(started_at_),
      next_second_(1s, started_at_),
      left_at_(started_at_) {
  if (options.until_delay_ms == 0) return;
  staircase_.emplace(options.players, options.until_delay_ms * 1000);
  swarm_.set_players(staircase_->players_wanted());
}

void BotsRun::run(server::StopSignal& stop_signal) {
  Time now = started_at_;
  while (!is_over(now)) {
    swarm_.turn(std::max<Duration>(next_frame_ - now, Duration::zero()));
    now = steady_now();
    if (now < next_frame_) continue;
    on_frame(now);
    if (stop_signal.wait(Duration::zero())) break;
  }
  left_at_ = now;
  leave(stop_signal);
}

bool BotsRun::is_over(Time now) const {
  // No bot could log in, or all bots that logged in have lost their connections.
  if (swarm_.first_failure() && (swarm_.connected_ever() == 0 || swarm_.have_all_ended())) return true;
  if (staircase_ && staircase_->is_finished()) return true;
  // With --json the run goes on, because the result can still be printed.
  if (display_.failure() && !options_.json) return true;
  return options_.seconds > 0 && all_in_at_ && now >= *all_in_at_ + std::chrono::seconds(options_.seconds);
}

void BotsRun::on_frame(Time now) {
  next_frame_ = now + display_interval;
  progress_.stats = swarm_.stats();
  if (!all_in_at_ && swarm_.have_all_logged_in() && !staircase_) {
    all_in_at_ = now;
    stats_when_all_in_ = progress_.stats;
    swarm_.restart_delays();
  }
  progress_.players_wanted = staircase_ ? staircase_->players_wanted() : options_.players;
  progress_.time = time_text(now);
  progress_.step = step_text();
  print_new_findings();
  if (next_second_.is_due(now)) {
    next_second_.done(now);
    on_second(now);
  }
  display_.draw(progress_);
}

void BotsRun::on_second(Time now) {
  client::DelayHistogram& lately = swarm_.recent_delays();
  progress_.rates =
      rates_between(stats_a_second_ago_, progress_.stats, now - std::exchange(a_second_ago_, now));
  progress_.delay_lately = quantiles_of(lately);
  progress_.delay = quantiles_of(swarm_.delays());
  stats_a_second_ago_ = progress_.stats;
  if (staircase_) {
    staircase_->on_second({swarm_.have_all_logged_in(), progress_.stats.connected, lately});
    swarm_.set_players(staircase_->players_wanted());
  }
  lately.reset();
  display_.write(progress_);
}

/// Prints the violations and errors that were found since the last call.
void BotsRun::print_new_findings() {
  const auto& violations = swarm_.findings().texts();
  for (; violations_printed_ < violations.size(); ++violations_printed_)
    display_.note(fmt::format("violation: {}", violations[violations_printed_]));
  if (swarm_.connected_ever() == 0) return;  // the last line of the program says why no bot could log in
  for (const auto& [text, count] : swarm_.error_texts())
    if (errors_printed_.insert(text).second) display_.note(fmt::format("error: {}", text));
}

void BotsRun::leave(server::StopSignal& stop_signal) {
  stats_before_leaving_ = swarm_.stats();
  delay_before_leaving_ = quantiles_of(swarm_.delays());
  swarm_.log_out();
  const Time deadline = steady_now() + leave_deadline;
  // A second stop signal ends the program without waiting for the goodbyes.
  while (!swarm_.is_finished() && steady_now() < deadline && !stop_signal.wait(Duration::zero()))
    swarm_.turn(display_interval);
  print_new_findings();
}

board::SwarmStats BotsRun::measured() const {
  board::SwarmStats measured = stats_before_leaving_;
  const board::SwarmStats& before = stats_when_all_in_;
  measured.moves -= before.moves;
  measured.moves_refused -= before.moves_refused;
  measured.not_said -= before.not_said;
  measured.updates_in -= before.updates_in;
  measured.bytes_in -= before.bytes_in;
  measured.bytes_out -= before.bytes_out;
  measured.violations = swarm_.findings().total();
  measured.errors = swarm_.stats().errors;
  return measured;
}

std::string BotsRun::time_text(Time now) const {
  const std::int64_t elapsed = to_ms(now - started_at_) / 1000;
  if (options_.seconds == 0 || staircase_) return fmt::format("{} s", elapsed);
  if (!all_in_at_) return fmt::format("{} s, logging in", elapsed);
  const Duration left = *all_in_at_ + std::chrono::seconds(options_.seconds) - now;
  return fmt::format("{} s, {} s left", elapsed, std::max<std::int64_t>((to_ms(left) + 999) / 1000, 0));
}

std::string BotsRun::step_text() const {
  if (!staircase_) return {};
  return fmt::format("{} ({} players); {} players had a p99 delay of at most {} ms", staircase_->phase_name(),
                     staircase_->players_wanted(), staircase_->players_held(), options_.until_delay_ms);
}

// --- Before the run ---

/// Returns the number of bots for which the process has descriptors.
std::uint32_t players_possible(std::uint32_t descriptors) {
  return descriptors == 0 ? UINT32_MAX : descriptors - std::min(descriptors, descriptors_besides_bots);
}

/// Lowers the maximum number of players of --until-delay to the possible number, and prints a line about it.
void bound_players(BotsOptions& options, std::uint32_t descriptors) {
  const std::uint32_t possible = std::max(players_possible(descriptors), 1u);
  if (options.until_delay_ms == 0 || options.players <= possible) return;
  log_last_words(
      fmt::format("madang bots: at most {} players instead of {}, because this process may open only {} "
                  "sockets and files (ulimit -n)\n",
                  possible, options.players, descriptors));
  options.players = possible;
}

/// Returns why the bots cannot run with these options, or an empty text.
std::string find_obstacle(const BotsOptions& options, std::uint32_t descriptors) {
  const Limits limits;
  if (const std::string longest = options.name_prefix + std::to_string(options.players);
      !presentable_name(longest, limits.name_bytes_max))
    return fmt::format("--name-prefix: \"{}\" and a number are not a name of 1 to {} bytes",
                       options.name_prefix, limits.name_bytes_max);
  if (const std::uint32_t possible = players_possible(descriptors); options.players > possible)
    return fmt::format(
        "--players {}: this process may open only {} sockets and files (ulimit -n), which is enough for {} "
        "players",
        options.players, descriptors, possible);
  return {};
}

std::expected<std::unique_ptr<board::Swarm>, std::string> make_swarm(const BotsOptions& options,
                                                                     std::uint32_t descriptors) {
  if (std::string obstacle = find_obstacle(options, descriptors); !obstacle.empty())
    return std::unexpected(std::move(obstacle));
  const std::expected<io::Address, std::string> server = io::Address::resolve(options.connect);
  if (!server) return std::unexpected(fmt::format("--connect {}: {}", options.connect, server.error()));
  Result<std::unique_ptr<io::Port>> port = io::make_port(options.io);
  if (!port) return std::unexpected(describe(port.error()));
  return std::make_unique<board::Swarm>(
      std::move(*port), *server,
      board::SwarmOptions{.players = options.until_delay_ms > 0 ? 0 : options.players,
                          .logins_per_second = options.logins_per_second,
                          .seed = options.seed,
                          .roam = options.roam,
                          .name_prefix = options.name_prefix,
                          .room_of = options.room_of,
                          .room_stay = options.room_stay_s * 1s});
}

// --- After the run ---

void print_summary(BotsRun& run) {
  run.end_display();
  const board::SwarmStats stats = run.measured();
  const DelayQuantiles& delay = run.measured_delay();
  run.print_note(fmt::format("{} players at the end of {:.1f} s; in the last {:.1f} s: {} moves, {} refused",
                             stats.connected, seconds_of(run.duration()), seconds_of(run.measured_duration()),
                             stats.moves, stats.moves_refused));
  run.print_note(fmt::format("delay of moves: p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f} ms", delay.p50,
                             delay.p99, delay.p999, delay.max));
  run.print_note(fmt::format("{} updates; {} received, {} sent; {} texts refused; {} violations, {} errors",
                             stats.updates_in, bytes_text(stats.bytes_in), bytes_text(stats.bytes_out),
                             stats.not_said, stats.violations, stats.errors));
  if (const auto held = run.players_held())
    run.print_note(fmt::format("the server can hold {} players", *held));
}

Result<void> print_json(const BotsOptions& options, const BotsRun& run) {
  const board::SwarmStats stats = run.measured();
  const DelayQuantiles& delay = run.measured_delay();
  nlohmann::ordered_json report = {
      {"players", options.players},
      {"connected", stats.connected},
      {"violations", stats.violations},
      {"errors", stats.errors},
      {"moves", stats.moves},
      {"moves_refused", stats.moves_refused},
      {"not_said", stats.not_said},
      {"move_delay_ms", {{"p50", delay.p50}, {"p99", delay.p99}, {"p999", delay.p999}, {"max", delay.max}}},
      {"updates_in", stats.updates_in},
      {"bytes_in", stats.bytes_in},
      {"bytes_out", stats.bytes_out},
      {"seconds", seconds_of(run.measured_duration())}};
  if (const auto held = run.players_held()) {
    report["until_delay_ms"] = options.until_delay_ms;
    report["players_held"] = *held;
  }
  return write_to(StandardStream::output, report.dump() + '\n');
}

/// Returns one line about the first violation or error, or an empty text.
std::string first_problem(const BotsOptions& options, const board::Swarm& swarm) {
  const board::SwarmStats stats = swarm.stats();
  if (stats.violations > 0)
    return fmt::format("{} violations, the first: {}", stats.violations, swarm.findings().texts().front());
  if (stats.errors == 0) return {};
  const client::Ending& failure = *swarm.first_failure();
  if (stats.connected_ever > 0)
    return fmt::format("{} errors, the first: {}", stats.errors, describe(failure));
  const bool refused = failure.error.code == ErrorCode::connection_refused;
  return fmt::format("cannot connect to {}: {}{}", options.connect, describe(failure),
                     refused ? "; is `madang serve` running?" : "");
}

/// Prints the line on standard error. Returns the exit code of the program.
int fail_bots(std::string_view problem) {
  log_last_words(fmt::format("madang bots: {}\n", problem));
  return 1;
}

/// Prints no line if the reader has ended, as `head` does, because that reader has all that it needs.
int fail_at_output(const Error& error) {
  if (error.code == ErrorCode::not_connected) return 1;
  return fail_bots(fmt::format("standard output: {}", describe(error)));
}

}  // namespace

int run_bots(const BotsOptions& wanted) {
  server::StopSignal stop_signal;
  const server::FineTimers fine_timers;
  const std::uint32_t descriptors = server::raise_descriptor_limit();
  BotsOptions options = wanted;
  bound_players(options, descriptors);
  const auto swarm = make_swarm(options, descriptors);
  if (!swarm) return fail_bots(swarm.error());

  // The progress goes to another stream than the JSON object, because a program reads the object.
  std::FILE* progress_stream = options.json ? stderr : stdout;
  BotsRun run(options, **swarm, progress_stream);
  run.run(stop_signal);

  if ((*swarm)->stats().connected_ever > 0) print_summary(run);
  if (const auto& failure = run.display_failure(); failure && !options.json) return fail_at_output(*failure);
  if (options.json)
    if (const Result<void> printed = print_json(options, run); !printed)
      return fail_at_output(printed.error());
  const std::string problem = first_problem(options, **swarm);
  return problem.empty() ? 0 : fail_bots(problem);
}

}  // namespace madang::app
