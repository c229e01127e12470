// MapSquares: divides the map into squares of whole cells, for the operator's page. A side of the map has at
// most `side_max` squares. A plain value.
#pragma once

#include <algorithm>
#include <cstdint>

#include "board/position.h"
#include "board/zone_config.h"

namespace madang::app {

class MapSquares {
 public:
  static constexpr std::uint32_t side_max = 128;

  explicit MapSquares(const board::ZoneConfig& zone) {
    const std::uint32_t cells = std::max(zone.width, zone.height) / zone.cell_size + 1;
    tiles_ = zone.cell_size * ((cells + side_max - 1) / side_max);
    columns_ = (zone.width + tiles_ - 1) / tiles_;
    rows_ = (zone.height + tiles_ - 1) / tiles_;
  }
  /// Returns the side of a square, in tiles.
  std::uint32_t tiles() const { return tiles_; }
  std::uint32_t columns() const { return columns_; }
  std::uint32_t rows() const { return rows_; }
  /// Returns the number of the square that contains `position`.
  std::uint32_t of(board::Position position) const {
    return position.y / tiles_ * columns_ + position.x / tiles_;
  }

 private:
  std::uint32_t tiles_ = 0;
  std::uint32_t columns_ = 0;
  std::uint32_t rows_ = 0;
};

}  // namespace madang::app
