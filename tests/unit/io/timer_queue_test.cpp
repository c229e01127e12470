#include "madang/io/timer_queue.h"

#include <gtest/gtest.h>

#include <vector>

namespace madang::io {
namespace {

std::vector<Key> take_all_due(TimerQueue& timers, Time now, std::uint64_t started = UINT64_MAX) {
  std::vector<Key> keys;
  TimerQueue::Due due;
  while (timers.pop_due(now, started, due)) keys.push_back(due.key);
  return keys;
}

TEST(TimerQueue, PopsTimersInTheOrderOfTheirDeadlinesAndThenOfTheirStart) {
  TimerQueue timers;
  timers.start(30ms, 1);
  timers.start(10ms, 2);
  timers.start(20ms, 3);
  timers.start(10ms, 4);
  EXPECT_EQ(timers.next_deadline(), 10ms);
  EXPECT_EQ(take_all_due(timers, 9ms), (std::vector<Key>{}));
  EXPECT_EQ(take_all_due(timers, 20ms), (std::vector<Key>{2, 4, 3}));
  EXPECT_EQ(take_all_due(timers, 1h), (std::vector<Key>{1}));
  EXPECT_EQ(timers.next_deadline(), Time::max());
}

TEST(TimerQueue, ARemovedTimerIsGone) {
  TimerQueue timers;
  const Timer first = timers.start(10ms, 1);
  const Timer second = timers.start(10ms, 2);
  TimerQueue::Due due;
  EXPECT_TRUE(timers.remove(first, due));
  EXPECT_EQ(due.key, 1u);
  EXPECT_FALSE(timers.remove(first, due));
  EXPECT_EQ(take_all_due(timers, 10ms), (std::vector<Key>{2}));
  EXPECT_FALSE(timers.remove(second, due));
  EXPECT_EQ(timers.size(), 0u);
}

TEST(TimerQueue, TimersThatWereStartedMeanwhileAreNotDueYet) {
  TimerQueue timers;
  timers.start(10ms, 1);
  const std::uint64_t started = timers.started_count();
  timers.start(10ms, 2);
  EXPECT_EQ(take_all_due(timers, 10ms, started), (std::vector<Key>{1}));
  EXPECT_EQ(take_all_due(timers, 10ms), (std::vector<Key>{2}));
}

}  // namespace
}  // namespace madang::io
