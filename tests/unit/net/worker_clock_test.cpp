#include "madang/net/worker_clock.h"

#include <gtest/gtest.h>

#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"

namespace madang::net {
namespace {

class WorkerClockTest : public ::testing::Test {
 protected:
  /// Begins the next turn after this time.
  void turn_after(Duration duration) {
    network_.spend(duration);
    clock_.begin_turn();
    clock_.now();
  }

  io::SimNetwork network_;
  io::SimPort port_{network_};
  WorkerClock clock_{port_};
};

TEST_F(WorkerClockTest, TheTimeOfATurnStandsStill) {
  turn_after(0ms);
  const Time begin = clock_.now();
  network_.spend(1s);
  EXPECT_EQ(clock_.now(), begin);
}

TEST_F(WorkerClockTest, AwakeTimeLeavesOutEachGapAndNothingElse) {
  turn_after(0ms);
  const Time begin = clock_.awake();
  for (int i = 0; i < 20; ++i) turn_after(100ms);
  EXPECT_EQ(clock_.awake() - begin, 2s);
  turn_after(1h);
  turn_after(100ms);
  EXPECT_EQ(clock_.awake() - begin, 2100ms);
  turn_after(3s);
  turn_after(100ms);
  EXPECT_EQ(clock_.awake() - begin, 2200ms) << "the second gap as the first";
}

TEST_F(WorkerClockTest, AfterAGapClientsMayHaveSentSinceItsBeginningButNotForEver) {
  turn_after(0ms);
  const Time begin = clock_.now();
  EXPECT_EQ(clock_.sent_since(), begin);
  turn_after(10s);
  EXPECT_EQ(clock_.sent_since(), begin);
  turn_after(400ms);
  EXPECT_EQ(clock_.sent_since(), begin) << "what came meanwhile is still being read";
  for (int i = 0; i < 3; ++i) turn_after(400ms);
  EXPECT_EQ(clock_.sent_since(), clock_.now());
  turn_after(1h);
  EXPECT_EQ(clock_.sent_since(), clock_.now() - WorkerClock::credit_max) << "at most that";
}

TEST_F(WorkerClockTest, TimesInWhichNothingWasReadAreJoinedWhileTheyFollowOneAnother) {
  turn_after(0ms);
  const Time begin = clock_.now();
  clock_.did_not_read(begin);
  turn_after(400ms);
  clock_.did_not_read(clock_.now());
  turn_after(400ms);
  EXPECT_EQ(clock_.sent_since(), begin);
  for (int i = 0; i < 5; ++i) turn_after(400ms);
  const Time later = clock_.now();
  clock_.did_not_read(later);
  turn_after(400ms);
  EXPECT_EQ(clock_.sent_since(), later);
}

}  // namespace
}  // namespace madang::net
