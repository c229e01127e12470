#include "madang/io/socket_calls.h"

#include <gtest/gtest.h>

#include "madang/io/port.h"

#ifdef __linux__
#include <netinet/tcp.h>
#endif

namespace madang::io {
namespace {

TEST(LookUp, OfTheAnswersForANameTheFirstIPv4OneIsTaken) {
  addrinfo third{.ai_family = AF_INET};
  addrinfo second{.ai_family = AF_INET, .ai_next = &third};
  addrinfo first{.ai_family = AF_INET6, .ai_next = &second};
  EXPECT_EQ(preferred_answer(&first), &second);
}

TEST(LookUp, ANameThatIsOnlyIPv6IsTakenAsItIs) {
  addrinfo second{.ai_family = AF_INET6};
  addrinfo first{.ai_family = AF_INET6, .ai_next = &second};
  EXPECT_EQ(preferred_answer(&first), &first);
}

TEST(LookUp, LocalhostIsWhereAServerListensThatWasToldNothing) {
  const auto address = Address::resolve("localhost:7777");
  ASSERT_TRUE(address.has_value()) << address.error();
  EXPECT_EQ(*address, Address::loopback(7777));
}

TEST(LookUp, AnAddressThatIsWrittenOutStaysWhatItIs) {
  EXPECT_EQ(Address::resolve("10.1.2.3:80")->text(), "10.1.2.3:80");
  EXPECT_EQ(Address::resolve("[::1]:80")->text(), "[::1]:80");
}

#ifdef __linux__
template <class T>
int option_of(const NativeSocket& socket, int level, T name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(static_cast<int>(socket.get()), level, name, &value, &size);
  return value;
}

TEST(TuneConnection, ABoundOnUnsentBytesSetsTheMarkAndTheBuffer) {
  const Result<NativeSocket> plain = make_connector(Address::Family::v4, {});
  const Result<NativeSocket> bounded = make_connector(Address::Family::v4, {.unsent_bytes_max = 10000});
  ASSERT_TRUE(plain && bounded);
  EXPECT_EQ(option_of(*bounded, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 10000);
  EXPECT_EQ(option_of(*bounded, SOL_SOCKET, SO_SNDBUF), 2 * 10000)
      << "Linux doubles the size for its own memory";
  EXPECT_EQ(option_of(*plain, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 0);
  EXPECT_NE(option_of(*plain, SOL_SOCKET, SO_SNDBUF), 2 * 10000);
}

TEST(TuneConnection, ASendBufferOfItsOwnGoesBeforeTheBound) {
  const Result<NativeSocket> made =
      make_connector(Address::Family::v4, {.unsent_bytes_max = 10000, .send_buffer_bytes = 30000});
  ASSERT_TRUE(made);
  EXPECT_EQ(option_of(*made, SOL_SOCKET, SO_SNDBUF), 2 * 30000);
  EXPECT_EQ(option_of(*made, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 10000);
}
#endif

int option_of(const NativeSocket& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  const int result =
      ::getsockopt(static_cast<Handle>(socket.get()), level, name, reinterpret_cast<char*>(&value), &size);
  EXPECT_EQ(result, 0);
  return value;
}

TEST(SocketCalls, ABoundOnUnsentBytesIsABoundOnTheSystemsBufferToo) {
#ifdef __linux__
  constexpr int doubled = 2;  // Linux doubles the size for its own memory
#else
  constexpr int doubled = 1;
#endif
  Result<NativeSocket> socket = make_socket(Address::Family::v4);
  ASSERT_TRUE(socket);
  const auto handle = static_cast<Handle>(socket->get());
  tune_connection(handle, PortOptions{.unsent_bytes_max = 32'768});
  EXPECT_EQ(option_of(*socket, SOL_SOCKET, SO_SNDBUF), doubled * 32'768);
#ifdef TCP_NOTSENT_LOWAT
  EXPECT_EQ(option_of(*socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 32'768);
#endif
  // An explicit buffer size wins, and the bound on unsent bytes stays.
  tune_connection(handle, PortOptions{.unsent_bytes_max = 32'768, .send_buffer_bytes = 65'536});
  EXPECT_EQ(option_of(*socket, SOL_SOCKET, SO_SNDBUF), doubled * 65'536);
}

}  // namespace
}  // namespace madang::io
