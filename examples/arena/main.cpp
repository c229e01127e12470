// The arena's program: `arena serve` runs a server, `arena bots` lets bots play on it.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arena/bots.h"
#include "arena/room.h"
#include "madang/base/error.h"
#include "madang/base/log.h"
#include "madang/base/time.h"
#include "madang/server/program.h"
#include "madang/server/stop_signal.h"

namespace arena {
namespace {

using namespace std::chrono_literals;
namespace server = madang::server;

class ArenaGame final : public server::Game {
 public:
  ArenaGame() : Game(game_info()) { settings.seed = 0; }  // a stranger must not know the chance of the rooms

  std::vector<server::Setting> own_settings() override {
    return {{"world", "room_players", &rooms_.fighters_max, "Players that fit into a room", 1, 200},
            {"world", "room_side", &rooms_.side, "Width and height of a room", 8, 512, "tiles"}};
  }
  std::unique_ptr<world::AnyWorld> make_room(std::string_view name, std::uint64_t number) const override {
    return arena::make_room(rooms_, settings.seed, name, number);
  }

 private:
  RoomSettings rooms_;
};

struct BotsCommand {
  std::string connect = "127.0.0.1:7790";
  std::uint32_t seconds = 10;
  bool json = false;
  io::Backend io = io::Backend::automatic;
  BotsSettings bots;

  std::vector<server::Setting> options() {
    return {{"options", "connect", &connect, "HOST:PORT of the server"},
            {"options", "players", &bots.players, "Number of bots", 1, 100'000},
            {"options", "rooms", &bots.rooms, "Number of rooms in which they play", 1, 10'000},
            {"options", "for", &seconds, "Time to play", 1, 1'000'000, "s"},
            {"options", "seed", &bots.seed, "Seed of all that the bots do", 0, INT64_MAX},
            {"options", "io", &io, "Backend of the completion port; auto: the best one on this machine"},
            {"options", "json", &json, "Print the result as a JSON object"}};
  }
};

int fail(std::string_view why) {
  madang::log_last_words(fmt::format("arena: {}\n", why));
  return 1;
}

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
  server::StopSignal stop_signal;
  Bots bots(std::move(*port), *address, command.bots);

  const madang::Time end = madang::steady_now() + std::chrono::seconds(command.seconds);
  bool is_told = command.json;
  while (!stop_signal.wait(0ms) && !bots.have_lost_all() && madang::steady_now() < end) {
    bots.turn(100ms);
    if (is_told || bots.report().players < command.bots.players) continue;
    is_told = true;
    madang::print_line(fmt::format("{} bots play in {} rooms for {} s; Ctrl-C ends them.",
                                   command.bots.players, command.bots.rooms, command.seconds));
  }
  const BotsReport before_the_end = bots.report();
  bots.log_out();
  const madang::Time deadline = madang::steady_now() + 6s;  // a connection waits 5 s for its goodbye
  while (!bots.is_finished() && !stop_signal.wait(0ms) && madang::steady_now() < deadline) bots.turn(100ms);

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

}  // namespace
}  // namespace arena

int main(int argc, char** argv) {
  arena::BotsCommand bots;
  return madang::server::Program<arena::ArenaGame>(
             {.name = "arena",
              .about = "The arena: fighters walk, shoot and talk in rooms.",
              .examples = "Examples:\n"
                          "  arena serve                                 run a server\n"
                          "  arena bots --players 40 --rooms 5 --for 10  let bots play on it",
              .commands = {{.name = "bots",
                            .about = "Let bots play on a server, and check what they see",
                            .options = bots.options(),
                            .run = [&bots] { return arena::play(bots); }}}})
      .run(argc, argv);
}
