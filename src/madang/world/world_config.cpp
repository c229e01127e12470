#include "madang/world/world_config.h"

#include <bit>

namespace madang::world {

std::optional<WorldConfigProblem> find_problem(const WorldConfig& config, const Map& map) {
  using Problem = WorldConfigProblem;
  if (!std::has_single_bit(config.units_per_tile)) return Problem{"units_per_tile", "a power of two"};
  const auto fits = [&](std::uint64_t tiles) {
    return tiles > 0 && tiles * config.units_per_tile <= WorldConfig::side_max;
  };
  if (!fits(map.width()) || !fits(map.height()))
    return Problem{"units_per_tile", "so small that a side of the map has at most 2^31 - 2^16 units"};
  if (!std::has_single_bit(config.cell_size) || config.cell_size > WorldConfig::cell_size_max ||
      config.cell_size < config.units_per_tile)
    return Problem{"cell_size", "a power of two, at least units_per_tile and at most 65536"};
  const auto cells = [&](std::uint64_t tiles) {
    return (tiles * config.units_per_tile + config.cell_size - 1) / config.cell_size;
  };
  if (cells(map.width()) > UINT16_MAX || cells(map.height()) > UINT16_MAX)
    return Problem{"cell_size", "so large that a row of the map has at most 65535 cells"};
  if (config.sight > WorldConfig::sight_max) return Problem{"sight", "at most 32767"};
  if (config.view_radius > WorldConfig::radius_max) return Problem{"view_radius", "at most 2^30"};
  if (config.leave_radius < config.view_radius || config.leave_radius > WorldConfig::radius_max)
    return Problem{"leave_radius", "at least view_radius, and at most 2^30"};
  if (config.players_max == 0) return Problem{"players_max", "at least 1"};
  if (config.entities_max == 0) return Problem{"entities_max", "at least 1"};
  if (config.cut.columns == 0 || config.cut.rows == 0) return Problem{"cut", "at least 1x1"};
  if (config.cut.columns > cells(map.width()) || config.cut.rows > cells(map.height()))
    return Problem{"cut", "at most as many zones as the map has cells, along each side"};
  if (config.cut.zones() > WorldConfig::zones_max) return Problem{"cut", "at most 256 zones"};
  const auto is_wide_enough = [&](std::uint64_t tiles, std::uint32_t zones) {
    return zones == 1 || cells(tiles) / zones * config.cell_size >= config.sight;
  };
  if (!is_wide_enough(map.width(), config.cut.columns) || !is_wide_enough(map.height(), config.cut.rows))
    return Problem{"cut", "so few zones that a rule cannot look through a whole zone: see `sight`"};
  return std::nullopt;
}

}  // namespace madang::world
