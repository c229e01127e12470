#include "board/board_config.h"

#include <bit>

#include "board/rules.h"
#include "madang/base/check.h"
#include "madang/world/state_hash.h"
#include "madang/world/world.h"

namespace madang::board {

std::optional<ConfigProblem> find_problem(const BoardConfig& config) {
  using Config = BoardConfig;
  if (config.width < 1 || config.width > Config::side_max) return ConfigProblem{"width", "1 to 16384 tiles"};
  if (config.height < 1 || config.height > Config::side_max)
    return ConfigProblem{"height", "1 to 16384 tiles"};
  if (!std::has_single_bit(config.cell_size) || config.cell_size < Config::cell_size_min ||
      config.cell_size > Config::cell_size_max)
    return ConfigProblem{"cell_size", "4, 8, 16, 32, 64 or 128 tiles"};
  if (config.obstacle_percent > 100) return ConfigProblem{"obstacle_percent", "0 to 100"};
  if (config.tick_rate < 1 || config.tick_rate > Config::tick_rate_max)
    return ConfigProblem{"tick_rate", "1 to 1000 ticks a second"};
  if (config.move_interval_ticks < 1 || config.move_interval_ticks > Config::move_interval_ticks_max)
    return ConfigProblem{"move_interval_ticks", "1 to 1048576 ticks"};
  // With more slack a piece could take two steps in one tick, and clients would see a jump.
  if (config.move_slack_ticks >= config.move_interval_ticks)
    return ConfigProblem{"move_slack_ticks", "less than the move interval"};
  if (config.view_radius < 1 || config.view_radius > Config::radius_max)
    return ConfigProblem{"view_radius", "1 to 128 tiles"};
  if (config.leave_radius < config.view_radius || config.leave_radius > Config::radius_max)
    return ConfigProblem{"leave_radius", "from the view radius to 128 tiles"};
  if (config.arrival_radius > Config::arrival_radius_max)
    return ConfigProblem{"arrival_radius", "0 to 512 tiles"};
  if (config.players_max < 1 || config.players_max > Config::players_max_max)
    return ConfigProblem{"players_max", "1 to 1048576"};
  return std::nullopt;
}

world::WorldConfig world_config_of(const BoardConfig& config) {
  return {.key = {.seed = config.seed, .number = config.number},
          .cell_size = config.cell_size,
          .sight = 0,  // a step needs no look around
          .view_radius = config.view_radius,
          .leave_radius = config.leave_radius,
          .entities_max = config.players_max};
}

std::unique_ptr<world::AnyWorld> make_world(const BoardConfig& config, bool checks_law) {
  const auto problem = find_problem(config);
  MADANG_CHECK(!problem, "{} is out of range ({})", problem->setting, problem->text);
  world::Map map(config.width, config.height, config.seed, config.obstacle_percent);
  const Board rules(config, map);
  world::WorldConfig world = world_config_of(config);
  world.checks_law = checks_law;
  return std::make_unique<world::World<Board>>(world, std::move(map), rules);
}

std::unique_ptr<world::AnyWorld> make_room(const BoardConfig& main_world, const RoomConfig& config,
                                           std::string_view name, std::uint64_t number, bool checks_law) {
  world::StateHash seed;
  seed.add(main_world.seed);
  seed.add(name);
  BoardConfig room = main_world;
  room.width = config.side;
  room.height = config.side;
  room.seed = seed.value();
  room.number = number;
  room.arrival_radius = 0;
  room.players_max = config.players_max;
  return make_world(room, checks_law);
}

const world::GameInfo& game_info() { return world::game_info<Board>; }

}  // namespace madang::board
