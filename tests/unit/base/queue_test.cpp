#include "madang/base/queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace madang {
namespace {

TEST(BoundedQueue, GivesWhatWasPushedInOrder) {
  BoundedQueue<int> queue(4);
  EXPECT_TRUE(queue.empty());
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.push(round * 3 + i));
    EXPECT_FALSE(queue.empty());
    int value = 0;
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(queue.pop(value));
      EXPECT_EQ(value, round * 3 + i);
    }
    EXPECT_FALSE(queue.pop(value));
  }
}

TEST(BoundedQueue, RefusesWhenFullAndLeavesTheValueWithTheCaller) {
  // With the smallest capacity, the second value must not replace the first.
  for (const std::size_t wish : {1u, 2u, 3u, 8u}) {
    BoundedQueue<std::unique_ptr<std::size_t>> queue(wish);
    EXPECT_GE(queue.capacity(), wish);
    for (std::size_t i = 0; i < queue.capacity(); ++i)
      EXPECT_TRUE(queue.push(std::make_unique<std::size_t>(i)));
    auto refused = std::make_unique<std::size_t>(99u);
    EXPECT_FALSE(queue.push(std::move(refused)));
    ASSERT_TRUE(refused);
    EXPECT_EQ(*refused, 99u);
    std::unique_ptr<std::size_t> value;
    for (std::size_t i = 0; i < queue.capacity(); ++i) {
      ASSERT_TRUE(queue.pop(value));
      EXPECT_EQ(*value, i);
    }
    EXPECT_FALSE(queue.pop(value));
  }
}

TEST(BoundedQueue, KeepsTheOrderOfEachThreadThatPushes) {
  constexpr int threads = 3;
  constexpr int each = 20'000;
  BoundedQueue<std::pair<int, int>> queue(64);
  std::vector<std::thread> pushers;
  for (int thread = 0; thread < threads; ++thread)
    pushers.emplace_back([&queue, thread] {
      for (int i = 0; i < each; ++i)
        while (!queue.push({thread, i})) std::this_thread::yield();
    });
  std::vector<int> next(threads, 0);
  for (int popped = 0; popped < threads * each;) {
    std::pair<int, int> value;
    if (!queue.pop(value)) {
      std::this_thread::yield();
      continue;
    }
    EXPECT_EQ(value.second, next[static_cast<std::size_t>(value.first)]++);
    ++popped;
  }
  for (std::thread& pusher : pushers) pusher.join();
}

}  // namespace
}  // namespace madang
