// Origin: the addresses that limits by address count as one host. A plain value; any thread.
//
// For IPv4 the Origin is the address without the port. For IPv6 it is the /64 network, because a host can use
// all addresses of such a network. Admission and the budgets of logins and shouts count by Origin.
// ClientAddress::is_this_machine() says which clients are not counted.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "madang/base/random.h"
#include "madang/io/address.h"

namespace madang::net {

class Origin {
 public:
  explicit Origin(const io::Address& address) {
    const bool is_v4 = address.family == io::Address::Family::v4;
    bytes_[0] = is_v4 ? 4 : 6;
    std::copy_n(address.ip.begin(), is_v4 ? 4 : 8, bytes_.begin() + 1);
  }

  /// Returns a seeded hash of the origin, and of a name if one is given. A stranger that does not know the
  /// seed cannot choose a value, and cannot find another origin with the same value.
  std::uint64_t hash(std::uint64_t seed, std::string_view name = {}) const {
    std::uint64_t hash = seed;
    for (const std::uint8_t byte : bytes_) hash = scatter(hash ^ byte);
    for (const char c : name) hash = scatter(hash ^ static_cast<unsigned char>(c));
    return hash;
  }

  /// Returns bytes that no other origin has. They point into this object.
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

  auto operator<=>(const Origin&) const = default;

 private:
  std::array<std::uint8_t, 9> bytes_{};  ///< the family, then the address or network, then zeros
};

}  // namespace madang::net
