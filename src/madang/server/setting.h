// Setting: one row of the table of settings. A row has the name of a setting, a pointer to its value, and the
// range of its value.
//
// The command line, the configuration file and `--print-config` use the rows of the same table (settings.h).
// Plain values: a row does not own the value that it points to.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "madang/base/log.h"
#include "madang/io/port.h"
#include "madang/wire/table.h"

namespace madang::server {

/// The size of a map, in tiles. As a text: "1000x1000".
struct MapSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// The ports where each connection of a trusted proxy begins with a PROXY header.
enum class ProxyPorts : std::uint8_t { off, listen, http, both };

/// The names of the values 0, 1, 2, ... of an enumeration, as a user writes them. An enumeration of a game's
/// packets has names already.
template <class Enum>
inline constexpr auto setting_names = [] {
  constexpr auto values = wire::enumeration<Enum>.values;
  std::array<std::string_view, values.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = values[i].name;
  return names;
}();
template <>
inline constexpr std::array<std::string_view, 4> setting_names<io::Backend> = {"auto", "uring", "epoll",
                                                                               "iocp"};
template <>
inline constexpr std::array<std::string_view, 4> setting_names<LogLevel> = {"info", "warning", "error",
                                                                            "off"};
template <>
inline constexpr std::array<std::string_view, 4> setting_names<ProxyPorts> = {"off", "listen", "http",
                                                                              "both"};

/// The value of an enumeration, and the names of the values that it may have.
struct Choice {
  template <class Enum>
    requires(std::is_enum_v<Enum> && sizeof(Enum) == 1)
  Choice(Enum* its_value) : value(reinterpret_cast<unsigned char*>(its_value)), names(setting_names<Enum>) {}

  unsigned char* value;
  std::span<const std::string_view> names;
};

using SettingValue =
    std::variant<std::uint32_t*, std::uint64_t*, float*, double*, bool*, std::string*, MapSize*, Choice>;

/// A bound of a number: a whole number, or a number with a fraction.
class Bound {
 public:
  template <std::integral Number>
  constexpr Bound(Number number)
      : whole_(static_cast<std::uint64_t>(number)), real_(static_cast<double>(number)) {}
  constexpr Bound(double number) : whole_(0), real_(number) {}

  constexpr std::uint64_t whole() const { return whole_; }
  constexpr double real() const { return real_; }

 private:
  std::uint64_t whole_;
  double real_;
};

struct Setting {
  std::string_view section;  ///< section of the configuration file, and group in the help text
  std::string_view name;     ///< name in the configuration file; the command line has '-' instead of '_'
  SettingValue value;
  std::string_view help;    ///< description: a noun phrase without a full stop
  Bound min = 0;            ///< of a number, or of the sides of a map
  Bound max = 0;            ///< likewise; at most 2^63 - 1, the largest whole number of TOML
  std::string_view unit{};  ///< unit of a number, or empty
  bool is_secret = false;   ///< true: the operator's page does not show the value
};

/// What is wrong with a value, as a text: "500 is out of range (1 to 100 ticks a second)". None: the value is
/// valid and was set.
using ValueProblem = std::optional<std::string>;

/// Set the value from what a configuration file contains: a whole number, a number with a fraction, true or
/// false, or a text.
ValueProblem set_number(const Setting& setting, std::int64_t number);
ValueProblem set_real(const Setting& setting, double number);
ValueProblem set_bool(const Setting& setting, bool value);
ValueProblem set_text(const Setting& setting, std::string_view text);
/// Sets the value from an argument of the command line, which is a text also for a number.
ValueProblem set_from_argument(const Setting& setting, std::string_view argument);

/// Returns what the value is, for errors and the help text.
enum class SettingKind : std::uint8_t { whole, real, boolean, text };
SettingKind kind_of(const Setting& setting);
/// "a whole number", "a number", "true or false", "a string"
std::string_view words_for(SettingKind kind);
/// Returns the value as a text that set_from_argument() accepts.
std::string value_text(const Setting& setting);
/// Returns the values that are allowed: "1 to 100 ticks a second", "auto, uring, epoll or iocp".
std::string range_text(const Setting& setting);
/// Returns the option of the command line: "--tick-rate".
std::string option_name(const Setting& setting);

/// Returns the setting with this name, or null.
const Setting* find_setting(const std::vector<Setting>& table, std::string_view name);

}  // namespace madang::server
