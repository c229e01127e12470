// Address: an internet address and a port, IPv4 or IPv6. A plain value; compares and hashes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace madang::io {

struct Address {
  enum class Family : std::uint8_t { v4, v6 };

  Family family = Family::v4;
  std::uint16_t port = 0;
  std::array<std::uint8_t, 16> ip{};  ///< network order; an IPv4 address stands in the first four

  static Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port);
  static Address loopback(std::uint16_t port) { return v4(127, 0, 0, 1, port); }

  /// "127.0.0.1:7777", "[::1]:7777", "localhost:7777". A name is looked up, and if it has both, its IPv4
  /// address is taken; that may block: for start-up only. The error is one line for a person.
  static std::expected<Address, std::string> resolve(std::string_view text);

  bool is_loopback() const;
  std::string text() const;  ///< "127.0.0.1:7777", "[::1]:7777"

  auto operator<=>(const Address&) const = default;
};

}  // namespace madang::io
