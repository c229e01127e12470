// Mutes and bans: for which players they hold, how long, and how many are allowed.
#include "madang/net/sanctions.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

using enum Sanction::Kind;

const io::Address rascal_home = io::Address::v4(203, 0, 113, 7, 1000);
const io::Address other_home = io::Address::v4(203, 0, 113, 8, 1000);
const Time sanction_noon{12h};

Sanction sanction_of(Sanction::Kind kind, std::string name, Time until = sanction_noon + 1h) {
  Sanction sanction;
  sanction.kind = kind;
  sanction.name = std::move(name);
  sanction.until = until;
  return sanction;
}

io::Address v6_home(std::uint8_t network_end, std::uint8_t host_end) {
  io::Address address{.family = io::Address::Family::v6, .port = 1000};
  address.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, network_end, 0, 0, 0, 0, 0, 0, 0, host_end};
  return address;
}

TEST(Sanctions, AllowNoAddressOfThisMachine) {
  EXPECT_TRUE(Sanction::allows_address(rascal_home));
  EXPECT_TRUE(Sanction::allows_address(v6_home(1, 1)));
  EXPECT_FALSE(Sanction::allows_address(io::Address::loopback(1000)));
  EXPECT_FALSE(Sanction::allows_address(io::Address::v4(127, 8, 9, 1, 1000)));
  io::Address loopback_v6{.family = io::Address::Family::v6};
  loopback_v6.ip[15] = 1;
  EXPECT_FALSE(Sanction::allows_address(loopback_v6));
}

TEST(Sanctions, OneHoldsForItsKindItsNameAndItsTime) {
  Sanctions sanctions(10);
  EXPECT_FALSE(sanctions.find(mute, "Rascal", rascal_home, sanction_noon));
  ASSERT_TRUE(sanctions.add(sanction_of(mute, "Rascal"), sanction_noon));
  EXPECT_TRUE(sanctions.find(mute, "Rascal", rascal_home, sanction_noon));
  EXPECT_FALSE(sanctions.find(ban, "Rascal", rascal_home, sanction_noon));
  EXPECT_FALSE(sanctions.find(mute, "Rascals", rascal_home, sanction_noon));
  EXPECT_TRUE(sanctions.find(mute, "Rascal", rascal_home, sanction_noon + 1h - 1ms));
  EXPECT_FALSE(sanctions.find(mute, "Rascal", rascal_home, sanction_noon + 1h));
  EXPECT_EQ(sanctions.count(mute, sanction_noon), 1u);
  EXPECT_EQ(sanctions.count(ban, sanction_noon), 0u);
  EXPECT_EQ(sanctions.count(mute, sanction_noon + 1h), 0u);
  EXPECT_TRUE(sanctions.list(sanction_noon + 1h).empty());
}

TEST(Sanctions, AnAddressHoldsForEveryNameAndPortFromThere) {
  Sanctions sanctions(10);
  Sanction by_address = sanction_of(ban, "Rascal");
  by_address.address = rascal_home;
  ASSERT_TRUE(sanctions.add(by_address, sanction_noon));
  io::Address other_port = rascal_home;
  other_port.port = 4711;
  EXPECT_TRUE(sanctions.find(ban, "Somebody", other_port, sanction_noon));
  EXPECT_TRUE(sanctions.find(ban, "Rascal", other_home, sanction_noon)) << "the name holds everywhere";
  EXPECT_FALSE(sanctions.find(ban, "Somebody", other_home, sanction_noon));
}

TEST(Sanctions, AnIpv6AddressCountsAsItsNetwork) {
  Sanctions sanctions(10);
  Sanction by_address = sanction_of(ban, "Rascal");
  by_address.address = v6_home(1, 1);
  ASSERT_TRUE(sanctions.add(by_address, sanction_noon));
  EXPECT_TRUE(sanctions.find(ban, "Somebody", v6_home(1, 99), sanction_noon));
  EXPECT_FALSE(sanctions.find(ban, "Somebody", v6_home(2, 1), sanction_noon));
}

TEST(Sanctions, ANewOneReplacesTheOlderOneOfTheSameName) {
  Sanctions sanctions(10);
  const auto first = sanctions.add(sanction_of(mute, "Rascal", sanction_noon + 1h), sanction_noon);
  const auto version = sanctions.version();
  ASSERT_TRUE(sanctions.add(sanction_of(mute, "Rascal", sanction_noon + 2h), sanction_noon));
  ASSERT_TRUE(sanctions.add(sanction_of(ban, "Rascal", sanction_noon + 2h), sanction_noon));
  EXPECT_NE(sanctions.version(), version);
  ASSERT_EQ(sanctions.list(sanction_noon).size(), 2u);
  EXPECT_EQ(sanctions.list(sanction_noon)[0].until, sanction_noon + 2h);
  EXPECT_FALSE(sanctions.lift(*first, sanction_noon));
}

TEST(Sanctions, ALiftedOneHoldsNoMore) {
  Sanctions sanctions(10);
  const auto id = sanctions.add(sanction_of(mute, "Rascal"), sanction_noon);
  const auto lifted = sanctions.lift(*id, sanction_noon);
  ASSERT_TRUE(lifted);
  EXPECT_EQ(lifted->name, "Rascal");
  EXPECT_FALSE(sanctions.find(mute, "Rascal", rascal_home, sanction_noon));
  EXPECT_FALSE(sanctions.lift(*id, sanction_noon));
}

TEST(Sanctions, AFullListAcceptsNoMoreUntilOneHasEnded) {
  Sanctions sanctions(2);
  ASSERT_TRUE(sanctions.add(sanction_of(mute, "a"), sanction_noon));
  ASSERT_TRUE(sanctions.add(sanction_of(ban, "b", sanction_noon + 2h), sanction_noon));
  EXPECT_FALSE(sanctions.add(sanction_of(ban, "c"), sanction_noon));
  EXPECT_FALSE(sanctions.find(ban, "c", rascal_home, sanction_noon));
  EXPECT_TRUE(sanctions.add(sanction_of(ban, "b"), sanction_noon)) << "it takes the place of the older one";
  EXPECT_TRUE(sanctions.add(sanction_of(ban, "c", sanction_noon + 3h), sanction_noon + 1h));
}

TEST(Sanctions, TheWordsForAPlayerSayWhatUntilWhenAndWhyAndFitAPacket) {
  Sanction one = sanction_of(ban, "Rascal");
  one.until_ms = 1'764'234'000'000;
  EXPECT_EQ(one.words(), "you are banned until 2025-11-27 09:00 UTC");
  one.reason = std::string(Sanction::reason_bytes_max, 'x');
  EXPECT_EQ(one.words(), "you are banned until 2025-11-27 09:00 UTC: " + one.reason);
  EXPECT_LE(one.words().size(), 255u);
  one.kind = mute;
  EXPECT_TRUE(one.words().starts_with("you cannot speak until "));
}

}  // namespace
}  // namespace madang::net
