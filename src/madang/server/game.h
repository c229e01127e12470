// Game: what a program of a server (program.h) needs to know of its game. A game derives from it: its own
// settings are members, and it makes worlds from them.
//
// The main thread makes it and sets all settings; they never change after that. It outlives the server. The
// functions that make worlds are const, and may be called on several threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "madang/server/page.h"
#include "madang/server/setting.h"
#include "madang/server/settings.h"
#include "madang/world/any_world.h"
#include "madang/world/game_info.h"

namespace madang::server {

class Server;

class Game {
 public:
  /// `info` is world::game_info<Rules>. The default ports are the game's own, and the third and the fourth
  /// one after it: 7777 for players, 7780 for the web page, 7781 for the operator.
  explicit Game(const world::GameInfo& info);
  virtual ~Game() = default;
  Game(const Game&) = delete;  // the rows of its table point into it
  Game& operator=(const Game&) = delete;

  /// The settings that every server has.
  Settings settings;

  const world::GameInfo& info() const { return info_; }

  // --- Settings of the game. On the command line, in the configuration file, on the operator's page.

  /// Returns a row for each setting of the game. The rows point into this object. Each has a name of its own,
  /// and a default in its range (CHECK when the program starts). Those of the section "world" must decide,
  /// with the seed, how a world goes on: a record contains them.
  virtual std::vector<Setting> own_settings() { return {}; }
  /// Returns what is wrong with the settings together, although each one is in its range; else none.
  virtual std::optional<SettingsProblem> find_problem() { return std::nullopt; }

  // --- Worlds

  /// Makes the world that clients enter if they name none, and that lives as long as the server. Returns null
  /// if there is none. It is the world that --record records.
  virtual std::unique_ptr<world::AnyWorld> make_main_world() const { return nullptr; }
  /// Makes a world that a client names. Returns null if there is no world of this name. `number` is part of
  /// the world's key: no other world of the server ever has it (net/world_info.h). `name` is not empty.
  virtual std::unique_ptr<world::AnyWorld> make_room([[maybe_unused]] std::string_view name,
                                                     [[maybe_unused]] std::uint64_t number) const {
    return nullptr;
  }

  // --- The rest of the server

  /// Returns the files of the page for players; one has the path "/". None: there is no such page.
  virtual std::span<const Page> pages() const { return {}; }
  /// Called once before the server starts. May change `settings`.
  virtual void prepare() {}
  /// Starts what runs beside the server once it is open, such as bots of its own. Null: nothing does. The
  /// object that it returns is destroyed before the server stops.
  virtual std::shared_ptr<void> start_companion([[maybe_unused]] const Server& server) const {
    return nullptr;
  }

 private:
  const world::GameInfo& info_;
};

/// Returns the table of all settings, in the order of the help text. The rows point into `game`.
std::vector<Setting> table_of(Game& game);
/// Returns the first contradiction between the settings, or none.
std::optional<SettingsProblem> find_problem(Game& game);

}  // namespace madang::server
