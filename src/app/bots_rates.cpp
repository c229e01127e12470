#include "app/bots_rates.h"

#include <cmath>

namespace madang::app {

BotsRates rates_between(const client::SwarmStats& before, const client::SwarmStats& after, Duration passed) {
  if (passed <= Duration::zero()) return {};
  const double seconds = std::chrono::duration<double>(passed).count();
  const auto rate = [&](std::uint64_t client::SwarmStats::* count) {
    return static_cast<std::uint64_t>(
        std::llround(static_cast<double>(after.*count - before.*count) / seconds));
  };
  return {.moves = rate(&client::SwarmStats::moves),
          .bytes_in = rate(&client::SwarmStats::bytes_in),
          .bytes_out = rate(&client::SwarmStats::bytes_out)};
}

}  // namespace madang::app
