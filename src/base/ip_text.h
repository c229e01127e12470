// Internet addresses as text, to bytes and nothing else: no name is looked up, no system is asked.
//
// It stands in base, because wire (the PROXY protocol) and io (ranges of addresses) both read such text.
// Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace madang {

struct IpBytes {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> ip{};  ///< network order; an IPv4 address stands in the first four
  bool operator==(const IpBytes&) const = default;
};

/// "192.0.2.1" (four decimal numbers without leading zeros) or "2001:db8::1", "::ffff:192.0.2.1" (RFC 4291,
/// 2.2). No brackets, no zone, no port. An IPv4 address within IPv6 stays IPv6 here: see unmapped().
std::optional<IpBytes> parse_ip(std::string_view text);

/// One host, one address: ::ffff:192.0.2.1 becomes 192.0.2.1, all others stay.
IpBytes unmapped(const IpBytes& address);

/// "443": 0 to 65535 in decimal digits, without leading zeros.
std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace madang
