// Addresses and ports as text: the forms that RFC 4291 and RFC 5952 allow, and texts that must be refused.
#include "madang/base/ip_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace madang {
namespace {

IpBytes v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) { return {false, {a, b, c, d}}; }

TEST(IpText, ReadsFourDecimalNumbers) {
  EXPECT_EQ(parse_ip("192.0.2.1"), v4(192, 0, 2, 1));
  EXPECT_EQ(parse_ip("0.0.0.0"), v4(0, 0, 0, 0));
  EXPECT_EQ(parse_ip("255.255.255.255"), v4(255, 255, 255, 255));
  for (const std::string_view text :
       {"",          ".",         "1",         "1.2.3",      "1.2.3.",    ".1.2.3",    "1..2.3",   "1.2.3.4.",
        "1.2.3.4.5", "256.0.0.1", "1.2.3.256", "01.2.3.4",   "1.2.3.00",  "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4",
        "+1.2.3.4",  "-1.2.3.4",  "1.2.3.a",   "1.2.3.4:80", "1.2.3.4/8", "1.2.3.0004"})
    EXPECT_FALSE(parse_ip(text)) << text;
  EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
}

// RFC 4291, 2.2 has three ways to write an address.
TEST(IpText, ReadsGroupsWithOneGapAndAnIPv4Tail) {
  const IpBytes example{true, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 8, 8, 0, 0x20, 0x0c, 0x41, 0x7a}};
  EXPECT_EQ(parse_ip("2001:DB8:0:0:8:800:200C:417A"), example);
  EXPECT_EQ(parse_ip("2001:db8::8:800:200c:417a"), example);
  EXPECT_EQ(parse_ip("2001:0db8:0000:0000:0008:0800:200c:417a"), example);
  EXPECT_EQ(parse_ip("2001:db8::8:800:32.12.65.122"), example);
  EXPECT_EQ(parse_ip("::"), (IpBytes{true, {}}));
  EXPECT_EQ(parse_ip("::1"), (IpBytes{true, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}));
  EXPECT_EQ(parse_ip("1::"), (IpBytes{true, {0, 1}}));
  EXPECT_EQ(parse_ip("1:2:3:4:5:6:7::"), (IpBytes{true, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0}}));
  EXPECT_EQ(parse_ip("::192.0.2.1"), (IpBytes{true, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1}}));
  EXPECT_EQ(parse_ip("1:2:3:4:5:6:192.0.2.1"),
            (IpBytes{true, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 192, 0, 2, 1}}));
  EXPECT_TRUE(parse_ip("0000:0000:0000:0000:0000:ffff:192.168.100.228")) << "the longest address";
  for (const std::string_view text : {":",
                                      ":::",
                                      "::1::",
                                      "1::2::3",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:",
                                      ":1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8::",
                                      "1::2:3:4:5:6:7:8",
                                      "12345::",
                                      "g::",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "::1.2.3",
                                      "1.2.3.4::",
                                      "::1.2.3.4:5",
                                      "::01.2.3.4",
                                      "[::1]",
                                      "fe80::1%eth0",
                                      "::1/64",
                                      " ::1",
                                      "::1 ",
                                      "::-1",
                                      "::0x1",
                                      "00000000000000000000000000000000000000000000::1"})
    EXPECT_FALSE(parse_ip(text)) << text;
}

TEST(IpText, AMappedAddressIsThatOfIPv4) {
  EXPECT_EQ(unmapped(*parse_ip("::ffff:192.0.2.1")), v4(192, 0, 2, 1));
  EXPECT_EQ(unmapped(*parse_ip("::ffff:c000:201")), v4(192, 0, 2, 1));
  for (const std::string_view text :
       {"::192.0.2.1", "::fffe:192.0.2.1", "1::ffff:192.0.2.1", "::ffff:0:192.0.2.1", "::1", "192.0.2.1"})
    EXPECT_EQ(unmapped(*parse_ip(text)), *parse_ip(text)) << text;
}

TEST(IpText, APortIsADecimalNumberOfSixteenBits) {
  EXPECT_EQ(parse_port("0"), 0);
  EXPECT_EQ(parse_port("443"), 443);
  EXPECT_EQ(parse_port("65535"), 65'535);
  for (const std::string_view text :
       {"", "65536", "99999", "100000", "080", "00", "-1", "+1", " 1", "1 ", "0x1", "a"})
    EXPECT_FALSE(parse_port(text)) << text;
}

}  // namespace
}  // namespace madang
