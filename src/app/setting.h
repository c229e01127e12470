// Setting: one row of the table of settings: what it is called, where its value is kept, and what it may be.
//
// The command line, the configuration file and `--print-config` all work on rows of this one table (see
// settings.h), so that they cannot disagree. Plain values; a row does not own what it points to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log.h"
#include "io/port.h"
#include "wire/packets.h"

namespace madang::app {

/// How large a map is, in tiles. As text: "1000x1000".
struct MapSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// Ports where a trusted proxy's connection begins with a PROXY header.
enum class ProxyPorts : std::uint8_t { off, listen, http, both };

using SettingValue = std::variant<std::uint32_t*, std::uint64_t*, std::string*, MapSize*, io::Backend*,
                                  LogLevel*, wire::Looks*, ProxyPorts*>;

struct Setting {
  std::string_view section;  ///< of the configuration file; on the command line, of the help
  std::string_view name;     ///< in the configuration file; on the command line with dashes
  SettingValue value;
  std::string_view help;    ///< what it is, a line without a full stop
  std::uint64_t min = 0;    ///< of numbers, and of a map's sides
  std::uint64_t max = 0;    ///< never above the whole numbers of TOML, 2^63 - 1
  std::string_view unit{};  ///< of numbers
  bool is_secret = false;   ///< its value is for nobody's eyes
};

/// What is wrong with a value, for a person: "500 is out of range; 1 to 100 ticks a second". None: it was
/// set.
using ValueProblem = std::optional<std::string>;

ValueProblem set_number(const Setting& setting, std::int64_t number);
ValueProblem set_text(const Setting& setting, std::string_view text);
/// From the command line, where everything is text.
ValueProblem set_from_argument(const Setting& setting, std::string_view argument);

bool is_number(const Setting& setting);
/// As set_from_argument takes it.
std::string value_text(const Setting& setting);
/// What is allowed: "1 to 100 ticks a second", "auto, uring, epoll or iocp".
std::string range_text(const Setting& setting);
/// "--tick-rate"
std::string option_name(const Setting& setting);

/// Null when none is called so.
const Setting* find_setting(const std::vector<Setting>& table, std::string_view name);

}  // namespace madang::app
