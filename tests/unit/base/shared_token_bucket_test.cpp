#include "madang/base/shared_token_bucket.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace madang {
namespace {

bool take(SharedTokenBucket& bucket, Time now, const Budget& budget) {
  if (!bucket.has(now, budget)) return false;
  bucket.charge(now, budget);
  return true;
}

TEST(SharedTokenBucket, GivesItsBurstAndThenOneAnInterval) {
  SharedTokenBucket bucket;
  const Budget budget{.burst = 2, .interval_ms = 100};
  EXPECT_TRUE(take(bucket, Time(10s), budget));
  EXPECT_TRUE(take(bucket, Time(10s), budget));
  EXPECT_FALSE(take(bucket, Time(10s), budget));
  EXPECT_FALSE(take(bucket, Time(10s + 99ms), budget));
  EXPECT_TRUE(take(bucket, Time(10s + 100ms), budget));
  EXPECT_FALSE(take(bucket, Time(10s + 100ms), budget));
}

TEST(SharedTokenBucket, ALookCostsNothing) {
  SharedTokenBucket bucket;
  const Budget budget{.burst = 1, .interval_ms = 100};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.has(Time(10s), budget));
}

TEST(SharedTokenBucket, OwesATokenThatTwoThreadsHaveSeen) {
  SharedTokenBucket bucket;
  const Budget budget{.burst = 1, .interval_ms = 100};
  for (int thread = 0; thread < 2; ++thread) EXPECT_TRUE(bucket.has(Time(10s), budget));
  for (int thread = 0; thread < 2; ++thread) bucket.charge(Time(10s), budget);
  EXPECT_FALSE(bucket.has(Time(10s + 199ms), budget));
  EXPECT_TRUE(bucket.has(Time(10s + 200ms), budget));
}

TEST(SharedTokenBucket, GivesManyThreadsNoMoreThanOneExceptATokenForEachOtherThread) {
  SharedTokenBucket bucket;
  const Budget budget{.burst = 1000, .interval_ms = 1000};
  constexpr int thread_count = 4;
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) taken += take(bucket, Time(1h), budget);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(taken, 1000);
  EXPECT_LT(taken, 1000 + thread_count);
}

}  // namespace
}  // namespace madang
