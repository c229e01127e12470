// Registry: the entities of a world: who is there, and where. It holds what the engine knows of each entity;
// the attributes of the game are in columns of their own (world/columns.h).
//
// An entity has a slot as long as it exists. Slots are reused, and their order depends on the history. So no
// result that others see may depend on the order of slots: callers sort by id. Owned by a zone; one thread.
// No allocation in a world of constant size.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "madang/base/growth.h"
#include "madang/base/ids.h"
#include "madang/base/random.h"
#include "madang/wire/cell_packets.h"
#include "madang/world/cell_members.h"
#include "madang/world/cells.h"
#include "madang/world/entity_id.h"
#include "madang/world/position.h"
#include "madang/world/slot_index.h"

namespace madang::world {

/// The number of a tick in 5 bytes: up to 2^40, which is 1,700 years at 20 ticks a second.
class ShortTick {
 public:
  static constexpr std::uint64_t end = std::uint64_t{1} << 40;

  constexpr ShortTick() = default;
  /// Precondition: `tick` is less than `end`.
  constexpr ShortTick(std::uint64_t tick) {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<std::uint8_t>(tick >> (8 * i));
  }
  constexpr operator std::uint64_t() const {
    std::uint64_t tick = 0;
    for (std::size_t i = 0; i < bytes_.size(); ++i) tick |= std::uint64_t{bytes_[i]} << (8 * i);
    return tick;
  }

 private:
  std::array<std::uint8_t, 5> bytes_{};
};

/// What the engine knows of an entity: one line of the processor's cache.
struct alignas(64) Row {
  static constexpr std::uint32_t inactive = UINT32_MAX;

  EntityId id;
  CharacterId character;  ///< none: no player acts with this entity
  Position position;
  CellRect watch;                     ///< the cells that its player watches; empty without a character
  std::uint32_t place = 0;            ///< index of its attributes in the column of its kind
  std::uint32_t activity = inactive;  ///< index of its activity in this tick
  wire::CellAlias alias = 0;          ///< its name in its cell
  std::uint8_t kind = 0;              ///< number of its kind in the game's list
  ShortTick wake_at;                  ///< the tick at which the entity acts by itself; 0: none
  CellMembers::Link link;             ///< to the others in its cell

  /// Returns false for a free slot.
  bool is_here() const { return bool{id}; }
};
static_assert(sizeof(Row) == 64);

class Registry {
 public:
  static constexpr std::uint32_t none = SlotIndex::none;

  explicit Registry(const Grid& grid) : grid_(grid) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(ids_.size()); }
  /// Returns how many of them belong to characters.
  std::uint32_t character_count() const { return static_cast<std::uint32_t>(characters_.size()); }
  /// Returns one more than the highest slot that was ever used.
  std::uint32_t slot_end() const { return static_cast<std::uint32_t>(rows_.size()); }
  Row& row(std::uint32_t slot) { return rows_[slot]; }
  const Row& row(std::uint32_t slot) const { return rows_[slot]; }
  CellIndex cell_of(std::uint32_t slot) const { return grid_.cell_of(rows_[slot].position); }

  /// Return the slot of an entity that is here, or none.
  std::uint32_t find(EntityId id) const {
    return ids_.find(hash_of(id), [&](std::uint32_t slot) { return rows_[slot].id == id; });
  }
  std::uint32_t find(CharacterId character) const {
    return characters_.find(hash_of(character),
                            [&](std::uint32_t slot) { return rows_[slot].character == character; });
  }

  /// Adds an entity, and returns its slot. Preconditions: neither its id nor its character is here; its
  /// position is on the map.
  std::uint32_t add(const Row& fresh) {
    std::uint32_t slot = slot_end();
    if (free_.empty()) {
      make_room(rows_);
      rows_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    rows_[slot] = fresh;
    ids_.add(slot, [this](std::uint32_t s) { return hash_of(rows_[s].id); });
    if (fresh.character)
      characters_.add(slot, [this](std::uint32_t s) { return hash_of(rows_[s].character); });
    members_.add(cell_of(slot), slot, Links{rows_});
    return slot;
  }

  /// Removes an entity that is here.
  void remove(std::uint32_t slot) {
    Row& row = rows_[slot];
    members_.remove(cell_of(slot), slot, Links{rows_});
    ids_.remove(slot, [this](std::uint32_t s) { return hash_of(rows_[s].id); });
    if (row.character)
      characters_.remove(slot, [this](std::uint32_t s) { return hash_of(rows_[s].character); });
    row = {};
    free_.push_back(slot);
  }

  /// Moves an entity to another position on the map.
  void move(std::uint32_t slot, Position to) {
    const CellIndex before = cell_of(slot);
    rows_[slot].position = to;
    const CellIndex now = cell_of(slot);
    if (before == now) return;
    members_.remove(before, slot, Links{rows_});
    members_.add(now, slot, Links{rows_});
  }

  /// Let the processor fetch what find(character) will read, while it does something else: first the index,
  /// then the row.
  void prefetch_index(CharacterId character) const { characters_.prefetch(hash_of(character)); }
  void prefetch_row(CharacterId character) const {
    if (const std::uint32_t slot = characters_.first(hash_of(character)); slot != none)
      __builtin_prefetch(&rows_[slot]);
  }
  /// Lets the processor fetch what for_each_in() will read first, while it does something else.
  void prefetch(CellIndex cell) const {
    if (const std::uint32_t slot = members_.first(cell); slot != none) __builtin_prefetch(&rows_[slot]);
  }
  /// Calls visit(slot) for the entities in a cell, in no order.
  template <class Visit>
  void for_each_in(CellIndex cell, Visit visit) const {
    const auto link_of = [this](std::uint32_t slot) -> const CellMembers::Link& { return rows_[slot].link; };
    members_.for_each(cell, link_of, [&](std::uint32_t slot) {
      visit(slot);
      return true;
    });
  }
  /// Calls visit(slot) for each entity, in no order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t slot = 0; slot < slot_end(); ++slot)
      if (rows_[slot].is_here()) visit(slot);
  }

  std::size_t memory_bytes() const {
    return rows_.capacity() * sizeof(Row) + free_.capacity() * sizeof(std::uint32_t) +
           members_.memory_bytes() + ids_.memory_bytes() + characters_.memory_bytes();
  }

 private:
  static std::uint64_t hash_of(EntityId id) { return id.low; }
  static std::uint64_t hash_of(CharacterId character) { return scatter(character.value); }
  struct Links {
    std::vector<Row>& rows;
    CellMembers::Link& operator()(std::uint32_t slot) const { return rows[slot].link; }
  };

  Grid grid_;
  std::vector<Row> rows_;
  std::vector<std::uint32_t> free_;
  CellMembers members_;
  SlotIndex ids_;
  SlotIndex characters_;
};

}  // namespace madang::world
