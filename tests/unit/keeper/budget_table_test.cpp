#include "madang/keeper/budget_table.h"

#include <gtest/gtest.h>

#include <map>

#include "madang/base/random.h"
#include "madang/base/token_bucket.h"

namespace madang::keeper {
namespace {

constexpr Budget three_a_minute{.burst = 3, .interval_ms = 20'000};

Hash128 table_key(std::uint64_t number) { return {scatter(number), number}; }

/// Takes up to `count` tokens. Returns how many there were.
int take_tokens(BudgetTable& table, const Hash128& key, Time now, int count) {
  int taken = 0;
  for (; taken < count && table.has(key, now); ++taken) table.charge(key, now);
  return taken;
}

TEST(BudgetTable, HasABudgetForEachKey) {
  BudgetTable table(three_a_minute, 10);
  EXPECT_EQ(take_tokens(table, table_key(1), 0s, 9), 3);
  EXPECT_EQ(take_tokens(table, table_key(2), 0s, 9), 3);
  EXPECT_FALSE(table.has(table_key(1), 19'999ms));
  EXPECT_EQ(take_tokens(table, table_key(1), 20s, 9), 1);
  EXPECT_EQ(take_tokens(table, table_key(2), 60s, 9), 3);
}

TEST(BudgetTable, GivesWhatATokenBucketGives) {
  Random random(5);
  BudgetTable table(three_a_minute, 100);
  std::map<std::uint64_t, TokenBucket> buckets;
  Time now = 1s;
  int taken = 0;
  for (int step = 0; step < 20'000; ++step) {
    now += std::chrono::milliseconds(random.below(1'000));
    const std::uint64_t number = random.below(10);
    const bool has = buckets[number].take(now, three_a_minute);
    ASSERT_EQ(table.has(table_key(number), now), has) << step;
    if (has) table.charge(table_key(number), now);
    taken += has;
  }
  EXPECT_GT(taken, 1'000);
  EXPECT_LT(taken, 19'000);
}

TEST(BudgetTable, ReturnsTokensThatWereTaken) {
  BudgetTable table(three_a_minute, 10);
  EXPECT_EQ(take_tokens(table, table_key(1), 0s, 9), 3);
  table.refund(table_key(1));
  EXPECT_EQ(take_tokens(table, table_key(1), 0s, 9), 1);
  for (int i = 0; i < 5; ++i) table.refund(table_key(1));
  EXPECT_EQ(take_tokens(table, table_key(1), 0s, 9), 3) << "a bucket has no more than its burst";
  table.refund(table_key(7));
  EXPECT_EQ(take_tokens(table, table_key(7), 0s, 9), 3) << "a bucket that is full stays full";
}

TEST(BudgetTable, ForgetsBucketsThatAreFullAgain) {
  BudgetTable table(three_a_minute, 1'000);
  for (std::uint64_t number = 0; number < 100; ++number) table.charge(table_key(number), 0s);
  EXPECT_EQ(table.size(), 100u);
  table.charge(table_key(200), 19'999ms);
  EXPECT_EQ(table.size(), 101u);
  table.charge(table_key(201), 20s);
  EXPECT_EQ(table.size(), 2u);
}

TEST(BudgetTable, StaysWithinItsEntriesAndForgetsTheFullest) {
  BudgetTable table(three_a_minute, 50);
  EXPECT_EQ(take_tokens(table, table_key(1), 0s, 9), 3);
  for (std::uint64_t number = 100; number < 10'100; ++number) {
    table.charge(table_key(number), 1s);
    ASSERT_LE(table.size(), 50u);
  }
  EXPECT_FALSE(table.has(table_key(1), 1s)) << "an empty bucket is remembered";
  EXPECT_EQ(take_tokens(table, table_key(10'099), 1s, 9), 2) << "so is the newest";
  EXPECT_EQ(take_tokens(table, table_key(100), 1s, 9), 3) << "a forgotten one is full";
}

TEST(BudgetTable, WithAnEntryForEachChargeInTheTimeOfATokenForgetsNothing) {
  // Two charges a second, of 20 s each: 40 entries. Each key comes back after 50 charges.
  BudgetTable table({.burst = 3, .interval_ms = 20'000}, 40);
  std::map<std::uint64_t, TokenBucket> buckets;
  for (std::uint64_t step = 0; step < 5'000; ++step) {
    const Time now = 1s + step * 500ms;
    const std::uint64_t number = step % 50 < 25 ? step % 5 : 1'000 + step;
    const bool has = buckets[number].take(now, three_a_minute);
    ASSERT_EQ(table.has(table_key(number), now), has) << step;
    if (has) table.charge(table_key(number), now);
  }
}

}  // namespace
}  // namespace madang::keeper
