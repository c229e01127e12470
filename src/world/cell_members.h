// CellMembers: which slots stand in which cell. Adding and removing take constant time and no memory: the
// slots of a cell are linked through one array.
//
// The links of a cell follow its history; whoever shows them to others sorts them, so that what is shown
// depends on the state alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "world/cells.h"

namespace madang::world {

class CellMembers {
 public:
  explicit CellMembers(std::uint32_t cell_count) : first_(cell_count, none) {}

  void add(CellIndex cell, std::uint32_t slot) {
    if (slot >= links_.size()) links_.resize(slot + 1);
    std::uint32_t& first = first_[cell.value];
    if (first != none) links_[first].previous = slot;
    links_[slot] = {none, first};
    first = slot;
  }

  /// The slot stands in that cell.
  void remove(CellIndex cell, std::uint32_t slot) {
    const Link link = links_[slot];
    if (link.next != none) links_[link.next].previous = link.previous;
    (link.previous != none ? links_[link.previous].next : first_[cell.value]) = link.next;
  }

  /// Calls visit(slot), which may return false to stop.
  template <class Visit>
  void for_each(CellIndex cell, Visit visit) const {
    for (std::uint32_t slot = first_[cell.value]; slot != none; slot = links_[slot].next)
      if (!visit(slot)) return;
  }

  std::size_t memory_bytes() const {
    return first_.capacity() * sizeof(std::uint32_t) + links_.capacity() * sizeof(Link);
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Link {
    std::uint32_t previous = none;
    std::uint32_t next = none;
  };

  std::vector<std::uint32_t> first_;  // by cell
  std::vector<Link> links_;           // by slot
};

}  // namespace madang::world
