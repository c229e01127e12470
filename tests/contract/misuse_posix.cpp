// Mistakes of the caller, which the lecture's students find hours later by their consequences (two receives
// on one socket become error 10055): here the call that makes one ends the process and says which it was. In
// processes of their own, which only POSIX forks cheaply; what is called is the same everywhere.
#include "contract/contract_test.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Misuse);

TEST_P(Misuse, ASecondReceiveOnASocketIsCaughtAtOnce) {
  const auto [client, server] = connect();
  server.receive();
  EXPECT_DEATH(side().port().receive(server.socket), "a second receive on");
}

TEST_P(Misuse, ASocketThatIsBeingClosedCannotBeNamed) {
  const auto [client, server] = connect();
  server.close();
  EXPECT_DEATH(side().port().receive(server.socket), "is closed");
  EXPECT_DEATH(side().port().send(server.socket, Buffer::copy(as_bytes("late"))), "is closed");
  EXPECT_DEATH(side().port().close(server.socket), "is closed");
}

TEST_P(Misuse, ASocketThatWasClosedCannotBeNamedThoughAnotherHasItsPlace) {
  const auto [client, server] = connect();
  server.close();
  ASSERT_TRUE(run_until([&] { return server.record().closed; }));
  connect();
  EXPECT_DEATH(side().port().send(server.socket, Buffer::copy(as_bytes("late"))), "is closed");
}

TEST_P(Misuse, ASendOfNothingIsCaughtAtOnce) {
  const auto [client, server] = connect();
  EXPECT_DEATH(side().port().send(client.socket, Buffer()), "a send of no bytes");
}

TEST_P(Misuse, ATurnInsideACompletionIsCaughtAtOnce) {
  const auto [client, server] = connect();
  server.receive();
  client.send("hello");
  side().also = [&](const Completion& completion) {
    if (completion.kind != OperationKind::receive) return;
    EXPECT_DEATH(side().turn(0ms), "inside a completion");
  };
  ASSERT_TRUE(run_until([&] { return server.received() == "hello"; }));
  side().also = nullptr;
}

}  // namespace
}  // namespace madang::contract
