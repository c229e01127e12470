// System calls that the kernel does in part, or that a signal interrupts.
#include "contract/contract_test.h"
#include "contract/interrupted_calls.h"

namespace madang::contract {
namespace {

class Interrupted : public ContractTest {
 protected:
  void TearDown() override {
    shorten_sends(false);
    interrupt_calls(false);
    interrupt_waits(false);
    ContractTest::TearDown();
  }
};
INSTANTIATE_TEST_SUITE_P(, Interrupted, testing::ValuesIn(settings()), name_of_setting);

TEST_P(Interrupted, AShortSendGoesOnThoughNoEventFollows) {
  const auto [client, server] = connect();
  server.receive();
  run_for(5ms);  // the event that the socket is writable has come
  shorten_sends(true);
  client.send(pattern(1000, 1));
  client.send(pattern(1000, 2));
  ASSERT_TRUE(run_until([&] { return server.received().size() == 2000; }));
  EXPECT_TRUE(server.received() == pattern(1000, 1) + pattern(1000, 2));
  EXPECT_TRUE(client.record().sends_are_done());
}

TEST_P(Interrupted, AReceiveThatASignalInterruptsGoesOn) {
  const auto [client, server] = connect();
  interrupt_calls(true);
  server.receive();
  client.send("heard");
  ASSERT_TRUE(run_until([&] { return server.received() == "heard"; }));
  EXPECT_FALSE(server.record().receive_failed());
}

TEST_P(Interrupted, AConnectThatASignalInterruptsGoesOn) {
  interrupt_calls(true);
  const auto [client, server] = connect();
  server.receive();
  client.send("connected");
  ASSERT_TRUE(run_until([&] { return server.received() == "connected"; }));
}

TEST_P(Interrupted, ATurnWhoseWaitASignalInterruptsHandsOverWhatIsThere) {
  const auto [client, server] = connect();
  server.receive();
  client.receive();
  run_for(5ms);
  // All waits are interrupted, so no later turn can deliver completions that this one has missed.
  interrupt_waits(true);
  client.send("a question");
  ASSERT_TRUE(run_until([&] { return server.received() == "a question"; }));
  server.send(pattern(100'000));
  ASSERT_TRUE(run_until([&] { return client.received().size() == 100'000; }));
  EXPECT_TRUE(client.received() == pattern(100'000));
  EXPECT_TRUE(side().port().post(1, 2));
  ASSERT_TRUE(run_until([&] { return side().posts.size() == 1; }));
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed && server.record().receive_ended(); }));
}

}  // namespace
}  // namespace madang::contract
