// ServeSettings: the settings of `madang serve`: those of every server (madang/server/settings.h), and those
// of the board. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "board/board_config.h"
#include "madang/server/settings.h"

namespace madang::app {

struct ServeSettings : server::Settings {
  std::uint32_t demo_bots = 0;
  std::uint32_t demo_roam = 6;  ///< tiles; 0: no maximum

  server::MapSize map{1000, 1000};
  std::uint64_t seed = 1;
  std::uint32_t obstacle_percent = 8;
  std::uint32_t move_interval_ms = 1'000;
  std::uint32_t move_slack_percent = 25;
  std::uint32_t cell_size = 8;
  std::uint32_t view_radius = 10;
  std::uint32_t leave_radius = 14;
  std::uint32_t arrival_radius = 20;  ///< tiles; 0: no maximum
  std::uint32_t room_side = 0;        ///< tiles; 0: there are no rooms
  std::uint32_t room_players_max = 100;
  std::uint32_t players_max = 100'000;
};

/// Returns the table of all settings, in the order of the help text. The rows point into `settings`.
std::vector<server::Setting> table_of(ServeSettings& settings);
/// Returns the first contradiction between the settings, or none.
std::optional<server::SettingsProblem> find_problem(const ServeSettings& settings);

/// Returns the configuration of the board. Times in milliseconds become numbers of ticks.
/// Precondition: find_problem() returns none.
board::BoardConfig board_config_of(const ServeSettings& settings);

}  // namespace madang::app
