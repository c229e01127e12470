#include "app/bots_rates.h"

#include <gtest/gtest.h>

namespace madang::app {
namespace {

board::SwarmStats swarm_after(std::uint64_t times) {
  return {.moves = 10 * times, .bytes_in = 2000 * times, .bytes_out = 300 * times};
}

TEST(BotsRates, AreForTheTimeThatReallyPassed) {
  const BotsRates rates{.moves = 10, .bytes_in = 2000, .bytes_out = 300};
  EXPECT_EQ(rates_between(swarm_after(5), swarm_after(6), 1s), rates);
  EXPECT_EQ(rates_between(swarm_after(5), swarm_after(9), 4s), rates)
      << "the process was stopped for three seconds";
  EXPECT_EQ(rates_between({.moves = 7}, {.moves = 13}, 600ms).moves, 10u);
}

TEST(BotsRates, AreRoundedAndAreZeroWithoutPassedTime) {
  EXPECT_EQ(rates_between({.moves = 0}, {.moves = 2}, 3s).moves, 1u);
  EXPECT_EQ(rates_between(swarm_after(5), swarm_after(6), 0s), BotsRates{});
}

}  // namespace
}  // namespace madang::app
