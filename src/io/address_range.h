// AddressRange: addresses that begin with the same bits, "10.0.0.0/8" or "::1". A plain value; any thread.
//
// An IPv4 address is the same host when it is written within IPv6 (::ffff:10.0.0.1), here as everywhere.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_text.h"
#include "io/address.h"

namespace madang::io {

/// The address that these bytes are, unmapped.
Address address_of(const IpBytes& bytes, std::uint16_t port);

class AddressRange {
 public:
  /// "ADDRESS" or "ADDRESS/BITS". The error is one line for a person. Bits behind the prefix must be zero:
  /// 10.0.0.1/8 is refused, because its author meant something else.
  static std::expected<AddressRange, std::string> parse(std::string_view text);

  bool contains(const Address& address) const;

 private:
  IpBytes first_;
  unsigned bits_ = 0;
};

using AddressRanges = std::vector<AddressRange>;

/// Of a list with commas between; spaces around an element do not count. Empty text: an empty list.
std::expected<AddressRanges, std::string> parse_address_ranges(std::string_view text);
bool contains(const AddressRanges& ranges, const Address& address);

}  // namespace madang::io
