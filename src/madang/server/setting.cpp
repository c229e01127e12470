#include "madang/server/setting.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "madang/base/text.h"

namespace madang::server {

namespace {

constexpr std::size_t text_setting_bytes_max = 255;

/// "a, b or c"
std::string list_of(std::span<const std::string_view> names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 < names.size() ? ", " : " or ";
    list += names[i];
  }
  return list;
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

ValueProblem out_of_range(const Setting& setting, std::string_view value) {
  return fmt::format("{} is out of range ({})", value, range_text(setting));
}

bool in_range(const Setting& setting, std::uint64_t value) {
  return value >= setting.min && value <= setting.max;
}

/// Returns the number that `text` consists of. Returns none if `text` is not a number or the number does not
/// fit.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_whole_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<MapSize> parse_map_size(std::string_view text) {
  const std::size_t x = text.find('x');
  if (x == std::string_view::npos) return std::nullopt;
  const auto width = parse_number<std::uint32_t>(text.substr(0, x));
  const auto height = parse_number<std::uint32_t>(text.substr(x + 1));
  if (!width || !height) return std::nullopt;
  return MapSize{*width, *height};
}

// set_value(): one function for each type of a setting's value. Each sets the value from a text.

ValueProblem set_value(const Setting& setting, std::string* value, std::string_view text) {
  if (!is_presentable(text, text_setting_bytes_max)) return fmt::format("must be {}", range_text(setting));
  *value = text;
  return std::nullopt;
}

ValueProblem set_value(const Setting& setting, MapSize* value, std::string_view text) {
  const std::optional<MapSize> size = parse_map_size(text);
  if (!size) return fmt::format("{} is not a size; write WIDTHxHEIGHT, as in 1000x1000", quoted(text));
  if (!in_range(setting, size->width) || !in_range(setting, size->height)) return out_of_range(setting, text);
  *value = *size;
  return std::nullopt;
}

ValueProblem set_value(const Setting& setting, const Choice& choice, std::string_view text) {
  const auto found = std::ranges::find(choice.names, text);
  if (found == choice.names.end())
    return fmt::format("{} is not one of {}", quoted(text), range_text(setting));
  *choice.value = static_cast<unsigned char>(found - choice.names.begin());
  return std::nullopt;
}

ValueProblem set_value(const Setting&, std::uint32_t*, std::string_view) {
  return "must be a whole number, not a string";
}

ValueProblem set_value(const Setting&, std::uint64_t*, std::string_view) {
  return "must be a whole number, not a string";
}

// text_of() and range_of(): the text of a value, and of the values that are allowed, for each type.

template <class Number>
std::string text_of(const Number* value) {
  return std::to_string(*value);
}
std::string text_of(const std::string* value) { return *value; }
std::string text_of(const MapSize* value) { return fmt::format("{}x{}", value->width, value->height); }
std::string text_of(const Choice& choice) { return std::string(choice.names[*choice.value]); }

std::string numbers_of(const Setting& setting) {
  const std::string range = fmt::format("{} to {}", setting.min, setting.max);
  return setting.unit.empty() ? range : fmt::format("{} {}", range, setting.unit);
}

template <class Number>
std::string range_of(const Setting& setting, const Number*) {
  return numbers_of(setting);
}
std::string range_of(const Setting& setting, const MapSize*) { return numbers_of(setting); }
std::string range_of(const Setting&, const std::string*) {
  return fmt::format("a text of 1 to {} bytes of UTF-8", text_setting_bytes_max);
}
std::string range_of(const Setting&, const Choice& choice) { return list_of(choice.names); }

}  // namespace

ValueProblem set_number(const Setting& setting, std::int64_t number) {
  if (!is_number(setting)) return "must be a string, not a whole number";
  if (number < 0 || !in_range(setting, static_cast<std::uint64_t>(number)))
    return out_of_range(setting, std::to_string(number));
  if (const auto* small = std::get_if<std::uint32_t*>(&setting.value))
    **small = static_cast<std::uint32_t>(number);
  if (const auto* large = std::get_if<std::uint64_t*>(&setting.value))
    **large = static_cast<std::uint64_t>(number);
  return std::nullopt;
}

ValueProblem set_text(const Setting& setting, std::string_view text) {
  return std::visit([&](const auto& value) { return set_value(setting, value, text); }, setting.value);
}

ValueProblem set_from_argument(const Setting& setting, std::string_view argument) {
  if (!is_number(setting)) return set_text(setting, argument);
  if (!is_whole_number(argument)) return fmt::format("{} is not a whole number", quoted(argument));
  const auto number = parse_number<std::int64_t>(argument);
  if (!number) return out_of_range(setting, argument);
  return set_number(setting, *number);
}

bool is_number(const Setting& setting) {
  return std::holds_alternative<std::uint32_t*>(setting.value) ||
         std::holds_alternative<std::uint64_t*>(setting.value);
}

std::string value_text(const Setting& setting) {
  return std::visit([](const auto& value) { return text_of(value); }, setting.value);
}

std::string range_text(const Setting& setting) {
  return std::visit([&](const auto& value) { return range_of(setting, value); }, setting.value);
}

std::string option_name(const Setting& setting) {
  std::string name = fmt::format("--{}", setting.name);
  std::ranges::replace(name, '_', '-');
  return name;
}

const Setting* find_setting(const std::vector<Setting>& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Setting::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace madang::server
