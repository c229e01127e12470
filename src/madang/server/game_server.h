// A server of a game: its worlds, sessions, pages and operator, as one program.
//
// The main thread makes all parts and waits for the end; each zone and each worker has a thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "madang/net/world_info.h"
#include "madang/server/page.h"
#include "madang/server/server.h"
#include "madang/server/settings.h"
#include "madang/server/shown_setting.h"
#include "madang/world/any_world.h"
#include "madang/world/game_info.h"
#include "madang/world/record_file.h"

namespace madang::server {

/// What the server needs to know of its game.
struct Game {
  const world::GameInfo& info;
  std::unique_ptr<world::AnyWorld> main_world;
  /// Makes the worlds that players name. Null: there is only the main world.
  net::MakeWorld make_room{};
  /// Returns the heading of a record of the main world.
  std::function<world::RecordHeading(const world::AnyWorld&)> record_heading;
  std::span<const Page> pages{};               ///< for players; one has the path "/"
  std::vector<ShownSetting> shown_settings{};  ///< for the operator
  /// Starts what runs beside the server once it is open, such as bots of its own. Null: nothing does. The
  /// object that it returns is destroyed before the server stops.
  std::function<std::shared_ptr<void>(const Server&)> start_companion{};
};

/// Runs the server: serves until Ctrl-C, SIGTERM, or the operator's restart, and then stops in order. Returns
/// the exit code of the program. Logs an error. Main thread.
int run_game(const Settings& settings, Game game);

}  // namespace madang::server
