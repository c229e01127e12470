// The arena's program: `arena serve` runs a server, `arena bots` lets bots play on it.
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "arena/arena_bot.h"
#include "arena/pages.h"
#include "arena/room.h"
#include "madang/server/bots_command.h"
#include "madang/server/program.h"

namespace arena {
namespace {

namespace server = madang::server;

class ArenaGame final : public server::Game {
 public:
  ArenaGame() : Game(game_info()) { settings.seed = 0; }  // a stranger must not know the chance of the rooms

  std::vector<server::Setting> own_settings() override {
    return {{"world", "room_players", &rooms_.fighters_max, "Players that fit into a room", 1, 200},
            {"world", "room_side", &rooms_.side, "Width and height of a room", 8, 512, "tiles"}};
  }
#ifdef ARENA_PAGE
  std::span<const server::Page> pages() const override { return arena::pages(); }
#endif
  std::unique_ptr<world::AnyWorld> make_room(std::string_view name, std::uint64_t number) const override {
    return arena::make_room(rooms_, settings.seed, name, number);
  }

 private:
  RoomSettings rooms_;
};

}  // namespace
}  // namespace arena

int main(int argc, char** argv) {
  return madang::server::Program<arena::ArenaGame>(
             {.name = "arena",
              .about = "The arena: fighters walk, shoot and talk in rooms.",
              .examples = "Examples:\n"
                          "  arena serve                                     run a server\n"
                          "  arena bots --players 40 --room-of 8 --for 10    let bots play on it",
              .commands = {madang::server::bots_command<arena::ArenaBot>("arena")}})
      .run(argc, argv);
}
