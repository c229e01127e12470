// SlotIndex: finds the slot of a key in an array of rows. It holds only the slots, 4 to 8 bytes for each row;
// the keys stay in the rows.
//
// An open hash table without tombstones. It never shrinks, so a table of constant size allocates nothing. One
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace madang::world {

class SlotIndex {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// Returns the slot for which `is_it(slot)` is true, or none. `hash` is the hash of the wanted key.
  template <class IsIt>
  std::uint32_t find(std::uint64_t hash, IsIt is_it) const {
    if (slots_.empty()) return none;
    for (std::size_t at = home_of(hash); slots_[at] != none; at = next(at))
      if (is_it(slots_[at])) return slots_[at];
    return none;
  }

  /// Lets the processor fetch where the search for a hash begins, while it does something else.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(hash)]);
  }
  /// Returns the slot at which the search for a hash begins, or none.
  std::uint32_t first(std::uint64_t hash) const { return slots_.empty() ? none : slots_[home_of(hash)]; }

  /// Adds a slot whose key is not here yet. `hash_of(slot)` returns the hash of a row's key.
  template <class HashOf>
  void add(std::uint32_t slot, HashOf hash_of) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow(hash_of);
    insert(slot, hash_of(slot));
    ++size_;
  }

  /// Precondition: the slot is here, and its row still has its key.
  template <class HashOf>
  void remove(std::uint32_t slot, HashOf hash_of) {
    std::size_t hole = home_of(hash_of(slot));
    while (slots_[hole] != slot) hole = next(hole);
    --size_;
    // A search stops at a hole. So the hole is filled with a later slot that belongs before it.
    for (std::size_t at = next(hole); slots_[at] != none; at = next(at)) {
      const std::size_t home = home_of(hash_of(slots_[at]));
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = none;
  }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(std::uint32_t); }

 private:
  static constexpr std::size_t slots_min = 16;

  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  std::size_t home_of(std::uint64_t hash) const { return static_cast<std::size_t>(hash) & mask(); }
  void insert(std::uint32_t slot, std::uint64_t hash) {
    std::size_t at = home_of(hash);
    while (slots_[at] != none) at = next(at);
    slots_[at] = slot;
  }
  template <class HashOf>
  void grow(HashOf hash_of) {
    const std::vector<std::uint32_t> old = std::exchange(
        slots_, std::vector<std::uint32_t>(slots_.empty() ? slots_min : slots_.size() * 2, none));
    for (const std::uint32_t slot : old)
      if (slot != none) insert(slot, hash_of(slot));
  }

  std::vector<std::uint32_t> slots_;  // their number is a power of two
  std::size_t size_ = 0;
};

}  // namespace madang::world
