// Marks: whether the kernel has all operations that were started before a mark.
#include <algorithm>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Submitted);

/// Takes turns that do not wait, until the mark is submitted. Returns false when it is not after many turns.
bool turn_until_submitted(Side& side, std::uint64_t mark) {
  for (int turns = 0; turns < 100'000; ++turns) {
    if (side.port().is_submitted(mark)) return true;
    side.turn(Duration::zero());
  }
  return false;
}

TEST_P(Submitted, WhatTheMarkCoversArrivesThoughThePortTakesNoMoreTurns) {
  constexpr std::size_t many = 600;  // more than a turn of the uring port submits
  Side& from = make_side();
  Side& to = make_side();
  const std::vector<Pair> pairs = connect_many(from, to, many);
  ASSERT_EQ(pairs.size(), many);
  for (const auto& [client, server] : pairs) server.receive();
  run_for(5ms);
  for (const auto& [client, server] : pairs) client.send("it has left");
  const std::uint64_t mark = from.port().started_mark();
  if (GetParam().backend != io::Backend::iocp) {  // iocp submits at once
    EXPECT_FALSE(from.port().is_submitted(mark));
  }
  ASSERT_TRUE(turn_until_submitted(from, mark));
  const Time latest = machine().now() + 30s;
  const auto all_arrived = [&] {
    return std::ranges::all_of(pairs,
                               [](const Pair& pair) { return pair.server.received() == "it has left"; });
  };
  while (!all_arrived() && machine().now() < latest) {
    to.turn(is_simulated() ? Duration::zero() : Duration(1ms));
    machine().pass_time(machine().now() + 1ms);
  }
  EXPECT_TRUE(all_arrived());
}

TEST_P(Submitted, OnceTrueItStaysSoWhateverIsStartedLater) {
  const auto [client, server] = connect();
  client.send("one");
  const std::uint64_t first = side().port().started_mark();
  ASSERT_TRUE(turn_until_submitted(side(), first));
  client.send("two");
  const std::uint64_t second = side().port().started_mark();
  EXPECT_TRUE(side().port().is_submitted(first));
  if (GetParam().backend != io::Backend::iocp) {
    EXPECT_FALSE(side().port().is_submitted(second));
  }
  ASSERT_TRUE(turn_until_submitted(side(), second));
  EXPECT_TRUE(side().port().is_submitted(first));
}

TEST_P(Submitted, AMarkTakenInsideOfACallbackCoversWhatWasStartedThere) {
  Side& from = make_side();
  Side& to = make_side();
  const auto [client, server] = connect(from, to);
  server.receive();
  client.receive();
  std::uint64_t mark = 0;
  bool too_early = false;
  from.also = [&, client = client](const Completion& completion) {
    if (completion.kind != OperationKind::receive || completion.is_final || mark != 0) return;
    client.send("an answer");
    mark = from.port().started_mark();
    too_early = GetParam().backend != io::Backend::iocp && from.port().is_submitted(mark);
  };
  server.send("?");
  ASSERT_TRUE(run_until([&, client = client] { return client.received() == "?"; }));
  EXPECT_FALSE(too_early);
  from.also = {};
  ASSERT_TRUE(turn_until_submitted(from, mark));
  ASSERT_TRUE(run_until([&, server = server] { return server.received() == "an answer"; }));
}

TEST_P(Submitted, ASendThatWaitsForItsPeerKeepsNobodyWaiting) {
  const auto [client, server] = connect_narrowly();
  client.send(pattern(1'000'000));
  client.send("behind it");
  run_for(20ms);
  ASSERT_FALSE(client.record().sends_are_done());
  client.send("and behind that");
  EXPECT_TRUE(turn_until_submitted(*client.side, client.side->port().started_mark()));
  EXPECT_FALSE(client.record().sends_are_done());
}

TEST_P(Submitted, AReceiveThatHasCompletedComesAmongThousandsOfSends) {
  if (GetParam().backend != io::Backend::uring) GTEST_SKIP() << "only io_uring's port does so";
  constexpr std::size_t many = 1000;  // a turn of the uring port submits 256
  Side& from = make_side();
  Side& to = make_side();
  const std::vector<Pair> pairs = connect_many(from, to, many);
  ASSERT_EQ(pairs.size(), many);
  const auto [heard, speaker] = connect(from, to);
  heard.receive();
  run_for(5ms);
  speaker.send("stop");
  ASSERT_TRUE(turn_until_submitted(to, to.port().started_mark()));
  std::size_t sends_before_it = 0;
  from.also = [&, heard = heard](const Completion& completion) {
    if (completion.kind == OperationKind::send && heard.received().empty()) ++sends_before_it;
  };
  for (const auto& [client, server] : pairs) client.send("to thousands");
  const Time latest = machine().now() + 30s;
  while (heard.received().empty() && machine().now() < latest) from.turn(Duration::zero());
  EXPECT_EQ(heard.received(), "stop");
  EXPECT_LT(sends_before_it, many / 2);
  from.also = {};
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) { return pair.client.record().sends_are_done(); });
  }));
}

}  // namespace
}  // namespace madang::contract
