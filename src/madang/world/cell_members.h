// CellMembers: which slots are in which cell. The slots of a cell are linked. The links are in the rows of
// the slots, which the caller owns: `link_of(slot)` returns a reference to the link of a slot. Adding and
// removing take constant time, and allocate nothing in a steady state.
//
// The order of the slots of a cell depends on its history. A caller that shows the slots to others must sort
// them, so that the result depends on the state alone. Owned by a zone; one thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "madang/world/cell_map.h"
#include "madang/world/cells.h"

namespace madang::world {

class CellMembers {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Link {
    std::uint32_t previous = none;
    std::uint32_t next = none;
  };

  /// Precondition: the slot is in no cell.
  template <class LinkOf>
  void add(CellIndex cell, std::uint32_t slot, LinkOf link_of) {
    std::uint32_t& first = first_.get(cell, none);
    if (first != none) link_of(first).previous = slot;
    link_of(slot) = {none, first};
    first = slot;
  }

  /// Precondition: the slot is in this cell.
  template <class LinkOf>
  void remove(CellIndex cell, std::uint32_t slot, LinkOf link_of) {
    const Link link = link_of(slot);
    if (link.next != none) link_of(link.next).previous = link.previous;
    if (link.previous != none) {
      link_of(link.previous).next = link.next;
    } else if (link.next != none) {
      *first_.find(cell) = link.next;
    } else {
      first_.erase(cell);
    }
  }

  /// Calls visit(slot) for the slots of a cell, until visit returns false.
  template <class LinkOf, class Visit>
  void for_each(CellIndex cell, LinkOf link_of, Visit visit) const {
    for (std::uint32_t slot = first(cell); slot != none; slot = link_of(slot).next)
      if (!visit(slot)) return;
  }

  /// Returns one of the slots of a cell; none if the cell is empty.
  std::uint32_t first(CellIndex cell) const {
    const std::uint32_t* first = first_.find(cell);
    return first ? *first : none;
  }

  std::size_t memory_bytes() const { return first_.memory_bytes(); }

 private:
  CellMap<std::uint32_t> first_;  // the first slot of each cell that is not empty
};

}  // namespace madang::world
