#include "net/admission.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

io::Address host(std::uint8_t last, std::uint16_t port = 1000) {
  return io::Address::v4(10, 0, 0, last, port);
}

Limits small_limits() {
  Limits limits;
  limits.sessions_max = 5;
  limits.sessions_per_address_max = 2;
  return limits;
}

TEST(Admission, RefusesAClientOfAFullServerAndAcceptsOneAfterALeave) {
  Admission admission(small_limits());
  for (std::uint8_t i = 0; i < 5; ++i) EXPECT_EQ(admission.enter(host(i)), CloseReason::none);
  EXPECT_EQ(admission.enter(host(9)), CloseReason::server_full);
  admission.leave(host(3));
  EXPECT_EQ(admission.enter(host(9)), CloseReason::none);
  EXPECT_EQ(admission.sessions(), 5u);
}

TEST(Admission, CountsByAddressWhateverThePort) {
  Admission admission(small_limits());
  EXPECT_EQ(admission.enter(host(1, 1)), CloseReason::none);
  EXPECT_EQ(admission.enter(host(1, 2)), CloseReason::none);
  EXPECT_EQ(admission.enter(host(1, 3)), CloseReason::too_many_from_address);
  EXPECT_EQ(admission.enter(host(2, 1)), CloseReason::none);
  admission.leave(host(1, 2));
  EXPECT_EQ(admission.enter(host(1, 3)), CloseReason::none);
}

TEST(Admission, CountsAnIPv6NetworkAsOneHost) {
  Admission admission(small_limits());
  io::Address a{.family = io::Address::Family::v6, .port = 1, .ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1}};
  io::Address b = a;
  b.ip[15] = 7;
  io::Address other = a;
  other.ip[7] = 2;
  EXPECT_EQ(admission.enter(a), CloseReason::none);
  EXPECT_EQ(admission.enter(b), CloseReason::none);
  EXPECT_EQ(admission.enter(a), CloseReason::too_many_from_address);
  EXPECT_EQ(admission.enter(other), CloseReason::none);
}

TEST(Admission, DoesNotCountThisMachinesOwnProgramsByAddress) {
  Admission admission(small_limits());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(admission.enter(io::Address::loopback(1)), CloseReason::none);
  EXPECT_EQ(admission.enter(io::Address::loopback(1)), CloseReason::server_full);
}

ClientAddress proxy() { return {host(200), Route::proxy}; }
ClientAddress forwarded(const io::Address& address) { return {address, Route::forwarded}; }

TEST(Admission, AProxysClientIsCountedByItsOwnAddressOnceItIsKnown) {
  Admission admission(small_limits());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admission.enter(proxy()), CloseReason::none) << "no limit by address";
  EXPECT_EQ(admission.identify(proxy(), forwarded(host(1))), CloseReason::none);
  EXPECT_EQ(admission.identify(proxy(), forwarded(host(1, 2))), CloseReason::none);
  EXPECT_EQ(admission.identify(proxy(), forwarded(host(1, 3))), CloseReason::too_many_from_address);
  EXPECT_EQ(admission.sessions(), 3u) << "the third is still in, as the proxy's";
  EXPECT_EQ(admission.enter(host(1)), CloseReason::too_many_from_address) << "directly it is the same host";
  admission.leave(proxy());
  admission.leave(forwarded(host(1)));
  EXPECT_EQ(admission.enter(host(1)), CloseReason::none);
}

TEST(Admission, LoopbackBehindAProxyIsCounted) {
  Admission admission(small_limits());
  const ClientAddress claims = forwarded(io::Address::loopback(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admission.enter(proxy()), CloseReason::none);
  EXPECT_EQ(admission.identify(proxy(), claims), CloseReason::none);
  EXPECT_EQ(admission.identify(proxy(), claims), CloseReason::none);
  EXPECT_EQ(admission.identify(proxy(), claims), CloseReason::too_many_from_address);
}

TEST(Admission, AfterThousandsOfRefusalsOnlyAcceptedClientsAreCounted) {
  Admission admission(small_limits());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(admission.enter(proxy()), CloseReason::none);
    EXPECT_EQ(admission.identify(proxy(), forwarded(host(1))), CloseReason::none);
  }
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_EQ(admission.enter(host(1)), CloseReason::too_many_from_address);
    ASSERT_EQ(admission.enter(proxy()), CloseReason::none);
    ASSERT_EQ(admission.identify(proxy(), forwarded(host(1))), CloseReason::too_many_from_address);
    admission.leave(proxy());
    ASSERT_EQ(admission.sessions(), 2u);
  }
  for (std::uint8_t i = 2; i < 5; ++i) EXPECT_EQ(admission.enter(host(i)), CloseReason::none);
  for (int i = 0; i < 5'000; ++i) ASSERT_EQ(admission.enter(host(9)), CloseReason::server_full);
  for (std::uint8_t i = 2; i < 5; ++i) admission.leave(host(i));
  for (int i = 0; i < 2; ++i) admission.leave(forwarded(host(1)));
  EXPECT_EQ(admission.sessions(), 0u);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(admission.enter(host(1)), CloseReason::none) << "nothing was left";
}

TEST(Admission, AnIdentifiedClientIsNoLongerCountedAsItsProxy) {
  Admission admission(small_limits());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(admission.enter(host(1)), CloseReason::none);
  EXPECT_EQ(admission.identify(host(1), forwarded(host(2))), CloseReason::none);
  EXPECT_EQ(admission.enter(host(1)), CloseReason::none);
}

}  // namespace
}  // namespace madang::net
