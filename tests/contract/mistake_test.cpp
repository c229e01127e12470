// Mistakes of the caller end the process with a message, in every build. They never corrupt memory.
#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Mistakes);

constexpr const char* check_message = "CHECK";

TEST_P(Mistakes, NamingASocketAfterItsCloseWasStarted) {
  const auto [client, server] = connect();
  client.close();
  Port& port = side().port();
  EXPECT_DEATH(port.receive(client.socket), check_message);
  EXPECT_DEATH(port.send(client.socket, Buffer::copy(as_bytes("late"))), check_message);
  EXPECT_DEATH(port.pause(client.socket), check_message);
  EXPECT_DEATH(port.resume(client.socket), check_message);
  EXPECT_DEATH(port.stop(client.socket), check_message);
  EXPECT_DEATH(port.shutdown_send(client.socket), check_message);
  EXPECT_DEATH(port.set_key(client.socket, 1), check_message);
  EXPECT_DEATH(port.close(client.socket), check_message);
}

TEST_P(Mistakes, NamingASocketThatIsClosedThoughItsPlaceIsUsedAgain) {
  const auto [client, server] = connect();
  client.close();
  ASSERT_TRUE(run_until([&] { return client.record().is_closed; }));
  connect();
  Port& port = side().port();
  EXPECT_DEATH(port.receive(client.socket), check_message);
  EXPECT_DEATH(port.close(client.socket), check_message);
  EXPECT_DEATH(static_cast<void>(port.local_address(client.socket)), check_message);
}

TEST_P(Mistakes, ASecondReceiveOnOneSocket) {
  const auto [client, server] = connect();
  client.receive();
  EXPECT_DEATH(side().port().receive(client.socket), check_message);
}

TEST_P(Mistakes, ReceivingIntoNoRoomIntoTwoBuffersOrWithoutAReceive) {
  const auto [client, server] = connect();
  Port& port = side().port();
  EXPECT_DEATH(port.receive_into(client.socket, Buffer(100)), check_message);
  client.receive();
  EXPECT_DEATH(port.receive_into(client.socket, Buffer()), check_message);
  client.receive_into("", 100);
  EXPECT_DEATH(port.receive_into(client.socket, Buffer(100)), check_message);
}

TEST_P(Mistakes, SendingNothingOrAfterTheEndOfOurSide) {
  const auto [client, server] = connect();
  Port& port = side().port();
  EXPECT_DEATH(port.send(client.socket, Buffer()), check_message);
  client.shutdown_send();
  EXPECT_DEATH(port.send(client.socket, Buffer::copy(as_bytes("late"))), check_message);
}

TEST_P(Mistakes, ReceivingOrSendingOnWhatIsNotConnected) {
  Port& port = side().port();
  const auto is_a_mistake = [&](Socket socket) {
    EXPECT_DEATH(port.receive(socket), check_message);
    EXPECT_DEATH(port.send(socket, Buffer::copy(as_bytes("to nobody"))), check_message);
    EXPECT_DEATH(port.shutdown_send(socket), check_message);
  };
  const Socket listener = side().listen();
  is_a_mistake(listener);
  const Socket connecting = side().connect(port.local_address(listener));
  is_a_mistake(connecting);
  const Socket refused = side().connect(Address::loopback(1));  // no server listens there
  ASSERT_TRUE(run_until([&] { return side().of(refused).connect_result.has_value(); }));
  EXPECT_TRUE(*side().of(refused).connect_result);
  is_a_mistake(refused);
}

TEST_P(Mistakes, TakingATurnInsideATurn) {
  side().start_timer(Duration::zero());
  side().also = [&](const Completion&) {
    EXPECT_DEATH(side().port().turn(side(), Duration::zero()), check_message);
  };
  ASSERT_TRUE(run_until([&] { return side().timers_done.size() == 1; }));
}

}  // namespace
}  // namespace madang::contract
