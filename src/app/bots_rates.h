// BotsRates: how much of something the bots do in a second, from two looks at what they did in all. Pure.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "client/swarm.h"

namespace madang::app {

/// A second's worth, rounded.
struct BotsRates {
  std::uint64_t moves = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;

  bool operator==(const BotsRates&) const = default;
};

/// Of the time that passed between the looks, however long it was; nothing when none did.
BotsRates rates_between(const client::SwarmStats& before, const client::SwarmStats& after, Duration passed);

}  // namespace madang::app
