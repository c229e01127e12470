#include "madang/keeper/login_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/random.h"

namespace madang::keeper {
namespace {

/// Work that can only be moved, as a password can.
using LoginWork = std::unique_ptr<std::string>;
using Submitted = std::expected<std::uint64_t, LoginRefusal>;

const Submitted login_is_busy = std::unexpected(LoginRefusal::busy);
const Submitted login_has_no_token = std::unexpected(LoginRefusal::too_many_guesses);

struct Logins {
  explicit Logins(const LoginQueueLimits& limits = {}) : queue(limits, {3, 4}) {}

  Submitted submit(std::string_view account, std::string_view address, bool counts_address = true) {
    auto work = std::make_unique<std::string>(std::string(account) + "@" + std::string(address));
    const Submitted id = queue.submit(account, {address, counts_address}, std::move(work), now);
    EXPECT_EQ(work == nullptr, id.has_value()) << "the caller keeps the work of a refused login";
    return id;
  }
  /// Takes the next login and finishes it. Returns its work, or "" if none waits.
  std::string check(bool is_right = false) {
    const auto next = queue.take();
    if (!next) return "";
    queue.finish(next->login, is_right);
    return *next->work;
  }
  /// Makes an address known to an account.
  void know(std::string_view account, std::string_view address) {
    queue.budgets().remember(account, address);
  }

  LoginQueue<LoginWork> queue;
  Time now = 1h;
};

std::string login_number(std::string_view word, int number) {
  return std::string(word) + std::to_string(number);
}

TEST(LoginQueue, GivesLoginsInTheOrderInWhichTheyCame) {
  Logins logins;
  EXPECT_EQ(logins.check(), "");
  EXPECT_EQ(logins.submit("ada", "home"), 1u);
  logins.now += 5s;
  EXPECT_EQ(logins.submit("grace", "ship"), 2u);
  EXPECT_EQ(logins.queue.waiting(), 2u);
  const auto first = logins.queue.take();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->id, 1u);
  EXPECT_EQ(*first->work, "ada@home");
  EXPECT_EQ(first->since, 1h);
  EXPECT_EQ(logins.check(), "grace@ship");
  EXPECT_EQ(logins.check(), "");
  EXPECT_EQ(logins.queue.waiting(), 0u);
}

TEST(LoginQueue, IsFairBetweenAddresses) {
  Logins logins;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(logins.submit(login_number("a", i), "flood"));
  ASSERT_TRUE(logins.submit("b0", "home"));
  ASSERT_TRUE(logins.submit("b1", "home"));
  ASSERT_TRUE(logins.submit("c0", "ship"));
  std::vector<std::string> order;
  for (int i = 0; i < 3; ++i) order.push_back(logins.check());
  ASSERT_TRUE(logins.submit("d0", "late"));
  for (std::string next = logins.check(); !next.empty(); next = logins.check()) order.push_back(next);
  EXPECT_EQ(order, (std::vector<std::string>{"a0@flood", "b0@home", "c0@ship", "a1@flood", "b1@home",
                                             "d0@late", "a2@flood", "a3@flood"}));
}

TEST(LoginQueue, GivesAnAddressThatFloodsASharePerAddress) {
  Logins logins;
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(logins.submit(login_number("player", i), "flood")) << i;
  EXPECT_EQ(logins.submit("player8", "flood"), login_is_busy);
  EXPECT_TRUE(logins.submit("ada", "home"));
  EXPECT_EQ(logins.check(), "player0@flood");
  EXPECT_TRUE(logins.submit("player8", "flood")) << "there is a place again";
  EXPECT_EQ(logins.check(), "ada@home");
}

TEST(LoginQueue, HasAMaximumAndAPartForKnownAddresses) {
  Logins logins;
  for (int i = 0; i < 100; ++i) logins.know(login_number("owner", i), login_number("home", i));
  int accepted = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Submitted id = logins.submit(login_number("player", i), login_number("bot", i));
    accepted += id.has_value();
    ASSERT_TRUE(id || id == login_is_busy);
  }
  EXPECT_EQ(accepted, 256 - 64);
  for (int i = 0; i < 64; ++i)
    ASSERT_TRUE(logins.submit(login_number("owner", i), login_number("home", i))) << i;
  EXPECT_EQ(logins.queue.waiting(), 256u);
  EXPECT_EQ(logins.submit("owner64", "home64"), login_is_busy);
  EXPECT_EQ(logins.check(), "owner0@home0");
  EXPECT_EQ(logins.submit("stranger", "bot"), login_is_busy)
      << "the part for known addresses is not for others";
  EXPECT_TRUE(logins.submit("owner64", "home64"));
  EXPECT_EQ(logins.submit("owner65", "home65"), login_is_busy);
}

TEST(LoginQueue, GivesKnownAddressesTheWholeQueueWhenItIsEmpty) {
  Logins logins;
  for (int i = 0; i < 256; ++i) {
    logins.know(login_number("owner", i), login_number("home", i));
    ASSERT_TRUE(logins.submit(login_number("owner", i), login_number("home", i))) << i;
  }
  EXPECT_EQ(logins.submit("ada", "elsewhere"), login_is_busy);
}

TEST(LoginQueue, ServesKnownAddressesInEverySecondTurn) {
  Logins logins;
  for (int i = 0; i < 3; ++i) {
    logins.know(login_number("owner", i), "home");
    ASSERT_TRUE(logins.submit(login_number("player", i), login_number("bot", i)));
  }
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(logins.submit(login_number("owner", i), "home"));
  ASSERT_TRUE(logins.submit("player3", "bot3"));
  std::vector<std::string> order;
  for (std::string next = logins.check(); !next.empty(); next = logins.check()) order.push_back(next);
  EXPECT_EQ(order, (std::vector<std::string>{"owner0@home", "player0@bot0", "owner1@home", "player1@bot1",
                                             "owner2@home", "player2@bot2", "player3@bot3"}));
}

TEST(LoginQueue, DoesNotLetAnAttackerAtTheSameAddressTakeTheOwnersPlace) {
  Logins logins;
  logins.know("ada", "school");
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(logins.submit(login_number("player", i), "school"));
  EXPECT_EQ(logins.submit("player8", "school"), login_is_busy);
  EXPECT_TRUE(logins.submit("ada", "school"));
  EXPECT_EQ(logins.check(true), "ada@school");
}

TEST(LoginQueue, RefusesGuessesWithoutATokenAndChargesRefusedLoginsNothing) {
  Logins logins;
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(logins.submit("ada", "attacker")) << i;
    EXPECT_EQ(logins.check(), "ada@attacker");
  }
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(logins.submit("ada", "attacker"), login_has_no_token);
  logins.now += 300s;
  EXPECT_TRUE(logins.submit("ada", "attacker")) << "the refused ones have cost nothing";

  Logins others;
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(others.submit(login_number("player", i), "school"));
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(others.submit("grace", "school"), login_is_busy);
  for (int i = 0; i < 8; ++i) EXPECT_NE(others.check(true), "");
  EXPECT_TRUE(others.submit("grace", "school"));
}

TEST(LoginQueue, LearnsAnAddressFromARightPasswordOnly) {
  Logins logins;
  ASSERT_TRUE(logins.submit("ada", "home"));
  logins.check(false);
  EXPECT_FALSE(logins.queue.budgets().keys_of("ada", {"home"}).is_known);
  ASSERT_TRUE(logins.submit("ada", "home"));
  logins.check(true);
  EXPECT_TRUE(logins.queue.budgets().keys_of("ada", {"home"}).is_known);
}

TEST(LoginQueue, CancelsALoginWhoseClientHasGone) {
  Logins logins;
  for (int i = 0; i < 1'000; ++i) {
    const Submitted id = logins.submit("ada", "home");
    ASSERT_TRUE(id) << "a login that is not checked costs nothing: " << i;
    ASSERT_TRUE(logins.submit(login_number("other", i), login_number("street", i)));
    const auto work = logins.queue.cancel(*id);
    ASSERT_TRUE(work);
    ASSERT_EQ(**work, "ada@home");
    ASSERT_FALSE(logins.queue.cancel(*id)) << "it does not wait any more";
    ASSERT_EQ(logins.check(), login_number("other", i) + "@" + login_number("street", i));
  }
  const Submitted id = logins.submit("ada", "home");
  EXPECT_EQ(logins.check(), "ada@home");
  EXPECT_FALSE(logins.queue.cancel(*id)) << "it is being checked";
  EXPECT_FALSE(logins.queue.cancel(123'456));
  EXPECT_EQ(logins.queue.waiting(), 0u);
}

TEST(LoginQueue, GivesProgramsOnThisMachineNoShareAndStillTheirTurns) {
  Logins logins;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(logins.submit(login_number("bot", i), "", false)) << i;
  ASSERT_TRUE(logins.submit("ada", "home"));
  EXPECT_EQ(logins.check(), "bot0@");
  EXPECT_EQ(logins.check(), "ada@home");
}

TEST(LoginQueue, LetsOwnersInDuringAGuessOfTenThousandAccountsFromTenThousandAddresses) {
  Logins logins;
  logins.know("ada", "home");
  int guesses = 0;
  int logins_of_ada = 0;
  // Each millisecond a guess comes; each 100 ms one is checked; each 10 s the owner logs in.
  for (int ms = 0; ms < 100'000; ++ms, logins.now += 1ms) {
    (void)logins.submit(login_number("player", ms % 10'000), login_number("bot", ms % 10'000));
    ASSERT_TRUE(ms % 10'000 != 5'000 || logins.submit("ada", "home")) << ms;
    if (ms % 100 != 99) continue;
    const auto next = logins.queue.take();
    ASSERT_TRUE(next);
    const bool is_ada = *next->work == "ada@home";
    EXPECT_TRUE(!is_ada || logins.now - next->since <= 200ms);
    logins.queue.finish(next->login, is_ada);
    (is_ada ? logins_of_ada : guesses) += 1;
    ASSERT_LE(logins.queue.waiting(), 256u);
  }
  EXPECT_EQ(logins_of_ada, 10);
  EXPECT_EQ(guesses, 990);
}

TEST(LoginQueue, LosesNoLoginAndGivesTheSameResultsForTheSameCalls) {
  const auto run = [](std::uint64_t seed) {
    Random random(seed);
    Logins logins({.waiting_max = 20,
                   .waiting_for_known = 5,
                   .waiting_per_address_max = 3,
                   .guesses = {.pair_budget = {.burst = 2, .interval_ms = 100'000}}});
    std::map<std::uint64_t, std::string> waiting;
    std::string trace;
    for (int step = 0; step < 20'000; ++step, logins.now += 200ms) {
      const std::string account = login_number("a", static_cast<int>(random.below(30)));
      const std::string address = login_number("h", static_cast<int>(random.below(12)));
      if (random.chance(3, 5)) {
        if (const Submitted id = logins.submit(account, address)) {
          EXPECT_TRUE(waiting.emplace(*id, account + "@" + address).second) << "an id is given once";
        } else {
          trace += id == login_is_busy ? 'b' : 't';
        }
      } else if (random.chance(1, 4)) {
        const std::uint64_t id = waiting.empty() ? 0 : waiting.begin()->first;
        EXPECT_EQ(logins.queue.cancel(id).has_value(), waiting.erase(id) == 1);
      } else if (const auto next = logins.queue.take()) {
        EXPECT_EQ(*next->work, waiting[next->id]);
        waiting.erase(next->id);
        logins.queue.finish(next->login, random.chance(1, 2));
        trace += *next->work;
      }
      EXPECT_EQ(logins.queue.waiting(), waiting.size());
      EXPECT_LE(waiting.size(), 20u);
    }
    return trace;
  };
  const std::string trace = run(1);
  EXPECT_TRUE(trace.contains('b') && trace.contains('t') && trace.contains('@'));
  EXPECT_EQ(run(1), trace);
  EXPECT_NE(run(2), trace);
}

TEST(LoginQueueDeathTest, NeedsPlacesForAddressesThatAreNotKnown) {
  EXPECT_DEATH(Logins({.waiting_max = 64, .waiting_for_known = 64}), "64 of 64 places");
  EXPECT_DEATH(Logins({.waiting_per_address_max = 0}), "0 for an address");
}

}  // namespace
}  // namespace madang::keeper
