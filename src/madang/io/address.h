// Address: an IPv4 or IPv6 address and a port number. A plain value that can be compared. Any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "madang/base/error.h"

namespace madang::io {

struct Address {
  enum class Family : std::uint8_t { v4, v6 };

  Family family = Family::v4;
  std::uint16_t port = 0;
  std::array<std::uint8_t, 16> ip{};  ///< in network order; an IPv4 address uses the first four bytes

  static Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port);
  static Address loopback(std::uint16_t port) { return v4(127, 0, 0, 1, port); }

  /// Parses "127.0.0.1:7777" and "[::1]:7777", and looks up the name in "localhost:7777". An IPv4 address of
  /// a name is preferred. The look-up may block, so call it at start-up only. Returns one line for a person
  /// as the error.
  static std::expected<Address, std::string> resolve(std::string_view text);

  /// Returns whether the address is 127.0.0.0/8 or ::1.
  bool is_loopback() const;
  /// Returns "127.0.0.1:7777" or "[::1]:7777".
  std::string text() const;

  auto operator<=>(const Address&) const = default;
};

}  // namespace madang::io
