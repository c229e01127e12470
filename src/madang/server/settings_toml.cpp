#include "madang/server/settings_toml.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "madang/server/closest_name.h"

namespace madang::server {

namespace {

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a section";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: return "a date or a time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

ValueProblem set_from_node(const Setting& setting, const toml::node& node) {
  if (const auto* number = node.as_integer()) return set_number(setting, number->get());
  if (const auto* real = node.as_floating_point()) return set_real(setting, real->get());
  if (const auto* flag = node.as_boolean()) return set_bool(setting, flag->get());
  if (const auto* text = node.as_string()) return set_text(setting, text->get());
  return fmt::format("must be {}, not {}", words_for(kind_of(setting)), kind_of(node));
}

/// Reads the sections and keys of a file, sets the settings, and collects the problems.
class Reader {
 public:
  Reader(std::string_view file_name, const std::vector<Setting>& table)
      : file_name_(file_name), table_(table) {}

  ConfigRead read(std::string_view toml) {
    const toml::parse_result parsed = toml::parse(toml, file_name_);
    if (parsed) {
      read_file(parsed.table());
    } else {
      problem(parsed.error().source().begin.line,
              fmt::format("not valid TOML: {}", parsed.error().description()));
    }
    return finish();
  }

 private:
  void read_file(const toml::table& file) {
    for (const auto& [key, node] : file) {
      const std::uint32_t line = key.source().begin.line;
      if (!is_section(key.str())) {
        unknown_section(line, key.str(), node);
      } else if (const toml::table* section = node.as_table()) {
        read_section(key.str(), *section);
      } else {
        problem(line, fmt::format("{}: must be a section, not {}", key.str(), kind_of(node)));
      }
    }
  }

  void read_section(std::string_view section, const toml::table& keys) {
    for (const auto& [key, node] : keys) {
      const std::uint32_t line = key.source().begin.line;
      const Setting* setting = find(section, key.str());
      if (!setting) {
        unknown_setting(line, section, key.str());
      } else if (const ValueProblem wrong = set_from_node(*setting, node)) {
        problem(line, fmt::format("{}: {}", key.str(), *wrong));
      } else {
        read_.places.emplace(key.str(), place(line));
      }
    }
  }

  void unknown_section(std::uint32_t line, std::string_view name, const toml::node& node) {
    if (node.is_table()) {
      problem(line, fmt::format("[{}]: no such section{}", name, did_you_mean(name, sections())));
    } else if (const Setting* elsewhere = find_setting(table_, name)) {
      problem(line, fmt::format("{}: is in no section; it belongs in [{}]", name, elsewhere->section));
    } else {
      problem(line, fmt::format("{}: no such setting{}", name, did_you_mean(name, names_in({}))));
    }
  }

  void unknown_setting(std::uint32_t line, std::string_view section, std::string_view name) {
    if (const Setting* elsewhere = find_setting(table_, name)) {
      problem(line, fmt::format("{}: no such setting in [{}]; it belongs in [{}]", name, section,
                                elsewhere->section));
    } else {
      problem(line, fmt::format("{}: no such setting in [{}]{}", name, section,
                                did_you_mean(name, names_in(section))));
    }
  }

  void problem(std::uint32_t line, std::string_view text) {
    problems_.emplace(line, fmt::format("{}: {}", place(line), text));
  }
  std::string place(std::uint32_t line) const { return fmt::format("{}:{}", file_name_, line); }

  ConfigRead finish() {
    for (auto& [line, text] : problems_) read_.problems.push_back(std::move(text));
    return std::move(read_);
  }

  bool is_section(std::string_view name) const {
    return std::ranges::find(table_, name, &Setting::section) != table_.end();
  }
  const Setting* find(std::string_view section, std::string_view name) const {
    const Setting* setting = find_setting(table_, name);
    return setting && setting->section == section ? setting : nullptr;
  }
  std::vector<std::string> sections() const {
    std::vector<std::string> sections;
    sections.reserve(table_.size());
    for (const Setting& setting : table_) sections.emplace_back(setting.section);
    return sections;
  }
  /// Returns the names of the settings in `section`, or in all sections if `section` is empty.
  std::vector<std::string> names_in(std::string_view section) const {
    std::vector<std::string> names;
    for (const Setting& setting : table_)
      if (section.empty() || setting.section == section) names.emplace_back(setting.name);
    return names;
  }

  std::string_view file_name_;
  const std::vector<Setting>& table_;
  ConfigRead read_;
  std::multimap<std::uint32_t, std::string> problems_;  // by line of the file
};

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string line_of(const Setting& setting) {
  const std::string value = value_text(setting);
  return fmt::format("{} = {}\n", setting.name,
                     kind_of(setting) == SettingKind::text ? toml_string(value) : value);
}

std::string comment_of(const Setting& setting) {
  if (std::holds_alternative<std::string*>(setting.value)) return fmt::format("# {}.\n", setting.help);
  return fmt::format("# {} ({}).\n", setting.help, range_text(setting));
}

}  // namespace

ConfigRead read_config(std::string_view toml, std::string_view file_name, const std::vector<Setting>& table) {
  return Reader(file_name, table).read(toml);
}

ConfigRead read_config_file(const std::string& path, const std::vector<Setting>& table) {
  const auto unreadable = [&](std::string_view why) {
    return ConfigRead{.problems = {fmt::format("{}: {}", path, why)}, .places = {}};
  };
  // A path made from plain chars would be read in the code page of Windows, and not as UTF-8.
  const std::filesystem::path file(std::u8string(path.begin(), path.end()));
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return unreadable("no such file");
  if (std::filesystem::is_directory(file, ignored)) return unreadable("is a directory, not a file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return unreadable("cannot be read");
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return read_config(text, path, table);
}

std::string config_text(const std::vector<Setting>& table, std::string_view program) {
  std::string text = fmt::format(
      "# The settings of `{0} serve`, printed by `{0} serve --print-config`. A setting that is left out has "
      "its\n"
      "# default value. Each setting is also an option of the command line: tick_rate is --tick-rate. The "
      "command line\n"
      "# overrides this file.\n",
      program);
  std::string_view section;
  for (const Setting& setting : table) {
    if (setting.section != section) text += fmt::format("\n[{}]\n", section = setting.section);
    text += '\n' + comment_of(setting) + line_of(setting);
  }
  return text;
}

std::string section_text(const std::vector<Setting>& table, std::string_view section) {
  std::string text = fmt::format("[{}]\n", section);
  for (const Setting& setting : table)
    if (setting.section == section) text += line_of(setting);
  return text;
}

}  // namespace madang::server
