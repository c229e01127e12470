// The tiles of a Tiled file: which numbers are obstacles, and the numbers of a layer. Used by tiled_map.cpp.
//
// Faults are thrown as TiledFault, and parse_tiled_map() catches them. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "madang/world/tiled_json.h"

namespace madang::world {

/// A number of a tile. The four bits above say that it is flipped or rotated.
inline constexpr std::uint32_t tile_mask = 0x0fffffff;

/// The tilesets of a map. A number of a tile is unique in the map; 0 is no tile.
class TiledTiles {
 public:
  TiledTiles(const TiledNode& map, const TiledLimits& limits);

  /// Returns whether the property of a tile makes it an obstacle; nothing if no tileset has the tile.
  std::optional<bool> is_obstacle(std::uint32_t tile) const;
  /// Returns where an object with this tile stands on its position. Tiled says "unspecified" for the default,
  /// the lower left corner.
  std::string object_alignment(std::uint32_t tile) const;

 private:
  struct Tileset {
    std::uint32_t first;
    std::uint32_t end;
    std::string object_alignment;
  };
  void read(const TiledNode& tileset);
  const Tileset* tileset_of(std::uint32_t tile) const;

  std::vector<Tileset> tilesets_;         // in ascending order
  std::vector<std::uint32_t> obstacles_;  // in ascending order
};

/// A rectangle of tiles, row by row: a layer, or a chunk of one.
class TileRect {
 public:
  /// Reads width, height and data of `rect`. `layer` has the encoding. It refers to the JSON, or to its own
  /// bytes.
  TileRect(const TiledNode& rect, const TiledNode& layer, std::uint32_t side_max);

  std::int64_t width() const { return width_; }
  std::int64_t height() const { return height_; }
  /// Calls visit(column, row, tile) for each tile that is not empty, row by row. Columns and rows count from
  /// the rectangle's own corner.
  template <class Visit>
  void for_each(Visit visit) const {
    const std::span<const std::uint8_t> bytes = shared_ ? std::span(*shared_) : std::span(own_);
    std::size_t at = 0;
    for (std::int64_t row = 0; row < height_; ++row)
      for (std::int64_t column = 0; column < width_; ++column, at += 4) {
        const std::uint32_t number = bytes[at] | std::uint32_t{bytes[at + 1]} << 8 |
                                     std::uint32_t{bytes[at + 2]} << 16 | std::uint32_t{bytes[at + 3]} << 24;
        if (const std::uint32_t tile = number & tile_mask; tile != 0) visit(column, row, tile);
      }
  }

 private:
  std::int64_t width_;
  std::int64_t height_;
  const std::vector<std::uint8_t>* shared_ = nullptr;
  std::vector<std::uint8_t> own_;
};

}  // namespace madang::world
