#include "app/setting.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <type_traits>

#include "madang/base/text.h"

namespace madang::app {

namespace {

constexpr std::size_t text_setting_bytes_max = 255;

// The values of each enumeration that a setting may have, and their names.

constexpr std::array backends{io::Backend::automatic, io::Backend::uring, io::Backend::epoll,
                              io::Backend::iocp};
constexpr std::array log_levels{LogLevel::info, LogLevel::warning, LogLevel::error, LogLevel::off};
constexpr std::array looks{board::Looks::king,   board::Looks::queen,  board::Looks::rook,
                           board::Looks::bishop, board::Looks::knight, board::Looks::pawn};

constexpr const auto& choices_like(io::Backend) { return backends; }
constexpr std::array proxy_ports{ProxyPorts::off, ProxyPorts::listen, ProxyPorts::http, ProxyPorts::both};

constexpr const auto& choices_like(ProxyPorts) { return proxy_ports; }
constexpr const auto& choices_like(LogLevel) { return log_levels; }
constexpr const auto& choices_like(board::Looks) { return looks; }

using io::name_of;

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::off: return "off";
  }
  return "?";
}

std::string_view name_of(ProxyPorts ports) {
  constexpr std::array<std::string_view, 4> names = {"off", "listen", "http", "both"};
  return names[static_cast<std::size_t>(ports)];
}

std::string_view name_of(board::Looks piece) {
  return wire::enumeration<board::Looks>.values[static_cast<std::size_t>(piece)].name;
}

/// "a, b or c"
template <class Choices>
std::string list_of(const Choices& choices) {
  std::string list;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) list += i + 1 < choices.size() ? ", " : " or ";
    list += name_of(choices[i]);
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

template <class Choice>
  requires std::is_enum_v<Choice>
ValueProblem set_value(const Setting& setting, Choice* value, std::string_view text) {
  for (const Choice choice : choices_like(*value)) {
    if (name_of(choice) != text) continue;
    *value = choice;
    return std::nullopt;
  }
  return fmt::format("{} is not one of {}", quoted(text), range_text(setting));
}

ValueProblem set_value(const Setting&, std::uint32_t*, std::string_view) {
  return "must be a whole number, not a string";
}

ValueProblem set_value(const Setting&, std::uint64_t*, std::string_view) {
  return "must be a whole number, not a string";
}

// text_of() and range_of(): the text of a value, and of the values that are allowed, for each type.

std::string text_of(std::uint64_t value) { return std::to_string(value); }
std::string text_of(const std::string& value) { return value; }
std::string text_of(const MapSize& value) { return fmt::format("{}x{}", value.width, value.height); }

template <class Choice>
  requires std::is_enum_v<Choice>
std::string text_of(Choice value) {
  return std::string(name_of(value));
}

std::string numbers_of(const Setting& setting) {
  const std::string range = fmt::format("{} to {}", setting.min, setting.max);
  return setting.unit.empty() ? range : fmt::format("{} {}", range, setting.unit);
}

std::string range_of(const Setting& setting, std::uint64_t) { return numbers_of(setting); }
std::string range_of(const Setting& setting, const MapSize&) { return numbers_of(setting); }
std::string range_of(const Setting&, const std::string&) {
  return fmt::format("a text of 1 to {} bytes of UTF-8", text_setting_bytes_max);
}

template <class Choice>
  requires std::is_enum_v<Choice>
std::string range_of(const Setting&, Choice value) {
  return list_of(choices_like(value));
}

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
  return std::visit([&](auto* value) { return set_value(setting, value, text); }, setting.value);
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
  return std::visit([](const auto* value) { return text_of(*value); }, setting.value);
}

std::string range_text(const Setting& setting) {
  return std::visit([&](const auto* value) { return range_of(setting, *value); }, setting.value);
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

}  // namespace madang::app
