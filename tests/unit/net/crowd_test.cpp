#include "madang/net/crowd.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

io::Address host(std::uint8_t last, std::uint16_t port = 1000) {
  return io::Address::v4(10, 0, 0, last, port);
}

constexpr std::uint32_t places = 5;
constexpr std::uint32_t places_an_address = 2;

TEST(Crowd, RefusesAClientOfAFullServerAndAcceptsOneAfterALeave) {
  Crowd crowd(places, places_an_address);
  for (std::uint8_t i = 0; i < 5; ++i) EXPECT_EQ(crowd.enter(host(i)), CloseReason::none);
  EXPECT_EQ(crowd.enter(host(9)), CloseReason::server_full);
  crowd.leave(host(3));
  EXPECT_EQ(crowd.enter(host(9)), CloseReason::none);
  EXPECT_EQ(crowd.size(), 5u);
}

TEST(Crowd, CountsByAddressWhateverThePort) {
  Crowd crowd(places, places_an_address);
  EXPECT_EQ(crowd.enter(host(1, 1)), CloseReason::none);
  EXPECT_EQ(crowd.enter(host(1, 2)), CloseReason::none);
  EXPECT_EQ(crowd.enter(host(1, 3)), CloseReason::too_many_from_address);
  EXPECT_EQ(crowd.enter(host(2, 1)), CloseReason::none);
  crowd.leave(host(1, 2));
  EXPECT_EQ(crowd.enter(host(1, 3)), CloseReason::none);
}

TEST(Crowd, CountsAnIPv6NetworkAsOneHost) {
  Crowd crowd(places, places_an_address);
  io::Address a{.family = io::Address::Family::v6, .port = 1, .ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1}};
  io::Address b = a;
  b.ip[15] = 7;
  io::Address other = a;
  other.ip[7] = 2;
  EXPECT_EQ(crowd.enter(a), CloseReason::none);
  EXPECT_EQ(crowd.enter(b), CloseReason::none);
  EXPECT_EQ(crowd.enter(a), CloseReason::too_many_from_address);
  EXPECT_EQ(crowd.enter(other), CloseReason::none);
}

TEST(Crowd, DoesNotCountThisMachinesOwnProgramsByAddress) {
  Crowd crowd(places, places_an_address);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(crowd.enter(io::Address::loopback(1)), CloseReason::none);
  EXPECT_EQ(crowd.enter(io::Address::loopback(1)), CloseReason::server_full);
}

ClientAddress proxy() { return {host(200), Route::proxy}; }
ClientAddress forwarded(const io::Address& address) { return {address, Route::forwarded}; }

TEST(Crowd, AProxysClientIsCountedByItsOwnAddressOnceItIsKnown) {
  Crowd crowd(places, places_an_address);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(crowd.enter(proxy()), CloseReason::none) << "no limit by address";
  EXPECT_EQ(crowd.identify(proxy(), forwarded(host(1))), CloseReason::none);
  EXPECT_EQ(crowd.identify(proxy(), forwarded(host(1, 2))), CloseReason::none);
  EXPECT_EQ(crowd.identify(proxy(), forwarded(host(1, 3))), CloseReason::too_many_from_address);
  EXPECT_EQ(crowd.size(), 3u) << "the third is still in, as the proxy's";
  EXPECT_EQ(crowd.enter(host(1)), CloseReason::too_many_from_address) << "directly it is the same host";
  crowd.leave(proxy());
  crowd.leave(forwarded(host(1)));
  EXPECT_EQ(crowd.enter(host(1)), CloseReason::none);
}

TEST(Crowd, LoopbackBehindAProxyIsCounted) {
  Crowd crowd(places, places_an_address);
  const ClientAddress claims = forwarded(io::Address::loopback(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(crowd.enter(proxy()), CloseReason::none);
  EXPECT_EQ(crowd.identify(proxy(), claims), CloseReason::none);
  EXPECT_EQ(crowd.identify(proxy(), claims), CloseReason::none);
  EXPECT_EQ(crowd.identify(proxy(), claims), CloseReason::too_many_from_address);
}

TEST(Crowd, AfterThousandsOfRefusalsOnlyAcceptedClientsAreCounted) {
  Crowd crowd(places, places_an_address);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(crowd.enter(proxy()), CloseReason::none);
    EXPECT_EQ(crowd.identify(proxy(), forwarded(host(1))), CloseReason::none);
  }
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_EQ(crowd.enter(host(1)), CloseReason::too_many_from_address);
    ASSERT_EQ(crowd.enter(proxy()), CloseReason::none);
    ASSERT_EQ(crowd.identify(proxy(), forwarded(host(1))), CloseReason::too_many_from_address);
    crowd.leave(proxy());
    ASSERT_EQ(crowd.size(), 2u);
  }
  for (std::uint8_t i = 2; i < 5; ++i) EXPECT_EQ(crowd.enter(host(i)), CloseReason::none);
  for (int i = 0; i < 5'000; ++i) ASSERT_EQ(crowd.enter(host(9)), CloseReason::server_full);
  for (std::uint8_t i = 2; i < 5; ++i) crowd.leave(host(i));
  for (int i = 0; i < 2; ++i) crowd.leave(forwarded(host(1)));
  EXPECT_EQ(crowd.size(), 0u);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(crowd.enter(host(1)), CloseReason::none) << "nothing was left";
}

TEST(Crowd, AnIdentifiedClientIsNoLongerCountedAsItsProxy) {
  Crowd crowd(places, places_an_address);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(crowd.enter(host(1)), CloseReason::none);
  EXPECT_EQ(crowd.identify(host(1), forwarded(host(2))), CloseReason::none);
  EXPECT_EQ(crowd.enter(host(1)), CloseReason::none);
}

}  // namespace
}  // namespace madang::net
