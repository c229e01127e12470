// Reads the settings from a TOML file (--config), and writes them as one (--print-config).
//
// All functions may be called on any thread, as long as no other thread uses the settings of the table.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "madang/server/setting.h"

namespace madang::server {

/// The result of reading a file.
struct ConfigRead {
  /// The problems of the file, in the order of its lines: "madang.toml:3: tick_rate: 500 is out of range (1
  /// to 100 ticks a second)".
  std::vector<std::string> problems;
  /// The place of each setting that the file sets: the setting's name and "madang.toml:3".
  std::map<std::string, std::string, std::less<>> places;
};

/// Sets each setting of `table` that the text `toml` contains. The other settings keep their values.
/// `file_name` is used in problems and places.
ConfigRead read_config(std::string_view toml, std::string_view file_name, const std::vector<Setting>& table);
/// Does the same with the text of a file. `path` is UTF-8.
ConfigRead read_config_file(const std::string& path, const std::vector<Setting>& table);

/// Returns a TOML file with comments that sets every setting of `table` to its current value. `program` is
/// the name of the program, for the first comment.
std::string config_text(const std::vector<Setting>& table, std::string_view program);
/// Returns one section of that file, without comments.
std::string section_text(const std::vector<Setting>& table, std::string_view section);

}  // namespace madang::server
