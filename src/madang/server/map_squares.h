// MapSquares: divides the map into squares of whole cells, for the operator's page. A side of the map has at
// most `side_max` squares. A plain value.
#pragma once

#include <algorithm>
#include <cstdint>

#include "madang/world/cells.h"

namespace madang::server {

class MapSquares {
 public:
  static constexpr std::uint32_t side_max = 128;

  explicit MapSquares(const world::Grid& grid) {
    const std::uint32_t cells = std::max(grid.width(), grid.height()) / grid.cell_size() + 1;
    tiles_ = grid.cell_size() * ((cells + side_max - 1) / side_max);
    columns_ = (grid.width() + tiles_ - 1) / tiles_;
    rows_ = (grid.height() + tiles_ - 1) / tiles_;
  }
  /// Returns the side of a square, in tiles.
  std::uint32_t tiles() const { return tiles_; }
  std::uint32_t columns() const { return columns_; }
  std::uint32_t rows() const { return rows_; }
  /// Returns the number of the square that contains `position`.
  std::uint32_t of(world::Position position) const {
    return static_cast<std::uint32_t>(position.y) / tiles_ * columns_ +
           static_cast<std::uint32_t>(position.x) / tiles_;
  }

 private:
  std::uint32_t tiles_ = 0;
  std::uint32_t columns_ = 0;
  std::uint32_t rows_ = 0;
};

}  // namespace madang::server
