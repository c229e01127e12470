#include "madang/net/origin.h"

#include <gtest/gtest.h>

#include <set>

namespace madang::net {
namespace {

io::Address network(std::uint8_t seventh, std::uint8_t eighth, std::uint8_t host) {
  return {.family = io::Address::Family::v6,
          .port = 1,
          .ip = {0x20, 1, 0xd, 0xb8, 0, 0, seventh, eighth, host, 0, 0, 0, 0, 0, 0, host}};
}

TEST(Origin, OfIPv4IsTheWholeAddressWithoutItsPort) {
  EXPECT_EQ(Origin(io::Address::v4(10, 0, 0, 1, 1)), Origin(io::Address::v4(10, 0, 0, 1, 2)));
  EXPECT_NE(Origin(io::Address::v4(10, 0, 0, 1, 1)), Origin(io::Address::v4(10, 0, 0, 2, 1)));
}

TEST(Origin, OfIPv6IsTheNetworkOf64Bits) {
  EXPECT_EQ(Origin(network(1, 1, 1)), Origin(network(1, 1, 200)));
  EXPECT_NE(Origin(network(1, 1, 1)), Origin(network(1, 2, 1))) << "the last byte of the network counts";
  EXPECT_NE(Origin(network(1, 1, 1)), Origin(network(2, 1, 1)));
}

TEST(Origin, AnAddressIsNoNetworkWithTheSameBytes) {
  io::Address v6{.family = io::Address::Family::v6, .port = 1, .ip = {10, 0, 0, 1}};
  EXPECT_NE(Origin(io::Address::v4(10, 0, 0, 1, 1)), Origin(v6));
  EXPECT_NE(Origin(io::Address::v4(10, 0, 0, 1, 1)).hash(1), Origin(v6).hash(1));
}

TEST(Origin, HashesByEachByteOfItAndOfTheNameAndByTheSeed) {
  const Origin one(io::Address::v4(10, 0, 0, 1, 1));
  EXPECT_EQ(one.hash(1, "a"), Origin(io::Address::v4(10, 0, 0, 1, 2)).hash(1, "a"));
  const std::set<std::uint64_t> hashes = {one.hash(1),
                                          one.hash(2),
                                          one.hash(1, "a"),
                                          one.hash(1, "b"),
                                          one.hash(1, "ab"),
                                          one.hash(1, "ba"),
                                          Origin(io::Address::v4(10, 0, 0, 2, 1)).hash(1),
                                          Origin(io::Address::v4(11, 0, 0, 1, 1)).hash(1),
                                          Origin(network(1, 1, 1)).hash(1),
                                          Origin(network(1, 2, 1)).hash(1)};
  EXPECT_EQ(hashes.size(), 10u);
}

}  // namespace
}  // namespace madang::net
