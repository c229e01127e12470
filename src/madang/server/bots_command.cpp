#include "madang/server/bots_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "madang/base/limits.h"
#include "madang/base/log.h"
#include "madang/base/standard_stream.h"
#include "madang/base/text.h"
#include "madang/server/bots_display.h"
#include "madang/server/bots_run.h"
#include "madang/server/stop_signal.h"
#include "madang/server/system.h"

namespace madang::server {

namespace {

/// Descriptors that the process has open besides those of the bots.
constexpr std::uint32_t descriptors_besides_bots = 16;
/// Bots in a room, if the game has no main world.
constexpr std::uint32_t default_room_of = 8;

// --- Before the run ---

/// Returns the number of bots for which the process has descriptors.
std::uint32_t players_possible(std::uint32_t descriptors) {
  return descriptors == 0 ? UINT32_MAX : descriptors - std::min(descriptors, descriptors_besides_bots);
}

/// Lowers the maximum number of players of --until-delay to the possible number, and prints a line about it.
void bound_players(std::string_view program, BotsOptions& options, std::uint32_t descriptors) {
  const std::uint32_t possible = std::max(players_possible(descriptors), 1u);
  if (options.until_delay_ms == 0 || options.bots.players <= possible) return;
  log_last_words(
      fmt::format("{} bots: at most {} players instead of {}, because this process may open only {} sockets "
                  "and files (ulimit -n)\n",
                  program, possible, options.bots.players, descriptors));
  options.bots.players = possible;
}

/// Returns why the bots cannot run with these options, or an empty text.
std::string find_obstacle(const BotsOptions& options, std::uint32_t descriptors) {
  const Limits limits;
  if (const std::string longest = options.bots.name_prefix + std::to_string(options.bots.players);
      !presentable_name(longest, limits.name_bytes_max))
    return fmt::format("--name-prefix: \"{}\" and a number are not a name of 1 to {} bytes",
                       options.bots.name_prefix, limits.name_bytes_max);
  if (const std::uint32_t possible = players_possible(descriptors); options.bots.players > possible)
    return fmt::format(
        "--players {}: this process may open only {} sockets and files (ulimit -n), which is enough for {} "
        "players",
        options.bots.players, descriptors, possible);
  return {};
}

std::expected<std::unique_ptr<client::AnyBots>, std::string> make_bots(const BotsProgram& program,
                                                                       const BotsOptions& options,
                                                                       std::uint32_t descriptors) {
  if (std::string obstacle = find_obstacle(options, descriptors); !obstacle.empty())
    return std::unexpected(std::move(obstacle));
  const std::expected<io::Address, std::string> server = io::Address::resolve(options.connect);
  if (!server) return std::unexpected(fmt::format("--connect {}: {}", options.connect, server.error()));
  Result<std::unique_ptr<io::Port>> port = io::make_port(options.io);
  if (!port) return std::unexpected(describe(port.error()));
  client::BotsSettings settings = options.bots;
  settings.room_stay = options.room_stay_s * 1s;
  if (options.until_delay_ms > 0) settings.players = 0;  // the staircase adds them
  return program.make_bots(std::move(*port), *server, settings);
}

// --- After the run ---

/// "812 moves, 3 moves refused, 12 changes of worlds".
std::string counts_text(const client::BotsStats& stats, std::span<const std::string_view> counters) {
  std::string text;
  const auto add = [&text](std::uint64_t count, std::string_view words) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, words);
  };
  for (std::size_t i = 0; i < counters.size(); ++i) add(stats.counted[i], words_of(counters[i]));
  if (stats.worlds_entered > 0) add(stats.worlds_entered, "changes of worlds");
  if (stats.worlds_refused > 0) add(stats.worlds_refused, "worlds refused");
  return text;
}

void print_summary(BotsRun& run, std::span<const std::string_view> counters) {
  run.end_display();
  const client::BotsStats stats = run.measured();
  const DelayQuantiles& delay = run.measured_delay();
  const std::string counts = counts_text(stats, counters);
  run.print_note(fmt::format("{} players at the end of {:.1f} s; measured for {:.1f} s{}{}", stats.connected,
                             seconds_of(run.duration()), seconds_of(run.measured_duration()),
                             counts.empty() ? "" : ": ", counts));
  run.print_note(fmt::format("delay of answers: p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f} ms",
                             delay.p50, delay.p99, delay.p999, delay.max));
  run.print_note(fmt::format("{} updates; {} received, {} sent; {} texts refused; {} violations, {} errors",
                             stats.updates_in, bytes_text(stats.bytes_in), bytes_text(stats.bytes_out),
                             stats.not_said, stats.violations, stats.errors));
  if (const auto held = run.players_held())
    run.print_note(fmt::format("the server can hold {} players", *held));
}

Result<void> print_json(const BotsOptions& options, const BotsRun& run,
                        std::span<const std::string_view> counters) {
  const client::BotsStats stats = run.measured();
  const DelayQuantiles& delay = run.measured_delay();
  nlohmann::ordered_json report = {{"players", options.bots.players},
                                   {"connected", stats.connected},
                                   {"violations", stats.violations},
                                   {"errors", stats.errors}};
  for (std::size_t i = 0; i < counters.size(); ++i) report[std::string(counters[i])] = stats.counted[i];
  report["worlds_entered"] = stats.worlds_entered;
  report["worlds_refused"] = stats.worlds_refused;
  report["not_said"] = stats.not_said;
  report["delay_ms"] = {{"p50", delay.p50}, {"p99", delay.p99}, {"p999", delay.p999}, {"max", delay.max}};
  report["updates_in"] = stats.updates_in;
  report["bytes_in"] = stats.bytes_in;
  report["bytes_out"] = stats.bytes_out;
  report["seconds"] = seconds_of(run.measured_duration());
  if (const auto held = run.players_held()) {
    report["until_delay_ms"] = options.until_delay_ms;
    report["players_held"] = *held;
  }
  return write_to(StandardStream::output, report.dump() + '\n');
}

/// Returns one line about the first violation or error, or an empty text.
std::string first_problem(std::string_view program, const BotsOptions& options, const client::AnyBots& bots) {
  const client::BotsStats stats = bots.stats();
  if (stats.violations > 0)
    return fmt::format("{} violations, the first: {}", stats.violations, bots.findings().texts().front());
  if (stats.errors == 0 && stats.connected_ever == 0 && stats.worlds_refused > 0)
    return "no bot could enter a room, because all are full";
  if (stats.errors == 0 && options.until_delay_ms > 0 && bots.delays().count() == 0 &&
      stats.connected_ever > 0)
    return "--until-delay: no bot has got an answer whose delay it measures";
  if (stats.errors == 0) return {};
  const client::Ending& failure = *bots.first_failure();
  if (stats.connected_ever > 0)
    return fmt::format("{} errors, the first: {}", stats.errors, describe(failure));
  const bool refused = failure.error.code == ErrorCode::connection_refused;
  return fmt::format("cannot connect to {}: {}{}", options.connect, describe(failure),
                     refused ? fmt::format("; is `{} serve` running?", program) : "");
}

}  // namespace

BotsOptions default_options(const client::BotsInfo& info) {
  BotsOptions options;
  options.connect = fmt::format("127.0.0.1:{}", info.default_port);
  if (!info.has_main_world) options.bots.room_of = default_room_of;
  return options;
}

std::vector<Setting> table_of(BotsOptions& options, const client::BotsInfo& info) {
  constexpr std::uint64_t players_max = 100'000;
  constexpr std::uint64_t week_s = std::uint64_t{7} * 24 * 3600;
  BotsOptions& o = options;
  return {
      {"options", "connect", &o.connect, "HOST:PORT of the server"},
      {"options", "players", &o.bots.players, "Number of bots; with --until-delay, the maximum number", 1,
       players_max},
      {"options", "for", &o.seconds, "Duration of the run after all bots have logged in; 0: until Ctrl-C", 0,
       week_s, "s"},
      {"options", "rate", &o.bots.logins_per_second, "Number of logins", 1, 100'000, "a second"},
      {"options", "until_delay", &o.until_delay_ms,
       "Maximum p99 delay of answers; bots are added while the delay is shorter; 0: no bots are added", 0,
       60'000, "ms"},
      {"options", "room_of", &o.bots.room_of,
       info.has_main_world
           ? "Number of bots in each room, in worlds of the names \"room 1\", \"room 2\", ...; 0: all are in "
             "the main world"
           : "Number of bots in each room, in worlds of the names \"room 1\", \"room 2\", ...",
       info.has_main_world ? 0 : 1, players_max},
      {"options", "room_stay", &o.room_stay_s,
       info.has_main_world ? "Mean time until a bot goes to another room or to the main world; 0: it stays"
                           : "Mean time until a bot goes to another room; 0: it stays",
       0, week_s, "s"},
      {"options", "name_prefix", &o.bots.name_prefix,
       "First part of each bot's name; the second part is a number"},
      {"options", "seed", &o.bots.seed, "Seed of all that the bots do by chance", 0, INT64_MAX},
      {"options", "io", &o.io, "Backend of the completion port; auto: the best one on this machine"},
      {"options", "json", &o.json, "Print the result as one line with a JSON object"},
  };
}

Command bots_command(const BotsProgram& program, std::shared_ptr<BotsOptions> options) {
  if (!options) options = std::make_shared<BotsOptions>(default_options(program.info));
  std::vector<Setting> table = table_of(*options, program.info);
  // The game's own options stand before the backend and the form of the result.
  const auto before = std::ranges::find(table, std::string_view("name_prefix"), &Setting::name);
  table.insert(before, program.own_options.begin(), program.own_options.end());
  return {.name = "bots",
          .about = "Connect bots to a server, and measure the server",
          .examples = fmt::format(
              "Examples:\n"
              "  {0} bots --players 1000 --for 20         measure for 20 s, and print a summary\n"
              "  {0} bots --players 1000 --for 20 --json  print the result as a JSON object\n"
              "  {0} bots --players 10000 --until-delay 100\n"
              "  {1}                                      find how many players the server can hold\n"
              "  {1}                                      with a p99 delay of at most 100 ms",
              program.program, std::string(program.program.size(), ' ')),
          .options = std::move(table),
          .run = [program, options = std::move(options)] { return run_bots(program, *options); }};
}

int run_bots(const BotsProgram& program, const BotsOptions& wanted) {
  const auto fail = [&program](std::string_view problem) {
    log_last_words(fmt::format("{} bots: {}\n", program.program, problem));
    return 1;
  };
  // No line if the reader has ended, as `head` does, because that reader has all that it needs.
  const auto fail_at_output = [&fail](const Error& error) {
    return error.code == ErrorCode::not_connected ? 1
                                                  : fail(fmt::format("standard output: {}", describe(error)));
  };
  StopSignal stop_signal;
  const FineTimers fine_timers;
  const std::uint32_t descriptors = raise_descriptor_limit();
  BotsOptions options = wanted;
  bound_players(program.program, options, descriptors);
  const auto bots = make_bots(program, options, descriptors);
  if (!bots) return fail(bots.error());

  // The progress goes to another stream than the JSON object, because a program reads the object.
  std::FILE* progress_stream = options.json ? stderr : stdout;
  BotsRun run(program.program, options, **bots, progress_stream);
  run.run(stop_signal);

  const std::span<const std::string_view> counters = program.info.counters;
  if ((*bots)->stats().connected_ever > 0) print_summary(run, counters);
  if (const auto& failure = run.display_failure(); failure && !options.json) return fail_at_output(*failure);
  if (options.json)
    if (const Result<void> printed = print_json(options, run, counters); !printed)
      return fail_at_output(printed.error());
  const std::string problem = first_problem(program.program, options, **bots);
  return problem.empty() ? 0 : fail(problem);
}

}  // namespace madang::server
