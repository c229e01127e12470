#include "madang/server/closest_name.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace madang::server {

namespace {

/// Returns how many letters must be inserted, removed or replaced to change one word into the other
/// (Levenshtein distance).
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t exchanged = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// One wrong letter in every three still counts as a typing mistake.
std::size_t distance_max(std::string_view typed) { return (typed.size() + 1) / 3; }

}  // namespace

std::optional<std::string> closest_name(std::string_view typed, const std::vector<std::string>& names) {
  std::optional<std::string> closest;
  std::size_t closest_distance = distance_max(typed) + 1;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(typed, name);
    if (distance >= closest_distance) continue;
    closest = name;
    closest_distance = distance;
  }
  return closest;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names) {
  const std::optional<std::string> name = closest_name(typed, names);
  return name ? fmt::format("; did you mean {}?", *name) : std::string();
}

}  // namespace madang::server
