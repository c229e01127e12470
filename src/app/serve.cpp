#include "app/serve.h"

#include <memory>
#include <utility>

#include "app/demo_bots.h"
#include "app/player_pages.h"
#include "app/record_heading.h"
#include "madang/server/game_server.h"
#include "madang/server/shown_setting.h"

namespace madang::app {

namespace {

/// Returns the limits, with capacity for the server's own bots. Ignores an address that is not valid, because
/// the server reports such an address.
Limits limits_of(const ServeSettings& settings) {
  const auto address = io::Address::resolve(settings.listen);
  const bool has_bots = settings.demo_bots > 0 && address;
  return has_bots ? with_capacity_for_demo_bots(settings.limits, *address, settings.demo_bots)
                  : settings.limits;
}

std::vector<server::ShownSetting> shown(ServeSettings settings) {
  ServeSettings defaults;
  return server::shown_settings(table_of(settings), table_of(defaults), settings.places);
}

}  // namespace

int run_serve(const ServeSettings& settings) {
  const board::BoardConfig config = board_config_of(settings);
  server::Game game{.info = board::game_info(), .main_world = board::make_world(config)};
  if (settings.room_side > 0) {
    const board::RoomConfig rooms{settings.room_side, settings.room_players_max};
    game.make_room = [config, rooms](std::string_view name, std::uint64_t number) {
      return board::make_room(config, rooms, name, number);
    };
  }
  game.record_heading = [&](const world::AnyWorld& world) { return heading_of(settings, world); };
  game.pages = player_pages();
  game.shown_settings = shown(settings);
  if (settings.demo_bots > 0)
    game.start_companion = [&](const server::Server& open) {
      return std::make_shared<DemoBots>(open.address(), settings.demo_bots, settings.demo_roam, settings.seed,
                                        open.backend());
    };
  ServeSettings used = settings;
  used.limits = limits_of(settings);
  return server::run_game(used, std::move(game));
}

}  // namespace madang::app
