// CellMembers: which slots are in which cell. The slots of a cell are linked through one array, so adding and
// removing take constant time and allocate nothing in a steady state.
//
// The order of the slots of a cell depends on its history. A caller that shows the slots to others must sort
// them, so that the result depends on the state alone. Owned by a world; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "madang/base/growth.h"
#include "madang/world/cell_map.h"
#include "madang/world/cells.h"

namespace madang::world {

class CellMembers {
 public:
  void add(CellIndex cell, std::uint32_t slot) {
    while (slot >= links_.size()) {
      make_room(links_);
      links_.emplace_back();
    }
    std::uint32_t& first = first_.get(cell, none);
    if (first != none) links_[first].previous = slot;
    links_[slot] = {none, first};
    first = slot;
  }

  /// Precondition: the slot is in this cell.
  void remove(CellIndex cell, std::uint32_t slot) {
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

  /// Calls visit(slot) for the slots of a cell, until visit returns false.
  template <class Visit>
  void for_each(CellIndex cell, Visit visit) const {
    const std::uint32_t* first = first_.find(cell);
    for (std::uint32_t slot = first ? *first : none; slot != none; slot = links_[slot].next)
      if (!visit(slot)) return;
  }

  std::size_t memory_bytes() const { return first_.memory_bytes() + links_.capacity() * sizeof(Link); }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Link {
    std::uint32_t previous = none;
    std::uint32_t next = none;
  };

  CellMap<std::uint32_t> first_;  // the first slot of each cell that is not empty
  std::vector<Link> links_;       // by slot
};

}  // namespace madang::world
