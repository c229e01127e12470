// ThinnedCells: for how many sessions the steps in each cell are held back. The gateways count, each on its
// worker's thread; whoever encodes the ticks asks, to know in which cells positions must be told again.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "world/cells.h"

namespace madang::net {

class ThinnedCells {
 public:
  explicit ThinnedCells(std::uint32_t cell_count) : sessions_(cell_count) {}

  void add(world::CellIndex cell) { change(cell, 1); }
  void remove(world::CellIndex cell) { change(cell, -1); }

  bool any() const { return total_.load(std::memory_order_relaxed) > 0; }
  std::uint32_t count() const {
    if (!any()) return 0;
    return static_cast<std::uint32_t>(std::ranges::count_if(
        sessions_, [](const auto& sessions) { return sessions.load(std::memory_order_relaxed) > 0; }));
  }
  bool any(world::CellIndex cell) const { return sessions_[cell.value].load(std::memory_order_relaxed) > 0; }

 private:
  void change(world::CellIndex cell, std::int32_t by) {
    sessions_[cell.value].fetch_add(by, std::memory_order_relaxed);
    total_.fetch_add(by, std::memory_order_relaxed);
  }

  std::vector<std::atomic<std::int32_t>> sessions_;  // by cell
  std::atomic<std::int64_t> total_{0};
};

}  // namespace madang::net
