// Origin: what counts together as one host where limits hold by address. A plain value; any thread.
//
// It is an IPv4 address without its port. Of an IPv6 address it is the /64 network, because a host has all
// addresses of one to choose from. Admission and the budgets of logins and shouts all count by it. Whether
// they count a client at all is its ClientAddress's to say.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/random.h"
#include "io/address.h"

namespace madang::net {

class Origin {
 public:
  explicit Origin(const io::Address& address) {
    const bool is_v4 = address.family == io::Address::Family::v4;
    bytes_[0] = is_v4 ? 4 : 6;
    std::copy_n(address.ip.begin(), is_v4 ? 4 : 8, bytes_.begin() + 1);
  }

  /// Scatters the origin, and a name of it if one is given, by a seed. A stranger that does not know the
  /// seed cannot choose a value, nor find another origin of the same value.
  std::uint64_t hash(std::uint64_t seed, std::string_view name = {}) const {
    std::uint64_t hash = seed;
    for (const std::uint8_t byte : bytes_) hash = scatter(hash ^ byte);
    for (const char c : name) hash = scatter(hash ^ static_cast<unsigned char>(c));
    return hash;
  }

  auto operator<=>(const Origin&) const = default;

 private:
  std::array<std::uint8_t, 9> bytes_{};  ///< the family, then the address or network; zeros behind it
};

}  // namespace madang::net
