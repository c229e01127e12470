// The metrics of a game: those attributes of its world that are counters or gauges (world/attributes.h).
//
// Constant data and pure functions; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>

#include "madang/wire/table.h"
#include "madang/world/attributes.h"

namespace madang::world {

struct MetricInfo {
  std::string_view name;
  std::string_view doc;
  bool is_counter = false;
};

/// Calls visit(field) for each attribute that is a metric.
template <class Attributes, class Visit>
constexpr void for_each_metric(Visit visit) {
  std::apply(
      [&](const auto&... fields) {
        [[maybe_unused]] const auto check = [&](const auto& field) {
          if constexpr (requires { field.metric; })
            if (field.metric != Metric::none) visit(field);
        };
        (check(fields), ...);
      },
      Attributes::table.fields);
}

template <class Attributes>
inline constexpr std::size_t metric_count = [] {
  std::size_t count = 0;
  for_each_metric<Attributes>([&](const auto&) { ++count; });
  return count;
}();

/// In the order of the table.
template <class Attributes>
inline constexpr auto metric_infos = [] {
  std::array<MetricInfo, metric_count<Attributes>> infos{};
  std::size_t at = 0;
  for_each_metric<Attributes>(
      [&](const auto& field) { infos[at++] = {field.name, field.doc, field.metric == Metric::counter}; });
  return infos;
}();

/// Adds each metric to its sum. `sums` are as many as the metrics.
template <class Attributes>
void add_metrics([[maybe_unused]] const Attributes& attributes, std::span<std::uint64_t> sums) {
  auto sum = sums.begin();
  wire::for_each_field<Attributes>([&](const auto& field) {
    if constexpr (requires { field.metric; } && requires { *sum += attributes.*(field.member); })
      if (field.metric != Metric::none) *sum++ += attributes.*(field.member);
  });
}

}  // namespace madang::world
