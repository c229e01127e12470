// SlotTable<T, IdType>: objects that are found by an id that is never used again.
//
// Owns its objects. They never move: an object's address holds from emplace to erase, so operations may point
// at it. Slots are reused, oldest first; ids are not, for every reuse raises the slot's generation. One
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "base/check.h"

namespace madang {

template <class T, class IdType>
class SlotTable {
 public:
  explicit SlotTable(std::size_t capacity_max, std::uint8_t series = 0)
      : capacity_max_(capacity_max), first_generation_(IdType::first_generation(series)) {
    CHECK(capacity_max <= IdType::index_max);
  }
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;
  ~SlotTable() {
    for_each([this](IdType id, T&) { erase(id); });
  }

  std::size_t size() const { return size_; }
  bool full() const { return size_ == capacity_max_; }

  /// Makes an object; a table that is full must be asked before (CHECK).
  template <class... Args>
  std::pair<IdType, T&> emplace(Args&&... args) {
    CHECK(!full(), "slot table of {} is full", capacity_max_);
    const std::uint32_t index = free_head_ != none ? pop_free() : make_slot();
    Slot& s = slot(index);
    T* object = ::new (static_cast<void*>(s.storage)) T(std::forward<Args>(args)...);
    s.generation = s.generation == 0 ? first_generation_ : s.generation + 1;
    s.used = true;
    ++size_;
    return {IdType::from(index, s.generation), *object};
  }

  /// The object, or null when the id is of something that is gone, or of nothing.
  T* find(IdType id) {
    const std::uint32_t index = id.index();
    if (index >= slots_made_) return nullptr;
    Slot& s = slot(index);
    return s.used && s.generation == id.generation() ? s.object() : nullptr;
  }
  const T* find(IdType id) const { return const_cast<SlotTable*>(this)->find(id); }

  /// The object at an index that is known to be in use.
  T& at(std::uint32_t index) {
    CHECK(index < slots_made_ && slot(index).used, "slot {} is not in use", index);
    return *slot(index).object();
  }

  void erase(IdType id) {
    T* object = find(id);
    CHECK(object != nullptr, "id {:#x} is not in the table", id.value);
    object->~T();
    Slot& s = slot(id.index());
    s.used = false;
    --size_;
    if (!IdType::is_last_generation(id.generation())) push_free(id.index());
  }

  /// Calls visit(id, object) in the order of the slots. The visitor may erase the object that it is shown.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::uint32_t index = 0; index < slots_made_; ++index)
      if (Slot& s = slot(index); s.used) visit(IdType::from(index, s.generation), *s.object());
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint32_t chunk_bits = 6;
  static constexpr std::uint32_t chunk_size = 1u << chunk_bits;

  struct Slot {
    std::uint64_t generation : 40 = 0;
    std::uint64_t used : 1 = 0;
    std::uint32_t next_free = none;
    alignas(T) std::byte storage[sizeof(T)];
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

  std::size_t capacity_max_;
  std::uint64_t first_generation_;
  std::size_t size_ = 0;
  std::uint32_t slots_made_ = 0;
  std::uint32_t free_head_ = none;
  std::uint32_t free_tail_ = none;
  std::vector<std::unique_ptr<Slot[]>> chunks_;
};

}  // namespace madang
