// Map: which tiles are obstacles. Constant after it has been made. One bit a tile; any thread. Copies share
// the memory of the tiles.
//
// A map is empty, or made from a seed, or made from given obstacles. read_tiled_map() (world/tiled_map.h)
// makes one from a file of the map editor Tiled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "madang/world/cells.h"
#include "madang/world/position.h"

namespace madang::world {

class Map {
 public:
  /// Sizes in tiles. The same arguments make the same map on every platform.
  Map(std::uint32_t width, std::uint32_t height, std::uint64_t seed, std::uint32_t obstacle_percent);
  /// Returns a map without obstacles. Sizes in tiles.
  static Map empty(std::uint32_t width, std::uint32_t height);
  /// Returns a map of given obstacles: of the tiles for which `is_obstacle(x, y)` returns true. Calls it once
  /// for each tile, row by row. Sizes in tiles.
  template <class IsObstacle>
  static Map of(std::uint32_t width, std::uint32_t height, IsObstacle is_obstacle) {
    Map map(width, height);
    for (std::uint32_t y = 0; y < height; ++y)
      for (std::uint32_t x = 0; x < width; ++x)
        if (!is_obstacle(x, y)) map.make_free(x, y);
    return map;
  }

  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }
  std::uint64_t free_tile_count() const { return free_tile_count_; }

  /// Returns whether a piece may stand on this tile. A tile outside of the map is not free.
  bool is_free(Position position) const {
    const auto x = static_cast<std::uint32_t>(position.x);  // a negative number becomes a very large one
    const auto y = static_cast<std::uint32_t>(position.y);
    return x < width_ && y < height_ && !has_obstacle_bit(x, y);
  }
  /// Returns whether a piece on this tile can step to a neighbouring tile.
  bool has_way_out(Position position) const;
  /// Returns the first free tile from `start` on, row by row; behind the last tile the search goes on with
  /// the first one. Returns nothing if no tile is free.
  std::optional<Position> next_free_tile(Position start) const;

  /// Returns how many bytes write_obstacles() writes for a cell. `cell_size` in tiles.
  static constexpr std::size_t obstacle_bytes(std::uint32_t cell_size) {
    return (std::size_t{cell_size} * cell_size + 7) / 8;
  }
  /// Writes the obstacles of a cell as bits: row by row, the lowest bit of a byte first; 1 is an obstacle.
  /// Tiles beyond the edge of the map count as obstacles. Precondition: `out` has
  /// obstacle_bytes(grid.cell_size()) bytes (CHECK).
  void write_obstacles(const Grid& grid, CellIndex cell, std::span<std::byte> out) const;
  /// Returns all tiles as bits, for a hash: equal maps of one size have equal words.
  std::span<const std::uint64_t> words() const { return {words_.get(), word_count()}; }
  std::size_t memory_bytes() const { return words().size_bytes(); }

 private:
  static constexpr std::uint32_t word_bits = 64;

  Map(std::uint32_t width, std::uint32_t height);  // full of obstacles
  void make_free(std::uint32_t x, std::uint32_t y) {
    words_[std::size_t{y} * words_a_row_ + x / word_bits] &= ~(std::uint64_t{1} << (x % word_bits));
    ++free_tile_count_;
  }
  bool has_obstacle_bit(std::uint32_t x, std::uint32_t y) const {
    return words_[std::size_t{y} * words_a_row_ + x / word_bits] >> (x % word_bits) & 1;
  }
  std::size_t word_count() const { return std::size_t{words_a_row_} * height_; }
  std::uint64_t bits_from(std::uint32_t x, std::uint32_t y) const;

  std::uint32_t width_;
  std::uint32_t height_;
  std::uint32_t words_a_row_;
  std::uint64_t free_tile_count_ = 0;
  std::shared_ptr<std::uint64_t[]> words_;  // bits beyond the right edge are 1
};

}  // namespace madang::world
