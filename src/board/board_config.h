// BoardConfig: the settings of the board. A plain value. Times are in ticks, because a world has no clock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "madang/world/any_world.h"
#include "madang/world/game_info.h"

namespace madang::board {

struct BoardConfig {
  static constexpr std::uint32_t side_max = 16384;
  static constexpr std::uint32_t cell_size_min = 4;  ///< on the largest map these are 16.7 million cells
  static constexpr std::uint32_t cell_size_max = 128;
  static constexpr std::uint32_t radius_max = 128;
  static constexpr std::uint32_t arrival_radius_max = 512;
  static constexpr std::uint32_t tick_rate_max = 1000;
  static constexpr std::uint32_t move_interval_ticks_max = 1u << 20;
  static constexpr std::uint32_t players_max_max = 1u << 20;

  std::uint32_t width = 1000;   ///< tiles
  std::uint32_t height = 1000;  ///< tiles
  std::uint32_t cell_size = 8;  ///< tiles a side, a power of two
  std::uint64_t seed = 1;
  std::uint64_t number = 0;  ///< of worlds with the same seed, such as the rooms of one server
  std::uint32_t obstacle_percent = 8;
  std::uint32_t tick_rate = 20;            ///< ticks a second; for the owner of the world
  std::uint32_t move_interval_ticks = 20;  ///< time between two moves of a piece
  std::uint32_t move_slack_ticks = 2;      ///< how early a move may come; less than the interval
  std::uint32_t view_radius = 10;          ///< tiles; everything within it is watched
  std::uint32_t leave_radius = 14;         ///< tiles; nothing beyond it is watched
  std::uint32_t arrival_radius = 0;  ///< tiles around the middle of the map; 0: newcomers appear anywhere
  std::uint32_t players_max = 100000;
};

/// A setting that is out of range, and its range in words.
struct ConfigProblem {
  std::string_view setting;  ///< the name of the member
  std::string_view text;     ///< its range
};

/// Returns the first setting that is out of range; nothing if the configuration is valid.
std::optional<ConfigProblem> find_problem(const BoardConfig& config);

/// Returns the settings of the engine's world.
world::WorldConfig world_config_of(const BoardConfig& config);
/// Makes the board's world, with its map. Precondition: find_problem() finds nothing (CHECK). `checks_law`:
/// makes each decision twice, and compares.
std::unique_ptr<world::AnyWorld> make_world(const BoardConfig& config, bool checks_law = false);

/// What the rooms of a server have in common.
struct RoomConfig {
  std::uint32_t side = 32;  ///< tiles
  std::uint32_t players_max = 100;
};

/// Makes a room: a world with the settings of the main world, but with a small map of its own. `number` must
/// be different for each room of a server, also for one of an earlier name; 0 is the main world. Any thread.
std::unique_ptr<world::AnyWorld> make_room(const BoardConfig& main_world, const RoomConfig& config,
                                           std::string_view name, std::uint64_t number,
                                           bool checks_law = false);

/// Returns what the network needs to know of the board.
const world::GameInfo& game_info();

}  // namespace madang::board
