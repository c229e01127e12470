#include "madang/world/tiled_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <exception>
#include <filesystem>
#include <fstream>
#include <new>
#include <system_error>

#include "madang/base/check.h"
#include "madang/base/text.h"
#include "madang/world/tiled_json.h"
#include "madang/world/tiled_objects.h"
#include "madang/world/tiled_tiles.h"
#include "madang/world/world_config.h"

namespace madang::world {
namespace {

constexpr std::int64_t tile_pixels_max = 1 << 16;  // of a side of a tile
constexpr std::int64_t chunk_place_max = 1 << 28;  // in tiles, from Tiled's origin

/// What a layer has from the groups around it.
struct Inherited {
  std::string group;             // "night/", or nothing
  std::optional<bool> obstacle;  // the property; nothing if no group has it
  bool is_moved = false;         // by an offset
  std::uint32_t depth = 0;
};

struct TiledLayer {
  TiledNode node;
  std::string name;  // with its groups
  std::optional<bool> obstacle;
  bool is_moved;
};

/// The rectangle of tiles that becomes the map, from Tiled's origin. Only that of an infinite map may begin
/// elsewhere than at 0.
struct TiledArea {
  std::int64_t left = 0;
  std::int64_t top = 0;
  std::int64_t right = 0;  // not included
  std::int64_t bottom = 0;

  std::int64_t width() const { return right - left; }
  std::int64_t height() const { return bottom - top; }
};

class TiledReader {
 public:
  TiledReader(const TiledJson& json, std::uint32_t units_per_tile, const TiledLimits& limits)
      : map_(json, ""), units_per_tile_(units_per_tile), limits_(limits) {}

  TiledMap read();

 private:
  void check_kind() const;
  void collect_layers(const TiledNode& parent, const Inherited& inherited);
  void collect_layer(const TiledJson& json, const Inherited& inherited);
  TiledArea find_area() const;
  TiledArea drawn_area() const;
  Map read_obstacles(const TiledArea& area, const TiledTiles& tiles) const;
  /// Calls visit(tile, x, y) for each tile of a layer that is not empty.
  template <class Visit>
  void for_each_tile(const TiledNode& layer, Visit visit) const;

  const TiledNode map_;
  const std::uint32_t units_per_tile_;
  const TiledLimits& limits_;
  std::uint32_t layer_count_ = 0;
  std::vector<TiledLayer> tile_layers_;
  std::vector<TiledLayer> object_layers_;
};

TiledMap TiledReader::read() {
  check_kind();
  const TiledTiles tiles(map_, limits_);
  collect_layers(map_, {});
  const TiledArea area = find_area();
  TiledMap result{read_obstacles(area, tiles), {}};
  const TiledScale scale{.tile_width = map_.number("tilewidth", 1, tile_pixels_max),
                         .tile_height = map_.number("tileheight", 1, tile_pixels_max),
                         .left = area.left,
                         .top = area.top,
                         .units_per_tile = units_per_tile_};
  const TiledObjects objects(scale, tiles, limits_);
  for (const TiledLayer& layer : object_layers_) objects.read(layer.node, layer.name, result);
  return result;
}

void TiledReader::check_kind() const {
  if (map_.text("type") != "map")
    map_.refuse("it is JSON, but not a map of Tiled; choose a map, not a tileset or a project");
  if (const std::string orientation = map_.text("orientation"); orientation != "orthogonal")
    map_.refuse(
        fmt::format("its orientation is {}; choose Map > Map Properties > Orientation > Orthogonal in Tiled",
                    in_quotes(orientation)));
}

void TiledReader::collect_layers(const TiledNode& parent, const Inherited& inherited) {
  for (const TiledJson& json : parent.array("layers")) collect_layer(json, inherited);
}

void TiledReader::collect_layer(const TiledJson& json, const Inherited& inherited) {
  if (++layer_count_ > limits_.layers_max)
    map_.refuse(fmt::format("it has more than {} layers; merge some", limits_.layers_max));
  const std::string name = inherited.group + TiledNode(json, "a layer").text("name");
  const TiledNode layer(json, "layer " + in_quotes(name));
  const std::string kind = layer.text("type");
  if (kind == "imagelayer") return;  // only for the eye

  std::optional<bool> obstacle = layer.flag_property("obstacle");
  if (!obstacle) obstacle = inherited.obstacle;
  const bool is_moved = inherited.is_moved || layer.real("offsetx") != 0 || layer.real("offsety") != 0;
  if (kind == "tilelayer") {
    tile_layers_.push_back({layer, name, obstacle, is_moved});
  } else if (kind == "objectgroup") {
    if (is_moved)
      layer.refuse(
          "it is moved by an offset; set the offset of the layer and its groups to 0, and move the objects");
    object_layers_.push_back({layer, name, obstacle, is_moved});
  } else if (kind == "group") {
    if (inherited.depth >= limits_.group_depth_max)
      layer.refuse(fmt::format("groups are nested more than {} deep; use fewer", limits_.group_depth_max));
    collect_layers(layer, {name + "/", obstacle, is_moved, inherited.depth + 1});
  } else {
    layer.refuse(
        fmt::format("its type {} is unknown; use tile layers, object layers and groups", in_quotes(kind)));
  }
}

TiledArea TiledReader::find_area() const {
  const TiledArea area = map_.flag("infinite")
                             ? drawn_area()
                             : TiledArea{.right = map_.number("width", 1, limits_.side_max),
                                         .bottom = map_.number("height", 1, limits_.side_max)};
  if (std::max(area.width(), area.height()) > limits_.side_max)
    map_.refuse(fmt::format(
        "its tiles lie on an area of {} x {}, but a side has at most {} tiles; move them nearer to "
        "each other",
        area.width(), area.height(), limits_.side_max));
  if (std::max(area.width(), area.height()) * units_per_tile_ > WorldConfig::side_max)
    map_.refuse(fmt::format(
        "it has {} x {} tiles of {} units, but a side has at most 2^31 - 2^16 units; use fewer tiles",
        area.width(), area.height(), units_per_tile_));
  return area;
}

/// Returns the smallest rectangle around all tiles of an infinite map.
TiledArea TiledReader::drawn_area() const {
  TiledArea area{.left = INT64_MAX, .top = INT64_MAX, .right = INT64_MIN, .bottom = INT64_MIN};
  for (const TiledLayer& layer : tile_layers_)
    for_each_tile(layer.node, [&](std::uint32_t, std::int64_t x, std::int64_t y) {
      area = {std::min(area.left, x), std::min(area.top, y), std::max(area.right, x + 1),
              std::max(area.bottom, y + 1)};
    });
  if (area.left == INT64_MAX) map_.refuse("it is infinite and has no tile; draw one, or make it finite");
  return area;
}

Map TiledReader::read_obstacles(const TiledArea& area, const TiledTiles& tiles) const {
  const auto width = static_cast<std::size_t>(area.width());
  const auto height = static_cast<std::size_t>(area.height());
  std::vector<bool> obstacles;  // empty until one is found, so that a broken file takes no memory
  for (const TiledLayer& layer : tile_layers_) {
    if (!map_.flag("infinite") && (layer.node.number("width", 0, INT32_MAX) != area.width() ||
                                   layer.node.number("height", 0, INT32_MAX) != area.height()))
      layer.node.refuse("its size is not that of the map; save the map in Tiled again");
    std::uint32_t known_tile = 0;  // many tiles are like the one before
    bool is_known_obstacle = false;
    for_each_tile(layer.node, [&](std::uint32_t tile, std::int64_t x, std::int64_t y) {
      if (tile != known_tile) {
        const std::optional<bool> by_tile = tiles.is_obstacle(tile);
        if (!by_tile)
          layer.node.refuse(
              fmt::format("tile {}, {} has the number {}, which no tileset has; draw it again", x, y, tile));
        known_tile = tile;
        is_known_obstacle = layer.obstacle.value_or(*by_tile);
      }
      if (!is_known_obstacle) return;
      if (layer.is_moved)
        layer.node.refuse(
            "it has obstacles and is moved by an offset; set the offset of the layer and its groups to 0");
      if (obstacles.empty()) obstacles.resize(width * height);
      obstacles[static_cast<std::size_t>(y - area.top) * width + static_cast<std::size_t>(x - area.left)] =
          true;
    });
  }
  return Map::of(
      static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height),
      [&](std::uint32_t x, std::uint32_t y) { return !obstacles.empty() && obstacles[y * width + x]; });
}

template <class Visit>
void TiledReader::for_each_tile(const TiledNode& layer, Visit visit) const {
  const auto visit_rect = [&](const TiledNode& rect, std::int64_t left, std::int64_t top) {
    TileRect(rect, layer, limits_.side_max)
        .for_each([&](std::int64_t column, std::int64_t row, std::uint32_t tile) {
          visit(tile, left + column, top + row);
        });
  };
  if (!map_.flag("infinite")) return visit_rect(layer, 0, 0);
  for (const TiledJson& json : layer.array("chunks")) {
    const TiledNode chunk(json, layer.place() + ", a chunk");
    visit_rect(chunk, chunk.number("x", -chunk_place_max, chunk_place_max),
               chunk.number("y", -chunk_place_max, chunk_place_max));
  }
}

TiledFault too_large(const TiledLimits& limits) {
  return TiledFault(
      fmt::format("it has more than {} bytes; use fewer layers, or a smaller map", limits.file_bytes_max));
}

std::string text_of_file(const std::string& path, const TiledLimits& limits) {
  // A path made from plain chars would be read in the code page of Windows, and not as UTF-8.
  const std::filesystem::path file(std::u8string(path.begin(), path.end()));
  std::error_code error;
  if (!std::filesystem::exists(file, error)) throw TiledFault("there is no such file; check the path");
  if (!std::filesystem::is_regular_file(file, error))
    throw TiledFault("it is not a file; give the path of a .tmj file");
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > limits.file_bytes_max) throw too_large(limits);
  std::string text(error ? 0 : static_cast<std::size_t>(size), '\0');
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream.read(text.data(), static_cast<std::streamsize>(text.size())))
    throw TiledFault("it cannot be read; check the permissions of the file");
  return text;
}

TiledMap parse(std::string_view text, std::uint32_t units_per_tile, const TiledLimits& limits) {
  if (text.size() > limits.file_bytes_max) throw too_large(limits);
  if (text.starts_with("<"))
    throw TiledFault(
        "it is XML (.tmx); choose File > Save As in Tiled, and the type \"JSON map files\" (.tmj)");
  return TiledReader(parse_tiled_json(text, limits), units_per_tile, limits).read();
}

/// Calls `read`. Returns its result, or the line for what it throws.
template <class Read>
std::expected<TiledMap, std::string> without_exceptions(std::string_view file_name, Read read) {
  const auto refused = [&](std::string_view why) {
    return std::unexpected(fmt::format("{}: {}", madang::shown(file_name), why));
  };
  try {
    return read();
  } catch (const TiledFault& fault) {
    return refused(fault.what());
  } catch (const std::bad_alloc&) {
    return refused("the system has no memory for it; use a smaller map");
  } catch (const std::exception& error) {  // of a library: of the file system, for example
    return refused(fmt::format("it cannot be read ({}); check the path, and save the map in Tiled again",
                               madang::shown(error.what())));
  }
}

}  // namespace

std::expected<TiledMap, std::string> read_tiled_map(const std::string& path, std::uint32_t units_per_tile,
                                                    const TiledLimits& limits) {
  MADANG_CHECK(std::has_single_bit(units_per_tile), "{} units per tile", units_per_tile);
  return without_exceptions(path, [&] { return parse(text_of_file(path, limits), units_per_tile, limits); });
}

std::expected<TiledMap, std::string> parse_tiled_map(std::string_view text, std::string_view file_name,
                                                     std::uint32_t units_per_tile,
                                                     const TiledLimits& limits) {
  MADANG_CHECK(std::has_single_bit(units_per_tile), "{} units per tile", units_per_tile);
  return without_exceptions(file_name, [&] { return parse(text, units_per_tile, limits); });
}

}  // namespace madang::world
