// Send: order, buffers, and what happens when the peer does not read or ends.
#include <algorithm>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Send);

TEST_P(Send, GivesItsBufferBackWhenDone) {
  const auto [client, server] = connect();
  server.receive();
  client.send("once");  // Side compares the buffer that comes back
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done() && server.received() == "once"; }));
  ASSERT_EQ(client.record().sends_done.size(), 1u);
  EXPECT_FALSE(client.record().sends_done[0]);
}

TEST_P(Send, SeveralOnOneSocketLeaveInTheOrderTheyWereStarted) {
  const auto [client, server] = connect();
  server.receive();
  std::string expected;
  for (std::size_t i = 0; i < 500; ++i) {
    const std::string text = pattern(1 + i * 7 % 300, i);
    client.send(text);
    expected += text;
  }
  ASSERT_TRUE(run_until(
      [&] { return client.record().sends_are_done() && server.received().size() == expected.size(); }));
  EXPECT_TRUE(server.received() == expected);
  EXPECT_EQ(client.record().sends_done.size(), 500u);
}

TEST_P(Send, LargerThanTheSocketBufferArrivesWhole) {
  PortOptions with = options();
  with.send_buffer_bytes = 8192;
  Side& small = make_side(with);
  const auto [client, server] = connect(small, small);
  server.receive();
  const std::string text = pattern(4'000'000);
  client.send(text);
  client.send("and a little more");
  ASSERT_TRUE(run_until([&] { return server.received().size() == text.size() + 17; }));
  EXPECT_TRUE(server.received() == text + "and a little more");
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
}

TEST_P(Send, OneHappensInsideACallbackOfAnother) {
  const auto [client, server] = connect();
  server.receive();
  int left = 200;
  side().also = [&, client = client](const Completion& completion) {
    if (completion.kind == OperationKind::send && left-- > 0) client.send("again ");
  };
  client.send("again ");
  ASSERT_TRUE(run_until([&] { return server.received().size() == 201 * 6; }));
}

TEST_P(Send, AnEchoKeepsUpWithManyMessages) {
  const auto [client, server] = connect();
  server.receive();
  client.receive();
  side().also = [&, server = server](const Completion& completion) {
    if (completion.kind == OperationKind::receive && completion.socket == server.socket &&
        !completion.is_final)
      server.send(as_text(completion.bytes));
  };
  std::string expected;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string text = pattern(100, i);
    client.send(text);
    expected += text;
    if (i % 3 == 0) side().turn(Duration::zero());
  }
  ASSERT_TRUE(run_until([&] { return client.received().size() == expected.size(); }));
  EXPECT_TRUE(client.received() == expected);
}

TEST_P(Send, OneThatIsStartedBetweenAllTurnsDoesNotKeepTheOthersWaiting) {
  Side& busy = make_side();
  Side& outside = make_side();
  const auto [stream, sink] = connect(busy, outside);
  const auto [other, quiet] = connect(outside, busy);
  sink.receive();
  quiet.receive();
  other.send("let me through");
  ASSERT_TRUE(run_until([&, stream = stream, quiet = quiet] {
    if (stream.record().sends_are_done()) stream.send("x");
    return quiet.received() == "let me through";
  }));
}

TEST_P(Send, ShutdownWaitsForTheLargeSendsBeforeIt) {
  const auto [client, server] = connect();
  server.receive();
  const std::string part = pattern(500'000);
  for (int i = 0; i < 8; ++i) client.send(part);
  client.shutdown_send();
  client.shutdown_send();
  ASSERT_TRUE(run_until([&] { return server.record().receive_result.has_value(); }));
  EXPECT_TRUE(server.record().receive_ended());
  EXPECT_EQ(server.received().size(), 8 * part.size());
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  for (const Error& error : client.record().sends_done) EXPECT_FALSE(error);
}

TEST_P(Send, FailsWithAnErrorOnceThePeerIsGone) {
  const auto [client, server] = connect();
  server.close(CloseMode::reset);
  ASSERT_TRUE(run_until([&] { return server.record().is_closed; }));
  run_for(10ms);
  // The kernel may still accept the first send. It never accepts all, and no signal ends the process.
  ASSERT_TRUE(run_until([&] {
    const auto& done = client.record().sends_done;
    if (!done.empty() && done.back()) return true;
    if (client.record().sends_are_done()) client.send("is anybody there?");
    return false;
  }));
  const ErrorCode code = client.record().sends_done.back().code;
  EXPECT_TRUE(code == ErrorCode::connection_reset || code == ErrorCode::not_connected)
      << describe(client.record().sends_done.back());
}

TEST_P(Send, AfterOneFailedThoseBehindItFailToo) {
  const auto [client, server] = connect_narrowly();
  server.receive();
  server.pause();
  for (int i = 0; i < 40; ++i) client.send(pattern(500'000));
  run_for(20ms);
  ASSERT_FALSE(client.record().sends_are_done());
  server.close(CloseMode::reset);
  // Side fails the test when a send behind a failed send is done.
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done(); }));
  EXPECT_EQ(client.record().sends_done.size(), 40u);
  EXPECT_TRUE(client.record().sends_done.back());
}

TEST_P(Send, ThePeersCloseInTheMiddleOfALargeOneFailsIt) {
  const auto [client, server] = connect_narrowly();
  server.receive();
  client.send(pattern(20'000'000));
  ASSERT_TRUE(run_until([&] { return server.received().size() > 0; }));
  server.close();
  ASSERT_TRUE(run_until([&] { return client.record().sends_are_done() && server.record().is_closed; }));
  EXPECT_TRUE(client.record().sends_done.back());
}

}  // namespace
}  // namespace madang::contract
