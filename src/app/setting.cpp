#include "app/setting.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "base/text.h"

namespace madang::app {

namespace {

constexpr std::size_t text_setting_bytes_max = 255;

constexpr std::array backends{io::Backend::automatic, io::Backend::uring, io::Backend::epoll,
                              io::Backend::iocp};
constexpr std::array log_levels{LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error,
                                LogLevel::off};

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::off: return "off";
  }
  return "?";
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

ValueProblem out_of_range(const Setting& setting, std::string_view value) {
  return fmt::format("{} is out of range; {}", value, range_text(setting));
}

bool in_range(const Setting& setting, std::uint64_t value) {
  return value >= setting.min && value <= setting.max;
}

/// All of `text` as a number; none when it is something else, or does not fit.
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

/// Sets the one of `choices` that is called `name`. False: none is.
template <class Choices, class Choice>
bool choose(const Choices& choices, std::string_view name, Choice& chosen) {
  for (const Choice choice : choices) {
    if (name_of(choice) != name) continue;
    chosen = choice;
    return true;
  }
  return false;
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

// One function for each type of value that is written as text.

ValueProblem set_value(const Setting& setting, std::string* value, std::string_view text) {
  if (!is_presentable(text, text_setting_bytes_max)) return fmt::format("wanted is {}", range_text(setting));
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

ValueProblem set_value(const Setting& setting, io::Backend* value, std::string_view text) {
  if (choose(backends, text, *value)) return std::nullopt;
  return fmt::format("{} is not one of {}", quoted(text), range_text(setting));
}

ValueProblem set_value(const Setting& setting, LogLevel* value, std::string_view text) {
  if (choose(log_levels, text, *value)) return std::nullopt;
  return fmt::format("{} is not one of {}", quoted(text), range_text(setting));
}

ValueProblem set_value(const Setting&, std::uint32_t*, std::string_view) {
  return "a whole number is wanted, not a string";
}

ValueProblem set_value(const Setting&, std::uint64_t*, std::string_view) {
  return "a whole number is wanted, not a string";
}

}  // namespace

ValueProblem set_number(const Setting& setting, std::int64_t number) {
  if (!is_number(setting)) return "a string is wanted, not a whole number";
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
  struct Text {
    std::string operator()(const std::uint32_t* value) const { return std::to_string(*value); }
    std::string operator()(const std::uint64_t* value) const { return std::to_string(*value); }
    std::string operator()(const std::string* value) const { return *value; }
    std::string operator()(const MapSize* value) const {
      return fmt::format("{}x{}", value->width, value->height);
    }
    std::string operator()(const io::Backend* value) const { return std::string(io::name_of(*value)); }
    std::string operator()(const LogLevel* value) const { return std::string(name_of(*value)); }
  };
  return std::visit(Text{}, setting.value);
}

std::string range_text(const Setting& setting) {
  if (std::holds_alternative<io::Backend*>(setting.value)) return list_of(backends);
  if (std::holds_alternative<LogLevel*>(setting.value)) return list_of(log_levels);
  if (std::holds_alternative<std::string*>(setting.value))
    return fmt::format("a text of 1 to {} bytes of UTF-8", text_setting_bytes_max);
  const std::string range = fmt::format("{} to {}", setting.min, setting.max);
  return setting.unit.empty() ? range : fmt::format("{} {}", range, setting.unit);
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
