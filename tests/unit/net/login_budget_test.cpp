#include "net/login_budget.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

Limits small_limits() {
  Limits limits;
  limits.login_budget = {.burst = 5, .interval_ms = 1'000};
  limits.name_login_budget = {.burst = 2, .interval_ms = 10'000};
  return limits;
}
ClientAddress host(std::uint8_t last) { return io::Address::v4(10, 0, 0, last, 1); }

TEST(LoginBudget, BoundsTheLoginsOfOneAddressWhateverTheNames) {
  LoginBudget budget(small_limits(), 1);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(budget.take(host(1), std::to_string(i), 100s));
  EXPECT_FALSE(budget.take(host(1), "another", 100s));
  EXPECT_TRUE(budget.take(host(2), "another", 100s)) << "others are not held back";
  EXPECT_TRUE(budget.take(host(1), "another", 101s)) << "the refusal has cost the name nothing";
  EXPECT_FALSE(budget.take(host(1), "another", 101s));
}

TEST(LoginBudget, BoundsTheLoginsOfOneNameAlsoFromThisMachine) {
  LoginBudget budget(small_limits(), 1);
  const ClientAddress here = io::Address::loopback(1);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(budget.take(here, "again", 100s));
  EXPECT_FALSE(budget.take(here, "again", 100s));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(budget.take(here, std::to_string(i), 100s));
  EXPECT_TRUE(budget.take(host(1), "again", 100s)) << "a stranger cannot lock a player out by its name";
  EXPECT_TRUE(budget.take(here, "again", 110s));
}

TEST(LoginBudget, OneBehindAProxyOnThisMachineIsCountedByAddress) {
  LoginBudget budget(small_limits(), 1);
  const ClientAddress forwarded(io::Address::loopback(1), Route::forwarded);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += budget.take(forwarded, std::to_string(i), 100s) ? 1 : 0;
  EXPECT_EQ(taken, 5);
}

TEST(LoginBudget, WhatIsGivenBackMayBeTakenAgain) {
  LoginBudget budget(small_limits(), 1);
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(budget.take(host(1), "waits", 100s));
    budget.give_back(host(1), "waits");
  }
}

}  // namespace
}  // namespace madang::net
