// receive_into(): the bytes come behind the bytes that the caller's buffer holds. No byte is lost or doubled
// when the receive changes between the port's buffers and the caller's buffer.
#include <string>

#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(ReceiveInto);

TEST_P(ReceiveInto, PutsTheNextBytesBehindWhatTheBufferHolds) {
  const auto [client, server] = connect();
  server.receive();
  server.receive_into("head ", 100);
  client.send("body");
  ASSERT_TRUE(run_until([&] { return server.received() == "body"; }));
  EXPECT_EQ(server.record().buffer_in_flight, nullptr) << "the buffer has come back";
  client.send(", more");
  ASSERT_TRUE(run_until([&] { return server.received() == "body, more"; }));
}

TEST_P(ReceiveInto, TakesInALargeMessagePieceByPiece) {
  const auto [client, server] = connect();
  const std::string text = pattern(300'000);
  server.side->also = [&](const io::Completion& completion) {
    if (completion.kind == io::OperationKind::receive && !completion.is_final)
      server.receive_into("x", 65'536);
  };
  server.receive();
  client.send(text);
  ASSERT_TRUE(run_until([&] { return server.received().size() == text.size(); }));
  EXPECT_TRUE(server.received() == text);
}

TEST_P(ReceiveInto, ChangesFromOneKindOfBufferToTheOtherWithoutLosingAByte) {
  const auto [client, server] = connect();
  std::size_t completions = 0;
  server.side->also = [&](const io::Completion& completion) {
    if (completion.kind != io::OperationKind::receive || completion.is_final) return;
    if (++completions % 3 == 0) server.receive_into("", 1 + completions % 5000);
  };
  server.receive();
  std::string sent;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string text = pattern(1 + i * 37 % 9000, i);
    client.send(text);
    sent += text;
    run_for(i % 10 == 0 ? 1ms : 0ms);
  }
  ASSERT_TRUE(run_until([&] { return server.received().size() == sent.size(); }));
  EXPECT_TRUE(server.received() == sent);
}

TEST_P(ReceiveInto, GivesTheBufferBackWhenTheReceiveIsStopped) {
  const auto [client, server] = connect();
  server.receive();
  server.receive_into("kept", 100);
  run_for(5ms);
  server.stop();
  ASSERT_TRUE(run_until([&] { return server.record().receive_result.has_value(); }));
  EXPECT_EQ(server.record().buffer_in_flight, nullptr);
  client.send("later");
  server.receive();
  ASSERT_TRUE(run_until([&] { return server.received() == "later"; }));
}

TEST_P(ReceiveInto, GivesTheBufferBackWhenThePeerEnds) {
  const auto [client, server] = connect();
  server.receive();
  server.receive_into("kept", 100);
  run_for(5ms);
  client.shutdown_send();
  ASSERT_TRUE(run_until([&] { return server.record().receive_ended(); }));
  EXPECT_EQ(server.record().buffer_in_flight, nullptr);
}

TEST_P(ReceiveInto, GivesTheBufferBackWhenItIsClosed) {
  const auto [client, server] = connect();
  server.receive();
  server.receive_into("kept", 100);
  run_for(5ms);
  server.close();
  ASSERT_TRUE(run_until([&] { return server.record().is_closed; }));
  EXPECT_EQ(server.record().buffer_in_flight, nullptr);
}

TEST_P(ReceiveInto, WaitsWhileItIsPausedAndLosesNothing) {
  const auto [client, server] = connect();
  server.receive();
  server.receive_into("", 100'000);
  server.pause();
  const std::string text = pattern(20'000);
  client.send(text);
  run_for(10ms);
  EXPECT_EQ(server.received(), "");
  server.resume();
  ASSERT_TRUE(run_until([&] { return server.received().size() == text.size(); }));
  EXPECT_TRUE(server.received() == text);
}

}  // namespace
}  // namespace madang::contract
