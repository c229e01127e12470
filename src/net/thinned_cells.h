// ThinnedCells: the cells of which somebody does not get everything. Which cells have their steps suppressed
// for a session, and of which cells a session waits for the full state.
//
// The gateways write, each on its worker's thread, when a cell's first session joins or its last one leaves.
// The zone's thread reads once a tick. A lock guards both: it is held for as long as the lists are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "world/cell_map.h"
#include "world/cells.h"

namespace madang::net {

class ThinnedCells {
 public:
  // --- Any thread ---

  /// A worker has sessions for which steps in this cell are suppressed; it has none any more.
  void add(world::CellIndex cell) {
    const std::lock_guard lock(mutex_);
    ++workers_.get(cell);
  }
  void remove(world::CellIndex cell) {
    const std::lock_guard lock(mutex_);
    if (--workers_.get(cell) == 0) workers_.erase(cell);
  }
  /// Asks for the full state of this cell in one of the next ticks. Asking twice is asking once.
  void ask_for_state(world::CellIndex cell) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(asked_.get(cell), true)) return;
    asked_in_order_.push_back(cell);
  }
  std::uint32_t count() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::uint32_t>(workers_.size());
  }
  bool any() const { return count() > 0; }

  // --- The zone's thread ---

  /// The cells with suppressed steps, ascending; replaces what `cells` held.
  void list(std::vector<world::CellIndex>& cells) const {
    cells.clear();
    const std::lock_guard lock(mutex_);
    workers_.for_each([&](world::CellIndex cell, std::uint32_t) { cells.push_back(cell); });
    std::ranges::sort(cells);
  }
  /// Appends the cells whose state was asked for, at most `count_max`; those that wait longest come first.
  void take_asked(std::size_t count_max, std::vector<world::CellIndex>& cells) {
    const std::lock_guard lock(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(count_max, asked_in_order_.size()));
    const auto end = asked_in_order_.begin() + count;
    for (auto cell = asked_in_order_.begin(); cell != end; ++cell) asked_.erase(*cell);
    cells.insert(cells.end(), asked_in_order_.begin(), end);
    asked_in_order_.erase(asked_in_order_.begin(), end);
  }

 private:
  mutable std::mutex mutex_;
  world::CellMap<std::uint32_t> workers_;  // that suppress steps in a cell
  world::CellMap<bool> asked_;
  std::vector<world::CellIndex> asked_in_order_;
};

}  // namespace madang::net
