#include "madang/base/token_bucket.h"

#include <gtest/gtest.h>

namespace madang {
namespace {

TEST(TokenBucket, AllowsABurstAndThenOneAnInterval) {
  const Budget budget{.burst = 3, .interval_ms = 100};
  TokenBucket bucket;
  const Time start = 1000h;
  EXPECT_TRUE(bucket.take(start, budget));
  EXPECT_TRUE(bucket.take(start, budget));
  EXPECT_TRUE(bucket.take(start, budget));
  EXPECT_FALSE(bucket.take(start, budget));
  EXPECT_FALSE(bucket.take(start + 99ms, budget));
  EXPECT_TRUE(bucket.take(start + 100ms, budget));
  EXPECT_FALSE(bucket.take(start + 100ms, budget));
}

TEST(TokenBucket, ALookCostsNothingAndAChargeOneToken) {
  const Budget budget{.burst = 2, .interval_ms = 100};
  TokenBucket bucket;
  const Time start = 1000h;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.has(start, budget));
  bucket.charge(start, budget);
  EXPECT_TRUE(bucket.has(start, budget));
  bucket.charge(start, budget);
  EXPECT_FALSE(bucket.has(start, budget));
}

TEST(TokenBucket, AnActionThatMayHaveHappenedEarlierHasTheTokensOfThatTimeToo) {
  const Budget budget{.burst = 2, .interval_ms = 100};
  TokenBucket bucket;
  const Time now = 1000h;
  const Time since = now - 100ms;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(bucket.has(since, now, budget)) << i;
    bucket.charge(since, budget);
  }
  EXPECT_FALSE(bucket.has(since, now, budget));
}

TEST(TokenBucket, IsFullAgainAfterARestAndNotMoreThanFull) {
  const Budget budget{.burst = 2, .interval_ms = 10};
  TokenBucket bucket;
  while (bucket.take(1s, budget)) {
  }
  EXPECT_TRUE(bucket.take(1h, budget));
  EXPECT_TRUE(bucket.take(1h, budget));
  EXPECT_FALSE(bucket.take(1h, budget));
}

}  // namespace
}  // namespace madang
