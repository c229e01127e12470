#include "base/shared_token_bucket.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace madang {
namespace {

TEST(SharedTokenBucket, GivesItsBurstAndThenOneAnInterval) {
  SharedTokenBucket bucket;
  const Budget budget{.burst = 2, .interval_ms = 100};
  EXPECT_TRUE(bucket.take(Time(10s), budget));
  EXPECT_TRUE(bucket.take(Time(10s), budget));
  EXPECT_FALSE(bucket.take(Time(10s), budget));
  EXPECT_FALSE(bucket.take(Time(10s + 99ms), budget));
  EXPECT_TRUE(bucket.take(Time(10s + 100ms), budget));
  EXPECT_FALSE(bucket.take(Time(10s + 100ms), budget));
  bucket.give_back(budget);
  EXPECT_TRUE(bucket.take(Time(10s + 100ms), budget));
}

TEST(SharedTokenBucket, GivesManyThreadsNoMoreThanOne) {
  SharedTokenBucket bucket;
  const Budget budget{.burst = 1000, .interval_ms = 1000};
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) taken += bucket.take(Time(1h), budget);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1000);
}

}  // namespace
}  // namespace madang
