// IpBytes: an IPv4 or IPv6 address, parsed from text. No name is looked up and no system is asked.
//
// It belongs to base, because both wire (PROXY protocol) and io (ranges of addresses) parse such text. Pure
// functions; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace madang {

struct IpBytes {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> ip{};  ///< in network order; an IPv4 address uses the first four bytes
  bool operator==(const IpBytes&) const = default;
};

/// Parses "192.0.2.1" (four decimal numbers without leading zeros), "2001:db8::1" or "::ffff:192.0.2.1"
/// (RFC 4291, 2.2). Returns nothing for other texts, also for brackets, a zone or a port. An IPv4 address
/// that is written as IPv6 stays IPv6: see unmapped().
std::optional<IpBytes> parse_ip(std::string_view text);

/// Returns 192.0.2.1 for ::ffff:192.0.2.1, and every other address unchanged. So one host has one address.
IpBytes unmapped(const IpBytes& address);

/// Parses a port number, 0 to 65535, in decimal digits without leading zeros. Returns nothing for other
/// texts.
std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace madang
