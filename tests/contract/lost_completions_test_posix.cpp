// uring only: the kernel has dropped completions. The port fails the connections that lost one, and goes on.
#include <algorithm>
#include <thread>

#include "contract/contract_test.h"
#include "contract/lost_completions.h"
#include "madang/io/uring_endpoint.h"

namespace madang::contract {
namespace {

std::vector<Setting> uring_settings() {
  std::vector<Setting> all = settings();
  std::erase_if(all, [](const Setting& setting) { return setting.backend != io::Backend::uring; });
  return all;
}

class LostCompletions : public ContractTest {
 protected:
  void TearDown() override {
    lose_completions(0, 0);
    lose_all_completions(false);
    ContractTest::TearDown();
  }

  /// Both ways, so that nothing of the loss has touched this connection.
  void expect_talk(const Pair& pair) {
    const std::size_t heard = pair.server.received().size();
    const std::size_t answered = pair.client.received().size();
    for (const Peer& peer : {pair.client, pair.server})
      if (!peer.record().is_receiving) peer.receive();
    pair.client.send(pattern(5000));
    pair.server.send("an answer");
    ASSERT_TRUE(run_until([&] {
      return pair.server.received().size() == heard + 5000 && pair.client.received().size() == answered + 9 &&
             pair.client.record().sends_are_done() && pair.server.record().sends_are_done();
    }));
    EXPECT_FALSE(pair.client.record().sends_done.back());
    EXPECT_FALSE(pair.client.record().receive_failed());
    EXPECT_FALSE(pair.server.record().receive_failed());
  }
};
INSTANTIATE_TEST_SUITE_P(, LostCompletions, testing::ValuesIn(uring_settings()), name_of_setting);

TEST_P(LostCompletions, AReceiveThatLostOneFailsAndTheOtherConnectionsGoOn) {
  const std::vector<Pair> pairs = connect_many(side(), side(), 5);
  const auto& [client, server] = pairs[0];
  for (std::size_t i = 1; i < pairs.size(); ++i) expect_talk(pairs[i]);
  server.receive();
  server.receive_into("held", 1000);
  client.receive();
  run_for(5ms);
  lose_completions(io::input_op, 1);
  client.send("lost");
  ASSERT_TRUE(run_until([&] { return server.record().receive_failed(); }));
  EXPECT_EQ(completions_left_to_lose(), 0u);
  EXPECT_EQ(server.record().receive_result->code, ErrorCode::connection_reset);
  EXPECT_EQ(server.received(), "");
  ASSERT_TRUE(run_until([&] { return !client.record().is_receiving; })) << "the peer learns of it";
  for (std::size_t i = 1; i < pairs.size(); ++i) expect_talk(pairs[i]);
}

TEST_P(LostCompletions, ASendThatLostOneFailsWithThoseBehindIt) {
  const std::vector<Pair> pairs = connect_many(side(), side(), 2);
  const auto& [client, server] = pairs[0];
  client.receive();
  lose_completions(io::send_op, 1);
  for (int i = 0; i < 3; ++i) client.send("lost");
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  for (const Error& error : client.record().sends_done) EXPECT_EQ(error.code, ErrorCode::connection_reset);
  ASSERT_TRUE(run_until([&] { return client.record().receive_failed(); }));
  expect_talk(pairs[1]);
}

TEST_P(LostCompletions, AConnectionThatDoesNotReceiveYetFailsWhenItDoes) {
  const auto [client, server] = connect();
  lose_completions(io::send_op, 1);
  client.send("lost");
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  client.receive();
  ASSERT_TRUE(run_until([&] { return client.record().receive_failed(); }));
}

TEST_P(LostCompletions, ASendThatWaitsForItsPeerGoesOnAfterTheLossOfAnother) {
  PortOptions with = options();
  with.send_buffer_bytes = with.receive_kernel_bytes = 65536;
  Side& narrow = make_side(with);
  const std::vector<Pair> pairs = connect_many(narrow, narrow, 20);
  const auto& [client, server] = pairs[0];
  client.send(pattern(1'000'000));
  run_for(20ms);
  // The first cancels end sends of which the kernel has taken a part. Once it takes nothing more, another one
  // ends a send of which nothing has left.
  std::size_t taken = 0;
  int rounds_without_progress = 0;
  for (std::size_t i = 1; i < pairs.size() && rounds_without_progress < 3; ++i) {
    lose_completions(io::send_op, 1);
    pairs[i].client.send("lost");
    ASSERT_TRUE(run_until([&] { return pairs[i].client.record().sends_are_done(); }));
    run_for(20ms);
    const std::size_t taken_now = narrow.port().unsent_bytes(client.socket);
    rounds_without_progress = taken_now == taken ? rounds_without_progress + 1 : 0;
    taken = taken_now;
  }
  ASSERT_EQ(rounds_without_progress, 3);
  EXPECT_FALSE(client.record().sends_are_done());
  server.receive();
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  EXPECT_FALSE(client.record().sends_done.back());
  ASSERT_TRUE(run_until([&] { return server.received().size() == 1'000'000; }));
  EXPECT_TRUE(server.received() == pattern(1'000'000));
}

TEST_P(LostCompletions, AConnectThatLostOneFails) {
  const Address address = listening_at(side());
  lose_completions(io::connect_op, 1);
  const Socket socket = side().connect(address);
  ASSERT_TRUE(run_until([&] { return !side().of(socket).is_connecting; }));
  EXPECT_EQ(side().of(socket).connect_result->code, ErrorCode::connection_reset);
}

TEST_P(LostCompletions, AListenerThatLostOneAcceptsAgain) {
  Side& server = make_side();
  const Socket listener = server.listen();
  run_for(5ms);
  lose_completions(io::input_op, 1);
  server.pause(listener);
  ASSERT_TRUE(run_until([&] { return completions_left_to_lose() == 0; }));
  server.resume(listener);
  side().connect(server.port().local_address(listener));
  ASSERT_TRUE(run_until([&] { return !server.accepted.empty(); }));
  EXPECT_TRUE(server.of(listener).is_accepting);
}

TEST_P(LostCompletions, ACloseThatLostOneStillCompletes) {
  for (const io::UringOp op : {io::input_op, io::cancel_of(io::input_op)}) {
    const auto [client, server] = connect();
    server.receive();
    run_for(5ms);
    lose_completions(op, 1);
    server.close();
    ASSERT_TRUE(run_until([&] { return server.record().is_closed; }));
  }
}

TEST_P(LostCompletions, TheSharedBuffersThatTheyNamedAreUsedAgain) {
  PortOptions with = options();
  with.receive_buffers = 2;
  Side& small = make_side(with);
  const std::vector<Pair> pairs = connect_many(small, small, 2);
  const auto& [client, server] = pairs[0];
  server.receive();
  for (int i = 0; i < 4; ++i) {
    run_for(5ms);
    lose_completions(io::input_op, 1);
    client.send("x");
    ASSERT_TRUE(run_until([&] { return completions_left_to_lose() == 0; }));
  }
  expect_talk(pairs[1]);
}

TEST_P(LostCompletions, APostStillWakesThePortAfterAllWereLost) {
  const auto [client, server] = connect();
  server.receive();
  run_for(5ms);
  lose_all_completions(true);
  client.send("lost");
  ASSERT_TRUE(side().port().post(1, 1));  // the completion of the watch, if nothing else, is lost
  run_for(50ms);
  side().posts.clear();
  lose_all_completions(false);
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  run_for(5ms);
  // Without the watch that was lost, too, the turn would wait until its end.
  const Time start = machine().now();
  std::thread other([&] {
    std::this_thread::sleep_for(50ms);
    EXPECT_TRUE(side().port().post(1, 2));
  });
  while (side().posts.empty()) side().turn(60s);
  other.join();
  EXPECT_LT(machine().now() - start, 60s);
}

TEST_P(LostCompletions, APostWakesThePortThoughTheKernelHasEndedItsWatch) {
  Side& bare = make_side();
  for (std::uint64_t round = 1; round <= 3; ++round) {
    for (int i = 0; i < 3; ++i) bare.turn(Duration::zero());
    end_watch();
    for (int i = 0; i < 3; ++i) bare.turn(Duration::zero());
    const Time start = machine().now();
    std::thread other([&] {
      std::this_thread::sleep_for(50ms);
      EXPECT_TRUE(bare.port().post(1, round));
    });
    while (bare.posts.size() < round) bare.turn(60s);
    other.join();
    EXPECT_LT(machine().now() - start, 60s);
  }
}

TEST_P(LostCompletions, APortWhoseCompletionsAllVanishCanBeDestroyed) {
  Side& lost = make_side();
  const auto [client, server] = connect(lost, lost);
  server.receive();
  run_for(5ms);
  lose_all_completions(true);
  client.send("lost");
  lost.destroy_port();
}

}  // namespace
}  // namespace madang::contract
