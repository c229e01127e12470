// Map: which tiles of the ground are obstacles. Made from a seed, never changes; one bit a tile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "world/cells.h"
#include "world/position.h"

namespace madang::world {

class Map {
 public:
  /// The same arguments make the same map on every platform.
  Map(std::uint32_t width, std::uint32_t height, std::uint64_t seed, std::uint32_t obstacle_percent);

  std::uint32_t width() const { return width_; }
  std::uint32_t height() const { return height_; }
  std::uint64_t free_tile_count() const { return free_tile_count_; }

  /// Whether a piece may stand there. Outside of the map none may.
  bool is_free(Position position) const {
    return position.x < width_ && position.y < height_ && !bit(position.x, position.y);
  }
  /// Whether a piece that stands there can go anywhere.
  bool has_way_out(Position position) const;
  /// The first free tile from `start` on, row by row and round the end to the beginning.
  std::optional<Position> next_free_tile(Position start) const;

  /// How many bytes write_obstacles needs for a cell.
  static constexpr std::size_t obstacle_bytes(std::uint32_t cell_size) {
    return std::size_t{cell_size} * cell_size / 8;
  }
  /// A cell's obstacles as bits, row by row, the lowest bit of a byte first; 1 is an obstacle. Tiles beyond
  /// the edge of the map count as obstacles. `out` has obstacle_bytes(grid.cell_size()) bytes.
  void write_obstacles(const Grid& grid, CellIndex cell, std::span<std::byte> out) const;
  std::size_t memory_bytes() const { return words_.capacity() * sizeof(std::uint64_t); }

 private:
  static constexpr std::uint32_t word_bits = 64;
  bool bit(std::uint32_t x, std::uint32_t y) const {
    return words_[std::size_t{y} * words_a_row_ + x / word_bits] >> (x % word_bits) & 1;
  }
  std::uint64_t bits_from(std::uint32_t x, std::uint32_t y) const;

  std::uint32_t width_;
  std::uint32_t height_;
  std::uint32_t words_a_row_;
  std::uint64_t free_tile_count_ = 0;
  std::vector<std::uint64_t> words_;  // bits beyond the right edge are 1
};

}  // namespace madang::world
