// Difference: the first column in which two worlds of a game differ. A plain value; any thread.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>

#include "madang/base/ids.h"
#include "madang/world/entity_id.h"

namespace madang::world {

struct Difference {
  std::uint64_t tick = 0;  ///< of the first world
  EntityId entity;         ///< the world itself, or a cell, if no entity differs
  std::string column;
  std::string one;          ///< the value in the first world
  std::string other;        ///< the value in the second world
  CharacterId character{};  ///< whose entity it is, if it is a player's
};

inline std::string describe(const Difference& difference) {
  return fmt::format("tick {}, entity {}, column {}: {} and {}", difference.tick, text_of(difference.entity),
                     difference.column, difference.one, difference.other);
}

}  // namespace madang::world
