// Which client a trusted proxy names.
#include "madang/net/client_address.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

std::string client(const std::vector<std::string>& lines) {
  wire::HttpRequest request;
  for (const std::string& line : lines) request.fields.push_back({"X-Forwarded-For", line});
  const auto trusted = *io::parse_address_ranges("10.0.0.0/8, ::1");
  const ClientAddress found = forwarded_client(request, io::Address::v4(10, 0, 0, 9, 1), trusted);
  EXPECT_FALSE(found.is_this_machine());
  return found.address.text();
}

TEST(ClientAddress, IsTheRightMostStrangerOfXForwardedFor) {
  EXPECT_EQ(client({}), "10.0.0.9:1");
  EXPECT_EQ(client({"127.0.0.1, 192.0.2.7"}), "192.0.2.7:0") << "what the client claims does not count";
  EXPECT_EQ(client({"192.0.2.7, 10.1.1.1"}), "192.0.2.7:0");
  EXPECT_EQ(client({"1.1.1.1", "192.0.2.7:80, ,10.1.1.1"}), "192.0.2.7:80");
  EXPECT_EQ(client({"[2001:db8::1]:5"}), "[2001:db8::1]:5");
  EXPECT_EQ(client({"192.0.2.7, unknown, 10.1.1.1"}), "10.1.1.1:0");
  EXPECT_EQ(client({"::ffff:192.0.2.7"}), "192.0.2.7:0");
  EXPECT_EQ(client({"127.0.0.1"}), "127.0.0.1:0") << "and is not this machine";
}

TEST(AddressRange, HoldsWhatBeginsWithItsBits) {
  const auto ranges = *io::parse_address_ranges("10.0.0.0/8,2001:db8::/32,::ffff:192.0.2.0/120");
  EXPECT_TRUE(io::contains(ranges, io::Address::v4(10, 255, 0, 1, 1)));
  EXPECT_FALSE(io::contains(ranges, io::Address::v4(11, 0, 0, 1, 1)));
  EXPECT_TRUE(io::contains(ranges, io::Address::v4(192, 0, 2, 200, 1)));
  for (const char* bad :
       {"10.0.0.1/8", "10.0.0.0/33", "010.0.0.1", "1.2.3", "::1::", "a", "10.0.0.0/", "1:2:3:4:5:6:7:8:9"})
    EXPECT_FALSE(io::parse_address_ranges(bad)) << bad;
}

}  // namespace
}  // namespace madang::net
