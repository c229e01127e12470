#include "madang/server/setting.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <concepts>
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
  return value >= setting.min.whole() && value <= setting.max.whole();
}
/// Returns false for "not a number", too.
bool in_range(const Setting& setting, double value) {
  return value >= setting.min.real() && value <= setting.max.real();
}

ValueProblem must_be(const Setting& setting, std::string_view given) {
  return fmt::format("must be {}, not {}", words_for(kind_of(setting)), given);
}

/// Returns the shortest text that means this number: "0.1", "2.0".
template <std::floating_point Real>
std::string text_of_real(Real number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
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
  if (!in_range(setting, std::uint64_t{size->width}) || !in_range(setting, std::uint64_t{size->height}))
    return out_of_range(setting, text);
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

template <class Other>
ValueProblem set_value(const Setting& setting, Other*, std::string_view) {
  return must_be(setting, "a string");
}

// text_of() and range_of(): the text of a value, and of the values that are allowed, for each type.

template <std::integral Number>
std::string text_of(const Number* value) {
  return std::to_string(*value);
}
template <std::floating_point Number>
std::string text_of(const Number* value) {
  return text_of_real(*value);
}
std::string text_of(const bool* value) { return *value ? "true" : "false"; }
std::string text_of(const std::string* value) { return *value; }
std::string text_of(const MapSize* value) { return fmt::format("{}x{}", value->width, value->height); }
std::string text_of(const Choice& choice) { return std::string(choice.names[*choice.value]); }

std::string with_unit(const Setting& setting, const std::string& range) {
  return setting.unit.empty() ? range : fmt::format("{} {}", range, setting.unit);
}
std::string numbers_of(const Setting& setting) {
  return with_unit(setting, fmt::format("{} to {}", setting.min.whole(), setting.max.whole()));
}

template <std::integral Number>
std::string range_of(const Setting& setting, const Number*) {
  return numbers_of(setting);
}
template <std::floating_point Number>
std::string range_of(const Setting& setting, const Number*) {
  return with_unit(
      setting, fmt::format("{} to {}", text_of_real(setting.min.real()), text_of_real(setting.max.real())));
}
std::string range_of(const Setting&, const bool*) { return "true or false"; }
std::string range_of(const Setting& setting, const MapSize*) { return numbers_of(setting); }
std::string range_of(const Setting&, const std::string*) {
  return fmt::format("a text of 1 to {} bytes of UTF-8", text_setting_bytes_max);
}
std::string range_of(const Setting&, const Choice& choice) { return list_of(choice.names); }

}  // namespace

ValueProblem set_number(const Setting& setting, std::int64_t number) {
  const SettingKind kind = kind_of(setting);
  if (kind == SettingKind::real) return set_real(setting, static_cast<double>(number));
  if (kind != SettingKind::whole) return must_be(setting, "a whole number");
  if (number < 0 || !in_range(setting, static_cast<std::uint64_t>(number)))
    return out_of_range(setting, std::to_string(number));
  if (const auto* small = std::get_if<std::uint32_t*>(&setting.value))
    **small = static_cast<std::uint32_t>(number);
  if (const auto* large = std::get_if<std::uint64_t*>(&setting.value))
    **large = static_cast<std::uint64_t>(number);
  return std::nullopt;
}

ValueProblem set_real(const Setting& setting, double number) {
  if (kind_of(setting) != SettingKind::real) return must_be(setting, "a number with a fraction");
  if (!in_range(setting, number)) return out_of_range(setting, text_of_real(number));
  if (const auto* small = std::get_if<float*>(&setting.value)) **small = static_cast<float>(number);
  if (const auto* large = std::get_if<double*>(&setting.value)) **large = number;
  return std::nullopt;
}

ValueProblem set_bool(const Setting& setting, bool value) {
  if (kind_of(setting) != SettingKind::boolean) return must_be(setting, "true or false");
  *std::get<bool*>(setting.value) = value;
  return std::nullopt;
}

ValueProblem set_text(const Setting& setting, std::string_view text) {
  return std::visit([&](const auto& value) { return set_value(setting, value, text); }, setting.value);
}

ValueProblem set_from_argument(const Setting& setting, std::string_view argument) {
  switch (kind_of(setting)) {
    case SettingKind::text: return set_text(setting, argument);
    case SettingKind::boolean:
      if (argument != "true" && argument != "false")
        return fmt::format("{} is not true or false", quoted(argument));
      return set_bool(setting, argument == "true");
    case SettingKind::real: {
      const auto number = parse_number<double>(argument);
      return number ? set_real(setting, *number) : fmt::format("{} is not a number", quoted(argument));
    }
    case SettingKind::whole: break;
  }
  if (!is_whole_number(argument)) return fmt::format("{} is not a whole number", quoted(argument));
  const auto number = parse_number<std::int64_t>(argument);
  return number ? set_number(setting, *number) : out_of_range(setting, argument);
}

SettingKind kind_of(const Setting& setting) {
  const auto kind = []<class Value>(const Value&) {
    if constexpr (std::same_as<Value, bool*>) return SettingKind::boolean;
    if constexpr (std::same_as<Value, float*> || std::same_as<Value, double*>) return SettingKind::real;
    if constexpr (std::same_as<Value, std::uint32_t*> || std::same_as<Value, std::uint64_t*>)
      return SettingKind::whole;
    return SettingKind::text;
  };
  return std::visit(kind, setting.value);
}

std::string_view words_for(SettingKind kind) {
  switch (kind) {
    case SettingKind::whole: return "a whole number";
    case SettingKind::real: return "a number";
    case SettingKind::boolean: return "true or false";
    case SettingKind::text: return "a string";
  }
  return "a value";
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
