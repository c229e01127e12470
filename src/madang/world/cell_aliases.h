// CellAliases: gives the entities that come into a cell their aliases there.
//
// The lowest free alias is given first, in the order of ids. So aliases depend on the state alone. An alias
// that becomes free in this tick is not given in this tick: the clients still hold it. One thread; memory is
// kept.
#pragma once

#include <cstdint>
#include <vector>

#include "madang/wire/cell_packets.h"

namespace madang::world {

using wire::alias_of_cell;
using wire::CellAlias;

class CellAliases {
 public:
  /// Begins with another cell, in which all aliases are free.
  void begin() {
    used_.clear();
    next_ = 0;
  }
  /// Notes an alias that is in use, or that becomes free in this tick.
  void note_used(CellAlias alias) {
    if (alias / bits >= used_.size()) used_.resize(alias / bits + 1, 0);
    used_[alias / bits] |= std::uint64_t{1} << alias % bits;
  }
  /// Returns the lowest free alias, and gives it. Returns alias_of_cell if there is none.
  CellAlias give() {
    while (next_ < alias_of_cell && is_used(next_)) ++next_;
    return next_ < alias_of_cell ? static_cast<CellAlias>(next_++) : alias_of_cell;
  }

 private:
  static constexpr std::uint32_t bits = 64;
  bool is_used(std::uint32_t alias) const {
    return alias / bits < used_.size() && (used_[alias / bits] >> alias % bits & 1) != 0;
  }

  std::vector<std::uint64_t> used_;  // one bit for each alias
  std::uint32_t next_ = 0;
};

}  // namespace madang::world
