// Timers: their order, and their cancelling.
#include <algorithm>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Timers);

TEST_P(Timers, CompleteOnceAndNeverEarly) {
  // Side compares each timer with the port's clock.
  for (const Duration delay : {0ns, 1ns, 999'999ns, Duration(1ms), Duration(1500us), Duration(20ms)})
    side().start_timer(delay);
  ASSERT_TRUE(run_until([&] { return side().timers_done.size() == 6; }));
  run_for(30ms);
  EXPECT_EQ(side().timers_done.size(), 6u);
  EXPECT_EQ(side().port().operations_in_flight(), 0u);
}

TEST_P(Timers, CompleteInTheOrderOfTheirDeadlines) {
  const Timer third = side().start_timer(300ms);
  const Timer first = side().start_timer(20ms);
  const Timer second = side().start_timer(100ms);
  ASSERT_TRUE(run_until([&] { return side().timers_done.size() == 3; }));
  EXPECT_EQ(side().timers_done, (std::vector{first, second, third}));
}

TEST_P(Timers, OfTheSameDelayCompleteInTheOrderTheyWereStarted) {
  std::vector<Timer> started;
  for (int i = 0; i < 100; ++i) started.push_back(side().start_timer(5ms));
  ASSERT_TRUE(run_until([&] { return side().timers_done.size() == 100; }));
  EXPECT_EQ(side().timers_done, started);
}

TEST_P(Timers, ACancelledOneCompletesAsCancelledLongBefore) {
  const Timer timer = side().start_timer(1h);
  side().cancel(timer);
  side().cancel(timer);
  ASSERT_TRUE(run_until([&] { return side().of(timer).result.has_value(); }));
  EXPECT_EQ(side().of(timer).result->code, ErrorCode::cancelled);
  side().cancel(timer);
  run_for(2ms);
  EXPECT_EQ(side().timers_done.size(), 1u);
}

TEST_P(Timers, AreCancelledAndStartedInsideACallback) {
  std::vector<Timer> others;
  side().also = [&](const Completion& completion) {
    if (completion.kind != OperationKind::timer || completion.error) return;
    side().cancel(completion.timer);  // it has completed already, so nothing happens
    for (const Timer other : others) side().cancel(other);
    if (side().timers_done.size() < 50) side().start_timer(Duration::zero());
  };
  side().start_timer(1ms);
  for (int i = 0; i < 10; ++i) others.push_back(side().start_timer(i % 2 ? Duration(1ms) : Duration(1h)));
  ASSERT_TRUE(run_until(
      [&] { return side().timers_done.size() >= 50 && side().port().operations_in_flight() == 0; }));
}

TEST_P(Timers, ACancelThatRacesWithTheDeadlineGivesOneCompletion) {
  std::size_t started = 0;
  for (int round = 0; round < 200; ++round) {
    const Timer timer = side().start_timer(round % 3 * 100us);
    ++started;
    if (round % 2) side().turn(Duration::zero());
    machine().pass_time(machine().now() + 100us);
    side().cancel(timer);
    side().turn(Duration::zero());
  }
  ASSERT_TRUE(run_until([&] { return side().timers_done.size() == started; }));
  run_for(2ms);
  EXPECT_EQ(side().timers_done.size(), started);
}

TEST_P(Timers, OneWithoutDelayDoesNotKeepTheOthersFromTheirTurn) {
  const auto [client, server] = connect();
  server.receive();
  side().also = [&](const Completion& completion) {
    if (completion.kind == OperationKind::timer && server.received().empty()) side().start_timer(0ns);
  };
  side().start_timer(0ns);
  client.send("let me through");
  ASSERT_TRUE(run_until([&] { return server.received() == "let me through"; }));
}

TEST_P(Timers, AWaitingTurnEndsWhenOneIsDue) {
  const Timer timer = side().start_timer(10ms);
  std::size_t turns_taken = 0;
  while (!side().of(timer).result && turns_taken++ < 1000) {
    side().turn(Port::forever);
    machine().pass_time(Time::max());
  }
  EXPECT_TRUE(side().of(timer).result.has_value());
  EXPECT_LT(turns_taken, 100u) << "turn() came back again and again instead of waiting";
}

TEST_P(Timers, AVeryFarDeadlineIsNotDueAtOnce) {
  const Timer never = side().start_timer(Duration::max());
  run_for(5ms);
  EXPECT_FALSE(side().of(never).result.has_value());
  side().cancel(never);
}

}  // namespace
}  // namespace madang::contract
