// CellMap<T>: a value for some cells of a map. Memory and cost depend on the number of cells with a value,
// and not on the size of the map.
//
// The key may also be another struct of one unsigned number `value`, such as a cell of one of many worlds. An
// open hash table without tombstones. It never shrinks, so a table of constant size allocates nothing. The
// order of for_each() depends on the history of the table; a caller that shows the order to others must sort.
// One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "madang/world/cells.h"

namespace madang::world {

template <class T, class Key = CellIndex>
class CellMap {
 public:
  std::size_t size() const { return size_; }

  /// Returns null if the cell has no value. The pointer is valid until a value is added or erased.
  T* find(Key cell) {
    if (size_ == 0) return nullptr;
    Entry& entry = entries_[index_of(cell)];
    return entry.key == cell.value ? &entry.value : nullptr;
  }
  const T* find(Key cell) const { return const_cast<CellMap*>(this)->find(cell); }

  /// Lets the processor fetch what find() will read, while it does something else.
  void prefetch(Key cell) const {
    if (size_ > 0) __builtin_prefetch(&entries_[home_of(cell.value)]);
  }

  /// Returns the value of the cell, and adds `fresh` first if the cell has none. The reference is valid until
  /// a value is added or erased.
  T& get(Key cell, T fresh = T{}) {
    if ((size_ + 1) * 4 > entries_.size() * 3) grow();
    Entry& entry = entries_[index_of(cell)];
    if (entry.key != cell.value) {
      entry.key = cell.value;
      entry.value = std::move(fresh);
      ++size_;
    }
    return entry.value;
  }

  /// Erases the value of the cell, if the cell has one.
  void erase(Key cell) {
    if (size_ == 0) return;
    std::size_t hole = index_of(cell);
    if (entries_[hole].key != cell.value) return;
    --size_;
    // A search stops at a hole. So the hole is filled with a later entry that belongs before it.
    for (std::size_t at = next(hole); entries_[at].key != none; at = next(at)) {
      const std::size_t home = home_of(entries_[at].key);
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      entries_[hole] = std::move(entries_[at]);
      hole = at;
    }
    entries_[hole] = Entry{};
  }

  /// Calls visit(Key, T&) for each cell with a value. `visit` must not add or erase values.
  template <class Visit>
  void for_each(Visit visit) {
    for (Entry& entry : entries_)
      if (entry.key != none) visit(Key{entry.key}, entry.value);
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : entries_)
      if (entry.key != none) visit(Key{entry.key}, entry.value);
  }

  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  using Number = decltype(Key::value);
  static constexpr Number none = std::numeric_limits<Number>::max();
  static constexpr std::size_t entries_min = 16;
  struct Entry {
    Number key = none;
    T value{};
  };

  std::size_t mask() const { return entries_.size() - 1; }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  /// Returns the index at which the search for a cell begins. Neighbouring cells get indices far from each
  /// other. Otherwise a crowd in one corner of the map would make long searches.
  std::size_t home_of(Number key) const {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15u) >> 32) & mask();
  }
  /// Returns the index of the entry of the cell, or of the free entry for it.
  std::size_t index_of(Key cell) const {
    std::size_t at = home_of(cell.value);
    while (entries_[at].key != cell.value && entries_[at].key != none) at = next(at);
    return at;
  }
  void grow() {
    std::vector<Entry> old = std::exchange(entries_, {});
    entries_.resize(old.empty() ? entries_min : old.size() * 2);
    for (Entry& entry : old)
      if (entry.key != none) entries_[index_of(Key{entry.key})] = std::move(entry);
  }

  std::vector<Entry> entries_;  // their number is a power of two
  std::size_t size_ = 0;
};

}  // namespace madang::world
