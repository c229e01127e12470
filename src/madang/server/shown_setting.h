// ShownSetting: a setting as the operator's page shows it. Plain values.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "madang/server/setting.h"

namespace madang::server {

struct ShownSetting {
  std::string_view section;
  std::string_view name;
  std::optional<std::string> value;  ///< none: it is secret
  bool is_default = true;
  std::string_view unit;
  std::optional<std::string> place;  ///< "madang.toml:3" or "--tick-rate"; none: nobody has set it
  std::string_view help;
};

/// Returns the settings of `table`. `defaults` are the default values, as values_of() returns them. `places`
/// names where a setting was set.
std::vector<ShownSetting> shown_settings(const std::vector<Setting>& table,
                                         const std::vector<std::string>& defaults,
                                         const std::map<std::string, std::string, std::less<>>& places);
/// Returns the values of all settings as texts, in the order of the table.
std::vector<std::string> values_of(const std::vector<Setting>& table);

}  // namespace madang::server
