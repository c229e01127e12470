// Maps of the editor Tiled: reads a file of its JSON format (.tmj). docs/maps.md says how to draw one.
//
// What is read: tile layers, groups of layers, tilesets in the map itself, and object layers. A tile is an
// obstacle if its property `obstacle` says so, or the property of its layer or group. Objects are for the
// game: where players and monsters appear, for example.
//
// A file is refused if it is broken, or beyond a limit, or needs another file. The error is one line for a
// person: it names the file, the layer and the object, and says what to do. No exception leaves this file.
// Pure functions, except that read_tiled_map() reads a file; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "madang/world/map.h"
#include "madang/world/position.h"

namespace madang::world {

/// What a file may ask for. A file at all limits takes about 1 GB while it is read, and 32 MB after that.
struct TiledLimits {
  std::size_t file_bytes_max = std::size_t{128} << 20;
  std::uint32_t side_max = 16'384;            ///< tiles
  std::uint32_t layers_max = 1'000;           ///< of all kinds, with those in groups
  std::uint32_t tilesets_max = 1'000;         ///< in one map
  std::uint32_t objects_max = 100'000;        ///< of all layers
  std::uint32_t group_depth_max = 16;         ///< groups within groups
  std::uint32_t json_depth_max = 64;          ///< brackets within brackets
  std::uint32_t json_values_max = 2'000'000;  ///< besides the numbers of tiles
};

/// A property that somebody has given to an object in Tiled.
struct MapProperty {
  std::string name;
  std::variant<std::string, std::int64_t, bool> value;
};

/// An object of an object layer.
struct MapObject {
  std::string layer;  ///< with its groups: "night/monsters"
  std::string name;
  std::string kind;         ///< Tiled calls it the class of the object, or its type
  Position position;        ///< its upper left corner in units, rounded down. It may be outside of the map.
  std::uint32_t width = 0;  ///< units, rounded down; 0 for a point
  std::uint32_t height = 0;
  std::vector<MapProperty> properties;

  /// Returns the value of a property; nothing if there is none of this name and type. `Value` is std::string,
  /// std::int64_t or bool.
  template <class Value>
  std::optional<Value> property(std::string_view property_name) const {
    for (const MapProperty& one : properties)
      if (one.name == property_name && std::holds_alternative<Value>(one.value))
        return std::get<Value>(one.value);
    return std::nullopt;
  }
};

/// Objects of this kind stand on the map, on a free tile. Others may stand anywhere.
inline constexpr std::string_view spawn_kind = "spawn";

struct TiledMap {
  Map map;
  std::vector<MapObject> objects;  ///< in the order of the file
};

/// Reads a file. `path` is UTF-8. Returns one line if it cannot be read. Precondition: `units_per_tile` is a
/// power of two (CHECK).
std::expected<TiledMap, std::string> read_tiled_map(const std::string& path, std::uint32_t units_per_tile,
                                                    const TiledLimits& limits = {});

/// Reads the text of a file. `file_name` is for the error. It has the same precondition.
std::expected<TiledMap, std::string> parse_tiled_map(std::string_view text, std::string_view file_name,
                                                     std::uint32_t units_per_tile,
                                                     const TiledLimits& limits = {});

}  // namespace madang::world
