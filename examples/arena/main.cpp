// The arena's program: `arena serve` runs a server, `arena bots` lets bots play on it.
#include "arena_bot.h"
#include "madang/server/bots_command.h"
#include "madang/server/program.h"

namespace arena {

namespace server = madang::server;

std::span<const server::Page> pages();  // madang_pages() of CMakeLists.txt

class ArenaGame final : public server::Game {
 public:
  ArenaGame() : Game(world::game_info<Arena>) { settings.seed = 0; }  // nobody must know the chance of rooms
  std::vector<server::Setting> own_settings() override {
    return {{"world", "room_players", &players_, "Players that fit into a room", 1, 200},
            {"world", "room_side", &side_, "Width and height of a room", 8, 512, "tiles"}};
  }
  std::span<const server::Page> pages() const override { return arena::pages(); }
  std::unique_ptr<world::AnyWorld> make_room(std::string_view, std::uint64_t number) const override {
    return arena::make_room(Arena::config({.seed = settings.seed, .number = number}, players_), side_);
  }

 private:
  std::uint32_t players_ = 20, side_ = 32;
};

}  // namespace arena

int main(int argc, char** argv) {
  return madang::server::Program<arena::ArenaGame>(
             {.name = "arena",
              .about = "The arena: fighters walk, shoot and talk in rooms.",
              .commands = {madang::server::bots_command<arena::ArenaBot>("arena")}})
      .run(argc, argv);
}
