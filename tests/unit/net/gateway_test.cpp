#include "net/gateway.h"

#include <gtest/gtest.h>

#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

std::uint64_t count_above(const TimeHistogram& histogram, std::uint32_t bound_us) {
  TimeHistogram::Counts counts{};
  histogram.add_to(counts);
  std::uint64_t above = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (i == TimeHistogram::bounds_us.size() || TimeHistogram::bounds_us[i] > bound_us) above += counts[i];
  return above;
}

TEST_F(GatewayTest, ASlowFanOutIsSeenByTickTimeAnswerTimeAndOverloadControl) {
  log_in(0);
  port_->send_cost = 60ms;  // a tick is 50
  for (int i = 0; i < 16; ++i) {
    say(0, wire::Move{i % 2 ? wire::Direction::left : wire::Direction::right, 0});
    tick();
  }
  EXPECT_GE(count_above(runner_.stats().tick_time, 50'000), 10u);
  EXPECT_GE(count_above(worker_.counters().answers, 50'000), 10u);
  EXPECT_GE(runner_.stats().overload_steps_up.get(), 1u);
}

TEST_F(GatewayTest, AFastFanOutIsNotTakenForASlowOne) {
  log_in(0);
  for (int i = 0; i < 16; ++i) {
    say(0, wire::Move{i % 2 ? wire::Direction::left : wire::Direction::right, 0});
    tick();
  }
  EXPECT_EQ(count_above(runner_.stats().tick_time, 1'000), 0u);
  EXPECT_EQ(count_above(worker_.counters().answers, 50'000), 0u);
  EXPECT_EQ(runner_.stats().overload_steps_up.get(), 0u);
}

TEST_F(GatewayTest, LeavesOutTheTicksOfALongPauseAndIsOnTimeAgain) {
  log_in(0);
  port_->clock += 10s;
  due_ = runner_.turn(port_->clock);
  EXPECT_GT(due_, port_->clock);
  EXPECT_GE(runner_.stats().ticks_skipped.get(), 198u);
  EXPECT_EQ(runner_.stats().ticks_late.get(), 1u);
}

TEST_F(GatewayTest, ASessionThatEndsWhileItsLoginIsOnTheWayLeavesNoPieceBehind) {
  port_->connect();
  turn();
  say(0, wire::Login{wire::schema_hash, "player", wire::Looks::pawn});
  turn();
  say(0, wire::Logout{});
  turn();
  tick();
  EXPECT_EQ(runner_.zone().player_count(), 1u);
  tick();
  EXPECT_EQ(runner_.zone().player_count(), 0u);
}

}  // namespace
}  // namespace madang::net
