#include "madang/world/tiled_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace madang::world {
namespace {

constexpr std::uint8_t no_sextet = 64;

constexpr auto sextets = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_sextet);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

/// Decodes exactly `size` bytes. Returns nothing if the text stands for another number of bytes, or is not
/// base64.
std::optional<std::vector<std::uint8_t>> decode_base64(std::string_view text, std::size_t size) {
  if (text.size() != (size + 2) / 3 * 4) return std::nullopt;
  const std::size_t letters = (size * 8 + 5) / 6;
  if (text.substr(letters) != std::string_view("==").substr(0, text.size() - letters)) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(size);
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const char letter : text.substr(0, letters)) {
    const std::uint8_t sextet = sextets[static_cast<unsigned char>(letter)];
    if (sextet == no_sextet) return std::nullopt;
    bits = bits << 6 | sextet;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> bit_count));
  }
  return bytes;
}

}  // namespace

TiledTiles::TiledTiles(const TiledNode& map, const TiledLimits& limits) {
  const TiledJson& all = map.array("tilesets");
  if (all.size() > limits.tilesets_max)
    map.refuse(
        fmt::format("it has more than {} tilesets; remove those that are not used", limits.tilesets_max));
  for (const TiledJson& json : all) {
    const TiledNode tileset(json, "a tileset");
    read(TiledNode(json, "tileset " + in_quotes(tileset.text(tileset.find("name") ? "name" : "source"))));
  }
  std::ranges::sort(obstacles_);
}

void TiledTiles::read(const TiledNode& tileset) {
  if (tileset.find("source"))
    tileset.refuse(
        "it is a file of its own; press \"Embed Tileset\" below the tilesets in Tiled, and save the map "
        "again");
  const auto first = static_cast<std::uint32_t>(tileset.number("firstgid", 1, tile_mask));
  if (!tilesets_.empty() && first <= tilesets_.back().first)
    tileset.refuse("its \"firstgid\" is not above that of the tileset before; save the map in Tiled again");
  std::int64_t count = tileset.number("tilecount", 0, tile_mask);
  for (const TiledJson& json : tileset.array("tiles")) {
    const TiledNode any(json, tileset.place() + ", a tile");
    const std::int64_t id = any.number("id", 0, tile_mask);
    const TiledNode tile(json, fmt::format("{}, tile {}", tileset.place(), id));
    count = std::max(count, id + 1);  // a collection of pictures has gaps
    if (tile.flag_property("obstacle").value_or(false))
      obstacles_.push_back(first + static_cast<std::uint32_t>(id));
  }
  tilesets_.push_back({first, first + static_cast<std::uint32_t>(count), tileset.text("objectalignment")});
}

const TiledTiles::Tileset* TiledTiles::tileset_of(std::uint32_t tile) const {
  const auto after = std::ranges::upper_bound(tilesets_, tile, {}, &Tileset::first);
  if (after == tilesets_.begin() || tile >= std::prev(after)->end) return nullptr;
  return &*std::prev(after);
}

std::optional<bool> TiledTiles::is_obstacle(std::uint32_t tile) const {
  if (!tileset_of(tile)) return std::nullopt;
  return std::ranges::binary_search(obstacles_, tile);
}

std::string TiledTiles::object_alignment(std::uint32_t tile) const {
  const Tileset* tileset = tileset_of(tile);
  return tileset ? tileset->object_alignment : "";
}

TileRect::TileRect(const TiledNode& rect, const TiledNode& layer, std::uint32_t side_max)
    : width_(rect.number("width", 1, side_max)), height_(rect.number("height", 1, side_max)) {
  const std::string compression = layer.text("compression");
  if (!compression.empty())
    layer.refuse(
        fmt::format("its tiles are compressed ({}); choose Map > Map Properties > Tile Layer Format > CSV "
                    "in Tiled, and save again",
                    in_quotes(compression)));
  const auto size = static_cast<std::size_t>(width_ * height_) * 4;
  const TiledJson* data = rect.find("data");
  if (data && data->is_binary()) {
    shared_ = &data->get_binary();
    if (shared_->size() != size)
      rect.refuse(fmt::format("its \"data\" has {} tiles instead of {} x {}; save the map in Tiled again",
                              shared_->size() / 4, width_, height_));
  } else if (data && data->is_string() && layer.text("encoding") == "base64") {
    auto bytes = decode_base64(data->get_ref<const std::string&>(), size);
    if (!bytes)
      rect.refuse(fmt::format("its \"data\" is not {} x {} tiles in base64; save the map in Tiled again",
                              width_, height_));
    own_ = std::move(*bytes);
  } else {
    rect.refuse("its \"data\" is neither an array nor text in base64; save the map in Tiled again");
  }
}

}  // namespace madang::world
