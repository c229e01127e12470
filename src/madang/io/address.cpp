#include "madang/io/address.h"

#include <fmt/core.h>

#include <charconv>

#include "madang/io/socket_calls.h"

namespace madang::io {

Address Address::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port) {
  Address address;
  address.port = port;
  address.ip = {a, b, c, d};
  return address;
}

std::expected<Address, std::string> Address::resolve(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return std::unexpected(
        fmt::format("\"{}\" is not an address: {} (write HOST:PORT, as in 127.0.0.1:7777)", text, why));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("the port is missing");
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong("an IPv6 address needs brackets");
  }
  if (host.empty()) return wrong("the host is missing");
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc() || end != port_text.data() + port_text.size())
    return wrong("the port must be a number from 0 to 65535");

  const Result<Address> found = look_up(std::string(host), port);
  if (!found) return wrong(describe(found.error()));
  return *found;
}

bool Address::is_loopback() const {
  if (family == Family::v4) return ip[0] == 127;
  std::array<std::uint8_t, 16> one{};
  one[15] = 1;
  return ip == one;
}

}  // namespace madang::io
