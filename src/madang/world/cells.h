// Grid, CellIndex, CellRect: the square cells of a map. Plain values; any thread.
//
// The cell is the unit of interest, of encoding and of fan-out.
#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstdint>

#include "madang/wire/table.h"
#include "madang/world/position.h"

namespace madang::world {

/// The number of a cell. Cells are numbered from 0, row by row.
struct CellIndex {
  std::uint32_t value = 0;
  constexpr auto operator<=>(const CellIndex&) const = default;
};

/// A rectangle of cells, from column x0 to column x1 and from row y0 to row y1, all included. The default
/// rectangle is empty.
struct CellRect {
  std::uint16_t x0 = 1;
  std::uint16_t y0 = 1;
  std::uint16_t x1 = 0;
  std::uint16_t y1 = 0;

  constexpr bool empty() const { return x0 > x1 || y0 > y1; }
  constexpr bool contains(std::uint32_t column, std::uint32_t row) const {
    return column >= x0 && column <= x1 && row >= y0 && row <= y1;
  }
  constexpr bool operator==(const CellRect&) const = default;
  /// Returns whether it has each cell of another one.
  constexpr bool includes(const CellRect& other) const {
    return other.empty() || (contains(other.x0, other.y0) && contains(other.x1, other.y1));
  }
  /// Returns the cells that both have.
  constexpr CellRect shared_with(const CellRect& other) const {
    return {std::max(x0, other.x0), std::max(y0, other.y0), std::min(x1, other.x1), std::min(y1, other.y1)};
  }

  static constexpr auto table = wire::record(
      "CellRect", "A rectangle of cells.", wire::field("x0", &CellRect::x0, "the left column"),
      wire::field("y0", &CellRect::y0, "the upper row"), wire::field("x1", &CellRect::x1, "the right column"),
      wire::field("y1", &CellRect::y1, "the lower row"));
};

class Grid {
 public:
  /// Sizes in tiles. Precondition: `cell_size` is a power of two.
  constexpr Grid(std::uint32_t width, std::uint32_t height, std::uint32_t cell_size)
      : width_(width),
        height_(height),
        shift_(static_cast<std::uint32_t>(std::countr_zero(cell_size))),
        columns_((width + cell_size - 1) >> shift_),
        rows_((height + cell_size - 1) >> shift_) {}

  constexpr std::uint32_t width() const { return width_; }
  constexpr std::uint32_t height() const { return height_; }
  constexpr std::uint32_t cell_size() const { return 1u << shift_; }
  constexpr std::uint32_t columns() const { return columns_; }
  constexpr std::uint32_t rows() const { return rows_; }
  constexpr std::uint32_t cell_count() const { return columns_ * rows_; }

  /// Returns the column of the cell at the tile's x, or its row at the tile's y.
  constexpr std::uint32_t cell_coordinate(std::uint32_t tile_coordinate) const {
    return tile_coordinate >> shift_;
  }
  constexpr CellIndex at(std::uint32_t column, std::uint32_t row) const { return {row * columns_ + column}; }
  constexpr CellIndex cell_of(Position position) const {
    return at(cell_coordinate(static_cast<std::uint32_t>(position.x)),
              cell_coordinate(static_cast<std::uint32_t>(position.y)));
  }
  constexpr std::uint32_t column(CellIndex cell) const { return cell.value % columns_; }
  constexpr std::uint32_t row(CellIndex cell) const { return cell.value / columns_; }
  constexpr bool contains(const CellRect& rect, CellIndex cell) const {
    return rect.contains(column(cell), row(cell));
  }
  /// Returns the distance of two cells, in cells: 1 for each of the eight neighbours.
  constexpr std::uint32_t distance(CellIndex a, CellIndex b) const {
    const auto apart = [](std::uint32_t x, std::uint32_t y) { return x > y ? x - y : y - x; };
    return std::max(apart(column(a), column(b)), apart(row(a), row(b)));
  }
  /// Returns the upper left tile of a cell.
  constexpr Position origin(CellIndex cell) const {
    return {static_cast<std::int32_t>(column(cell) << shift_),
            static_cast<std::int32_t>(row(cell) << shift_)};
  }

  /// Calls visit(CellIndex) for each cell of `rect`, in ascending order.
  template <class Visit>
  constexpr void for_each(const CellRect& rect, Visit visit) const {
    for (std::uint32_t row = rect.y0; row <= rect.y1; ++row)
      for (std::uint32_t column = rect.x0; column <= rect.x1; ++column) visit(at(column, row));
  }

  /// Calls visit(CellIndex) for each cell of `rect` that is not in `without`, in ascending order. If the area
  /// of interest changes, the cells to forget are for_each_without(before, now), and the cells to begin are
  /// for_each_without(now, before).
  template <class Visit>
  constexpr void for_each_without(const CellRect& rect, const CellRect& without, Visit visit) const {
    for (std::uint32_t row = rect.y0; row <= rect.y1; ++row)
      for (std::uint32_t column = rect.x0; column <= rect.x1; ++column)
        if (!without.contains(column, row)) visit(at(column, row));
  }

 private:
  std::uint32_t width_;
  std::uint32_t height_;
  std::uint32_t shift_;
  std::uint32_t columns_;
  std::uint32_t rows_;
};

}  // namespace madang::world
