#include "madang/keeper/guess_budgets.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace madang::keeper {
namespace {

/// The budgets, a clock, and names of accounts and addresses.
struct Guessing {
  explicit Guessing(const GuessLimits& limits = {}) : budgets(limits, {1, 2}) {}

  /// Tries a wrong password. Returns whether it is checked.
  bool guess(std::string_view account, std::string_view address, bool counts_address = true) {
    const LoginKeys login = budgets.keys_of(account, {address, counts_address});
    if (!budgets.has(login, now)) return false;
    budgets.charge(login, now);
    return true;
  }
  /// Tries the right password. Returns whether it is checked.
  bool log_in(std::string_view account, std::string_view address, bool counts_address = true) {
    const LoginKeys login = budgets.keys_of(account, {address, counts_address});
    if (!budgets.has(login, now)) return false;
    budgets.charge(login, now);
    budgets.succeed(login);
    return true;
  }

  /// Tries wrong passwords until one is refused. Returns how many are checked.
  int use_up(std::string_view account, std::string_view address, bool counts_address = true) {
    int checked = 0;
    while (checked < 1'000 && guess(account, address, counts_address)) ++checked;
    return checked;
  }

  GuessBudgets budgets;
  Time now = 1h;
};

std::string numbered(std::string_view word, int number) { return std::string(word) + std::to_string(number); }

TEST(GuessBudgets, BoundTenThousandGuessesOfOneAccountFromOneAddress) {
  Guessing all;
  int checked = 0;
  for (int i = 0; i < 10'000; ++i, all.now += 100ms) checked += all.guess("ada", "home");
  EXPECT_EQ(checked, 8 + 3) << "8 at once, then one in 300 s of 1,000 s";
}

TEST(GuessBudgets, BoundTenThousandGuessesOfOneAccountFromTenThousandAddresses) {
  Guessing all;
  int checked = 0;
  for (int i = 0; i < 10'000; ++i, all.now += 100ms) checked += all.guess("ada", numbered("bot", i));
  EXPECT_EQ(checked, 24 + 16) << "24 at once, then one in 60 s of 1,000 s";
}

TEST(GuessBudgets, BoundOneGuessOfTenThousandAccountsFromOneAddress) {
  Guessing all;
  int checked = 0;
  for (int i = 0; i < 10'000; ++i, all.now += 100ms) checked += all.guess(numbered("player", i), "attacker");
  EXPECT_EQ(checked, 32 + 99) << "32 at once, then one in 10 s of 1,000 s";
  EXPECT_TRUE(all.guess("ada", "home")) << "other addresses are free";
}

TEST(GuessBudgets, CostNothingForRightPasswords) {
  Guessing all;
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(all.log_in("ada", "home")) << i;
    ASSERT_TRUE(all.log_in("ada", numbered("street", i))) << i;
    ASSERT_TRUE(all.log_in(numbered("player", i), "school")) << i;
  }
  EXPECT_EQ(all.use_up("ada", "elsewhere"), 8);
}

TEST(GuessBudgets, GiveTheOwnerAKnownAddressForItself) {
  Guessing all;
  ASSERT_TRUE(all.log_in("ada", "home"));
  for (int i = 0; i < 10'000; ++i, all.now += 100ms) {
    all.guess("ada", numbered("bot", i));
    ASSERT_TRUE(i % 100 != 0 || all.log_in("ada", "home")) << i;
  }
  EXPECT_FALSE(all.guess("ada", "a new address"));
  EXPECT_EQ(all.use_up("ada", "home"), 8) << "the owner may mistype";
  all.now += 300s;
  EXPECT_TRUE(all.log_in("ada", "home"));
}

TEST(GuessBudgets, AlsoBoundAKnownAddress) {
  Guessing all;
  ASSERT_TRUE(all.log_in("ada", "home"));
  int checked = 0;
  for (int i = 0; i < 10'000; ++i, all.now += 100ms) checked += all.guess("ada", "home");
  EXPECT_EQ(checked, 8 + 3);
}

TEST(GuessBudgets, LetAKnownAccountInFromAnAddressThatAnAttackerShares) {
  Guessing all;
  ASSERT_TRUE(all.log_in("ada", "school"));
  all.use_up("grace", "school");
  for (int i = 0; i < 100; ++i) all.guess(numbered("player", i), "school");
  EXPECT_FALSE(all.guess("edsger", "school")) << "the budget of the address is used up";
  EXPECT_TRUE(all.log_in("ada", "school"));
  EXPECT_FALSE(all.log_in("grace", "school")) << "an account that does not know the address";
}

TEST(GuessBudgets, LeaveTheOwnerTokensBesideOneAttacker) {
  Guessing all;
  all.use_up("ada", "attacker");
  EXPECT_TRUE(all.log_in("ada", "a new address"));
  for (int hour = 0; hour < 24; ++hour)
    for (int second = 0; second < 3'600; ++second, all.now += 1s) all.guess("ada", "attacker");
  EXPECT_TRUE(all.log_in("ada", "another new address"));
}

TEST(GuessBudgets, LetTheOwnerInAtANewAddressAMinuteAfterAnAttack) {
  Guessing all;
  for (int i = 0; i < 10'000; ++i, all.now += 100ms) all.guess("ada", numbered("bot", i));
  all.use_up("ada", numbered("bot", 77));
  all.now += 60s;
  EXPECT_TRUE(all.log_in("ada", "a new address"));
}

TEST(GuessBudgets, DoNotCountTheAddressOfThisMachine) {
  Guessing all;
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(all.guess(numbered("player", i), "", false)) << i;
  EXPECT_EQ(all.use_up("ada", "", false), 8) << "an account has its budgets there, too";
}

TEST(GuessBudgets, LetThisMachineInWhenItsAddressIsUsedUp) {
  Guessing all;
  for (int i = 0; i < 100; ++i) all.guess(numbered("player", i), "127.0.0.1");
  EXPECT_FALSE(all.guess("ada", "127.0.0.1")) << "an address that a proxy has named";
  EXPECT_TRUE(all.guess("ada", "127.0.0.1", false));
}

TEST(GuessBudgets, ReturnWhatALoginHasPaidThatIsNotChecked) {
  Guessing all;
  for (int i = 0; i < 1'000; ++i) {
    const LoginKeys login = all.budgets.keys_of("ada", {"home"});
    ASSERT_TRUE(all.budgets.has(login, all.now)) << i;
    all.budgets.charge(login, all.now);
    all.budgets.refund(login);
  }
  EXPECT_FALSE(all.budgets.keys_of("ada", {"home"}).is_known) << "it was no right password";
}

TEST(GuessBudgets, ReturnTheSameTokensThatWerePaid) {
  Guessing all;
  const LoginKeys login = all.budgets.keys_of("ada", {"home"});
  all.budgets.charge(login, all.now);
  ASSERT_TRUE(all.log_in("ada", "home"));  // the address is known only from here on
  all.budgets.succeed(login);
  int checked = 0;
  for (int i = 0; i < 100; ++i) checked += all.guess("ada", numbered("bot", i));
  EXPECT_EQ(checked, 24);
}

TEST(GuessBudgets, KnowTheLastFourAddressesOfAnAccount) {
  Guessing all;
  const auto knows = [&](std::string_view address) { return all.budgets.keys_of("ada", {address}).is_known; };
  for (const char* address : {"one", "two", "three", "four"}) all.log_in("ada", address);
  EXPECT_TRUE(knows("one") && knows("two") && knows("three") && knows("four"));
  EXPECT_FALSE(knows("five") || knows(""));
  EXPECT_FALSE(all.budgets.keys_of("grace", {"one"}).is_known);
  all.log_in("ada", "one");  // the latest again
  all.log_in("ada", "five");
  EXPECT_FALSE(knows("two")) << "it was used the longest time ago";
  EXPECT_TRUE(knows("one") && knows("three") && knows("four") && knows("five"));
  all.budgets.forget("ada");
  EXPECT_FALSE(knows("one") || knows("three") || knows("four") || knows("five"));
  all.budgets.forget("nobody");
  all.budgets.remember("ada", "store");
  EXPECT_TRUE(knows("store"));
  EXPECT_EQ(all.budgets.known_accounts(), 1u);
}

TEST(GuessBudgets, ForgetTheAccountWithoutALoginForTheLongestTime) {
  Guessing all({.known_accounts_max = 3});
  const auto knows = [&](std::string_view account) {
    return all.budgets.keys_of(account, {"home"}).is_known;
  };
  for (const char* account : {"ada", "grace", "edsger", "ada", "barbara"}) all.log_in(account, "home");
  EXPECT_FALSE(knows("grace"));
  EXPECT_TRUE(knows("ada") && knows("edsger") && knows("barbara"));
  EXPECT_EQ(all.budgets.known_accounts(), 3u);
  all.budgets.forget("edsger");
  all.log_in("grace", "home");
  EXPECT_TRUE(knows("ada") && knows("grace") && knows("barbara"));
}

TEST(GuessBudgets, CountALoginAfterAChangeOfThePasswordAsTheLatest) {
  Guessing all({.known_accounts_max = 2});
  for (const char* account : {"ada", "grace"}) all.log_in(account, "home");
  all.budgets.forget("ada");
  for (const char* account : {"ada", "barbara"}) all.log_in(account, "home");
  EXPECT_TRUE(all.budgets.keys_of("ada", {"home"}).is_known);
  EXPECT_FALSE(all.budgets.keys_of("grace", {"home"}).is_known);
}

TEST(GuessBudgets, StayWithinTheirMemory) {
  Guessing all({.entries_max = 100, .known_accounts_max = 50});
  for (int i = 0; i < 100'000; ++i) {
    all.guess(numbered("player", i), numbered("bot", i));
    if (i % 7 == 0) all.log_in(numbered("owner", i), numbered("home", i));
    ASSERT_LE(all.budgets.entries(), 300u);
    ASSERT_LE(all.budgets.known_accounts(), 50u);
  }
}

TEST(GuessBudgets, HaveOtherKeysForOtherTexts) {
  const GuessBudgets budgets({}, {1, 2});
  const LoginKeys login = budgets.keys_of("ada", {"home"});
  EXPECT_EQ(budgets.keys_of("ada", {"home"}), login);
  EXPECT_NE(budgets.keys_of("adah", {"ome"}).pair, login.pair) << "each text has a length of its own";
  EXPECT_NE(budgets.keys_of("ada", {std::string_view("home\0", 5)}).address, login.address);
  EXPECT_NE(budgets.keys_of("home", {"ada"}).account, login.address) << "an account is no address";
  EXPECT_NE(budgets.keys_of("a longer name 1", {""}).account,
            budgets.keys_of("a longer name 2", {""}).account);
  EXPECT_NE(GuessBudgets({}, {1, 3}).keys_of("ada", {"home"}).account, login.account) << "another secret";
}

}  // namespace
}  // namespace madang::keeper
