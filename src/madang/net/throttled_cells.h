// ThrottledCells: the cells for which the world must encode more than their changes. For a throttled cell
// these are the positions of its entities. For a cell that is stale for a session this is the full state.
//
// Each gateway adds a cell when it throttles the cell for its first session, and removes the cell with its
// last session. The runner's thread reads the lists once a tick. A lock guards them; it is held only for a
// copy.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "madang/world/cell_map.h"
#include "madang/world/cells.h"

namespace madang::net {

class ThrottledCells {
 public:
  // --- Any thread ---

  /// Notes that one more worker throttles this cell for at least one session.
  void add(world::CellIndex cell) {
    const std::lock_guard lock(mutex_);
    ++workers_.get(cell);
  }
  /// Notes that one worker less throttles this cell. Precondition: the worker has called add().
  void remove(world::CellIndex cell) {
    const std::lock_guard lock(mutex_);
    if (--workers_.get(cell) == 0) workers_.erase(cell);
  }
  /// Requests the full state of this cell in one of the next ticks. A second request of the same cell has no
  /// effect.
  void request_state(world::CellIndex cell) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_requested_.get(cell), true)) return;
    requests_.push_back(cell);
  }
  /// Returns the number of throttled cells.
  std::uint32_t count() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::uint32_t>(workers_.size());
  }
  bool has_any() const { return count() > 0; }

  // --- The runner's thread ---

  /// Replaces the content of `cells` by the throttled cells, ascending.
  void list(std::vector<world::CellIndex>& cells) const {
    cells.clear();
    const std::lock_guard lock(mutex_);
    workers_.for_each([&](world::CellIndex cell, std::uint32_t) { cells.push_back(cell); });
    std::ranges::sort(cells);
  }
  /// Removes the oldest requests, at most `count_max`, and appends their cells to `cells`.
  void dequeue_requests(std::size_t count_max, std::vector<world::CellIndex>& cells) {
    const std::lock_guard lock(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(count_max, requests_.size()));
    const auto end = requests_.begin() + count;
    for (auto cell = requests_.begin(); cell != end; ++cell) is_requested_.erase(*cell);
    cells.insert(cells.end(), requests_.begin(), end);
    requests_.erase(requests_.begin(), end);
  }

 private:
  mutable std::mutex mutex_;
  world::CellMap<std::uint32_t> workers_;  // how many workers throttle a cell
  world::CellMap<bool> is_requested_;
  std::vector<world::CellIndex> requests_;
};

}  // namespace madang::net
