#include "madang/world/interest.h"

#include <algorithm>

namespace madang::world {
namespace {

struct Range {
  std::uint16_t low;
  std::uint16_t high;
};

/// Returns the range of cells to watch along one axis. `at` is the coordinate, `tiles` the size of the map,
/// `before` the range that was watched until now; null at first.
Range watch_axis(const Grid& grid, std::uint32_t tiles, InterestRadii radii, std::uint32_t at,
                 const Range* before) {
  const auto cell_below = [&](std::uint32_t radius) {
    return static_cast<std::uint16_t>(grid.cell_coordinate(at > radius ? at - radius : 0));
  };
  const auto cell_above = [&](std::uint32_t radius) {
    return static_cast<std::uint16_t>(grid.cell_coordinate(std::min(at + radius, tiles - 1)));
  };
  if (!before) return {cell_below(radii.view), cell_above(radii.view)};
  return {std::clamp(before->low, cell_below(radii.leave), cell_below(radii.view)),
          std::clamp(before->high, cell_above(radii.view), cell_above(radii.leave))};
}

}  // namespace

CellRect watch_from(const Grid& grid, InterestRadii radii, Position position, const CellRect& before) {
  const Range columns_before{before.x0, before.x1};
  const Range rows_before{before.y0, before.y1};
  const bool first = before.empty();
  const Range columns = watch_axis(grid, grid.width(), radii, static_cast<std::uint32_t>(position.x),
                                   first ? nullptr : &columns_before);
  const Range rows = watch_axis(grid, grid.height(), radii, static_cast<std::uint32_t>(position.y),
                                first ? nullptr : &rows_before);
  return {columns.low, rows.low, columns.high, rows.high};
}

}  // namespace madang::world
