// AddressRange: all addresses that begin with the same bits, such as "10.0.0.0/8" or "::1". A plain value;
// any thread.
//
// ::ffff:10.0.0.1 is the IPv4 address 10.0.0.1, written as IPv6. Both forms are the same host here.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/ip_text.h"
#include "madang/io/address.h"

namespace madang::io {

/// Returns the address with these bytes, unmapped (see unmapped()).
Address address_of(const IpBytes& bytes, std::uint16_t port);

class AddressRange {
 public:
  /// Parses "ADDRESS" or "ADDRESS/BITS". Returns one line for a person as the error. All bits after the
  /// first BITS must be zero: 10.0.0.1/8 is refused, because its author probably meant something else.
  static std::expected<AddressRange, std::string> parse(std::string_view text);

  /// Returns whether the address is in this range. The port number does not count.
  bool contains(const Address& address) const;

 private:
  IpBytes first_;
  unsigned bits_ = 0;
};

using AddressRanges = std::vector<AddressRange>;

/// Parses a list of ranges that commas separate. Spaces around a range do not count. Returns an empty list
/// for an empty text.
std::expected<AddressRanges, std::string> parse_address_ranges(std::string_view text);
/// Returns whether one of the ranges contains the address.
bool contains(const AddressRanges& ranges, const Address& address);

}  // namespace madang::io
