#include "net/shout_budget.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

const io::Address stranger = io::Address::v4(203, 0, 113, 7, 1000);
const io::Address other = io::Address::v4(203, 0, 113, 8, 1000);
const io::Address here = io::Address::loopback(1000);

TEST(ShoutBudget, OneAddressTakesItsPartAndNoMore) {
  Limits limits;
  limits.all_shouts_budget = {.burst = 10, .interval_ms = 1000};
  limits.address_shouts_budget = {.burst = 4, .interval_ms = 5000};
  ShoutBudget budget(limits);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += budget.take(stranger, Time(1h));
  EXPECT_EQ(taken, 4);
  io::Address another_port = stranger;
  another_port.port = 2000;
  EXPECT_FALSE(budget.take(another_port, Time(1h)));
  EXPECT_TRUE(budget.take(other, Time(1h)));
  EXPECT_TRUE(budget.take(here, Time(1h)));
}

TEST(ShoutBudget, AClientBehindAProxyOnThisMachineIsCountedByAddress) {
  Limits limits;
  limits.all_shouts_budget = {.burst = 10, .interval_ms = 1000};
  limits.address_shouts_budget = {.burst = 4, .interval_ms = 5000};
  ShoutBudget budget(limits);
  const ClientAddress forwarded(io::Address::loopback(1), Route::forwarded);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += budget.take(forwarded, Time(1h));
  EXPECT_EQ(taken, 4);
  budget.give_back(forwarded);
  EXPECT_TRUE(budget.take(forwarded, Time(1h))) << "a place that was given back is the address's again";
}

TEST(ShoutBudget, WhatIsRefusedForAllCostsAnAddressNothing) {
  Limits limits;
  limits.all_shouts_budget = {.burst = 1, .interval_ms = 1000};
  limits.address_shouts_budget = {.burst = 1, .interval_ms = 3'600'000};
  ShoutBudget budget(limits);
  EXPECT_TRUE(budget.take(here, Time(1h)));
  EXPECT_FALSE(budget.take(stranger, Time(1h)));
  EXPECT_TRUE(budget.take(stranger, Time(1h + 1s)));
  EXPECT_FALSE(budget.take(stranger, Time(1h + 9s)));
  budget.give_back(stranger);
  EXPECT_TRUE(budget.take(stranger, Time(1h + 9s)));
}

}  // namespace
}  // namespace madang::net
