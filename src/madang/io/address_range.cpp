#include "madang/io/address_range.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace madang::io {

namespace {

IpBytes bytes_of(const Address& address) {
  return unmapped(IpBytes{address.family == Address::Family::v6, address.ip});
}

bool is_bit_set(const IpBytes& address, unsigned bit) {
  return (address.ip[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

}  // namespace

Address address_of(const IpBytes& bytes, std::uint16_t port) {
  const IpBytes plain = unmapped(bytes);
  Address address;
  address.family = plain.is_v6 ? Address::Family::v6 : Address::Family::v4;
  address.port = port;
  address.ip = plain.ip;
  return address;
}

std::expected<AddressRange, std::string> AddressRange::parse(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return std::unexpected(fmt::format("\"{}\" is not a range of addresses: {}", text, why));
  };
  const std::size_t slash = text.find('/');
  const std::optional<IpBytes> written = parse_ip(text.substr(0, slash));
  if (!written) return wrong("write an address (127.0.0.1 or ::1) or ADDRESS/BITS (10.0.0.0/8)");
  AddressRange range;
  range.first_ = unmapped(*written);
  const unsigned width = written->is_v6 ? 128 : 32;
  unsigned bits = width;
  if (slash != text.npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto parsed = parse_port(number);
    if (!parsed || *parsed > width) return wrong(fmt::format("BITS must be a number from 0 to {}", width));
    bits = *parsed;
  }
  for (unsigned bit = bits; bit < width; ++bit)
    if (is_bit_set(*written, bit))
      return wrong(fmt::format("all bits after the first {} must be zero", bits));
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8. With fewer than 96 bits, the check above has refused the text.
  const bool is_mapped = written->is_v6 && !range.first_.is_v6;
  range.bits_ = is_mapped ? bits - 96 : bits;
  return range;
}

bool AddressRange::contains(const Address& address) const {
  const IpBytes bytes = bytes_of(address);
  if (bytes.is_v6 != first_.is_v6) return false;
  for (unsigned bit = 0; bit < bits_; ++bit)
    if (is_bit_set(bytes, bit) != is_bit_set(first_, bit)) return false;
  return true;
}

std::expected<AddressRanges, std::string> parse_address_ranges(std::string_view text) {
  AddressRanges ranges;
  if (text.find_first_not_of(' ') == text.npos) return ranges;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string_view one = text.substr(begin, end - begin);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    std::expected<AddressRange, std::string> range = AddressRange::parse(one);
    if (!range) return std::unexpected(range.error());
    ranges.push_back(*range);
    begin = end + 1;
  }
  return ranges;
}

bool contains(const AddressRanges& ranges, const Address& address) {
  return std::ranges::any_of(ranges, [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace madang::io
