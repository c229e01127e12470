// BotsRates: what the bots do in one second, computed from two states of their counters. Pure.
#pragma once

#include <cstdint>

#include "board/client/swarm.h"
#include "madang/base/time.h"

namespace madang::app {

/// Rates for one second, rounded.
struct BotsRates {
  std::uint64_t moves = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;

  bool operator==(const BotsRates&) const = default;
};

/// Returns the rates between two states of the counters. `passed` is the time between them. Without passed
/// time, all rates are 0.
BotsRates rates_between(const board::SwarmStats& before, const board::SwarmStats& after, Duration passed);

}  // namespace madang::app
