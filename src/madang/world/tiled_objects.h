// The objects of a Tiled file: from pixels to positions of the world. Used by tiled_map.cpp.
//
// Faults are thrown as TiledFault, and parse_tiled_map() catches them. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "madang/world/tiled_json.h"
#include "madang/world/tiled_map.h"
#include "madang/world/tiled_tiles.h"

namespace madang::world {

/// How the pixels of a file become units of the world.
struct TiledScale {
  std::int64_t tile_width = 1;  ///< pixels
  std::int64_t tile_height = 1;
  std::int64_t left = 0;  ///< tiles, from Tiled's origin to the left edge of the map
  std::int64_t top = 0;
  std::uint32_t units_per_tile = 1;
};

class TiledObjects {
 public:
  /// It refers to its arguments.
  TiledObjects(const TiledScale& scale, const TiledTiles& tiles, const TiledLimits& limits)
      : scale_(scale), tiles_(tiles), limits_(limits) {}

  /// Adds the objects of an object layer. Objects of the kind "spawn" must stand on the map and be free.
  void read(const TiledNode& layer, const std::string& layer_name, TiledMap& into) const;

 private:
  MapObject read_object(const TiledNode& node, const std::string& layer_name) const;
  void place(const TiledNode& node, MapObject& object) const;
  MapProperty read_property(const TiledNode& object, const TiledJson& json) const;
  void check_spawn(const TiledNode& node, const MapObject& spawn, const Map& map) const;

  const TiledScale& scale_;
  const TiledTiles& tiles_;
  const TiledLimits& limits_;
};

}  // namespace madang::world
