// The JSON of a Tiled file: parsed within limits, and asked for members of a known type. Used by
// tiled_map.cpp.
//
// Faults are thrown as TiledFault, and parse_tiled_map() catches them. One thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "madang/world/tiled_map.h"

namespace madang::world {

using TiledJson = nlohmann::json;

/// Why a file is refused: one line, without the name of the file.
struct TiledFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Returns text of a file as it may stand in an error: short, on one line, in quotation marks.
std::string in_quotes(std::string_view text);

/// Parses a file. The tiles of a layer would take 16 bytes each as JSON. So each array of the name "data"
/// becomes a binary value: 4 bytes a tile, the lowest byte first, which is also what base64 stands for.
TiledJson parse_tiled_json(std::string_view text, const TiledLimits& limits);

/// A JSON object of the file, and its name for errors: `layer "walls"`. It refers to the JSON.
class TiledNode {
 public:
  TiledNode(const TiledJson& json, std::string place);

  const std::string& place() const { return place_; }
  /// Throws a TiledFault that names this place.
  [[noreturn]] void refuse(std::string_view what) const;

  /// Returns null if there is no such member.
  const TiledJson* find(const char* name) const;
  /// Returns an array; an empty one if there is no such member.
  const TiledJson& array(const char* name) const;
  /// Returns a whole number from `low` to `high`. Throws if there is none.
  std::int64_t number(const char* name, std::int64_t low, std::int64_t high) const;
  /// Returns a number that may have a fraction; 0 if there is no such member.
  double real(const char* name) const;
  /// Returns an empty text if there is no such member.
  std::string text(const char* name) const;
  /// Returns false if there is no such member.
  bool flag(const char* name) const;
  /// Returns a property that is true or false; nothing if it has none of this name.
  std::optional<bool> flag_property(const char* name) const;

 private:
  [[noreturn]] void refuse_member(const char* name, std::string_view wanted) const;

  const TiledJson* json_;
  std::string place_;
};

}  // namespace madang::world
