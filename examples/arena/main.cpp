// The arena's program: `arena serve` runs a server, `arena bots` lets bots play on it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <string>
#include <thread>

#include "arena/bots.h"
#include "arena/server.h"
#include "madang/base/error.h"
#include "madang/base/log.h"
#include "madang/base/time.h"

namespace arena {
namespace {

using namespace std::chrono_literals;

// Global, because a signal handler has no other way to reach it.
std::atomic<bool> was_stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// The first Ctrl-C stops the program in order. The second one ends it at once.
void on_stop_signal(int signal) {
  was_stop_requested = true;
  std::signal(signal, SIG_DFL);
}

int fail(std::string_view why) {
  madang::log_last_words(fmt::format("arena: {}\n", why));
  return 1;
}

int serve(const ServerSettings& settings) {
  const auto server = Server::start(settings);
  if (!server) return fail(server.error());
  madang::print_line(fmt::format("The arena is open: {} (io: {}). Ctrl-C stops the server.",
                                 (*server)->address().text(), (*server)->io_name()));
  while (!was_stop_requested) std::this_thread::sleep_for(100ms);
  (*server)->stop();
  madang::print_line(fmt::format("stopped: {} sessions served", (*server)->sessions_served()));
  return 0;
}

struct BotsCommand {
  std::string connect = "127.0.0.1:7790";
  std::uint32_t seconds = 10;
  bool json = false;
  io::Backend io = io::Backend::automatic;
  BotsSettings bots;
};

void print(const BotsReport& report, bool json) {
  constexpr std::string_view text =
      "{} players in {} rooms: {} shots, {} hits, {} kills; {} words heard, {} room changes, {} rooms were "
      "full; {} violations, {} errors; delay p99 {:.1f} ms";
  constexpr std::string_view object =
      R"({{"players": {}, "rooms": {}, "shots": {}, "hits": {}, "kills": {}, "words_heard": {}, )"
      R"("room_changes": {}, "rooms_full": {}, "violations": {}, "errors": {}, "delay_p99_ms": {:.1f}}})";
  madang::print_line(fmt::format(fmt::runtime(json ? object : text), report.players, report.rooms,
                                 report.shots, report.hits, report.kills, report.words_heard,
                                 report.room_changes, report.rooms_full, report.violations, report.errors,
                                 report.delay_p99_ms));
}

int play(const BotsCommand& command) {
  const auto address = io::Address::resolve(command.connect);
  if (!address) return fail(fmt::format("--connect {}: {}", command.connect, address.error()));
  auto port = io::make_port(command.io);
  if (!port) return fail(fmt::format("cannot make a completion port: {}", madang::describe(port.error())));
  Bots bots(std::move(*port), *address, command.bots);

  const madang::Time end = madang::steady_now() + std::chrono::seconds(command.seconds);
  bool is_told = command.json;
  while (!was_stop_requested && !bots.have_lost_all() && madang::steady_now() < end) {
    bots.turn(100ms);
    if (is_told || bots.report().players < command.bots.players) continue;
    is_told = true;
    madang::print_line(fmt::format("{} bots play in {} rooms for {} s; Ctrl-C ends them.",
                                   command.bots.players, command.bots.rooms, command.seconds));
  }
  const BotsReport before_the_end = bots.report();
  bots.log_out();
  const madang::Time deadline = madang::steady_now() + 6s;  // a connection waits 5 s for its goodbye
  while (!bots.is_finished() && madang::steady_now() < deadline) bots.turn(100ms);

  BotsReport report = bots.report();
  report.players = before_the_end.players;
  report.rooms = before_the_end.rooms;
  for (const std::string& found : bots.findings().texts())
    madang::log_last_words(fmt::format("violation: {}\n", found));
  for (const auto& [error, count] : bots.error_texts())
    madang::log_last_words(fmt::format("error: {} ({} times)\n", error, count));
  if (!bots.have_played())
    return fail(fmt::format("no bot could play at {}; is `arena serve` running?", command.connect));
  print(report, command.json);
  return report.violations == 0 && report.errors == 0 ? 0 : 1;
}

const std::map<std::string, io::Backend> backends = {{"auto", io::Backend::automatic},
                                                     {"uring", io::Backend::uring},
                                                     {"epoll", io::Backend::epoll},
                                                     {"iocp", io::Backend::iocp}};

int run(int argc, char** argv) {
  CLI::App program("The arena: fighters walk, shoot and talk in rooms.", "arena");
  program.require_subcommand(1);
  const CLI::CheckedTransformer backend_of(backends);

  ServerSettings server;
  CLI::App& serve_command = *program.add_subcommand("serve", "Run a server");
  serve_command.add_option("--listen", server.listen, "Address for players")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  serve_command.add_option("--workers", server.workers, "Threads for connections")
      ->check(CLI::Range(1, net::Worker::number_max + 1))
      ->capture_default_str();
  serve_command.add_option("--zones", server.zones, "Threads for rooms")
      ->check(CLI::Range(1u, net::Zones::count_max))
      ->capture_default_str();
  serve_command.add_option("--room-players", server.room_players, "Players that fit into a room")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  serve_command.add_option("--tick-rate", server.tick_rate, "Ticks a second")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  serve_command.add_option("--io", server.io, "Completion port: auto, uring, epoll or iocp")
      ->transform(backend_of);

  BotsCommand bots;
  CLI::App& bots_command = *program.add_subcommand("bots", "Let bots play, and check what they see");
  bots_command.add_option("--connect", bots.connect, "Address of the server")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  bots_command.add_option("--players", bots.bots.players, "Number of bots")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  bots_command.add_option("--rooms", bots.bots.rooms, "Number of rooms in which they play")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  bots_command.add_option("--for", bots.seconds, "Seconds to play")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  bots_command.add_flag("--json", bots.json, "Print the result as a JSON object");
  bots_command.add_option("--io", bots.io, "Completion port: auto, uring, epoll or iocp")
      ->transform(backend_of);

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  }
  std::signal(SIGINT, on_stop_signal);
  std::signal(SIGTERM, on_stop_signal);
  return serve_command.parsed() ? serve(server) : play(bots);
}

}  // namespace
}  // namespace arena

int main(int argc, char** argv) { return arena::run(argc, argv); }
