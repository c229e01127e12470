// Cut, ZoneMap: how a world is cut into zones, rectangles of whole cells. Plain values; any thread.
//
// A cut of 4 x 2 has four zones in a row and two rows of them. Zones are numbered row by row. Their sides
// differ by one cell at most.
#pragma once

#include <cstdint>

#include "madang/world/cells.h"

namespace madang::world {

struct Cut {
  std::uint32_t columns = 1;
  std::uint32_t rows = 1;
  constexpr std::uint32_t zones() const { return columns * rows; }
  constexpr bool operator==(const Cut&) const = default;
};

class ZoneMap {
 public:
  /// `sight` in units: how far a rule may look over a border. Precondition: see WorldConfig::cut.
  constexpr ZoneMap(const Grid& grid, Cut cut, std::uint32_t sight)
      : grid_(grid), cut_(cut), sight_cells_((sight + grid.cell_size() - 1) / grid.cell_size()) {}

  constexpr std::uint32_t size() const { return cut_.zones(); }
  constexpr const Grid& grid() const { return grid_; }
  /// Returns the number of the zone that owns a cell.
  constexpr std::uint32_t owner(CellIndex cell) const {
    return zone_at(grid_.row(cell), cut_.rows, grid_.rows()) * cut_.columns +
           zone_at(grid_.column(cell), cut_.columns, grid_.columns());
  }
  /// Returns the cells that a zone owns.
  constexpr CellRect cells_of(std::uint32_t zone) const {
    const std::uint32_t column = zone % cut_.columns;
    const std::uint32_t row = zone / cut_.columns;
    const auto edge = [](std::uint32_t number, std::uint32_t zones, std::uint32_t cells) {
      return static_cast<std::uint16_t>(first_cell(number, zones, cells));
    };
    return {edge(column, cut_.columns, grid_.columns()), edge(row, cut_.rows, grid_.rows()),
            static_cast<std::uint16_t>(edge(column + 1, cut_.columns, grid_.columns()) - 1),
            static_cast<std::uint16_t>(edge(row + 1, cut_.rows, grid_.rows()) - 1)};
  }
  /// Returns whether the rules of a zone may look into a cell of another zone.
  constexpr bool sees(std::uint32_t zone, CellIndex cell) const {
    return !grid_.contains(cells_of(zone), cell) && is_within(cells_of(zone), cell, sight_cells_);
  }
  /// Returns the cells of a zone into which no other zone may look.
  constexpr CellRect inner_cells_of(std::uint32_t zone) const {
    const CellRect own = cells_of(zone);
    const auto sight = static_cast<std::int32_t>(sight_cells_);
    const std::int32_t x0 = own.x0 == 0 ? 0 : own.x0 + sight;
    const std::int32_t y0 = own.y0 == 0 ? 0 : own.y0 + sight;
    const std::int32_t x1 = own.x1 + 1u == grid_.columns() ? own.x1 : own.x1 - sight;
    const std::int32_t y1 = own.y1 + 1u == grid_.rows() ? own.y1 : own.y1 - sight;
    if (x0 > x1 || y0 > y1) return {};
    return {static_cast<std::uint16_t>(x0), static_cast<std::uint16_t>(y0), static_cast<std::uint16_t>(x1),
            static_cast<std::uint16_t>(y1)};
  }

 private:
  static constexpr std::uint32_t first_cell(std::uint32_t number, std::uint32_t zones, std::uint32_t cells) {
    return static_cast<std::uint32_t>(std::uint64_t{number} * cells / zones);
  }
  /// Returns the last zone whose first cell is not behind `cell`.
  static constexpr std::uint32_t zone_at(std::uint32_t cell, std::uint32_t zones, std::uint32_t cells) {
    auto zone = static_cast<std::uint32_t>(std::uint64_t{cell} * zones / cells);
    while (zone + 1 < zones && first_cell(zone + 1, zones, cells) <= cell) ++zone;
    return zone;
  }
  constexpr bool is_within(const CellRect& rect, CellIndex cell, std::uint32_t cells) const {
    const std::uint32_t column = grid_.column(cell);
    const std::uint32_t row = grid_.row(cell);
    return column + cells >= rect.x0 && column <= rect.x1 + cells && row + cells >= rect.y0 &&
           row <= rect.y1 + cells;
  }

  Grid grid_;
  Cut cut_;
  std::uint32_t sight_cells_;
};

}  // namespace madang::world
