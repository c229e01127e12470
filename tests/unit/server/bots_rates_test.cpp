#include "madang/server/bots_rates.h"

#include <gtest/gtest.h>

namespace madang::server {
namespace {

client::BotsStats bots_after(std::uint64_t times) {
  return {.bytes_in = 2000 * times, .bytes_out = 300 * times, .counted = {10 * times, times}};
}

TEST(BotsRates, AreForTheTimeThatReallyPassed) {
  const BotsRates rates{.counted = {10, 1}, .bytes_in = 2000, .bytes_out = 300};
  EXPECT_EQ(rates_between(bots_after(5), bots_after(6), 1s), rates);
  EXPECT_EQ(rates_between(bots_after(5), bots_after(9), 4s), rates)
      << "the process was stopped for three seconds";
  EXPECT_EQ(rates_between({.bytes_in = 7}, {.bytes_in = 13}, 600ms).bytes_in, 10u);
}

TEST(BotsRates, AreRoundedAndAreZeroWithoutPassedTime) {
  EXPECT_EQ(rates_between({.bytes_in = 0}, {.bytes_in = 2}, 3s).bytes_in, 1u);
  EXPECT_EQ(rates_between(bots_after(5), bots_after(6), 0s), (BotsRates{.counted = {0, 0}}));
}

TEST(BotsRates, CountFromZeroWhereThereWasNothingBefore) {
  EXPECT_EQ(rates_between({}, bots_after(6), 1s), (BotsRates{{60, 6}, 12'000, 1'800}));
}

}  // namespace
}  // namespace madang::server
