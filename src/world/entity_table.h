// EntityTable: the pieces of a zone, in arrays of plain structs laid out by what a tick touches together.
//
// A piece's index in the arrays is its slot. Slots are reused oldest first; each use raises the slot's
// generation, so that an old alias finds nobody. A slot that is given back keeps its generation only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "world/alias.h"
#include "world/cells.h"
#include "world/position.h"

namespace madang::world {

/// What every command touches: half a cache line.
struct Body {
  SessionId owner;
  std::uint64_t next_move_tick = 0;
  Position position;
  Position position_before;      ///< at the tick's beginning
  std::uint16_t generation = 0;  ///< of the slot
  bool here = false;
  bool was_here = false;  ///< at the tick's beginning
  bool touched = false;   ///< is in the zone's list of what to settle at the tick's end
};
static_assert(sizeof(Body) == 32);

/// What only those need who see the piece for the first time.
struct Face {
  EntityId id;
  std::string name;
  std::uint32_t next_free = 0;  ///< the table's own
  std::uint8_t looks = 0;
};

class EntityTable {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  explicit EntityTable(std::uint32_t capacity_max);

  /// Slots in use, of those who are here and those who left in this very tick.
  std::uint32_t size() const { return size_; }
  bool full() const { return size_ == capacity_max_; }
  /// One more than the highest slot used so far.
  std::uint32_t slot_end() const { return static_cast<std::uint32_t>(bodies_.size()); }

  /// A slot with a fresh Body, Face and watch; a table that is full must be asked before (CHECK).
  std::uint32_t add();
  void give_back(std::uint32_t slot);

  Body& body(std::uint32_t slot) { return bodies_[slot]; }
  const Body& body(std::uint32_t slot) const { return bodies_[slot]; }
  Face& face(std::uint32_t slot) { return faces_[slot]; }
  const Face& face(std::uint32_t slot) const { return faces_[slot]; }
  /// What the piece's owner watches.
  CellRect& watch(std::uint32_t slot) { return watches_[slot]; }
  const CellRect& watch(std::uint32_t slot) const { return watches_[slot]; }
  Alias alias(std::uint32_t slot) const { return Alias::from(slot, bodies_[slot].generation); }

  /// The piece, or null when it is not here (any more).
  const Body* find(Alias alias) const;
  Body* find(Alias alias) { return const_cast<Body*>(std::as_const(*this).find(alias)); }

  /// Calls visit(slot) for the free slots in the order in which they will be used.
  template <class Visit>
  void for_each_free(Visit visit) const {
    for (std::uint32_t slot = free_head_; slot != none; slot = faces_[slot].next_free) visit(slot);
  }
  std::size_t memory_bytes() const;

 private:
  std::uint32_t make_slot();
  std::uint32_t pop_free();

  std::uint32_t capacity_max_;
  std::uint32_t size_ = 0;
  std::uint32_t free_head_ = none;
  std::uint32_t free_tail_ = none;
  std::vector<Body> bodies_;
  std::vector<CellRect> watches_;
  std::vector<Face> faces_;
};

}  // namespace madang::world
