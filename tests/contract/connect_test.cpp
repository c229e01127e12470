// Listen, accept, connect and adopt.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Connect);

/// No server listens there. The port of a listener that was just closed is not safe: on a busy machine,
/// another socket may get it at once, perhaps the very socket that connects.
const Address nobody = Address::loopback(1);

TEST_P(Connect, NamesTheBackendThatWasAskedFor) {
  EXPECT_TRUE(GetParam().name.starts_with(io::name_of(side().port().backend())));
}

TEST_P(Connect, ATurnWithNothingToDoReturnsNothing) {
  EXPECT_EQ(side().turn(Duration::zero()), 0u);
  EXPECT_EQ(side().turn(1ms), 0u);
  EXPECT_EQ(side().port().operations_in_flight(), 0u);
}

TEST_P(Connect, APortThatHasWorkedWaitsAgainAndDoesNotSpin) {
  if (is_simulated()) GTEST_SKIP() << "a simulated turn never waits";
  const auto [client, server] = connect();
  server.receive();
  server.pause();
  client.send(pattern(200'000));
  run_for(5ms);
  server.resume();
  ASSERT_TRUE(run_until([&] { return server.received().size() == 200'000; }));
  run_for(20ms);
  // Each waiting turn waits for 100 ms, because nothing happens.
  const std::size_t turns_before = turns();
  run_for(300ms);
  EXPECT_LT(turns() - turns_before, 100u);
}

TEST_P(Connect, ListeningOnPortZeroChoosesAPortAndSaysWhich) {
  const Address first = side().port().local_address(side().listen());
  const Address second = side().port().local_address(side().listen());
  EXPECT_NE(first.port, 0);
  EXPECT_NE(second.port, 0);
  EXPECT_NE(first.port, second.port);
  EXPECT_TRUE(first.is_loopback());
}

TEST_P(Connect, AListenerOnAllAddressesOfIPv6IsReachedByIPv4Too) {
  const Address everywhere{.family = Address::Family::v6};
  Side& both = make_side();
  Side& probe = make_side();
  const bool has_ipv6 = probe.port().listen(everywhere, 1).has_value();
  probe.destroy_port();
  if (!has_ipv6) GTEST_SKIP() << "THIS MACHINE HAS NO IPv6";
  const Socket listener = both.listen(everywhere);
  const std::uint16_t port = both.port().local_address(listener).port;
  const Socket client = both.connect(Address::loopback(port));
  ASSERT_TRUE(
      run_until([&] { return both.of(client).connect_result.has_value() && !both.accepted.empty(); }));
  EXPECT_FALSE(*both.of(client).connect_result);
  EXPECT_EQ(both.accepted.front().peer, both.port().local_address(client));
}

TEST_P(Connect, AConnectionIsMadeAndBothSidesAreTold) {
  const auto [client, server] = connect();
  EXPECT_FALSE(*client.record().connect_result);
  EXPECT_EQ(side().port().operations_in_flight(), 1u) << "the accept is in flight; the connect has completed";
}

TEST_P(Connect, OperationsOutCountsWhatWasStartedAndHasNotCompleted) {
  const auto [client, server] = connect();
  const std::size_t accept_alone = side().port().operations_in_flight();
  client.receive();
  server.receive();
  EXPECT_EQ(side().port().operations_in_flight(), accept_alone + 2);
  client.send("one");
  const Timer timer = side().start_timer(1h);
  EXPECT_EQ(side().port().operations_in_flight(), accept_alone + 4);
  ASSERT_TRUE(run_until([&] { return server.received() == "one" && client.record().sends_are_done(); }));
  EXPECT_EQ(side().port().operations_in_flight(), accept_alone + 3);
  side().cancel(timer);
  client.close();
  EXPECT_EQ(side().port().operations_in_flight(), accept_alone + 4) << "a close is an operation, too";
  ASSERT_TRUE(run_until([&] { return client.record().is_closed && server.record().receive_result; }));
  EXPECT_EQ(side().port().operations_in_flight(), accept_alone);
}

TEST_P(Connect, ARefusedConnectCompletesWithThatErrorAndIsStillToBeClosed) {
  const Socket client = side().connect(nobody);
  ASSERT_TRUE(run_until([&] { return side().of(client).connect_result.has_value(); }));
  EXPECT_EQ(side().of(client).connect_result->code, ErrorCode::connection_refused);
  side().close(client);
  ASSERT_TRUE(run_until([&] { return side().of(client).is_closed; }));
}

TEST_P(Connect, AConnectIsClosedBeforeItHasCompleted) {
  std::vector<Socket> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(side().connect(i % 2 ? nobody : listening_at(side())));
    side().close(clients.back());
  }
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(clients, [&](Socket client) { return side().of(client).is_closed; });
  }));
  for (const Socket client : clients) EXPECT_TRUE(side().of(client).connect_result.has_value());
}

TEST_P(Connect, OneThatFailsAtOnceIsToldInATurnAndBeforeItsClose) {
  // No client can connect to "all addresses". Kernels refuse that without the network.
  const Address everybody = Address::v4(255, 255, 255, 255, 9);
  const Socket open = side().connect(everybody);
  const Socket closed_at_once = side().connect(everybody);
  side().close(closed_at_once);
  ASSERT_TRUE(run_until(
      [&] { return side().of(open).connect_result.has_value() && side().of(closed_at_once).is_closed; }));
  EXPECT_TRUE(*side().of(open).connect_result);
  EXPECT_TRUE(side().of(closed_at_once).connect_result.has_value());
}

TEST_P(Connect, AnAddressWhereSomebodyListensIsInUse) {
  const Address taken = listening_at(side());
  const Result<Socket> second = side().port().listen(taken, 1);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::address_in_use);
  // The first listener still works.
  connect();
}

TEST_P(Connect, AnAddressIsFreeAgainOnceItsListenerIsClosed) {
  const Socket listener = side().listen();
  const Address address = side().port().local_address(listener);
  side().close(listener);
  ASSERT_TRUE(run_until([&] { return side().of(listener).is_closed; }));
  const Socket again = side().listen(address);
  EXPECT_EQ(side().port().local_address(again), address);
}

TEST_P(Connect, AConnectionIsAdoptedByAnotherPortThanTheOneThatAcceptedIt) {
  Side& listening = make_side();
  Side& working = make_side();
  Side& outside = make_side();
  const Socket client = outside.connect(listening_at(listening));
  ASSERT_TRUE(run_until([&] { return listening.accepted.size() == 1 && !outside.of(client).is_connecting; }));
  const Peer server{&working, working.adopt(std::move(listening.accepted.front().native))};
  server.receive();
  outside.receive(client);
  outside.send(client, "to whoever took me over");
  server.send("that was me");
  ASSERT_TRUE(run_until([&] {
    return server.received() == "to whoever took me over" && outside.of(client).received == "that was me";
  }));
}

TEST_P(Connect, WhatWasSentBeforeTheAdoptionIsNotLost) {
  Side& listening = make_side();
  Side& working = make_side();
  Side& outside = make_side();
  const Socket client = outside.connect(listening_at(listening));
  ASSERT_TRUE(run_until([&] { return listening.accepted.size() == 1 && !outside.of(client).is_connecting; }));
  outside.send(client, "early");
  ASSERT_TRUE(run_until([&] { return outside.of(client).sends_are_done(); }));
  run_for(20ms);
  const Peer server{&working, working.adopt(std::move(listening.accepted.front().native))};
  outside.send(client, " and late");
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.received() == "early and late"; }));
}

TEST_P(Connect, AnAcceptedConnectionThatNobodyAdoptsIsRefusedByDroppingIt) {
  const Socket client = side().connect(listening_at(side()));
  ASSERT_TRUE(run_until([&] { return side().accepted.size() == 1 && !side().of(client).is_connecting; }));
  side().receive(client);
  side().accepted.clear();
  ASSERT_TRUE(run_until([&] { return side().of(client).receive_result.has_value(); }));
}

TEST_P(Connect, APausedListenerLetsConnectionsWaitUntilItIsResumed) {
  const Socket listener = side().listen();
  side().pause(listener);
  side().pause(listener);
  std::vector<Socket> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(side().connect(side().port().local_address(listener)));
  run_for(50ms);
  EXPECT_EQ(side().accepted.size(), 0u);
  side().resume(listener);
  side().resume(listener);
  ASSERT_TRUE(run_until([&] { return side().accepted.size() == 5; }));
}

TEST_P(Connect, APauseInsideTheCallbackHoldsTheNextConnectionsOfTheSameTurn) {
  Side& server = make_side();
  Side& outside = make_side();
  const Socket listener = server.listen();
  const Address address = server.port().local_address(listener);
  // Twice: the port accepts the connections that waited during the first pause, and the second pause works
  // again.
  std::size_t wanted = 0;
  server.also = [&](const Completion& completion) {
    if (completion.kind == OperationKind::accept && !completion.is_final) server.pause(listener);
  };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) outside.connect(address);
    for (int i = 0; i < 5; ++i) {
      ++wanted;
      ASSERT_TRUE(run_until([&] { return server.accepted.size() == wanted; }));
      run_for(5ms);
      EXPECT_EQ(server.accepted.size(), wanted) << "a paused listener accepts no connection";
      server.resume(listener);
    }
    run_for(5ms);
  }
}

TEST_P(Connect, AStoppedAcceptEndsOnceAndTheListenerCanBeClosed) {
  const Socket listener = side().listen();
  run_for(1ms);
  side().stop(listener);
  side().stop(listener);
  ASSERT_TRUE(run_until([&] { return side().of(listener).accept_result.has_value(); }));
  EXPECT_EQ(side().of(listener).accept_result->code, ErrorCode::cancelled);
  side().stop(listener);
  side().close(listener);
  ASSERT_TRUE(run_until([&] { return side().of(listener).is_closed; }));
}

TEST_P(Connect, AListenerIsClosedWhileConnectionsWaitAtIt) {
  Side& server = make_side();
  Side& outside = make_side();
  const Socket listener = server.listen();
  server.pause(listener);
  std::vector<Socket> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(outside.connect(server.port().local_address(listener)));
  run_for(20ms);
  server.close(listener);
  ASSERT_TRUE(run_until([&] { return server.of(listener).is_closed; }));
  // Each client gets a refusal, or a connection that ends.
  for (const Socket client : clients) {
    ASSERT_TRUE(run_until([&] { return outside.of(client).connect_result.has_value(); }));
    if (!*outside.of(client).connect_result) outside.receive(client);
  }
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(clients, [&](Socket client) {
      return *outside.of(client).connect_result || outside.of(client).receive_result;
    });
  }));
}

TEST_P(Connect, AKeyThatIsChangedIsOnTheNextCompletion) {
  const auto [client, server] = connect();
  server.receive();
  client.send("a");
  ASSERT_TRUE(run_until([&] { return server.received() == "a"; }));
  side().set_key(server.socket, 0xfeed'0000'0000'0001u);  // Side compares it
  client.send("b");
  ASSERT_TRUE(run_until([&] { return server.received() == "ab"; }));
}

TEST_P(Connect, ManyConnectionsComeAndGoAndNoIdIsUsedTwice) {
  std::set<Socket> seen;
  for (int round = 0; round < 10; ++round) {
    std::vector<Pair> pairs = connect_many(side(), side(), 50);
    ASSERT_EQ(pairs.size(), 50u);
    for (const auto& [client, server] : pairs) {
      EXPECT_TRUE(seen.insert(client.socket).second);
      EXPECT_TRUE(seen.insert(server.socket).second);
      server.receive();
      client.send("hello");
      (round % 2 ? client : server).close();
    }
    for (const auto& [client, server] : pairs) {
      const Peer& other = round % 2 ? server : client;
      if (round % 3 == 0)
        other.close(CloseMode::reset);
      else
        other.close();
    }
    ASSERT_TRUE(run_until([&] {
      return std::ranges::all_of(pairs, [](const Pair& pair) {
        return pair.client.record().is_closed && pair.server.record().is_closed;
      });
    }));
  }
}

TEST_P(Connect, ThousandsAtOnceEachSendAndReceive) {
  const std::size_t count = is_tiny() ? 1000 : 5000;
  const std::size_t descriptors = machine().descriptors_open() + 2 * count + 50;
  if (machine().descriptors_max() < descriptors) {
    const std::string problem = "THIS MACHINE ALLOWS ONLY " + std::to_string(machine().descriptors_max()) +
                                " OF " + std::to_string(descriptors) + " DESCRIPTORS: raise `ulimit -Hn`";
    if (std::getenv("CI")) FAIL() << problem;  // in CI, no person reads which tests were skipped
    GTEST_SKIP() << problem;
  }
  Side& outside = make_side();
  Side& server = make_side();
  const std::vector<Pair> pairs = connect_many(outside, server, count);
  ASSERT_EQ(pairs.size(), count);
  for (std::size_t i = 0; i < count; ++i) {
    pairs[i].client.receive();
    pairs[i].server.receive();
    pairs[i].client.send("from " + std::to_string(i));
    pairs[i].server.send("to " + std::to_string(i));
  }
  ASSERT_TRUE(run_until([&] {
    for (std::size_t i = 0; i < count; ++i)
      if (pairs[i].server.received().size() < 6 || pairs[i].client.received().size() < 4) return false;
    return true;
  }));
  ASSERT_TRUE(run_until([&] {
    for (std::size_t i = 0; i < count; ++i)
      if (pairs[i].server.received() != "from " + std::to_string(i) ||
          pairs[i].client.received() != "to " + std::to_string(i))
        return false;
    return true;
  }));
  for (const auto& [client, there] : pairs) client.close();
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) {
      return pair.client.record().is_closed && pair.server.record().receive_result;
    });
  }));
}

}  // namespace
}  // namespace madang::contract
