// Exhaustion: a lack of resources delays work. The port does not spin, fail or lose anything.
#include <algorithm>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Exhaustion);

/// Sends a pattern on each connection, and checks that all of it arrives.
void exchange(const std::vector<std::string>& texts, const std::vector<Peer>& from,
              const std::vector<Peer>& to) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i].receive();
    from[i].send(texts[i]);
  }
}

TEST_P(Exhaustion, ReceiveBuffersForTwoServeHundreds) {
  PortOptions with = options();
  with.receive_buffers = 2;
  with.receive_buffer_bytes = 64;
  Side& small = make_side(with);
  const std::vector<Pair> pairs = connect_many(small, small, 200);
  ASSERT_EQ(pairs.size(), 200u);
  std::vector<std::string> texts;
  std::vector<Peer> clients;
  std::vector<Peer> servers;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    texts.push_back(pattern(5000, i));
    clients.push_back(pairs[i].client);
    servers.push_back(pairs[i].server);
  }
  exchange(texts, clients, servers);
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(servers, [](const Peer& peer) { return peer.received().size() == 5000; });
  }));
  for (std::size_t i = 0; i < servers.size(); ++i) EXPECT_TRUE(servers[i].received() == texts[i]);
}

TEST_P(Exhaustion, PausedReceiversDoNotKeepTheBuffersOfTheOthers) {
  PortOptions with = options();
  with.receive_buffers = 2;
  with.receive_buffer_bytes = 64;
  Side& small = make_side(with);
  const std::vector<Pair> pairs = connect_many(small, small, 20);
  ASSERT_EQ(pairs.size(), 20u);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].server.receive();
    pairs[i].client.send(pattern(2000, i));
    // Half of the receivers pause: some at once, some when bytes may be in transit already.
    if (i % 4 == 0) pairs[i].server.pause();
  }
  small.turn(Duration::zero());
  for (std::size_t i = 2; i < pairs.size(); i += 4) pairs[i].server.pause();
  ASSERT_TRUE(run_until([&] {
    for (std::size_t i = 1; i < pairs.size(); i += 2)
      if (pairs[i].server.received().size() != 2000) return false;
    return true;
  }));
  for (std::size_t i = 0; i < pairs.size(); i += 2) pairs[i].server.resume();
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) { return pair.server.received().size() == 2000; });
  }));
  for (std::size_t i = 0; i < pairs.size(); ++i) EXPECT_TRUE(pairs[i].server.received() == pattern(2000, i));
}

TEST_P(Exhaustion, ASubmissionQueueOfTwoTakesHundredsOfStartsInOneTurn) {
  PortOptions with = options();
  with.submission_entries = 2;
  Side& small = make_side(with);
  const std::vector<Pair> pairs = connect_many(small, small, 300);
  ASSERT_EQ(pairs.size(), 300u);
  for (const auto& [client, server] : pairs) {
    client.receive();
    server.receive();
    for (int i = 0; i < 4; ++i) client.send("some words ");
    server.send("an answer");
  }
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) {
      return pair.server.received().size() == 44 && pair.client.received() == "an answer";
    });
  }));
  for (const auto& [client, server] : pairs) {
    client.stop();
    client.close();
    server.close();
  }
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) {
      return pair.client.record().is_closed && pair.server.record().is_closed;
    });
  }));
}

TEST_P(Exhaustion, ATinyCompletionQueueLosesNoCompletion) {
  PortOptions with = options();
  with.submission_entries = 2;
  with.completion_entries = 4;
  Side& small = make_side(with);
  Side& outside = make_side();
  const std::vector<Pair> pairs = connect_many(outside, small, 300);
  ASSERT_EQ(pairs.size(), 300u);
  for (const auto& [client, server] : pairs) server.receive();
  small.turn(Duration::zero());
  // The small port takes no turns now, and more operations complete than its queue can hold.
  for (const auto& [client, server] : pairs) {
    server.send("x");
    client.send("all at once");
    client.shutdown_send();
  }
  for (int i = 0; i < 200; ++i) {
    outside.turn(Duration::zero());
    machine().pass_time(machine().now() + 1ms);
  }
  ASSERT_TRUE(run_until([&] {
    return std::ranges::all_of(pairs, [](const Pair& pair) {
      return pair.server.record().receive_ended() && pair.server.received() == "all at once" &&
             pair.server.record().sends_are_done();
    });
  }));
}

TEST_P(Exhaustion, WithoutDescriptorsAConnectSaysSoAndLaterWorksAgain) {
  const Address address = listening_at(side());
  connect();
  if (!machine().allow_descriptors(0))
    GTEST_SKIP() << "THIS SYSTEM HAS NO LIMIT ON DESCRIPTORS THAT A TEST COULD SET";
  const Result<Socket> refused = side().port().connect(address, 1);
  machine().allow_all_descriptors();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_descriptors);
  connect();
}

TEST_P(Exhaustion, WithoutDescriptorsAcceptsWaitWithoutSpinningAndThenGoOn) {
  constexpr std::size_t clients = 20;
  Side& outside = make_side();
  Side& server = make_side();
  const Socket listener = server.listen();
  for (std::size_t i = 0; i < clients; ++i) outside.connect(server.port().local_address(listener));
  // The listening port has had no turn yet: all connections wait in the kernel.
  while (outside.completions < clients) {
    outside.turn(is_simulated() ? Duration::zero() : Duration(1ms));
    machine().pass_time(machine().now() + 1ms);
  }
  if (!machine().allow_descriptors(5))
    GTEST_SKIP() << "THIS SYSTEM HAS NO LIMIT ON DESCRIPTORS THAT A TEST COULD SET";
  ASSERT_TRUE(run_until([&] { return server.accepted.size() == 5; }));
  const Time start = machine().now();
  std::size_t turns_taken = 0;
  while (machine().now() < start + 10 * options().retry_delay) {
    server.turn(1h);
    ++turns_taken;
    machine().pass_time(start + 10 * options().retry_delay);
  }
  EXPECT_LT(turns_taken, 100u) << "turn() spins while no descriptor is left";
  EXPECT_EQ(server.accepted.size(), 5u);

  server.accepted.clear();
  ASSERT_TRUE(run_until([&] { return server.accepted.size() == 5; }));
  EXPECT_TRUE(server.of(listener).is_accepting);
  machine().allow_all_descriptors();
  ASSERT_TRUE(run_until([&] { return server.accepted.size() == clients - 5; }));
}

TEST_P(Exhaustion, AListenerThatFoundNoDescriptorCanBeClosed) {
  Side& outside = make_side();
  Side& server = make_side();
  const Socket listener = server.listen();
  const Socket client = outside.connect(server.port().local_address(listener));
  while (outside.of(client).is_connecting) {
    outside.turn(is_simulated() ? Duration::zero() : Duration(1ms));
    machine().pass_time(machine().now() + 1ms);
  }
  if (!machine().allow_descriptors(0))
    GTEST_SKIP() << "THIS SYSTEM HAS NO LIMIT ON DESCRIPTORS THAT A TEST COULD SET";
  run_for(5ms);
  EXPECT_TRUE(server.accepted.empty());
  server.close(listener);
  ASSERT_TRUE(run_until([&] { return server.of(listener).is_closed; }));
}

TEST_P(Exhaustion, WithoutMemorySendsWaitWithoutSpinningAndThenGoOn) {
  const auto [client, server] = connect();
  client.receive();
  server.receive();
  machine().refuse_sends(true);
  client.send("one, ");
  client.send("two, ");
  client.send("three");
  client.shutdown_send();
  const Time start = machine().now();
  const Time end = start + 10 * options().retry_delay;
  std::size_t turns_taken = 0;
  while (machine().now() < end) {
    side().turn(end - machine().now());
    ++turns_taken;
    machine().pass_time(end);
  }
  EXPECT_LT(turns_taken, 100u) << "turn() spins while there is no memory";
  EXPECT_TRUE(client.record().sends_done.empty());
  EXPECT_EQ(server.received(), "");
  machine().refuse_sends(false);
  ASSERT_TRUE(run_until([&] { return server.record().receive_ended() && client.record().sends_are_done(); }));
  EXPECT_EQ(server.received(), "one, two, three");
  for (const Error& error : client.record().sends_done) EXPECT_FALSE(error);
}

TEST_P(Exhaustion, ASocketWhoseSendFoundNoMemoryStillReceivesAndCanBeClosed) {
  const auto [client, server] = connect();
  server.send("heard");
  ASSERT_TRUE(run_until([&] { return server.record().sends_are_done(); }));
  machine().refuse_sends(true);
  client.send("never said");
  run_for(2 * options().retry_delay);
  client.receive();
  ASSERT_TRUE(run_until([&] { return client.received() == "heard"; }));
  client.stop();
  ASSERT_TRUE(run_until([&] { return !client.record().is_receiving; }));
  EXPECT_FALSE(client.record().sends_are_done());
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
  ASSERT_EQ(client.record().sends_done.size(), 1u);
  EXPECT_EQ(client.record().sends_done[0].code, ErrorCode::cancelled);
}

TEST_P(Exhaustion, APortFullOfSocketsSaysSoAndLaterTakesMore) {
  PortOptions with = options();
  with.sockets_max = 3;
  Side& small = make_side(with);
  Side& outside = make_side();
  const Address address = listening_at(outside);
  std::vector<Socket> sockets;
  for (int i = 0; i < 3; ++i) sockets.push_back(small.connect(address));
  const Result<Socket> fourth = small.port().connect(address, 1);
  ASSERT_FALSE(fourth);
  EXPECT_EQ(fourth.error().code, ErrorCode::no_descriptors);
  const Result<Socket> listener = small.port().listen(Address::loopback(0), 1);
  ASSERT_FALSE(listener);
  small.close(sockets[0]);
  ASSERT_TRUE(run_until([&] { return small.of(sockets[0]).is_closed; }));
  small.connect(address);
}

}  // namespace
}  // namespace madang::contract
