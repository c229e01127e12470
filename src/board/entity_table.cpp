#include "board/entity_table.h"

#include "madang/base/check.h"

namespace madang::board {

EntityTable::EntityTable(std::uint32_t capacity_max) : capacity_max_(capacity_max) {
  MADANG_CHECK(capacity_max <= Alias::slot_count);
}

std::uint32_t EntityTable::add() {
  MADANG_CHECK(!full(), "the entity table of {} slots is full", capacity_max_);
  const std::uint32_t slot = free_head_ != none ? pop_free() : make_slot();
  Body& body = bodies_[slot];
  body.generation = static_cast<std::uint16_t>(body.generation % Alias::generation_max + 1);
  ++size_;
  return slot;
}

void EntityTable::free(std::uint32_t slot) {
  bodies_[slot] = Body{.generation = bodies_[slot].generation};
  watches_[slot] = CellRect{};
  faces_[slot] = Face{.next_free = none};
  if (free_tail_ != none) {
    faces_[free_tail_].next_free = slot;
  } else {
    free_head_ = slot;
  }
  free_tail_ = slot;
  --size_;
}

const Body* EntityTable::find(Alias alias) const {
  if (alias.slot() >= slot_end()) return nullptr;
  const Body& body = bodies_[alias.slot()];
  return body.is_here && body.generation == alias.generation() ? &body : nullptr;
}

std::size_t EntityTable::memory_bytes() const {
  return bodies_.capacity() * sizeof(Body) + watches_.capacity() * sizeof(CellRect) +
         faces_.capacity() * sizeof(Face);
}

std::uint32_t EntityTable::make_slot() {
  bodies_.emplace_back();
  watches_.emplace_back();
  faces_.emplace_back();
  return slot_end() - 1;
}

std::uint32_t EntityTable::pop_free() {
  const std::uint32_t slot = free_head_;
  free_head_ = faces_[slot].next_free;
  if (free_head_ == none) free_tail_ = none;
  return slot;
}

}  // namespace madang::board
