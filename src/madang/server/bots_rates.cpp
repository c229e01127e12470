#include "madang/server/bots_rates.h"

#include <cmath>

namespace madang::server {

BotsRates rates_between(const client::BotsStats& before, const client::BotsStats& after, Duration passed) {
  BotsRates rates{.counted = std::vector<std::uint64_t>(after.counted.size())};
  if (passed <= Duration::zero()) return rates;
  const double seconds = std::chrono::duration<double>(passed).count();
  const auto rate = [seconds](std::uint64_t from, std::uint64_t to) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(to - from) / seconds));
  };
  for (std::size_t i = 0; i < rates.counted.size(); ++i)
    rates.counted[i] = rate(i < before.counted.size() ? before.counted[i] : 0, after.counted[i]);
  rates.bytes_in = rate(before.bytes_in, after.bytes_in);
  rates.bytes_out = rate(before.bytes_out, after.bytes_out);
  return rates;
}

}  // namespace madang::server
