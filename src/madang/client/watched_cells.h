// WatchedCells: the cells that a client watches: their obstacles, and whether their steps are suppressed.
//
// One client watches about a dozen cells, so a look-up visits all of them. Part of a view; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "madang/base/bytes.h"
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

class WatchedCells {
 public:
  /// Takes the sizes of the map and of a cell. Called once, before all others.
  void set_up(const wire::Welcome& welcome);

  std::size_t size() const { return cells_.size(); }
  /// Returns the number of cells whose steps are suppressed.
  std::size_t throttled_count() const;
  bool contains(Cell cell) const { return index_of(cell).has_value(); }
  /// Returns whether the client watches all cells of the map within `distance` units, along both axes.
  bool contain_all_within(world::Position position, std::uint32_t distance) const;
  Cell cell_of(world::Position position) const;
  /// Returns what is known of a tile. Counts in tiles. Tiles beyond the edges of the map are obstacles.
  Tile tile(std::int64_t x, std::int64_t y) const;
  /// Returns what is known of the tile at a position. Counts in units.
  Tile tile_at(world::Position position) const;

  /// Returns the number of bytes in which the obstacles of a cell are.
  std::size_t obstacle_bytes() const { return obstacle_bytes_; }
  /// Adds a cell, or takes the obstacles of a cell that is here already. Precondition: `obstacles` has
  /// obstacle_bytes() bytes (CHECK).
  void add(Cell cell, Bytes obstacles);
  /// Returns whether the cell was here.
  bool remove(Cell cell);
  bool is_throttled(Cell cell) const;
  /// Precondition: the cell is here (CHECK).
  void set_throttled(Cell cell, bool is_throttled);
  /// Returns how many bytes are allocated.
  std::size_t memory_bytes() const { return cells_.capacity() * sizeof(Watched) + obstacles_.capacity(); }

 private:
  struct Watched {
    Cell cell;
    bool is_throttled = false;
  };
  std::optional<std::size_t> index_of(Cell cell) const;

  std::uint32_t cell_size_ = 1;  // units
  std::uint32_t units_per_tile_ = 1;
  std::int64_t tiles_across_ = 0;  // of the map
  std::int64_t tiles_down_ = 0;
  std::size_t obstacle_bytes_ = 0;  // of one cell
  std::uint32_t tile_shift_ = 0;    // a tile has 2^tile_shift_ units a side
  std::uint32_t cell_shift_ = 0;    // a cell has 2^cell_shift_ tiles a side
  std::vector<Watched> cells_;
  mutable std::size_t last_found_ = 0;  // one packet asks for one cell many times
  std::vector<std::byte> obstacles_;    // of the cells, in the same order
};

}  // namespace madang::client
