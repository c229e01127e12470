// WorldInfo: what the gateways need to know of a world of this process. The zone's thread makes it with the
// world. Gateways share it, because a session may still look at a world that has just ended.
//
// All members but throttled_cells never change. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "madang/net/throttled_cells.h"
#include "madang/world/any_world.h"

namespace madang::net {

/// A world of this process, from its making to its end. Never used again.
struct WorldId {
  std::uint32_t value = 0;

  static constexpr WorldId from(std::uint8_t zone, std::uint32_t number) { return {number << 8 | zone}; }
  /// Returns a number that no other world of the process has, and that is not 0.
  constexpr std::uint64_t number() const { return std::uint64_t{value} + 1; }
  /// Returns the number of the zone that has the world.
  constexpr std::uint8_t zone() const { return static_cast<std::uint8_t>(value); }
  constexpr auto operator<=>(const WorldId&) const = default;
};

/// A cell of one of many worlds.
struct WorldCell {
  std::uint64_t value = 0;

  static constexpr WorldCell of(WorldId world, world::CellIndex cell) {
    return {std::uint64_t{world.value} << 32 | cell.value};
  }
  constexpr world::CellIndex cell() const { return {static_cast<std::uint32_t>(value)}; }
};

/// Makes a world by its name. Returns null if there is no such world. `id` is different each time, also for
/// the same name: the world's key must contain it, so that no id of an entity is ever used again. Several
/// zone threads may call it at once. What it throws ends the process.
using MakeWorld = std::function<std::unique_ptr<world::AnyWorld>(std::string_view name, WorldId id)>;

struct WorldInfo {
  WorldInfo(WorldId its_id, std::string its_name, const world::AnyWorld& world)
      : id(its_id), name(std::move(its_name)), config(world.config()), grid(world.grid()) {}

  const WorldId id;
  const std::string name;  ///< empty: the main world of the server
  const world::WorldConfig config;
  const world::Grid grid;
  ThrottledCells throttled_cells;
};

}  // namespace madang::net
