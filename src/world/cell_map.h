// CellMap<T>: a value for some cells of a map. Its memory and its cost follow the cells that have one,
// however large the map is.
//
// An open hash table without tombstones. No memory is taken in a steady state: a table never shrinks. The
// order of for_each() depends on history; a caller that shows it to others sorts. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "world/cells.h"

namespace madang::world {

template <class T>
class CellMap {
 public:
  std::size_t size() const { return size_; }

  /// Null when the cell has no value. Valid until a value is added or erased.
  T* find(CellIndex cell) {
    if (size_ == 0) return nullptr;
    Place& place = places_[place_of(cell)];
    return place.key == cell.value ? &place.value : nullptr;
  }
  const T* find(CellIndex cell) const { return const_cast<CellMap*>(this)->find(cell); }

  /// The cell's value; `fresh` if it has none yet. Valid until a value is added or erased.
  T& get(CellIndex cell, T fresh = T{}) {
    if ((size_ + 1) * 4 > places_.size() * 3) grow();
    Place& place = places_[place_of(cell)];
    if (place.key != cell.value) {
      place.key = cell.value;
      place.value = std::move(fresh);
      ++size_;
    }
    return place.value;
  }

  /// Nothing when the cell has no value.
  void erase(CellIndex cell) {
    if (size_ == 0) return;
    std::size_t hole = place_of(cell);
    if (places_[hole].key != cell.value) return;
    --size_;
    // Those behind it that would not be found across the hole move into it.
    for (std::size_t at = next(hole); places_[at].key != none; at = next(at)) {
      const std::size_t home = home_of(places_[at].key);
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      places_[hole] = std::move(places_[at]);
      hole = at;
    }
    places_[hole] = Place{};
  }

  template <class Visit>
  void for_each(Visit visit) const {
    for (const Place& place : places_)
      if (place.key != none) visit(CellIndex{place.key}, place.value);
  }

  std::size_t memory_bytes() const { return places_.capacity() * sizeof(Place); }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::size_t places_min = 16;
  struct Place {
    std::uint32_t key = none;
    T value{};
  };

  std::size_t mask() const { return places_.size() - 1; }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  /// Neighbouring cells come to lie apart: a crowd in one corner of the map must not make long runs.
  std::size_t home_of(std::uint32_t key) const {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15u) >> 32) & mask();
  }
  /// Where the cell stands, or the free place where it would.
  std::size_t place_of(CellIndex cell) const {
    std::size_t at = home_of(cell.value);
    while (places_[at].key != cell.value && places_[at].key != none) at = next(at);
    return at;
  }
  void grow() {
    std::vector<Place> old = std::exchange(places_, {});
    places_.resize(old.empty() ? places_min : old.size() * 2);
    for (Place& place : old)
      if (place.key != none) places_[place_of(CellIndex{place.key})] = std::move(place);
  }

  std::vector<Place> places_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace madang::world
