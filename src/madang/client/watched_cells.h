// WatchedCells: the cells that a client watches: their obstacles, and whether their steps are suppressed.
//
// One client watches about a dozen cells, so a look-up visits all of them. Part of a view; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/session_packets.h"
#include "madang/world/position.h"

namespace madang::client {

/// A cell of the map, by its column and its row.
struct Cell {
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  bool operator==(const Cell&) const = default;
};

enum class Tile : std::uint8_t { unknown, free, obstacle };

struct WatchedCell {
  Cell cell;
  std::uint16_t alias_end = 0;  ///< each entity that has entered the cell since its begin has a lower alias
  bool is_throttled = false;    ///< its steps are suppressed
};

class WatchedCells {
 public:
  /// Takes the sizes of the map and of a cell. Called once, before all others.
  void set_up(const wire::Welcome& welcome);

  std::size_t size() const { return cells_.size(); }
  /// Returns the number of cells whose steps are suppressed.
  std::size_t throttled_count() const;
  /// Returns null if the client does not watch the cell. Valid until the next add() or remove().
  WatchedCell* find(Cell cell) {
    if (last_found_ < cells_.size() && cells_[last_found_].cell == cell) return &cells_[last_found_];
    return find_in_all(cell);
  }
  const WatchedCell* find(Cell cell) const { return const_cast<WatchedCells*>(this)->find(cell); }
  bool contains(Cell cell) const { return find(cell) != nullptr; }
  /// Returns whether the client watches all cells of the map within `distance` units, along both axes.
  bool contain_all_within(world::Position position, std::uint32_t distance) const;
  Cell cell_of(world::Position position) const;
  /// Returns where a position within a cell is on the map.
  world::Position position_of(Cell cell, std::uint16_t x, std::uint16_t y) const {
    return {static_cast<std::int32_t>(cell.x * cell_size_ + x),
            static_cast<std::int32_t>(cell.y * cell_size_ + y)};
  }
  /// Returns whether this is a position within a cell, and on the map.
  bool is_within(Cell cell, std::uint32_t x, std::uint32_t y) const {
    return x < cell_size_ && y < cell_size_ && std::uint64_t{cell.x} * cell_size_ + x < map_width_ &&
           std::uint64_t{cell.y} * cell_size_ + y < map_height_;
  }

  /// Returns what is known of a tile. Counts in tiles. Tiles beyond the edges of the map are obstacles.
  Tile tile(std::int64_t x, std::int64_t y) const;
  /// Returns what is known of the tile at a position. Counts in units.
  Tile tile_at(world::Position position) const;
  /// Returns whether there is an obstacle at a position within a cell. Preconditions: the cell is one of
  /// these; is_within(cell, x, y).
  bool is_obstacle(const WatchedCell& cell, std::uint32_t x, std::uint32_t y) const {
    return is_obstacle_tile(cell, x >> tile_shift_, y >> tile_shift_);
  }

  /// Returns the number of bytes in which the obstacles of a cell are.
  std::size_t obstacle_bytes() const { return obstacle_bytes_; }
  /// Adds a cell, or takes the obstacles of a cell that is here already. Precondition: `obstacles` has
  /// obstacle_bytes() bytes (CHECK).
  void add(Cell cell, Bytes obstacles);
  /// Precondition: the cell is one of these.
  void remove(const WatchedCell& cell);
  /// Begins to fetch the memory of the cells.
  [[gnu::always_inline]] inline void prefetch() const {
    const auto fetch = [](const auto& values) {
      constexpr std::size_t line = 64 / sizeof values[0];
      for (std::size_t i = 0; i < values.size(); i += line) __builtin_prefetch(&values[i]);
    };
    fetch(cells_);
    fetch(obstacles_);
  }
  /// Returns how many bytes are allocated.
  std::size_t memory_bytes() const { return cells_.capacity() * sizeof(WatchedCell) + obstacles_.capacity(); }

 private:
  WatchedCell* find_in_all(Cell cell);
  std::size_t index_of(const WatchedCell& cell) const {
    return static_cast<std::size_t>(&cell - cells_.data());
  }
  bool is_obstacle_tile(const WatchedCell& cell, std::size_t x, std::size_t y) const {
    const std::size_t bit = (y << cell_shift_) + x;
    const auto byte = std::to_integer<unsigned>(obstacles_[index_of(cell) * obstacle_bytes_ + bit / 8]);
    return (byte >> (bit % 8) & 1) != 0;
  }

  std::uint32_t map_width_ = 0;  // units
  std::uint32_t map_height_ = 0;
  std::uint32_t cell_size_ = 1;
  std::uint32_t tile_shift_ = 0;    // a tile has 2^tile_shift_ units a side
  std::uint32_t cell_shift_ = 0;    // a cell has 2^cell_shift_ tiles a side
  std::size_t obstacle_bytes_ = 0;  // of one cell
  std::size_t last_found_ = 0;      // one packet asks for one cell many times
  std::vector<WatchedCell> cells_;
  std::vector<std::byte> obstacles_;  // of the cells, in the same order
};

}  // namespace madang::client
