// EntityId: the name of an entity, for ever. 128 bits; a plain value; any thread.
//
// An id is a keyed hash of (world, maker, tick, number): the entity is the `number`th one that `maker` makes
// in this tick. So the maker of an entity makes its id, and asks nobody. No part of an id comes from a zone,
// a thread or a clock. The same history gives the same ids, also when a map is cut into zones or when a
// record is played back. Two histories never make the same id, except with a chance of about n * n / 2^128
// for n entities.
//
// An effect goes to an entity, to a cell or to the world. Cells and the world have ids too, so that one type
// names every addressee and every source.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "madang/base/ids.h"
#include "madang/wire/id.h"
#include "madang/wire/table.h"
#include "madang/world/cells.h"

namespace madang::world {

struct EntityId {
  std::uint64_t high = 0;  ///< 0 in the id of nothing; below 2^63 in an id that no entity has
  std::uint64_t low = 0;

  static constexpr EntityId of_world() { return {1, 0}; }
  static constexpr EntityId of(CellIndex cell) { return {2, cell.value}; }
  /// Returns the id of a character as a maker: the entity with which it enters a world.
  static constexpr EntityId of(CharacterId character) { return {3, character.value}; }

  // A stranger may send any 128 bits as an id. So an id with other bits than these names nothing.
  constexpr bool is_world() const { return high == 1 && low == 0; }
  constexpr bool is_cell() const { return high == 2 && low <= UINT32_MAX; }
  /// Precondition: is_cell().
  constexpr CellIndex cell() const { return {static_cast<std::uint32_t>(low)}; }
  constexpr bool is_entity() const { return high >> 63 != 0; }
  /// Returns the id as packets carry it.
  constexpr wire::Id wire() const { return {high, low}; }

  constexpr explicit operator bool() const { return high != 0; }
  constexpr auto operator<=>(const EntityId&) const = default;

  static constexpr auto table = wire::record("EntityId", "The name of an entity.",
                                             wire::field("high", &EntityId::high, "the upper half"),
                                             wire::field("low", &EntityId::low, "the lower half"));
};

/// What distinguishes a world from all others: the key of its ids.
struct WorldKey {
  std::uint64_t seed = 0;
  std::uint64_t number = 0;  ///< of worlds with the same seed, such as the rooms of one server
};

/// Returns the id of the `number`th entity that `maker` makes in this tick.
EntityId make_id(WorldKey world, EntityId maker, std::uint64_t tick, std::uint32_t number);

/// Returns an id as 32 hexadecimal digits.
std::string text_of(EntityId id);
/// Returns the id that text_of() has written so; nothing if the text is none.
std::optional<EntityId> entity_id_in(std::string_view text);

}  // namespace madang::world
