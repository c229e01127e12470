#include "madang/net/login_budget.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

Limits small_limits() {
  Limits limits;
  limits.login_budget = {.burst = 5, .interval_ms = 1'000};
  limits.name_login_budget = {.burst = 2, .interval_ms = 10'000};
  return limits;
}
ClientAddress client_at(std::uint8_t last) { return io::Address::v4(10, 0, 0, last, 1); }

bool take(LoginBudget& budget, const ClientAddress& from, std::string_view name, Time now) {
  if (!budget.has(from, name, now)) return false;
  budget.charge(from, name, now);
  return true;
}

TEST(LoginBudget, BoundsTheLoginsOfOneAddressWhateverTheNames) {
  LoginBudget budget(small_limits(), 1);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(take(budget, client_at(1), std::to_string(i), 100s));
  EXPECT_FALSE(take(budget, client_at(1), "another", 100s));
  EXPECT_TRUE(take(budget, client_at(2), "another", 100s)) << "the budget of others is not used up";
  EXPECT_TRUE(take(budget, client_at(1), "another", 101s)) << "the refusal has cost the name nothing";
  EXPECT_FALSE(take(budget, client_at(1), "another", 101s));
}

TEST(LoginBudget, BoundsTheLoginsOfOneNameAlsoFromThisMachine) {
  LoginBudget budget(small_limits(), 1);
  const ClientAddress here = io::Address::loopback(1);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(take(budget, here, "again", 100s));
  EXPECT_FALSE(take(budget, here, "again", 100s));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(take(budget, here, std::to_string(i), 100s));
  EXPECT_TRUE(take(budget, client_at(1), "again", 100s)) << "a stranger cannot lock a player out by its name";
  EXPECT_TRUE(take(budget, here, "again", 110s));
}

TEST(LoginBudget, AClientBehindAProxyOnThisMachineIsCountedByAddress) {
  LoginBudget budget(small_limits(), 1);
  const ClientAddress forwarded(io::Address::loopback(1), Route::forwarded);
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += take(budget, forwarded, std::to_string(i), 100s) ? 1 : 0;
  EXPECT_EQ(taken, 5);
}

TEST(LoginBudget, ALoginThatIsNotChargedCostsNothing) {
  LoginBudget budget(small_limits(), 1);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(budget.has(client_at(1), "waits", 100s));
}

}  // namespace
}  // namespace madang::net
