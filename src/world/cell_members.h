// CellMembers: which slots stand in which cell. Adding and removing take constant time and no memory: the
// slots of a cell are linked through one array.
//
// The links of a cell follow its history; whoever shows them to others sorts them, so that what is shown
// depends on the state alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "world/cell_map.h"
#include "world/cells.h"

namespace madang::world {

class CellMembers {
 public:
  void add(CellIndex cell, std::uint32_t slot) {
    ++lookups_;
    if (slot >= links_.size()) links_.resize(slot + 1);
    std::uint32_t& first = first_.get(cell, none);
    if (first != none) links_[first].previous = slot;
    links_[slot] = {none, first};
    first = slot;
  }

  /// The slot stands in that cell.
  void remove(CellIndex cell, std::uint32_t slot) {
    ++lookups_;
    const Link link = links_[slot];
    if (link.next != none) links_[link.next].previous = link.previous;
    if (link.previous != none) {
      links_[link.previous].next = link.next;
    } else if (link.next != none) {
      *first_.find(cell) = link.next;
    } else {
      first_.erase(cell);
    }
  }

  /// Calls visit(slot), which may return false to stop.
  template <class Visit>
  void for_each(CellIndex cell, Visit visit) const {
    ++lookups_;
    const std::uint32_t* first = first_.find(cell);
    for (std::uint32_t slot = first ? *first : none; slot != none; slot = links_[slot].next)
      if (!visit(slot)) return;
  }

  /// Returns how often a cell was looked up so far: the cost in cells, which a test can bound.
  std::uint64_t lookups() const { return lookups_; }
  std::size_t memory_bytes() const { return first_.memory_bytes() + links_.capacity() * sizeof(Link); }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Link {
    std::uint32_t previous = none;
    std::uint32_t next = none;
  };

  CellMap<std::uint32_t> first_;  // by cell; of those that are not empty
  std::vector<Link> links_;       // by slot
  mutable std::uint64_t lookups_ = 0;
};

}  // namespace madang::world
