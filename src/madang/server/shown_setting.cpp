#include "madang/server/shown_setting.h"

#include <utility>

namespace madang::server {

std::vector<ShownSetting> shown_settings(const std::vector<Setting>& table,
                                         const std::vector<std::string>& defaults,
                                         const std::map<std::string, std::string, std::less<>>& places) {
  std::vector<ShownSetting> all;
  all.reserve(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Setting& setting = table[i];
    const auto place = places.find(setting.name);
    std::string value = value_text(setting);
    ShownSetting shown{.section = setting.section,
                       .name = setting.name,
                       .is_default = value == defaults[i],
                       .unit = setting.unit,
                       .help = setting.help};
    if (shown.is_default || !setting.is_secret) shown.value = std::move(value);
    if (place != places.end()) shown.place = place->second;
    all.push_back(std::move(shown));
  }
  return all;
}

std::vector<std::string> values_of(const std::vector<Setting>& table) {
  std::vector<std::string> values;
  values.reserve(table.size());
  for (const Setting& setting : table) values.push_back(value_text(setting));
  return values;
}

}  // namespace madang::server
