// The timers of a worker, on a simulated port.
#include "madang/net/worker_timers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"

namespace madang::net {
namespace {

using namespace std::chrono_literals;

class TimersTest : public testing::Test, public io::CompletionHandler {
 protected:
  void on_completion(io::Completion& completion) override { timers.on_completion(completion); }
  void pass(Duration duration) {
    const Time end = network.now() + duration;
    do {
      port.turn(*this, Duration::zero());
    } while (network.now() < end && network.advance(end));
    port.turn(*this, Duration::zero());
  }
  auto note(std::string what) {
    return [this, what] { ran += what; };
  }

  io::SimNetwork network{{.work_time = Duration::zero()}};
  io::SimPort port{network};
  WorkerTimers timers{port, 7};
  std::string ran;
};

TEST_F(TimersTest, RunOnceEachTheEarliestFirstAndEqualOnesInTheirOrder) {
  timers.start(20ms, note("c"));
  timers.start(10ms, note("a"));
  timers.start(10ms, note("b"));
  pass(9ms);
  EXPECT_EQ(ran, "");
  pass(1ms);
  EXPECT_EQ(ran, "ab");
  pass(100ms);
  EXPECT_EQ(ran, "abc");
  EXPECT_EQ(timers.count(), 0u);
}

TEST_F(TimersTest, ACancelledTimerNeverRuns) {
  const io::Timer one = timers.start(10ms, note("a"));
  timers.start(20ms, note("b"));
  EXPECT_FALSE(timers.cancel({}));
  EXPECT_TRUE(timers.cancel(one));
  EXPECT_FALSE(timers.cancel(one)) << "the second time";
  pass(100ms);
  EXPECT_EQ(ran, "b");
  const io::Timer other = timers.start(1ms, note("c"));
  EXPECT_NE(other, one) << "a number is never used again";
  pass(2ms);
  EXPECT_FALSE(timers.cancel(other)) << "it has run";
}

TEST_F(TimersTest, ATimerMayStartAndCancelOthers) {
  const io::Timer victim = timers.start(10ms, note("victim"));
  io::Timer last;
  timers.start(5ms, [&] {
    ran += "a";
    timers.cancel(victim);
    timers.start(0ms, note("b"));  // runs later, so that such a timer does not keep the worker busy forever
    last = timers.start(50ms, note("c"));
  });
  network.advance(network.now() + 5ms);
  port.turn(*this, Duration::zero());
  EXPECT_EQ(ran, "a");
  port.turn(*this, Duration::zero());
  EXPECT_EQ(ran, "ab");
  pass(100ms);
  EXPECT_EQ(ran, "abc");
  EXPECT_FALSE(timers.cancel(last));
}

TEST_F(TimersTest, AnEarlierTimerThanAllOthersIsInTime) {
  timers.start(1h, note("late"));
  pass(10ms);
  timers.start(10ms, note("early"));
  pass(10ms);
  EXPECT_EQ(ran, "early");
  timers.start(-5ms, note("!"));
  pass(1ms);
  EXPECT_EQ(ran, "early!") << "a time that has passed is now";
}

}  // namespace
}  // namespace madang::net
