// SlotTable<T, IdType>: objects that are found by an id. An id is never used again.
//
// The table owns its objects. An object never moves, so its address is valid from emplace() to erase(). Slots
// are used again, the oldest free slot first. Ids are not, because each use of a slot has a new generation.
// One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "madang/base/check.h"

namespace madang {

template <class T, class IdType>
class SlotTable {
 public:
  /// Makes an empty table. `number` stands in each id of the table.
  explicit SlotTable(std::size_t capacity_max, std::uint8_t number = 0)
      : capacity_max_(capacity_max), number_(number) {
    MADANG_CHECK(capacity_max <= IdType::index_max);
  }
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;
  ~SlotTable() {
    for_each([this](IdType id, T&) { erase(id); });
  }

  std::size_t size() const { return size_; }
  bool is_full() const { return size_ == capacity_max_; }

  /// Makes an object and returns its id and the object. Precondition: the table is not full (CHECK).
  template <class... Args>
  std::pair<IdType, T&> emplace(Args&&... args) {
    MADANG_CHECK(!is_full(), "the slot table of {} objects is full", capacity_max_);
    const std::uint32_t index = free_head_ != none ? pop_free() : make_slot();
    Slot& s = slot(index);
    T* object = ::new (static_cast<void*>(s.storage)) T(std::forward<Args>(args)...);
    ++s.generation;
    s.next_free = in_use;
    ++size_;
    return {IdType::from(number_, s.generation, index), *object};
  }

  /// Returns the object; null when the id belongs to an erased object or to no object of this table.
  T* find(IdType id) {
    const std::uint32_t index = id.index();
    if (index >= slots_made_) return nullptr;
    Slot& s = slot(index);
    return s.is_used() && s.generation == id.generation() && number_ == id.table() ? s.object() : nullptr;
  }
  const T* find(IdType id) const { return const_cast<SlotTable*>(this)->find(id); }

  /// Lets the processor fetch the object in a slot, while it does something else. Any index is allowed.
  void prefetch(std::uint32_t index) const {
    if (index >= slots_made_) return;
    const auto* bytes =
        reinterpret_cast<const std::byte*>(&chunks_[index >> chunk_bits][index & (chunk_size - 1)]);
    for (std::size_t at = 0; at < sizeof(Slot); at += 64) __builtin_prefetch(bytes + at);
  }

  /// Returns the object in a slot. Precondition: the slot is in use (CHECK).
  T& at(std::uint32_t index) {
    MADANG_CHECK(index < slots_made_ && slot(index).is_used(), "slot {} is not in use", index);
    return *slot(index).object();
  }

  /// Destroys the object. Precondition: the object is in the table (CHECK).
  void erase(IdType id) {
    T* object = find(id);
    MADANG_CHECK(object != nullptr, "id {:#x} is not in the table", id.value);
    object->~T();
    Slot& s = slot(id.index());
    s.next_free = none;
    --size_;
    if (s.generation < IdType::generation_max) push_free(id.index());
  }

  /// Calls visit(id, object) for each object, in the order of the slots. The visitor may erase this object.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::uint32_t index = 0; index < slots_made_; ++index) {
      Slot& s = slot(index);
      if (s.is_used()) visit(IdType::from(number_, s.generation, index), *s.object());
    }
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint32_t in_use = UINT32_MAX - 1;
  static constexpr std::uint32_t chunk_bits = 6;
  static constexpr std::uint32_t chunk_size = 1u << chunk_bits;

  struct Slot {
    std::uint32_t generation = 0;    ///< of the object in the slot, or of the last one
    std::uint32_t next_free = none;  ///< or in_use
    alignas(T) std::byte storage[sizeof(T)];
    bool is_used() const { return next_free == in_use; }
    T* object() { return std::launder(reinterpret_cast<T*>(storage)); }
  };

  Slot& slot(std::uint32_t index) { return chunks_[index >> chunk_bits][index & (chunk_size - 1)]; }

  std::uint32_t make_slot() {
    if (slots_made_ == chunks_.size() * chunk_size) chunks_.push_back(std::make_unique<Slot[]>(chunk_size));
    return slots_made_++;
  }
  std::uint32_t pop_free() {
    const std::uint32_t index = free_head_;
    free_head_ = slot(index).next_free;
    if (free_head_ == none) free_tail_ = none;
    return index;
  }
  void push_free(std::uint32_t index) {
    slot(index).next_free = none;
    if (free_tail_ == none) {
      free_head_ = index;
    } else {
      slot(free_tail_).next_free = index;
    }
    free_tail_ = index;
  }

  const std::size_t capacity_max_;
  const std::uint8_t number_;
  std::size_t size_ = 0;
  std::uint32_t slots_made_ = 0;
  std::uint32_t free_head_ = none;
  std::uint32_t free_tail_ = none;
  std::vector<std::unique_ptr<Slot[]>> chunks_;
};

}  // namespace madang
