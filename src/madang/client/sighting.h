// Sighting: an entity under one alias of one cell, as a client knows it.
//
// An entity that goes to another cell has two sightings for a tick. Only that of its latest enter counts. The
// other one only gives the old alias its meaning, until its CellLeave comes. Plain values.
#pragma once

#include <cstdint>

#include "madang/base/random.h"
#include "madang/client/watched_cells.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/id.h"

namespace madang::client {

/// Two of them fit into a cache line. An entry of a FlatTable.
struct alignas(32) Sighting {
  static constexpr std::uint8_t no_kind = 0xff;

  wire::Id id;
  Cell cell;
  wire::CellAlias alias = 0;
  std::uint8_t kind = no_kind;  ///< its number in the game's list of kinds
  bool counts : 1 = false;      ///< it is that of the latest enter
  bool is_vague : 1 = false;    ///< steps were suppressed since its last known position
  bool is_own : 1 = false;      ///< it is the client's own entity
  std::uint16_t x = 0;          ///< within the cell
  std::uint16_t y = 0;
  std::uint32_t place = 0;  ///< of its attributes

  static std::uint64_t key_of(Cell cell, wire::CellAlias alias) {
    return std::uint64_t{1} << 48 | std::uint64_t{cell.x} << 32 | std::uint64_t{cell.y} << 16 | alias;
  }
  static std::uint64_t hash_of(std::uint64_t key) { return scatter(key); }
  std::uint64_t key() const { return kind == no_kind ? 0 : key_of(cell, alias); }
};
static_assert(sizeof(Sighting) == 32);

/// Where the sighting of an entity is that counts. An entry of a FlatTable.
struct Whereabouts {
  std::uint64_t entity = 0;  ///< a hash of its id; two ids may have the same
  Cell cell;
  wire::CellAlias alias = 0;

  static std::uint64_t key_of(const wire::Id& id) {
    return (scatter(id.high) ^ id.low) | std::uint64_t{1} << 63;
  }
  static std::uint64_t hash_of(std::uint64_t key) { return key; }
  std::uint64_t key() const { return entity; }
};

}  // namespace madang::client
