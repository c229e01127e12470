#include "madang/net/gateway.h"

#include <gtest/gtest.h>

#include <string>

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
  walk(16);
  EXPECT_GE(count_above(runner_.stats().tick_time, 50'000), 10u);
  EXPECT_GE(count_above(worker_.counters().answers, 50'000), 10u);
  EXPECT_GE(runner_.stats().overload_steps_up.get(), 1u);
}

TEST_F(GatewayTest, WhoHasWaitedLongestForAnAnswerGetsItsBytesFirst) {
  for (std::uint32_t client = 0; client < 5; ++client) log_in(client);
  const std::vector<std::uint32_t> order = {2, 0, 3, 1};
  for (int round = 0; round < 2; ++round) {
    for (const std::uint32_t client : order) {
      say(client, board::Move{round == 0 ? board::Direction::left : board::Direction::right, 0});
      turn();
      port_->clock += 1ms;
    }
    port_->sent_to.clear();
    tick();
    ASSERT_GE(port_->sent_to.size(), order.size());
    port_->sent_to.resize(order.size());
    EXPECT_EQ(port_->sent_to, order);
  }
}

TEST_F(GatewayTest, AFastFanOutCountsAsFast) {
  log_in(0);
  walk(16);
  EXPECT_EQ(count_above(runner_.stats().tick_time, 1'000), 0u);
  EXPECT_EQ(count_above(worker_.counters().answers, 50'000), 0u);
  EXPECT_EQ(runner_.stats().overload_steps_up.get(), 0u);
}

/// A view radius that differs from all other numbers of the Welcome.
class WideViewTest : public GatewayTest {
 protected:
  WideViewTest() : GatewayTest({.width = 32, .height = 32, .view_radius = 13, .leave_radius = 15}) {}
};

TEST_F(WideViewTest, AWelcomeHasTheViewRadius) {
  log_in(0);
  Bytes rest = as_bytes(port_->sent[0]);
  const wire::FrameResult frame = wire::next_frame(rest);
  ASSERT_TRUE(frame.has_value());
  std::uint32_t view_radius = 0;
  visit_server_packet(*frame, wire::Overloaded{[&](const wire::Welcome& welcome) {
                                                 view_radius = welcome.view_radius;
                                                 return CloseReason::none;
                                               },
                                               [](const auto&) { return CloseReason::bad_packet; }});
  EXPECT_EQ(view_radius, 13u);
}

TEST_F(GatewayTest, LeavesOutTheTicksOfALongPauseAndIsOnTimeAgain) {
  log_in(0);
  port_->clock += 10s;
  due_ = runner_.turn(port_->clock);
  EXPECT_GT(due_, port_->clock);
  EXPECT_GE(runner_.stats().ticks_skipped.get(), 198u);
  EXPECT_EQ(runner_.stats().ticks_late.get(), 1u);
}

TEST_F(GatewayTest, ASessionThatEndsDuringItsLoginLeavesNoPieceBehind) {
  port_->connect();
  turn();
  say(0, login_of("player"));
  turn();
  say(0, wire::Logout{});
  turn();
  for (int i = 0; i < 2; ++i) tick();
  EXPECT_EQ(player_count(), 0u);
  EXPECT_EQ(worker_.counters().closed_for(CloseReason::client_left).get(), 1u);
}

TEST_F(GatewayTest, AnIdleTickForgetsHowLongTheLastOneTook) {
  log_in(0);
  for (int i = 0; i < 3; ++i) tick();
  port_->send_cost = 60ms;
  say(0, board::Move{board::Direction::left, 0});
  tick();
  port_->send_cost = {};
  for (int i = 0; i < 30; ++i) tick();
  EXPECT_LE(count_above(runner_.stats().tick_time, 50'000), 2u);
  EXPECT_EQ(runner_.stats().overload_steps_up.get(), 0u);
}

/// The queue of the runner holds two commands.
class FullQueueTest : public GatewayTest {
 protected:
  explicit FullQueueTest(const Limits& limits = with_queue(2)) : GatewayTest(small_config(), limits) {}
  static Limits with_queue(std::uint32_t size) {
    Limits limits;
    limits.command_queue_max = size;
    return limits;
  }
  void fill_queue() {
    Request request;
    request.kind = world::Input::Kind::leave;  // of a character that does not exist
    while (runner_.requests().push(Request(request))) {
    }
  }
  void send_login(std::uint32_t client) { say(client, login_of("player" + std::to_string(client))); }
};

TEST_F(FullQueueTest, ALoginThatFindsItFullIsRetried) {
  port_->connect();
  turn();
  fill_queue();
  send_login(0);
  turn();
  EXPECT_EQ(worker_.counters().stalls.get(), 1u);
  EXPECT_EQ(player_count(), 0u);
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(player_count(), 1u);
  EXPECT_EQ(worker_.counters().sessions_open.get(), 1u);
}

TEST_F(FullQueueTest, APacketThatIsRetriedOftenCountsAsOneStall) {
  port_->connect();
  turn();
  fill_queue();
  send_login(0);
  turn();
  for (int i = 0; i < 3; ++i) {
    worker_.wake();
    turn();  // handles the wake
    turn();  // retries the login
  }
  EXPECT_EQ(worker_.counters().stalls.get(), 1u);
}

/// The second packet comes together with the first one, and finds the queue full when the first one was
/// retried.
TEST_F(FullQueueTest, APacketBehindARetriedOneCountsAsAStallOfItsOwn) {
  log_in(0);
  tick();
  fill_queue();
  say(0, board::Move{board::Direction::left, 0});
  say(0, board::Move{board::Direction::left, 1});
  turn();
  EXPECT_EQ(worker_.counters().stalls.get(), 1u);
  Request request;
  ASSERT_TRUE(runner_.requests().pop(request));
  worker_.wake();
  turn();
  turn();
  EXPECT_EQ(worker_.counters().stalls.get(), 2u);
}

TEST_F(FullQueueTest, APieceLeavesAlthoughTheQueueWasFullAtTheEndOfItsSession) {
  log_in(0);
  tick();
  ASSERT_EQ(player_count(), 1u);
  fill_queue();
  say(0, wire::Logout{});
  turn();
  turn();
  EXPECT_EQ(player_count(), 1u);
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(player_count(), 0u);
}

/// Each of these budgets has one token.
class FullQueueBudgetTest : public FullQueueTest {
 protected:
  FullQueueBudgetTest() : FullQueueTest(with_one_token()) {}
  static Limits with_one_token() {
    constexpr Budget once{.burst = 1, .interval_ms = 3'600'000};
    Limits limits = with_queue(2);
    limits.command_budget = limits.login_budget = limits.name_login_budget = once;
    return limits;
  }
  std::uint64_t floods() { return worker_.counters().closed_for(CloseReason::flooding).get(); }
  /// The packet finds the queue full in several turns, and is handled after that.
  template <class Packet>
  void say_while_full(std::uint32_t client, const Packet& packet) {
    fill_queue();
    say(client, packet);
    for (int i = 0; i < 5; ++i) turn();
    EXPECT_GE(worker_.counters().stalls.get(), 1u);
    for (int i = 0; i < 4; ++i) tick();
  }
};

TEST_F(FullQueueBudgetTest, AMoveThatIsRetriedPaysOnce) {
  log_in(0);
  tick();
  say_while_full(0, board::Move{board::Direction::left, 0});
  EXPECT_EQ(floods(), 0u);
  say(0, board::Move{board::Direction::left, 0});
  tick();
  EXPECT_EQ(floods(), 1u) << "the first move has paid";
}

TEST_F(FullQueueBudgetTest, ALoginThatIsRetriedPaysOnceByNameAndByAddress) {
  port_->peer = io::Address::v4(203, 0, 113, 7, 1000);
  port_->connect();
  turn();
  say_while_full(0, login_of("patient"));
  EXPECT_EQ(player_count(), 1u);
  EXPECT_EQ(floods(), 0u);
  const ClientAddress same(port_->peer);
  const ClientAddress here(io::Address::loopback(1));
  EXPECT_FALSE(admission_.logins().has(same, "another", port_->clock)) << "the address has paid";
  EXPECT_TRUE(admission_.logins().has(here, "patient", port_->clock)) << "of another address";
}

TEST_F(FullQueueBudgetTest, ALoginThatWaitsHasNotPaid) {
  port_->peer = io::Address::v4(203, 0, 113, 7, 1000);
  port_->connect();
  turn();
  fill_queue();
  say(0, login_of("patient"));
  for (int i = 0; i < 5; ++i) turn();
  EXPECT_TRUE(admission_.logins().has(port_->peer, "patient", port_->clock));
}

TEST_F(FullQueueTest, ASessionThatEndsWhileItsLoginWaitsDoesNotEnter) {
  port_->connect();
  turn();
  fill_queue();
  send_login(0);
  turn();
  worker_.close(*worker_.find(worker_.at(0).id()), CloseReason::flooding);
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(player_count(), 0u);
}

}  // namespace
}  // namespace madang::net
