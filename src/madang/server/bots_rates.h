// BotsRates: what the bots do in one second, computed from two states of their counters. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "madang/base/time.h"
#include "madang/client/any_bots.h"

namespace madang::server {

/// Rates for one second, rounded.
struct BotsRates {
  std::vector<std::uint64_t> counted{};  ///< one for each counter of the game
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;

  bool operator==(const BotsRates&) const = default;
};

/// Returns the rates between two states of the counters. `passed` is the time between them. Without passed
/// time, all rates are 0.
BotsRates rates_between(const client::BotsStats& before, const client::BotsStats& after, Duration passed);

}  // namespace madang::server
