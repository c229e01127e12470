// Close: it shuts down, cancels, waits for the operations in flight, and only then closes the handle.
#include <algorithm>
#include <thread>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Close);

TEST_P(Close, OfAnIdleSocketCompletes) {
  const auto [client, server] = connect();
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
}

TEST_P(Close, JoinsTheReceiveThatIsOut) {
  const auto [client, server] = connect();
  client.receive();
  run_for(2ms);
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
  EXPECT_EQ(client.record().receive_result->code, ErrorCode::cancelled);
}

TEST_P(Close, JoinsAPausedReceive) {
  const auto [client, server] = connect();
  client.receive();
  server.send("seen by nobody");
  run_for(2ms);
  client.pause();
  run_for(2ms);
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
}

TEST_P(Close, CompletesUnsentSendsAsCancelled) {
  const auto [client, server] = connect_narrowly();
  server.receive();
  server.pause();
  client.receive();
  for (int i = 0; i < 40; ++i) client.send(pattern(500'000));
  run_for(20ms);
  const std::size_t done_before = client.record().sends_done.size();
  EXPECT_LT(done_before, 40u);
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
  EXPECT_EQ(client.record().sends_done.size(), 40u);
  EXPECT_EQ(client.record().sends_done.back().code, ErrorCode::cancelled);
}

TEST_P(Close, HappensWithEveryKindOfOperationOutAndBeforeAnyWasSubmitted) {
  const Address address = listening_at(side());
  const auto [client, server] = connect();
  const Socket listener = side().listen();
  const Socket connecting = side().connect(address);
  client.receive();
  server.receive();
  for (int i = 0; i < 5; ++i) client.send("never submitted, perhaps");
  side().start_timer(1h);
  // No turn comes between the starts and the closes, so the kernel has none of the operations.
  side().close(listener);
  side().close(connecting);
  client.close();
  server.close(CloseMode::reset);
  ASSERT_TRUE(run_until([&] {
    return side().of(listener).is_closed && side().of(connecting).is_closed && client.record().is_closed &&
           server.record().is_closed;
  }));
}

TEST_P(Close, HappensWithEveryKindOfOperationOutAndUnderWay) {
  const Address address = listening_at(side());
  const auto [client, server] = connect();
  const Socket listener = side().listen();
  client.receive();
  server.receive();
  server.pause();
  for (int i = 0; i < 20; ++i) client.send(pattern(500'000));
  side().start_timer(1h);
  run_for(20ms);
  const Socket connecting = side().connect(address);
  side().turn(Duration::zero());
  side().close(listener);
  if (side().of(connecting).is_open()) side().close(connecting);
  client.close();
  server.close();
  ASSERT_TRUE(run_until([&] {
    return side().of(listener).is_closed && side().of(connecting).is_closed && client.record().is_closed &&
           server.record().is_closed;
  }));
}

TEST_P(Close, InResetModeIsSeenByThePeerAsAReset) {
  const auto [client, server] = connect();
  client.receive();
  server.receive();
  client.send(pattern(1000));
  ASSERT_TRUE(run_until([&] { return server.received().size() == 1000; }));
  server.close(CloseMode::reset);
  ASSERT_TRUE(run_until([&] { return client.record().receive_result && server.record().is_closed; }));
  EXPECT_EQ(client.record().receive_result->code, ErrorCode::connection_reset);
}

TEST_P(Close, DeliversWhatTheKernelHadTaken) {
  const auto [client, server] = connect();
  const std::string text = pattern(1000);
  client.send(text);
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.record().receive_result.has_value(); }));
  EXPECT_TRUE(server.record().receive_ended());
  EXPECT_TRUE(server.received() == text);
}

TEST_P(Close, ALastWordArrivesByShutdownThenReceiveToTheEndThenClose) {
  const auto [client, server] = connect();
  client.receive();
  server.receive();
  // The client sends without end, like a flooding client, until it receives the goodbye.
  side().also = [&, client = client, server = server](const Completion& completion) {
    if (completion.socket == client.socket && completion.kind == OperationKind::send && !completion.error &&
        client.record().is_open())
      client.send(pattern(500));
    if (completion.socket == client.socket && completion.kind == OperationKind::receive &&
        completion.is_final)
      client.close();
    if (completion.socket == server.socket && completion.kind == OperationKind::receive &&
        completion.is_final)
      server.close();
  };
  client.send(pattern(500));
  run_for(5ms);
  server.send("you are flooding; goodbye");
  server.shutdown_send();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed && server.record().is_closed; }));
  EXPECT_EQ(client.received(), "you are flooding; goodbye");
}

TEST_P(Close, ACallbackClosesItsOwnSocket) {
  const std::vector<Pair> pairs = connect_many(side(), side(), 20);
  side().also = [&](const Completion& completion) {
    if (completion.kind == OperationKind::receive && side().of(completion.socket).is_open())
      side().close(completion.socket);
  };
  for (const auto& [client, server] : pairs) {
    server.receive();
    client.receive();
    client.send("one");
    client.send("two");
    client.send(pattern(100'000));
  }
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) {
      return pair.server.record().is_closed && pair.client.record().is_closed;
    });
  }));
}

TEST_P(Close, ACallbackClosesItsOwnSocketWhenAResumeDeliversWhatWasHeld) {
  const auto [client, server] = connect();
  server.receive();
  run_for(5ms);
  server.pause();
  client.send(pattern(50'000));
  run_for(20ms);
  side().also = [&, server = server](const Completion& completion) {
    if (completion.socket == server.socket && completion.kind == OperationKind::receive &&
        !completion.is_final)
      server.close();
  };
  server.resume();
  ASSERT_TRUE(run_until([&, server = server] { return server.record().is_closed; }));
}

TEST_P(Close, ACallbackClosesItsListenerWhenAResumeDeliversWhatWasHeld) {
  Side& server = make_side();
  Side& outside = make_side();
  const Socket listener = server.listen();
  const Address address = server.port().local_address(listener);
  run_for(5ms);
  server.pause(listener);
  for (int i = 0; i < 3; ++i) outside.connect(address);
  run_for(20ms);
  server.also = [&](const Completion& completion) {
    if (completion.kind == OperationKind::accept && !completion.is_final) server.close(listener);
  };
  server.resume(listener);
  ASSERT_TRUE(run_until([&] { return server.of(listener).is_closed; }));
  EXPECT_EQ(server.accepted.size(), 1u);
}

TEST_P(Close, ACallbackClosesOthersWhoseCompletionsComeInTheSameTurn) {
  const std::vector<Pair> pairs = connect_many(side(), side(), 20);
  for (const auto& [client, server] : pairs) {
    server.receive();
    client.send("all at once");
  }
  bool was_closed = false;
  side().also = [&](const Completion& completion) {
    if (completion.kind != OperationKind::receive || std::exchange(was_closed, true)) return;
    // Side fails the test when one of these sockets gets bytes from now on.
    for (const auto& [client, server] : pairs) {
      server.close();
      if (client.socket.index() % 2) client.close(CloseMode::reset);
    }
  };
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) { return pair.server.record().is_closed; });
  }));
}

TEST_P(Close, RacesWithWhatCompletesAtTheSameMoment) {
  for (int round = 0; round < 100; ++round) {
    const auto [client, server] = connect();
    client.receive();
    server.receive();
    client.send(pattern(3000));
    server.send(pattern(3000));
    for (int i = round % 5; i > 0; --i) {
      side().turn(Duration::zero());
      machine().pass_time(machine().now() + 500us);
    }
    client.send("still under way");
    if (round % 3 == 0 && client.record().is_receiving) client.stop();
    client.close(round % 2 ? CloseMode::orderly : CloseMode::reset);
    if (round % 4 == 0) server.close();
    ASSERT_TRUE(run_until([&] { return client.record().is_closed && !server.record().is_receiving; }));
  }
}

void destroy_on_another_thread(Side& doomed) {
  std::thread([&] { doomed.destroy_port(); }).join();
}

TEST_P(Close, APortIsDestroyedWithEverythingOutOnItsOwnThreadOrAnother) {
  for (const bool is_on_another_thread : {false, true}) {
    Side& doomed = make_side();
    Side& other = make_side();
    const Address address = listening_at(other);
    const auto [client, server] = connect(other, doomed);
    const auto [out, in] = connect(doomed, other);
    doomed.listen();
    doomed.connect(address);
    doomed.start_timer(1h);
    EXPECT_TRUE(doomed.port().post(1, 2));
    server.receive();
    out.receive();
    out.pause();
    client.receive();
    in.receive();
    in.pause();
    for (int i = 0; i < 10; ++i) out.send(pattern(1'000'000));
    client.send(pattern(100'000));
    run_for(20ms);
    server.send("never asked for");
    const Socket closing = doomed.connect(address);
    doomed.close(closing);
    const std::size_t before = doomed.completions;
    if (is_on_another_thread) {
      destroy_on_another_thread(doomed);
    } else {
      doomed.destroy_port();
    }
    EXPECT_EQ(doomed.completions, before) << "the destructor of a port called the handler";
    ASSERT_TRUE(run_until([&] { return client.record().receive_result.has_value(); }));
  }
}

TEST_P(Close, APortThatIsDestroyedOnAnotherThreadLeaksNoConnectionThatItAccepted) {
  constexpr std::size_t clients = 20;
  PortOptions with = options();
  with.submission_entries = 2;
  with.completion_entries = 4;
  Side& doomed = make_side(with);
  Side& outside = make_side();
  const Address address = listening_at(doomed);
  for (std::size_t i = 0; i < clients; ++i) outside.connect(address);
  // No port has accepted a connection yet: all of them wait in the kernel.
  while (outside.completions < clients) {
    outside.turn(is_simulated() ? Duration::zero() : Duration(1ms));
    machine().pass_time(machine().now() + 1ms);
  }
  doomed.turn(Duration::zero());
  EXPECT_FALSE(doomed.accepted.empty());
  // TearDown fails the test when a descriptor is left open.
  destroy_on_another_thread(doomed);
}

TEST_P(Close, APortIsDestroyedBeforeItsFirstTurn) {
  Side& doomed = make_side();
  doomed.connect(listening_at(doomed));
  doomed.start_timer(1ms);
  doomed.destroy_port();
}

TEST_P(Close, TheSecondStopPauseAndResumeDoNoHarm) {
  const auto [client, server] = connect();
  server.receive();
  for (int twice = 0; twice < 2; ++twice) server.pause();
  client.send("held");
  run_for(10ms);
  EXPECT_EQ(server.received(), "");
  for (int twice = 0; twice < 2; ++twice) server.resume();
  ASSERT_TRUE(run_until([&] { return server.received() == "held"; }));
  for (int twice = 0; twice < 2; ++twice) server.stop();
  ASSERT_TRUE(run_until([&] { return !server.record().is_receiving; }));
  server.stop();  // no receive is in flight
  server.receive();
  client.send(", heard");
  ASSERT_TRUE(run_until([&] { return server.received() == "held, heard"; }));
}

}  // namespace
}  // namespace madang::contract
