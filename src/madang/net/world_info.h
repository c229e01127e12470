// WorldInfo: what the gateways need to know of a world of this process. The runner's thread makes it with the
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

/// A world of this process, from its making to its end. A runner uses an id again after 2^24 other ones.
struct WorldId {
  /// Worlds that one runner may have at the same time.
  static constexpr std::uint32_t a_runner_max = 1u << 24;

  std::uint32_t value = 0;

  /// Precondition: `number` is less than a_runner_max.
  static constexpr WorldId from(std::uint8_t runner, std::uint32_t number) { return {number << 8 | runner}; }
  /// Returns the number of the runner that has the world.
  constexpr std::uint8_t runner() const { return static_cast<std::uint8_t>(value); }
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

/// Makes a world by its name. Returns null if there is no such world. `number` is never 0, and no other world
/// of the process ever has it, also none of the same name. The world's key must contain it, so that no id of
/// an entity is ever used again. Several zone threads may call it at once. What it throws ends the process.
using MakeWorld =
    std::function<std::unique_ptr<world::AnyWorld>(std::string_view name, std::uint64_t number)>;

struct WorldInfo {
  WorldInfo(WorldId its_id, std::string its_name, const world::AnyWorld& world, std::string its_maker)
      : id(its_id),
        name(std::move(its_name)),
        maker(std::move(its_maker)),
        config(world.config()),
        grid(world.grid()) {}

  const WorldId id;
  const std::string name;  ///< empty: the main world of the server
  const std::string
      maker;  ///< Origin::bytes() of the client that has named it first; empty: it does not count
  const world::WorldConfig config;
  const world::Grid grid;
  ThrottledCells throttled_cells;
};

}  // namespace madang::net
