// A game's whole program: what README shows, with the rules of the duel.
#include "duel/duel.h"
#include "madang/server/program.h"
#include "madang/world/world.h"

namespace server = madang::server;
namespace world = madang::world;
using MyRules = duel::Duel;

class MyGame final : public server::Game {
 public:
  MyGame() : Game(world::game_info<MyRules>) {}

  std::vector<server::Setting> own_settings() override {
    return {{"world", "friendly_fire", &friendly_fire_, "Whether a shot hits players of one's own team"}};
  }
  std::unique_ptr<world::AnyWorld> make_room(std::string_view name, std::uint64_t number) const override;

 private:
  bool friendly_fire_ = false;
};

std::unique_ptr<world::AnyWorld> MyGame::make_room(std::string_view name, std::uint64_t number) const {
  if (name != "tea" && !friendly_fire_) return nullptr;
  world::WorldConfig config;
  config.key = {.seed = settings.seed, .number = number};
  return std::make_unique<world::World<MyRules>>(config, world::Map::empty(64, 64));
}

int main(int argc, char** argv) {
  return server::Program<MyGame>({.name = "my_game", .about = "My game."}).run(argc, argv);
}
