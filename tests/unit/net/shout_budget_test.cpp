#include "madang/net/shout_budget.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

const io::Address outsider = io::Address::v4(203, 0, 113, 7, 1000);
const io::Address other_address = io::Address::v4(203, 0, 113, 8, 1000);
const io::Address here = io::Address::loopback(1000);

bool take(ShoutBudget& budget, const ClientAddress& from, Time now) {
  if (!budget.has(from, now)) return false;
  budget.charge(from, now);
  return true;
}

TEST(ShoutBudget, OneAddressTakesItsPartAndNoMore) {
  Limits limits;
  limits.all_shouts_budget = {.burst = 10, .interval_ms = 1000};
  limits.address_shouts_budget = {.burst = 4, .interval_ms = 5000};
  ShoutBudget budget(limits);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += take(budget, outsider, Time(1h));
  EXPECT_EQ(taken, 4);
  io::Address another_port = outsider;
  another_port.port = 2000;
  EXPECT_FALSE(take(budget, another_port, Time(1h)));
  EXPECT_TRUE(take(budget, other_address, Time(1h)));
  EXPECT_TRUE(take(budget, here, Time(1h)));
}

TEST(ShoutBudget, AClientBehindAProxyOnThisMachineIsCountedByAddress) {
  Limits limits;
  limits.all_shouts_budget = {.burst = 10, .interval_ms = 1000};
  limits.address_shouts_budget = {.burst = 4, .interval_ms = 5000};
  ShoutBudget budget(limits);
  const ClientAddress forwarded(io::Address::loopback(1), Route::forwarded);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += take(budget, forwarded, Time(1h));
  EXPECT_EQ(taken, 4);
}

TEST(ShoutBudget, AShoutThatIsNotChargedCostsNothing) {
  Limits limits;
  limits.all_shouts_budget = limits.address_shouts_budget = {.burst = 1, .interval_ms = 3'600'000};
  ShoutBudget budget(limits);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(budget.has(outsider, Time(1h)));
}

TEST(ShoutBudget, WhatIsRefusedForAllCostsAnAddressNothing) {
  Limits limits;
  limits.all_shouts_budget = {.burst = 1, .interval_ms = 1000};
  limits.address_shouts_budget = {.burst = 1, .interval_ms = 3'600'000};
  ShoutBudget budget(limits);
  EXPECT_TRUE(take(budget, here, Time(1h)));
  EXPECT_FALSE(take(budget, outsider, Time(1h)));
  EXPECT_TRUE(take(budget, outsider, Time(1h + 1s)));
  EXPECT_FALSE(take(budget, outsider, Time(1h + 9s)));
}

}  // namespace
}  // namespace madang::net
