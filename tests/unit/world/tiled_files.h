// The files in tests/unit/world/maps, and helpers of the tests of the Tiled reader. Tiled 1.8.2 itself has
// written the files (tiled --export-map json): village is finite, island is infinite.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "madang/world/tiled_map.h"

namespace madang::world {

inline std::string tiled_path(std::string_view name) {
  return std::string(MADANG_SOURCE_DIR "/tests/unit/world/maps/").append(name);
}

inline std::string tiled_text(std::string_view name) {
  std::ifstream file(std::filesystem::path(tiled_path(name)), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Returns the error for a text, or "it was read".
inline std::string tiled_error(std::string_view text, std::uint32_t units_per_tile = 1,
                               const TiledLimits& limits = {}) {
  const auto read = parse_tiled_map(text, "m.tmj", units_per_tile, limits);
  return read ? "it was read" : read.error();
}

/// Returns the text of village.tmj after `change(json)`.
template <class Change>
std::string changed_village(Change change) {
  nlohmann::json json = nlohmann::json::parse(tiled_text("village.tmj"));
  change(json);
  return json.dump();
}

/// Returns one text a row: '#' is an obstacle.
inline std::vector<std::string> rows_of(const Map& map) {
  std::vector<std::string> rows(map.height());
  for (std::uint32_t y = 0; y < map.height(); ++y)
    for (std::uint32_t x = 0; x < map.width(); ++x)
      rows[y] += map.is_free({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)}) ? '.' : '#';
  return rows;
}

}  // namespace madang::world
