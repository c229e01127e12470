// Core: the state of a world, or of one of its zones, as it stands between two ticks.
//
// Owned by a Zone; one thread. Rules see it through a View.
#pragma once

#include <cstdint>
#include <utility>

#include "madang/world/attributes.h"
#include "madang/world/cell_map.h"
#include "madang/world/columns.h"
#include "madang/world/map.h"
#include "madang/world/registry.h"
#include "madang/world/world_config.h"

namespace madang::world {

template <class Parts>
struct Core {
  using Ground = Parts::Ground;
  using WorldState = Parts::WorldState;

  Core(const WorldConfig& its_config, Map its_map)
      : config(its_config),
        map(std::move(its_map)),
        grid(map.width() * config.units_per_tile, map.height() * config.units_per_tile, config.cell_size),
        registry(grid) {}

  bool is_on_map(Position position) const {
    return static_cast<std::uint32_t>(position.x) < grid.width() &&
           static_cast<std::uint32_t>(position.y) < grid.height();
  }
  /// Returns whether there is no obstacle. A position outside of the map is not free.
  bool is_free(Position position) const {
    if (!is_on_map(position)) return false;
    const auto units = static_cast<std::int32_t>(config.units_per_tile);
    return map.is_free({position.x / units, position.y / units});
  }
  /// Returns where the entities and the ground of a cell are: here, or in the copies of what is beyond.
  const Core& of(CellIndex cell) const { return !beyond || grid.contains(owned, cell) ? *this : *beyond; }
  std::uint32_t entity_count() const { return registry.size() + entities_elsewhere; }
  std::uint32_t character_count() const { return registry.character_count() + characters_elsewhere; }
  const Ground& ground(CellIndex cell) const {
    static constexpr Ground bare{};
    const Ground* found = grounds.find(cell);
    return found ? *found : bare;
  }

  const WorldConfig config;
  const Map map;
  const Grid grid;
  std::uint64_t tick = 0;
  Registry registry;
  Columns<typename Parts::Entities> columns;
  WorldState world{};
  CellMap<Ground> grounds;         // of the cells whose ground has other values than a bare one
  CellMap<std::uint32_t> watched;  // number of watchers, by cell; never 0

  // A zone of a world that is cut:
  CellRect owned;
  const Core* beyond = nullptr;  // copies of what its rules may see of other zones; null: it is not cut
  std::uint32_t entities_elsewhere = 0;
  std::uint32_t characters_elsewhere = 0;
};

}  // namespace madang::world
