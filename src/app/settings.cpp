#include "app/settings.h"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "app/demo_bots.h"
#include "board/packets.h"

namespace madang::app {

using server::Setting;
using server::SettingsProblem;

namespace {

constexpr std::uint64_t hour_ms = 3'600'000;
constexpr std::uint64_t toml_number_max = INT64_MAX;

std::uint32_t to_ticks_rounded_up(std::uint32_t ms, std::uint32_t tick_rate) {
  return static_cast<std::uint32_t>((std::uint64_t{ms} * tick_rate + 999) / 1000);
}

/// Returns the table of the settings that only the board has.
std::vector<Setting> board_table_of(ServeSettings& s) {
  using Board = board::BoardConfig;
  return {
      {"server", "demo_bots", &s.demo_bots, "Number of the server's own bots, which walk and answer", 0,
       10'000},
      {"server", "demo_roam", &s.demo_roam,
       "Maximum distance of a demo bot from where it arrived; 0: no maximum", 0, Board::side_max, "tiles"},
      {"world", "map", &s.map, "Width and height of the map", 4, Board::side_max, "tiles a side"},
      {"world", "seed", &s.seed, "Seed of the map and of all random decisions", 0, toml_number_max},
      {"world", "obstacle_percent", &s.obstacle_percent, "Share of the map's tiles that are obstacles", 0,
       100, "%"},
      {"world", "move_interval_ms", &s.move_interval_ms, "Minimum time between two moves of a piece", 1,
       hour_ms, "ms"},
      {"world", "move_slack_percent", &s.move_slack_percent,
       "Maximum time by which a move may be too early, as a share of move_interval_ms", 0, 99, "%"},
      {"world", "cell_size", &s.cell_size, "Side of a cell, a power of two", Board::cell_size_min,
       Board::cell_size_max, "tiles"},
      {"world", "view_radius", &s.view_radius, "Distance up to which a player always sees others", 1,
       Board::radius_max, "tiles"},
      {"world", "leave_radius", &s.leave_radius, "Distance beyond which a player never sees others", 1,
       Board::radius_max, "tiles"},
      {"world", "arrival_radius", &s.arrival_radius,
       "Maximum distance of a new player from the map's middle; 0: no maximum, for thousands of players", 0,
       Board::arrival_radius_max, "tiles"},
      {"world", "room_side", &s.room_side,
       "Width and height of the map of a room, which is made for the first player who names it; 0: no rooms",
       0, Board::side_max, "tiles"},
      {"world", "room_players_max", &s.room_players_max, "Maximum number of players in a room", 1,
       Board::players_max_max},
      {"world", "players_max", &s.players_max, "Maximum number of players on the map", 1,
       Board::players_max_max},
  };
}

/// Bots from the address of a trusted proxy would have to send a PROXY header.
std::optional<SettingsProblem> find_bots_problem(const ServeSettings& settings) {
  if (settings.demo_bots > 0 && server::has_proxy_protocol(settings, server::ProxyPorts::listen)) {
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
std::optional<SettingsProblem> find_board_problem(ServeSettings settings) {
  const auto problem = board::find_problem(board_config_of(settings));
  if (!problem) return std::nullopt;
  const std::vector<Setting> table = table_of(settings);
  const Setting* setting = find_setting(table, setting_behind(problem->setting));
  if (!setting) return SettingsProblem{problem->setting, std::string(problem->text)};
  return SettingsProblem{setting->name,
                         fmt::format("{} is out of range ({})", value_text(*setting), problem->text)};
}

}  // namespace

std::vector<Setting> table_of(ServeSettings& settings) {
  return server::join(server::table_of(settings), board_table_of(settings));
}

std::optional<SettingsProblem> find_problem(const ServeSettings& settings) {
  if (settings.leave_radius < settings.view_radius)
    return SettingsProblem{"leave_radius",
                           fmt::format("{} is out of range (at least {}, the value of view_radius)",
                                       settings.leave_radius, settings.view_radius)};
  constexpr std::size_t entry_bytes =
      wire::size_of(board::Looks{});  // without the name, which is in the login
  if (auto problem = server::find_problem(settings, entry_bytes)) return problem;
  if (auto problem = find_bots_problem(settings)) return problem;
  return find_board_problem(settings);
}

board::BoardConfig board_config_of(const ServeSettings& settings) {
  // The interval is rounded up, so that no player is faster than the settings allow.
  const std::uint32_t move_interval_ticks =
      to_ticks_rounded_up(settings.move_interval_ms, settings.tick_rate);
  return {
      .width = settings.map.width,
      .height = settings.map.height,
      .cell_size = settings.cell_size,
      .seed = settings.seed,
      .obstacle_percent = settings.obstacle_percent,
      .tick_rate = settings.tick_rate,
      .move_interval_ticks = move_interval_ticks,
      .move_slack_ticks = move_interval_ticks * settings.move_slack_percent / 100,
      .view_radius = settings.view_radius,
      .leave_radius = settings.leave_radius,
      .arrival_radius = settings.arrival_radius,
      .players_max = settings.players_max,
  };
}

}  // namespace madang::app
