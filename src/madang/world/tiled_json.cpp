#include "madang/world/tiled_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "madang/base/text.h"

namespace madang::world {
namespace {

constexpr std::size_t quoted_bytes_max = 60;

/// Builds the values as the parser finds them. The functions have the names that the library asks for. One
/// returns false, or throws, to stop the parser.
class JsonBuilder {
 public:
  using number_integer_t = TiledJson::number_integer_t;
  using number_unsigned_t = TiledJson::number_unsigned_t;
  using number_float_t = TiledJson::number_float_t;
  using string_t = TiledJson::string_t;
  using binary_t = TiledJson::binary_t;

  JsonBuilder(std::string_view text, const TiledLimits& limits) : text_(text), limits_(limits) {}

  TiledJson take() { return std::move(root_); }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(number_integer_t value) { return add(value); }
  bool number_unsigned(number_unsigned_t value) {
    if (!tiles_) return add(value);
    if (value > std::numeric_limits<std::uint32_t>::max()) refuse_tile();
    for (int shift = 0; shift < 32; shift += 8) tiles_->push_back(static_cast<std::uint8_t>(value >> shift));
    return true;
  }
  bool number_float(number_float_t value, const string_t&) { return add(value); }
  bool string(string_t& value) { return add(std::move(value)); }
  bool binary(binary_t&) { return false; }  // JSON text has none
  bool start_object(std::size_t) { return open(TiledJson::object()); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) {
    const bool has_tiles = !open_.empty() && open_.back()->is_object() && key_ == "data";
    open(has_tiles ? TiledJson::binary({}) : TiledJson::array());
    if (has_tiles) tiles_ = &open_.back()->get_binary();
    return true;
  }
  bool end_array() {
    tiles_ = nullptr;
    return close();
  }
  bool key(string_t& name) {
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const std::exception&) {
    const std::string_view before = text_.substr(0, std::min(position, text_.size()));
    throw TiledFault(fmt::format(
        "it is not valid JSON from line {} on; save the map in Tiled again, as a JSON map file (.tmj)",
        1 + std::ranges::count(before, '\n')));
  }

 private:
  [[noreturn]] static void refuse_tile() {
    throw TiledFault(
        "an array \"data\" has something else than numbers of tiles; save the map in Tiled again");
  }
  bool open(TiledJson value) {
    if (tiles_) refuse_tile();
    if (open_.size() >= limits_.json_depth_max)
      throw TiledFault(fmt::format("its brackets are nested more than {} deep; use fewer groups of layers",
                                   limits_.json_depth_max));
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  bool add(TiledJson value) {
    if (tiles_) refuse_tile();
    place(std::move(value));
    return true;
  }
  TiledJson* place(TiledJson value) {
    if (++values_ > limits_.json_values_max)
      throw TiledFault(fmt::format("it has more than {} values; use fewer objects, chunks and properties",
                                   limits_.json_values_max));
    if (open_.empty()) return &(root_ = std::move(value));
    TiledJson& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  const std::string_view text_;
  const TiledLimits& limits_;
  TiledJson root_;
  std::vector<TiledJson*> open_;  // the object or array that is being read, and those around it
  binary_t* tiles_ = nullptr;     // the tiles that are being read
  std::string key_;
  std::uint32_t values_ = 0;
};

}  // namespace

std::string in_quotes(std::string_view text) {
  const bool is_long = text.size() > quoted_bytes_max;
  return fmt::format("\"{}{}\"", madang::shown(text.substr(0, quoted_bytes_max)), is_long ? "..." : "");
}

TiledJson parse_tiled_json(std::string_view text, const TiledLimits& limits) {
  JsonBuilder builder(text, limits);
  if (!TiledJson::sax_parse(text, &builder)) throw TiledFault("it is not valid JSON");
  return builder.take();
}

TiledNode::TiledNode(const TiledJson& json, std::string place) : json_(&json), place_(std::move(place)) {
  if (!json.is_object()) refuse("it is not a JSON object; save the map in Tiled again");
}

void TiledNode::refuse(std::string_view what) const {
  throw TiledFault(place_.empty() ? std::string(what) : fmt::format("{}: {}", place_, what));
}

void TiledNode::refuse_member(const char* name, std::string_view wanted) const {
  refuse(fmt::format("its \"{}\" is not {}; change it in Tiled, or save the map there again", name, wanted));
}

const TiledJson* TiledNode::find(const char* name) const {
  const auto found = json_->find(name);
  return found == json_->end() ? nullptr : &*found;
}

const TiledJson& TiledNode::array(const char* name) const {
  static const TiledJson none = TiledJson::array();
  const TiledJson* found = find(name);
  if (found && !found->is_array()) refuse_member(name, "an array");
  return found ? *found : none;
}

std::int64_t TiledNode::number(const char* name, std::int64_t low, std::int64_t high) const {
  const TiledJson* found = find(name);
  const auto is_in_range = [&] {
    if (found->is_number_unsigned()) return std::in_range<std::int64_t>(found->get<std::uint64_t>());
    return found->is_number_integer();
  };
  if (found && is_in_range())
    if (const auto value = found->get<std::int64_t>(); value >= low && value <= high) return value;
  refuse_member(name, fmt::format("a whole number from {} to {}", low, high));
}

double TiledNode::real(const char* name) const {
  const TiledJson* found = find(name);
  if (found && !found->is_number()) refuse_member(name, "a number");
  return found ? found->get<double>() : 0;
}

std::string TiledNode::text(const char* name) const {
  const TiledJson* found = find(name);
  if (found && !found->is_string()) refuse_member(name, "a text");
  return found ? found->get<std::string>() : "";
}

bool TiledNode::flag(const char* name) const {
  const TiledJson* found = find(name);
  if (found && !found->is_boolean()) refuse_member(name, "true or false");
  return found && found->get<bool>();
}

std::optional<bool> TiledNode::flag_property(const char* name) const {
  for (const TiledJson& json : array("properties")) {
    const TiledNode property(json, fmt::format("{}: a property", place_));
    if (property.text("name") != name) continue;
    const TiledJson* value = property.find("value");
    if (!value || !value->is_boolean())
      refuse(fmt::format("its property \"{}\" is not of the type bool; remove it and add it with this type",
                         name));
    return value->get<bool>();
  }
  return std::nullopt;
}

}  // namespace madang::world
