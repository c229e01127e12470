// The program: `rooms serve` runs a server with a page for browsers, and `rooms bots` lets bots play on it.
#include "madang/client/bot.h"
#include "madang/server/bots_command.h"
#include "madang/server/program.h"
#include "rooms/rooms.h"

namespace rooms {

namespace server = madang::server;
std::span<const server::Page> pages();  // madang_pages() of CMakeLists.txt

class ChessBot final : public madang::client::Bot<ChessBot, Rooms> {
 public:
  static constexpr std::array<std::string_view, 1> counters = {"moves"};

  Entry entry() { return {.ticket = random().next()}; }
  void on_entered() { act_every(std::chrono::milliseconds(500)); }
  void on(const Paired& paired) { enter_world(paired.room); }
  void on(const Board& board) {
    board_ = board;
    if (sent_at_ != 0) answered(std::exchange(sent_at_, 0));
    if (board.is_over()) enter_world("");
  }
  void act() {
    const bool is_own_turn = board_.players[board_.turn()] == view().welcome().entity;
    if (!board_.is_playing() || !is_own_turn || sent_at_ != 0) return;
    const std::vector<ChessMove> moves = board_.chess.legal_moves();
    send(Play{moves[random().below(moves.size())]});
    sent_at_ = client_time();
    count("moves");
  }

 private:
  Board board_;
  std::uint32_t sent_at_ = 0;  // the time of a move that has no answer yet; 0: there is none
};

class RoomsGame final : public server::Game {
 public:
  RoomsGame() : Game(world::game_info<Rooms>) { settings.seed = 0; }  // nobody guesses the names of rooms

  std::vector<server::Setting> own_settings() override {
    return {{"world", "clock_s", &clock_s_, "Time of each player for a game", 1, 7200, "s"},
            {"world", "clock_move_s", &clock_move_s_, "Time that a move adds", 0, 60, "s"}};
  }
  std::span<const server::Page> pages() const override { return rooms::pages(); }
  std::unique_ptr<world::AnyWorld> make_main_world() const override { return make_room({}, 0); }
  std::unique_ptr<world::AnyWorld> make_room(std::string_view, std::uint64_t number) const override {
    const Rooms rules(clock_s_ * settings.tick_rate, clock_move_s_ * settings.tick_rate);
    const world::WorldConfig config{.key = {.seed = settings.seed, .number = number}};
    return std::make_unique<world::World<Rooms>>(config, world::Map::empty(8, 8), rules);
  }

 private:
  std::uint32_t clock_s_ = 300, clock_move_s_ = 3;
};

}  // namespace rooms

int main(int argc, char** argv) {
  return rooms::server::Program<rooms::RoomsGame>(
             {.name = "rooms",
              .about = "A lobby, and rooms in which two play chess.",
              .commands = {rooms::server::bots_command<rooms::ChessBot>("rooms")}})
      .run(argc, argv);
}
