#include "madang/world/tiled_objects.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace madang::world {
namespace {

constexpr std::int64_t id_max = std::numeric_limits<std::int32_t>::max();
constexpr double position_max = std::numeric_limits<std::int32_t>::max();

TiledNode object_node(const TiledNode& layer, const TiledJson& json) {
  const TiledNode any(json, layer.place() + ", an object");
  const std::int64_t id = any.number("id", 0, id_max);
  const std::string name = any.text("name");
  const std::string place =
      name.empty() ? fmt::format("object {}", id) : fmt::format("object {} ({})", in_quotes(name), id);
  return TiledNode(json, fmt::format("{}, {}", layer.place(), place));
}

/// Returns which part of a tile object's size lies left of its position, or above it.
struct Anchor {
  double x = 0;
  double y = 1;  // by default the position is the lower left corner
};
Anchor anchor_of(std::string_view alignment) {
  if (alignment.empty() || alignment == "unspecified") return {};
  Anchor anchor{.x = 0.5, .y = 0.5};
  if (alignment.ends_with("left")) anchor.x = 0;
  if (alignment.ends_with("right")) anchor.x = 1;
  if (alignment.starts_with("top")) anchor.y = 0;
  if (alignment.starts_with("bottom")) anchor.y = 1;
  return anchor;
}

}  // namespace

void TiledObjects::read(const TiledNode& layer, const std::string& layer_name, TiledMap& into) const {
  const TiledJson& all = layer.array("objects");
  if (into.objects.size() + all.size() > limits_.objects_max)
    layer.refuse(fmt::format("the map has more than {} objects; use fewer", limits_.objects_max));
  for (const TiledJson& json : all) {
    const TiledNode node = object_node(layer, json);
    MapObject object = read_object(node, layer_name);
    if (object.kind == spawn_kind) check_spawn(node, object, into.map);
    into.objects.push_back(std::move(object));
  }
}

MapObject TiledObjects::read_object(const TiledNode& node, const std::string& layer_name) const {
  if (node.find("template"))
    node.refuse(
        "it is made from a template, which is a file of its own; choose \"Detach\" for it in Tiled, and save "
        "again");
  MapObject object;
  object.layer = layer_name;
  object.name = node.text("name");
  object.kind = node.text("type");
  if (object.kind.empty()) object.kind = node.text("class");  // Tiled 1.9 writes this name
  place(node, object);
  for (const TiledJson& json : node.array("properties"))
    object.properties.push_back(read_property(node, json));
  return object;
}

void TiledObjects::place(const TiledNode& node, MapObject& object) const {
  double x = node.real("x");
  double y = node.real("y");
  const double width = node.real("width");
  const double height = node.real("height");
  if (node.find("gid")) {
    const auto tile =
        static_cast<std::uint32_t>(node.number("gid", 0, std::numeric_limits<std::uint32_t>::max()));
    const Anchor anchor = anchor_of(tiles_.object_alignment(tile & tile_mask));
    x -= anchor.x * width;
    y -= anchor.y * height;
  }
  // units_per_tile is a power of two. So the product is exact, and the result the same on every platform.
  const auto units_of = [&](double pixels, std::int64_t tile_pixels, std::int64_t first_tile) {
    const double units = std::floor(pixels * scale_.units_per_tile / static_cast<double>(tile_pixels)) -
                         static_cast<double>(first_tile * scale_.units_per_tile);
    if (!(units >= -position_max && units <= position_max))
      node.refuse("it lies or reaches too far from the map; move it nearer");
    return static_cast<std::int32_t>(units);
  };
  object.position = {units_of(x, scale_.tile_width, scale_.left),
                     units_of(y, scale_.tile_height, scale_.top)};
  if (width < 0 || height < 0) node.refuse("its size is negative; draw it again");
  object.width = static_cast<std::uint32_t>(units_of(width, scale_.tile_width, 0));
  object.height = static_cast<std::uint32_t>(units_of(height, scale_.tile_height, 0));
}

MapProperty TiledObjects::read_property(const TiledNode& object, const TiledJson& json) const {
  const TiledNode property(json, object.place() + ", a property");
  const std::string name = property.text("name");
  const auto refuse = [&] {
    object.refuse(fmt::format(
        "its property {} is not a string, an int or a bool; remove it, or change its type", in_quotes(name)));
  };
  const TiledJson* value = property.find("value");
  // Tiled writes a float without a fraction like an int.
  if (!value || property.text("type") == "float") refuse();
  if (value->is_boolean()) return {name, value->get<bool>()};
  if (value->is_string()) return {name, value->get<std::string>()};
  if (!value->is_number_integer()) refuse();
  return {name, property.number("value", std::numeric_limits<std::int64_t>::min(),
                                std::numeric_limits<std::int64_t>::max())};
}

void TiledObjects::check_spawn(const TiledNode& node, const MapObject& spawn, const Map& map) const {
  const std::int64_t units = scale_.units_per_tile;
  const auto is_inside = [&](std::int64_t first, std::int64_t size, std::uint32_t tiles) {
    return first >= 0 && first < tiles * units && first + size <= tiles * units;
  };
  const Position at = spawn.position;
  if (!is_inside(at.x, spawn.width, map.width()) || !is_inside(at.y, spawn.height, map.height()))
    node.refuse(
        "nobody can appear there, because it lies or reaches outside of the map; move it onto a free tile");
  const Position tile{static_cast<std::int32_t>(at.x / units), static_cast<std::int32_t>(at.y / units)};
  if (!map.is_free(tile))
    node.refuse(fmt::format(
        "nobody can appear there, because tile {}, {} of the map is an obstacle; move it onto a free tile",
        tile.x, tile.y));
}

}  // namespace madang::world
