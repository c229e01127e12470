// WorldConfig: the settings of a world. A plain value. Lengths are in the game's own unit, times in ticks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "madang/world/entity_id.h"
#include "madang/world/map.h"
#include "madang/world/zone_map.h"

namespace madang::world {

struct WorldConfig {
  /// Less than 2^31, so that a place up to 65,535 units beyond the edge is still a Position.
  static constexpr std::uint32_t side_max = (1u << 31) - (1u << 16);
  static constexpr std::uint32_t radius_max = 1u << 30;
  static constexpr std::uint32_t cell_size_max = 1u << 16;
  static constexpr std::uint32_t zones_max = 256;
  static constexpr std::uint32_t sight_max = (1u << 15) - 1;  ///< so that View::along() cannot overflow

  WorldKey key;
  std::uint32_t units_per_tile = 1;        ///< a power of two; the map consists of tiles
  std::uint32_t cell_size = 8;             ///< units a side, a power of two
  std::uint32_t sight = 10;                ///< how far a rule may look from its entity, along both axes
  std::uint32_t view_radius = 10;          ///< everything within it is watched by the entity's player
  std::uint32_t leave_radius = 14;         ///< nothing beyond it is watched
  std::uint32_t players_max = UINT32_MAX;  ///< a character beyond it is refused as world_full
  std::uint32_t entities_max = 100000;     ///< with those of players
  /// How the world is cut into zones. Each zone has at least one cell, and sides of at least `sight`. A cut
  /// changes nothing but the time that a tick takes.
  Cut cut{};
  /// Makes each decision and each application twice, and compares. For tests, debug builds and the simulator.
  bool checks_law = false;
};

/// A setting that is out of range, and its range in words.
struct WorldConfigProblem {
  std::string_view setting;  ///< the name of the member
  std::string_view text;     ///< its range
};

/// Returns the first setting that does not fit the map; nothing if all do.
std::optional<WorldConfigProblem> find_problem(const WorldConfig& config, const Map& map);

}  // namespace madang::world
