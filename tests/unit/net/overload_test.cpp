#include "madang/net/overload.h"

#include <gtest/gtest.h>

#include <vector>

namespace madang::net {
namespace {

using Change = Overload::Change;

/// Gives an Overload one tick after the other, and records its steps.
class Ticks {
 public:
  explicit Ticks(std::uint32_t tick_rate) : overload(tick_rate) {}

  void run(Duration duration, bool late) {
    for (const Time end = now + duration; now < end; now += overload.interval())
      if (overload.on_tick(late ? overload.interval() * 2 : overload.interval() / 2, now) != Change::none)
        steps.push_back(overload.step());
  }

  Overload overload;
  Time now = 1000s;
  std::vector<std::uint32_t> steps;
};

TEST(Overload, DoesNothingWhileTicksTakeTheirTime) {
  Ticks ticks(20);
  ticks.run(60s, false);
  EXPECT_TRUE(ticks.steps.empty());
  EXPECT_FALSE(ticks.overload.is_own_cell_only());
  EXPECT_EQ(ticks.overload.interval(), 50ms);
}

TEST(Overload, IgnoresOneLateTick) {
  Ticks ticks(20);
  for (int i = 0; i < 20; ++i) {
    ticks.run(150ms, true);
    ticks.run(1s, false);
  }
  EXPECT_TRUE(ticks.steps.empty());
}

TEST(Overload, FirstSuppressesStepsOfOtherCellsThenHalvesTheTickRateDownToFive) {
  Ticks ticks(20);
  ticks.run(10s, true);
  EXPECT_EQ(ticks.steps, (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_TRUE(ticks.overload.is_own_cell_only());
  EXPECT_EQ(ticks.overload.ticks_per_second(), 5u);
  EXPECT_EQ(ticks.overload.interval(), 200ms);
  EXPECT_EQ(ticks.overload.tick_length(), 4u);
}

TEST(Overload, NeverHalvesARateThatWouldFallBelowFive) {
  for (const auto& [rate, rate_min] :
       {std::pair{10u, 5u}, {30u, 7u}, {9u, 9u}, {5u, 5u}, {3u, 3u}, {100u, 6u}}) {
    Ticks ticks(rate);
    ticks.run(60s, true);
    EXPECT_EQ(ticks.overload.ticks_per_second(), rate_min);
    EXPECT_EQ(ticks.overload.step(), ticks.overload.step_max());
  }
}

TEST(Overload, GoesDownStepByStepWhenItIsCalm) {
  Ticks ticks(20);
  ticks.run(10s, true);
  ticks.steps.clear();
  ticks.run(Overload::patience_min * 4, false);
  EXPECT_EQ(ticks.steps, (std::vector<std::uint32_t>{2, 1, 0}));
  EXPECT_FALSE(ticks.overload.is_own_cell_only());
  EXPECT_EQ(ticks.overload.interval(), 50ms);
}

TEST(Overload, WaitsLongerEachTimeThatItCameBackTooEarly) {
  Ticks ticks(20);
  ticks.run(1s, true);
  const std::uint32_t step = ticks.overload.step();
  Duration before = 0s;
  for (int round = 0; round < 4; ++round) {
    const Time began = ticks.now;
    while (ticks.overload.step() == step) ticks.run(50ms, false);
    const Duration waited = ticks.now - began;
    EXPECT_GT(waited, before);
    before = waited;
    while (ticks.overload.step() < step) ticks.run(50ms, true);
  }
  EXPECT_GE(before, Overload::patience_min * 7);
}

TEST(Overload, GoesUpByOneStepForEachWindowThatIsHalfLate) {
  Overload overload(20);
  Time now = 1000s;
  for (std::uint32_t step = 1; step <= 3; ++step) {
    for (std::uint32_t i = 1; i < Overload::window / 2; ++i) {
      EXPECT_EQ(overload.on_tick(overload.interval() + 1us, now += overload.interval()), Change::none);
      EXPECT_EQ(overload.on_tick(overload.interval(), now += overload.interval()), Change::none)
          << "a tick that takes the whole interval is not late";
    }
    EXPECT_EQ(overload.on_tick(overload.interval() + 1us, now += overload.interval()), Change::up);
    EXPECT_EQ(overload.step(), step) << "what was late before does not count for the next step";
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(overload.on_tick(1s, now += 200ms), Change::none);
  EXPECT_EQ(overload.step(), overload.step_max());
}

TEST(Overload, TheFirstStepSuppressesStepsOfOtherCellsAndTheSecondHalvesTheRate) {
  Ticks ticks(20);
  EXPECT_FALSE(ticks.overload.is_own_cell_only());
  while (ticks.overload.step() < 1) ticks.run(50ms, true);
  EXPECT_TRUE(ticks.overload.is_own_cell_only());
  EXPECT_EQ(ticks.overload.tick_length(), 1u);
  EXPECT_EQ(ticks.overload.ticks_per_second(), 20u);
  while (ticks.overload.step() < 2) ticks.run(50ms, true);
  EXPECT_TRUE(ticks.overload.is_own_cell_only());
  EXPECT_EQ(ticks.overload.tick_length(), 2u);
  EXPECT_EQ(ticks.overload.ticks_per_second(), 10u);
  EXPECT_EQ(ticks.overload.interval(), 100ms);
  while (ticks.overload.step() > 1) ticks.run(100ms, false);
  EXPECT_EQ(ticks.overload.interval(), 50ms);
  EXPECT_TRUE(ticks.overload.is_own_cell_only());
}

/// Returns how long step 1 stays calm until it goes down. After that the ticks are late again.
Duration patience_of(Ticks& ticks) {
  while (ticks.overload.step() < 1) ticks.run(50ms, true);
  const Time began = ticks.now;
  while (ticks.overload.step() > 0) ticks.run(50ms, false);
  return ticks.now - began;
}

TEST(Overload, ItsPatienceDoublesUpToItsMaximumAndIsShortAgainAfterACalmTime) {
  Ticks ticks(20);
  for (Duration patience = Overload::patience_min; patience < Overload::patience_max; patience *= 2)
    EXPECT_NEAR(std::chrono::duration<double>(patience_of(ticks)).count(),
                std::chrono::duration<double>(patience).count(), 0.2);
  for (int i = 0; i < 3; ++i)
    EXPECT_NEAR(std::chrono::duration<double>(patience_of(ticks)).count(),
                std::chrono::duration<double>(Overload::patience_max).count(), 0.2);
  ticks.run(Overload::patience_max, false);
  EXPECT_NEAR(std::chrono::duration<double>(patience_of(ticks)).count(),
              std::chrono::duration<double>(Overload::patience_min).count(), 0.2);
}

}  // namespace
}  // namespace madang::net
