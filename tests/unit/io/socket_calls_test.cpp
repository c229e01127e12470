#include "io/socket_calls.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace madang::io
