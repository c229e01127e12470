// Receive: what it delivers, how a pause works, and how it ends.
#include <algorithm>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Receive);

TEST_P(Receive, DeliversWhatThePeerSendsAndGoesOn) {
  const auto [client, server] = connect();
  server.receive();
  client.send("first");
  ASSERT_TRUE(run_until([&] { return server.received() == "first"; }));
  client.send(", second");
  ASSERT_TRUE(run_until([&] { return server.received() == "first, second"; }));
  EXPECT_TRUE(server.record().is_receiving);
}

TEST_P(Receive, WhatArrivedBeforeItWasStartedIsDelivered) {
  const auto [client, server] = connect();
  client.send("early");
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  run_for(20ms);
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.received() == "early"; }));
}

TEST_P(Receive, BothDirectionsGoAtOnce) {
  const auto [client, server] = connect();
  client.receive();
  server.receive();
  const std::string there = pattern(300'000, 1);
  const std::string back = pattern(300'000, 2);
  client.send(there);
  server.send(back);
  ASSERT_TRUE(run_until(
      [&] { return server.received().size() == there.size() && client.received().size() == back.size(); }));
  EXPECT_TRUE(server.received() == there);
  EXPECT_TRUE(client.received() == back);
}

TEST_P(Receive, AStreamThatIsCutAtEveryByteArrivesWhole) {
  const auto [client, server] = connect();
  server.receive();
  const std::string text = pattern(60);
  std::string expected;
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    client.send(text.substr(0, cut));
    run_for(1ms);
    client.send(text.substr(cut));
    expected += text;
  }
  ASSERT_TRUE(run_until([&] { return server.received().size() == expected.size(); }));
  EXPECT_TRUE(server.received() == expected);
}

TEST_P(Receive, AStreamOfSingleBytesArrivesWhole) {
  const auto [client, server] = connect();
  server.receive();
  const std::string text = pattern(2000);
  for (const char byte : text) {
    client.send(std::string(1, byte));
    side().turn(Duration::zero());
  }
  ASSERT_TRUE(run_until([&] { return server.received().size() == text.size(); }));
  EXPECT_TRUE(server.received() == text);
}

TEST_P(Receive, NoCompletionIsLargerThanItsOptionsAllow) {
  for (const std::uint32_t bytes_max : {1u, 2u, 1000u}) {
    PortOptions with = options();
    with.receive_bytes_max = bytes_max;
    with.receive_buffer_bytes = bytes_max;
    Side& small = make_side(with);
    const auto [client, server] = connect(side(), small);
    std::size_t largest = 0;
    small.also = [&](const Completion& completion) { largest = std::max(largest, completion.bytes.size()); };
    server.receive();
    const std::string text = pattern(1000 * bytes_max);
    client.send(text);
    ASSERT_TRUE(run_until([&] { return server.received().size() == text.size(); }));
    EXPECT_TRUE(server.received() == text);
    EXPECT_LE(largest, bytes_max);
    small.also = {};  // this port still exists while the test tries the next one
  }
}

TEST_P(Receive, ThePeersEndIsAFinalWithoutErrorBehindAllBytes) {
  const auto [client, server] = connect();
  server.receive();
  const std::string text = pattern(100'000);
  client.send(text);
  client.shutdown_send();
  ASSERT_TRUE(run_until([&] { return server.record().receive_result.has_value(); }));
  EXPECT_TRUE(server.record().receive_ended());
  EXPECT_TRUE(server.received() == text);
}

TEST_P(Receive, AfterThePeersHalfCloseWeCanStillSend) {
  const auto [client, server] = connect();
  client.receive();
  server.receive();
  client.send("a question");
  client.shutdown_send();
  ASSERT_TRUE(run_until([&] { return server.record().receive_ended(); }));
  const std::string answer = pattern(200'000);
  server.send(answer);
  server.shutdown_send();
  ASSERT_TRUE(run_until([&] { return client.record().receive_ended(); }));
  EXPECT_EQ(server.received(), "a question");
  EXPECT_TRUE(client.received() == answer);
}

TEST_P(Receive, ThePeersCloseEndsIt) {
  const auto [client, server] = connect();
  server.receive();
  client.send("goodbye");
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  client.close();
  ASSERT_TRUE(run_until([&] { return server.record().receive_result.has_value(); }));
  EXPECT_TRUE(server.record().receive_ended());
  EXPECT_EQ(server.received(), "goodbye");
}

TEST_P(Receive, ThePeersResetIsAnError) {
  const auto [client, server] = connect();
  server.receive();
  run_for(5ms);
  client.close(CloseMode::reset);
  ASSERT_TRUE(run_until([&] { return server.record().receive_result.has_value(); }));
  EXPECT_EQ(server.record().receive_result->code, ErrorCode::connection_reset);
}

TEST_P(Receive, AResetThatCameBeforeTheReceiveIsStillAnError) {
  const auto [client, server] = connect();
  client.close(CloseMode::reset);
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
  run_for(20ms);
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.record().receive_result.has_value(); }));
  EXPECT_TRUE(server.record().receive_failed());
}

TEST_P(Receive, APausedReceiveDeliversNothingAndGoesOnWhenResumed) {
  const auto [client, server] = connect();
  server.receive();
  client.send("before");
  ASSERT_TRUE(run_until([&] { return server.received() == "before"; }));
  server.pause();
  server.pause();
  client.send(", meanwhile");
  run_for(30ms);
  EXPECT_EQ(server.received(), "before");
  server.resume();
  server.resume();
  ASSERT_TRUE(run_until([&] { return server.received() == "before, meanwhile"; }));
}

TEST_P(Receive, APauseInsideTheCallbackHoldsEvenTheNextBytesOfTheSameTurn) {
  const auto [client, server] = connect();
  const std::string text = pattern(50'000);
  // Side fails the test when bytes come while the socket is paused.
  side().also = [&, server = server](const Completion& completion) {
    if (completion.kind == OperationKind::receive && !completion.is_final) server.pause();
  };
  server.receive();
  client.send(text);
  std::size_t pauses = 0;
  while (server.received().size() < text.size()) {
    ASSERT_TRUE(run_until([&] { return server.record().is_paused; }));
    run_for(pauses++ < 5 ? 2ms : Duration::zero());
    server.resume();
  }
  EXPECT_TRUE(server.received() == text);
}

TEST_P(Receive, AResumeInsideACallbackOfAnotherKeepsTheOrderOfTheBytes) {
  PortOptions with = options();
  with.receive_buffers = 64;
  with.receive_buffer_bytes = 64;
  with.receive_bytes_max = 1000;
  Side& small = make_side(with);
  const std::vector<Pair> pairs = connect_many(small, small, 8);
  ASSERT_EQ(pairs.size(), 8u);
  // The bytes of each socket pause it, and the bytes of the others resume it. More bytes come in the same
  // turn.
  std::size_t receives = 0;
  small.also = [&](const Completion& completion) {
    if (completion.kind != OperationKind::receive || completion.is_final) return;
    ++receives;
    for (const auto& [client, server] : pairs) {
      if (server.socket == completion.socket) {
        if (receives % 2) server.pause();
      } else if (server.record().is_paused) {
        server.resume();
      }
    }
  };
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].server.receive();
    pairs[i].client.send(pattern(200'000, i));
    pairs[i].client.shutdown_send();
  }
  ASSERT_TRUE(run_until([&] {
    for (const auto& [client, server] : pairs)
      if (server.record().is_paused) server.resume();
    return std::ranges::all_of(pairs, [](const Pair& pair) { return pair.server.record().receive_ended(); });
  }));
  for (std::size_t i = 0; i < pairs.size(); ++i)
    EXPECT_TRUE(pairs[i].server.received() == pattern(200'000, i));
}

TEST_P(Receive, APausedPeerSlowsTheSenderAndLosesNothing) {
  const auto [client, server] = connect_narrowly();
  server.receive();
  client.send("x");
  ASSERT_TRUE(run_until([&] { return server.received() == "x"; }));
  server.pause();
  // More than the kernel keeps for both sides together.
  const std::string part = pattern(50'000);
  for (int i = 0; i < 16; ++i) client.send(part);
  run_for(200ms);
  EXPECT_FALSE(client.record().sends_are_done()) << "the sends completed although the peer did not read";
  EXPECT_EQ(server.received().size(), 1u);
  server.resume();
  ASSERT_TRUE(run_until([&] { return server.received().size() == 16 * part.size() + 1; }));
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  for (std::size_t i = 0; i < 16; ++i)
    EXPECT_TRUE(server.received().compare(1 + i * part.size(), part.size(), part) == 0);
}

TEST_P(Receive, ASocketMayBePausedBeforeItReceives) {
  const auto [client, server] = connect();
  server.pause();
  server.receive();
  client.send("held");
  run_for(20ms);
  EXPECT_EQ(server.received(), "");
  server.resume();
  ASSERT_TRUE(run_until([&] { return server.received() == "held"; }));
}

TEST_P(Receive, AnEndOrAResetWaitsUntilItIsResumed) {
  const auto [ending, ended] = connect();
  const auto [resetting, reset] = connect();
  ended.receive();
  reset.receive();
  ended.pause();
  reset.pause();
  ending.send("last words");
  ASSERT_TRUE(run_until([&] { return ending.record().sends_are_done(); }));
  ending.close();
  resetting.close(CloseMode::reset);
  run_for(30ms);
  EXPECT_FALSE(ended.record().receive_result.has_value());
  EXPECT_FALSE(reset.record().receive_result.has_value());
  ended.resume();
  reset.resume();
  ASSERT_TRUE(run_until([&] { return ended.record().receive_ended() && reset.record().receive_failed(); }));
  EXPECT_EQ(ended.received(), "last words");
}

TEST_P(Receive, AStoppedReceiveEndsOnceAndCanBeStartedAgain) {
  const auto [client, server] = connect();
  server.stop();  // no receive is in flight: nothing happens
  server.receive();
  run_for(2ms);
  server.stop();
  server.stop();
  ASSERT_TRUE(run_until([&] { return !server.record().is_receiving; }));
  EXPECT_EQ(server.record().receive_result->code, ErrorCode::cancelled);
  client.send("while nobody receives");
  run_for(20ms);
  EXPECT_EQ(server.received(), "");
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.received() == "while nobody receives"; }));
}

TEST_P(Receive, APausedReceiveCanBeStopped) {
  const auto [client, server] = connect();
  server.receive();
  client.send("a");
  ASSERT_TRUE(run_until([&] { return server.received() == "a"; }));
  server.pause();
  client.send("b");
  run_for(20ms);
  server.stop();
  ASSERT_TRUE(run_until([&] { return !server.record().is_receiving; }));
  server.resume();
  run_for(5ms);
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.received() == "ab"; }));
}

TEST_P(Receive, NoByteIsLostByAStopThatRacesWithWhatArrives) {
  const auto [client, server] = connect();
  const std::string text = pattern(400);
  std::string expected;
  server.receive();
  for (int round = 0; round < 300; ++round) {
    client.send(text);
    expected += text;
    for (int i = round % 4; i > 0; --i) {
      side().turn(Duration::zero());
      machine().pass_time(machine().now() + 1ms);
    }
    if (!server.record().is_receiving)
      server.receive();
    else
      server.stop();
  }
  ASSERT_TRUE(run_until([&] {
    if (!server.record().is_receiving) server.receive();
    return server.received().size() == expected.size();
  }));
  EXPECT_TRUE(server.received() == expected);
}

TEST_P(Receive, ACallbackMayStopTheReceiveAndStartItAgainInItsFinal) {
  const auto [client, server] = connect();
  const std::string text = pattern(20'000);
  side().also = [&, server = server](const Completion& completion) {
    if (completion.kind != OperationKind::receive) return;
    if (completion.is_final) {
      server.receive();
    } else {
      server.stop();
    }
  };
  server.receive();
  client.send(text);
  ASSERT_TRUE(run_until([&] { return server.received().size() == text.size(); }));
  EXPECT_TRUE(server.received() == text);
}

}  // namespace
}  // namespace madang::contract
