#include "app/board_game.h"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "app/demo_bots.h"
#include "app/player_pages.h"
#include "madang/server/server.h"

namespace madang::app {

using server::Setting;
using server::SettingsProblem;

namespace {

constexpr std::uint64_t hour_ms = 3'600'000;

std::uint32_t to_ticks_rounded_up(std::uint32_t ms, std::uint32_t tick_rate) {
  return static_cast<std::uint32_t>((std::uint64_t{ms} * tick_rate + 999) / 1000);
}

/// "7 is out of range (4, 8, 16, 32, 64 or 128 tiles)"
std::string out_of_range(std::string_view value, std::string_view range) {
  return fmt::format("{} is out of range ({})", value, range);
}

/// Bots from the address of a trusted proxy would have to send a PROXY header.
std::optional<SettingsProblem> find_bots_problem(const BoardGame& game) {
  const server::Settings& settings = game.settings;
  if (game.demo_bots > 0 && server::has_proxy_protocol(settings, server::ProxyPorts::listen)) {
    const auto address = io::Address::resolve(settings.listen);
    if (address && io::contains(server::trusted_proxies_of(settings), reachable(*address)))
      return SettingsProblem{"demo_bots",
                             "the bots connect from an address in trusted_proxies, but send no PROXY header"};
  }
  return std::nullopt;
}

/// Returns the setting from which board_config_of() makes this member of BoardConfig.
std::string_view setting_behind(std::string_view member) {
  if (member == "width" || member == "height") return "map";
  if (member == "move_interval_ticks") return "move_interval_ms";
  if (member == "move_slack_ticks") return "move_slack_percent";
  return member;
}

/// Returns what the board finds wrong with the settings, or none.
std::optional<SettingsProblem> find_board_problem(BoardGame& game) {
  const auto problem = board::find_problem(board_config_of(game));
  if (!problem) return std::nullopt;
  const std::vector<Setting> table = table_of(game);
  const Setting* setting = find_setting(table, setting_behind(problem->setting));
  if (!setting) return SettingsProblem{problem->setting, std::string(problem->text)};
  return SettingsProblem{setting->name, out_of_range(value_text(*setting), problem->text)};
}

}  // namespace

std::vector<Setting> BoardGame::own_settings() {
  using Board = board::BoardConfig;
  return {
      {"server", "demo_bots", &demo_bots, "Number of the server's own bots, which walk and answer", 0,
       10'000},
      {"server", "demo_roam", &demo_roam,
       "Maximum distance of a demo bot from where it arrived; 0: no maximum", 0, Board::side_max, "tiles"},
      {"world", "map", &map, "Width and height of the map", 4, Board::side_max, "tiles a side"},
      {"world", "obstacle_percent", &obstacle_percent, "Share of the map's tiles that are obstacles", 0, 100,
       "%"},
      {"world", "move_interval_ms", &move_interval_ms, "Minimum time between two moves of a piece", 1,
       hour_ms, "ms"},
      {"world", "move_slack_percent", &move_slack_percent,
       "Maximum time by which a move may be too early, as a share of move_interval_ms", 0, 99, "%"},
      {"world", "cell_size", &cell_size, "Side of a cell, a power of two", Board::cell_size_min,
       Board::cell_size_max, "tiles"},
      {"world", "view_radius", &view_radius, "Distance up to which a player always sees others", 1,
       Board::radius_max, "tiles"},
      {"world", "leave_radius", &leave_radius, "Distance beyond which a player never sees others", 1,
       Board::radius_max, "tiles"},
      {"world", "arrival_radius", &arrival_radius,
       "Maximum distance of a new player from the map's middle; 0: no maximum, for thousands of players", 0,
       Board::arrival_radius_max, "tiles"},
      {"world", "room_side", &room_side,
       "Width and height of the map of a room, which is made for the first player who names it; 0: no rooms",
       0, Board::side_max, "tiles"},
      {"world", "room_players_max", &room_players_max, "Maximum number of players in a room", 1,
       Board::players_max_max},
      {"world", "players_max", &players_max, "Maximum number of players on the map", 1,
       Board::players_max_max},
  };
}

std::optional<SettingsProblem> BoardGame::find_problem() {
  if (leave_radius < view_radius)
    return SettingsProblem{"leave_radius",
                           out_of_range(std::to_string(leave_radius),
                                        fmt::format("at least {}, the value of view_radius", view_radius))};
  if (auto problem = find_bots_problem(*this)) return problem;
  return find_board_problem(*this);
}

std::unique_ptr<world::AnyWorld> BoardGame::make_main_world() const {
  return board::make_world(board_config_of(*this));
}

std::unique_ptr<world::AnyWorld> BoardGame::make_room(std::string_view name, std::uint64_t number) const {
  if (room_side == 0) return nullptr;
  return board::make_room(board_config_of(*this), {room_side, room_players_max}, name, number);
}

std::span<const server::Page> BoardGame::pages() const { return player_pages(); }

/// The server's own bots need places, too. An address that is not valid is reported by the server.
void BoardGame::prepare() {
  const auto address = io::Address::resolve(settings.listen);
  if (demo_bots > 0 && address)
    settings.limits = with_capacity_for_demo_bots(settings.limits, *address, demo_bots);
}

std::shared_ptr<void> BoardGame::start_companion(const server::Server& server) const {
  if (demo_bots == 0) return nullptr;
  return std::make_shared<DemoBots>(server.address(), demo_bots, demo_roam, settings.seed, server.backend());
}

board::BoardConfig board_config_of(const BoardGame& game) {
  // The interval is rounded up, so that no player is faster than the settings allow.
  const std::uint32_t move_interval_ticks =
      to_ticks_rounded_up(game.move_interval_ms, game.settings.tick_rate);
  return {
      .width = game.map.width,
      .height = game.map.height,
      .cell_size = game.cell_size,
      .seed = game.settings.seed,
      .obstacle_percent = game.obstacle_percent,
      .tick_rate = game.settings.tick_rate,
      .move_interval_ticks = move_interval_ticks,
      .move_slack_ticks = move_interval_ticks * game.move_slack_percent / 100,
      .view_radius = game.view_radius,
      .leave_radius = game.leave_radius,
      .arrival_radius = game.arrival_radius,
      .players_max = game.players_max,
  };
}

}  // namespace madang::app
