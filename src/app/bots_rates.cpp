#include "app/bots_rates.h"

#include <cmath>

namespace madang::app {

BotsRates rates_between(const board::SwarmStats& before, const board::SwarmStats& after, Duration passed) {
  if (passed <= Duration::zero()) return {};
  const double seconds = std::chrono::duration<double>(passed).count();
  const auto rate = [&](std::uint64_t board::SwarmStats::* count) {
    return static_cast<std::uint64_t>(
        std::llround(static_cast<double>(after.*count - before.*count) / seconds));
  };
  return {.moves = rate(&board::SwarmStats::moves),
          .bytes_in = rate(&board::SwarmStats::bytes_in),
          .bytes_out = rate(&board::SwarmStats::bytes_out)};
}

}  // namespace madang::app
