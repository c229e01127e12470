// The program of the rooms: `rooms serve` runs a server, `rooms play` plays chess in a terminal, and
// `rooms bots` lets bots play.
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "madang/base/log.h"
#include "madang/base/standard_stream.h"
#include "madang/client/any_bots.h"
#include "madang/server/bots_command.h"
#include "madang/server/program.h"
#include "madang/server/stop_signal.h"
#include "rooms/chess_bot.h"
#include "rooms/rooms.h"

namespace rooms {
namespace {

namespace client = madang::client;
namespace server = madang::server;
namespace io = madang::io;
using namespace std::chrono_literals;

class RoomsGame final : public server::Game {
 public:
  RoomsGame() : Game(world::game_info<Rooms>) { settings.seed = 0; }  // names of rooms are secrets

  std::vector<server::Setting> own_settings() override {
    return {
        {"world", "clock_s", &clock_s_, "Time of each player for a game", 1, 7200, "s"},
        {"world", "clock_move_s", &clock_move_s_, "Time that a move adds to the player's clock", 0, 60, "s"}};
  }
  std::unique_ptr<world::AnyWorld> make_main_world() const override { return make(0); }
  std::unique_ptr<world::AnyWorld> make_room(std::string_view, std::uint64_t number) const override {
    return make(number);
  }

 private:
  std::unique_ptr<world::AnyWorld> make(std::uint64_t number) const {
    world::WorldConfig config;
    config.key = {.seed = settings.seed, .number = number};
    const std::uint64_t ticks_a_second = settings.tick_rate;
    const Clocks clocks{clock_s_ * ticks_a_second, clock_move_s_ * ticks_a_second, settings.tick_rate};
    return std::make_unique<world::World<Rooms>>(config, world::Map::empty(8, 8), Rooms(clocks));
  }

  std::uint32_t clock_s_ = 300;
  std::uint32_t clock_move_s_ = 3;
};

/// The lines that a person types, from a thread that waits for them.
class Typed {
 public:
  Typed() {
    std::thread([lines = lines_] {
      for (std::string line; std::getline(std::cin, line);) lines->add(line);
      lines->add("quit");
    }).detach();  // it ends with the program, because nothing else ends the wait for a line
  }
  std::vector<std::string> take() {
    const std::lock_guard lock(lines_->mutex);
    return std::exchange(lines_->lines, {});
  }

 private:
  struct Lines {
    void add(const std::string& line) {
      const std::lock_guard lock(mutex);
      lines.push_back(line);
    }
    std::mutex mutex;
    std::vector<std::string> lines;
  };
  std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
};

/// A person who plays in a terminal. Its client comes back by itself when the line was lost.
class Person final : public client::Bot<Person, Rooms> {
 public:
  explicit Person(std::string_view room) : room_(room) {}

  static std::string name(std::string_view prefix) { return std::string(prefix); }
  Entry entry() const { return {.ticket = ticket_}; }
  void on_entered() {
    if (!room_.empty()) return enter_world(std::exchange(room_, {}));
    const std::string_view world = view().welcome().world;
    madang::print_line(world.empty() ? "You are in the lobby. Type: seek, a text to say, or quit."
                                     : fmt::format("You are in the room \"{}\".", world));
  }
  void on(const Paired& paired) { enter_world(paired.room); }
  void on(const Seated& seated) {
    madang::print_line(seated.seat == Seat::none ? "You watch."
                       : seated.seat == Seat::white
                           ? "You play white. A move: e2e4, or a7a8q for another queen."
                           : "You play black. A move: e7e5, or a2a1q for another queen.");
  }
  void on(const NotPlayed&) { madang::print_line("That is not a legal move now."); }
  void on(const Board& board) {
    std::string text = "\n";
    for (std::size_t rank = 8; rank-- > 0;) {
      text += fmt::format("{} ", rank + 1);
      for (std::size_t file = 0; file < 8; ++file)
        text += fmt::format(" {}", static_cast<char>(board.chess.squares[rank * 8 + file]));
      text += '\n';
    }
    text += fmt::format("   a b c d e f g h   {}", words(board));
    if (board.outcome == Outcome::playing && board.chess.is_in_check(board.chess.is_whites_turn))
      text += ", check";
    if (board.outcome != Outcome::waiting)
      text += fmt::format("; white has {} s, black {} s", board.seconds_left[0], board.seconds_left[1]);
    madang::print_line(text);
  }
  void on(const wire::CellSaid& said) { madang::print_line(fmt::format("> {}", said.text)); }
  void type(std::string_view line) {
    if (line.empty()) return;
    if (line == "seek") return send(Seek{});
    const auto square = [&](std::size_t at) { return line[at] - 'a' + 8 * (line[at + 1] - '1'); };
    const auto is_square = [&](std::size_t at) {
      return line[at] >= 'a' && line[at] <= 'h' && line[at + 1] >= '1' && line[at + 1] <= '8';
    };
    if ((line.size() != 4 && line.size() != 5) || !is_square(0) || !is_square(2))
      return send(wire::Say{.text = line});
    send(Play{{static_cast<std::uint8_t>(square(0)), static_cast<std::uint8_t>(square(2)),
               static_cast<std::uint8_t>(line.size() == 5 ? line[4] - 'a' + 'A' : 'Q')}});
  }

 private:
  static std::string_view words(const Board& board) {
    switch (board.outcome) {
      case Outcome::waiting: return "waiting for the other player";
      case Outcome::playing: return board.chess.is_whites_turn ? "white moves" : "black moves";
      case Outcome::white_won: return "white has won; type seek for the next game";
      case Outcome::black_won: return "black has won; type seek for the next game";
      case Outcome::draw: return "a draw; type seek for the next game";
    }
    return "";
  }

  std::string room_;
  const std::uint64_t ticket_ = std::uint64_t{std::random_device{}()} << 32 | std::random_device{}() | 1;
};

/// One person, and the connection.
class Table final : public client::AnyBots {
 public:
  Table(std::unique_ptr<io::Port> port, const io::Address& server, const client::BotsSettings& settings,
        std::string_view room)
      : AnyBots(std::move(port), server, settings, client::bots_info<Person>()), room_(room) {}
  void type(std::string_view line) {
    if (bot_count() > 0) static_cast<Person&>(bot(0)).type(line);
  }

 private:
  std::unique_ptr<client::AnyBot> make_bot() override { return std::make_unique<Person>(room_); }
  const std::string room_;
};

struct PlayOptions {
  std::string connect = fmt::format("127.0.0.1:{}", Rooms::default_port);
  std::string name = "player";
  std::string room;

  std::vector<server::Setting> table() {
    return {{"options", "connect", &connect, "HOST:PORT of the server"},
            {"options", "name", &name, "Name that the others see"},
            {"options", "room", &room, "Name of a room to enter at once; empty: the lobby"}};
  }
};

int fail(std::string_view why) {
  madang::log_last_words(fmt::format("rooms play: {}\n", why));
  return 1;
}

int play(const PlayOptions& options) {
  const auto address = io::Address::resolve(options.connect);
  if (!address) return fail(fmt::format("--connect {}: {}", options.connect, address.error()));
  auto port = io::make_port(io::Backend::automatic);
  if (!port) return fail(madang::describe(port.error()));
  server::StopSignal stop_signal;
  Table table(std::move(*port), *address, {.players = 1, .name_prefix = options.name, .logs_in_again = true},
              options.room);
  Typed typed;
  bool is_leaving = false;
  std::uint64_t losses = 0;
  while (!table.is_finished()) {
    table.turn(100ms);
    for (const std::string& line : typed.take()) {
      if (line == "quit")
        is_leaving = true;
      else
        table.type(line);
    }
    if (table.connected_ever() == 0 && table.first_failure()) return fail(describe(*table.first_failure()));
    if (const std::uint64_t now = table.stats().errors; std::exchange(losses, now) != now)
      madang::print_line("The line is lost. Connecting again ...");
    if (is_leaving || stop_signal.wait(0ms)) table.log_out();
  }
  return 0;
}

}  // namespace
}  // namespace rooms

int main(int argc, char** argv) {
  rooms::PlayOptions play;
  return madang::server::Program<rooms::RoomsGame>(
             {.name = "rooms",
              .about = "A lobby, and rooms in which two play chess and the others watch.",
              .examples = "Examples:\n"
                          "  rooms serve                     run a server\n"
                          "  rooms play --name Ann           play in this terminal\n"
                          "  rooms bots --players 10         let bots seek games in the lobby, and play",
              .commands = {{.name = "play",
                            .about = "Play chess in this terminal",
                            .options = play.table(),
                            .run = [&play] { return rooms::play(play); }},
                           madang::server::bots_command<rooms::ChessBot>("rooms")}})
      .run(argc, argv);
}
