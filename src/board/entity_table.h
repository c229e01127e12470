// EntityTable: the pieces of a zone, in three arrays: bodies, faces and areas of interest. So a tick reads
// only the data that it needs.
//
// The slot of a piece is its index in the arrays. Of the free slots, the one that was freed first is used
// first. Each use raises the generation of the slot, so that an old alias finds no piece. A free slot keeps
// only its generation. Owned by the zone; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "board/alias.h"
#include "board/names.h"
#include "board/position.h"
#include "madang/base/ids.h"

namespace madang::board {

/// The data that every command uses: half a cache line.
struct Body {
  SessionId owner;
  std::uint64_t next_move_tick = 0;
  Position position;
  Position position_before;      ///< at the tick's beginning
  std::uint16_t generation = 0;  ///< of the slot
  bool is_here = false;
  bool was_here = false;    ///< at the tick's beginning
  bool is_touched = false;  ///< is in the zone's list of pieces to settle at the tick's end
};
static_assert(sizeof(Body) == 32);

/// The data that a client needs when it sees the piece for the first time.
struct Face {
  PieceId id;
  std::string name;
  std::uint32_t next_free = 0;  ///< for the table: the next slot in the list of free slots
  std::uint8_t looks = 0;
};

class EntityTable {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// Precondition: `capacity_max` is at most Alias::slot_count (CHECK).
  explicit EntityTable(std::uint32_t capacity_max);

  /// Returns the number of slots in use: of pieces that are here, and of pieces that left in this tick.
  std::uint32_t size() const { return size_; }
  bool full() const { return size_ == capacity_max_; }
  /// Returns one more than the highest slot that was ever used.
  std::uint32_t slot_end() const { return static_cast<std::uint32_t>(bodies_.size()); }

  /// Returns a slot with a fresh Body, Face and watch. Precondition: the table is not full (CHECK).
  std::uint32_t add();
  /// Puts the slot at the end of the list of free slots. Precondition: the slot is in use.
  void free(std::uint32_t slot);

  Body& body(std::uint32_t slot) { return bodies_[slot]; }
  const Body& body(std::uint32_t slot) const { return bodies_[slot]; }
  Face& face(std::uint32_t slot) { return faces_[slot]; }
  const Face& face(std::uint32_t slot) const { return faces_[slot]; }
  /// Returns the area of interest of the piece's owner.
  CellRect& watch(std::uint32_t slot) { return watches_[slot]; }
  const CellRect& watch(std::uint32_t slot) const { return watches_[slot]; }
  Alias alias(std::uint32_t slot) const { return Alias::from(slot, bodies_[slot].generation); }

  /// Returns null if the piece is not here, or not here any more.
  const Body* find(Alias alias) const;
  Body* find(Alias alias) { return const_cast<Body*>(std::as_const(*this).find(alias)); }

  /// Calls visit(slot) for each free slot, in the order in which the slots will be used.
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

}  // namespace madang::board
