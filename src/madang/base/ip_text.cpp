#include "madang/base/ip_text.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace madang {

namespace {

/// Parses a number of at most `digits_max` digits of this base. Returns nothing when it is above `max`.
std::optional<std::uint32_t> parse_digits(std::string_view text, int base, std::size_t digits_max,
                                          std::uint32_t max) {
  std::uint32_t number = 0;
  const auto is_digit = [&](char c) {
    return (c >= '0' && c <= '9') || (base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
  };
  if (text.empty() || text.size() > digits_max || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number <= max ? std::optional(number) : std::nullopt;
}

std::optional<std::uint32_t> parse_decimal(std::string_view text, std::size_t digits_max, std::uint32_t max) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;  // some programs read it as octal
  return parse_digits(text, 10, digits_max, max);
}

/// Parses an IPv4 address into four bytes at `to`. Returns false when the text is none.
bool parse_v4(std::string_view text, std::uint8_t* to) {
  for (int i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? text.find('.') : text.size();
    if (end == text.npos) return false;
    const auto number = parse_decimal(text.substr(0, end), 3, 255);
    if (!number) return false;
    to[i] = static_cast<std::uint8_t>(*number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

/// Parses groups of hexadecimal digits between single colons. An IPv4 address may replace the last two
/// groups. Returns false for other texts.
bool parse_groups(std::string_view text, std::vector<std::uint8_t>& to) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, end);
    const bool is_last = end == text.size();
    if (is_last && group.find('.') != group.npos) {
      std::uint8_t four[4];
      if (!parse_v4(group, four)) return false;
      to.insert(to.end(), four, four + 4);
      return true;
    }
    const auto number = parse_digits(group, 16, 4, 0xffff);
    if (!number) return false;
    to.push_back(static_cast<std::uint8_t>(*number >> 8));
    to.push_back(static_cast<std::uint8_t>(*number));
    if (is_last) return true;
    text.remove_prefix(end + 1);
    if (text.empty()) return false;  // a colon at the end
  }
  return true;
}

std::optional<IpBytes> parse_v6(std::string_view text) {
  IpBytes address{.is_v6 = true};
  std::vector<std::uint8_t> front;
  std::vector<std::uint8_t> back;
  const std::size_t gap = text.find("::");
  if (gap == text.npos) {
    if (!parse_groups(text, front) || front.size() != 16) return std::nullopt;
  } else {
    const std::string_view before = text.substr(0, gap);
    if (before.find('.') != before.npos || !parse_groups(before, front) ||
        !parse_groups(text.substr(gap + 2), back) || front.size() + back.size() > 14)
      return std::nullopt;
  }
  std::ranges::copy(front, address.ip.begin());
  std::ranges::copy(back, address.ip.end() - static_cast<std::ptrdiff_t>(back.size()));
  return address;
}

}  // namespace

std::optional<IpBytes> parse_ip(std::string_view text) {
  constexpr std::size_t text_bytes_max = 45;  // six groups of four digits, then an IPv4 address
  if (text.size() > text_bytes_max) return std::nullopt;
  if (text.find(':') != text.npos) return parse_v6(text);
  IpBytes address;
  return parse_v4(text, address.ip.data()) ? std::optional(address) : std::nullopt;
}

IpBytes unmapped(const IpBytes& address) {
  constexpr std::array<std::uint8_t, 12> prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!address.is_v6 || !std::equal(prefix.begin(), prefix.end(), address.ip.begin())) return address;
  IpBytes v4;
  std::copy(address.ip.begin() + 12, address.ip.end(), v4.ip.begin());
  return v4;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_decimal(text, 5, 65'535);
  return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
}

}  // namespace madang
