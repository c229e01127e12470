// The settings as a TOML file: read with --config, written by --print-config.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/setting.h"

namespace madang::app {

/// What came of reading a file.
struct ConfigRead {
  /// All that is wrong with it, in the order of its lines: "madang.toml:3: tick_rate: 500 is out of range;
  /// 1 to 100 ticks a second". Empty: nothing is.
  std::vector<std::string> problems;
  /// Where each setting stands that the file sets: "madang.toml:3".
  std::map<std::string, std::string, std::less<>> places;
};

/// Sets what `toml` says in the rows of `table`, and leaves the others as they are.
ConfigRead read_config(std::string_view toml, std::string_view file_name, const std::vector<Setting>& table);
ConfigRead read_config_file(const std::string& path, const std::vector<Setting>& table);

/// A commented file that sets everything to what it is now.
std::string config_text(const std::vector<Setting>& table);

}  // namespace madang::app
