// Crowd: how many connections of one kind there are, in all and from one address. Shared by all workers; any
// thread.
//
// Asked once at accept and told once at close, never on the path of a packet: a lock is good enough here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>

#include "base/close_reason.h"
#include "net/client_address.h"

namespace madang::net {

class Crowd {
 public:
  Crowd(std::uint32_t places_max, std::uint32_t per_address_max)
      : places_max_(places_max), per_address_max_(per_address_max) {}

  /// none: counted, and to be given back with leave(). Otherwise why not.
  /// A program on this machine is not counted by address; a trusted proxy is not, until its client is known.
  CloseReason enter(const ClientAddress& client);
  void leave(const ClientAddress& client);
  /// The client of one that is in has become known. none: it is counted as `to` from now on. Otherwise why
  /// it may not be: it is still in as `from`.
  CloseReason identify(const ClientAddress& from, const ClientAddress& to);
  std::uint32_t size() const;
  /// Whether three of four places are taken: whoever needs none at the moment should give its own back.
  bool is_crowded() const { return std::uint64_t{size()} * 4 >= std::uint64_t{places_max_} * 3; }

 private:
  /// What is counted together: an IPv4 address; of IPv6 the /64 network, because a host has all of one to
  /// choose from.
  using Origin = std::array<std::uint8_t, 9>;
  static Origin origin_of(const io::Address& peer);
  static bool is_counted(const ClientAddress& client);
  bool count(const ClientAddress& client);
  void uncount(const ClientAddress& client);

  const std::uint32_t places_max_;
  const std::uint32_t per_address_max_;
  mutable std::mutex mutex_;
  std::uint32_t size_ = 0;
  std::map<Origin, std::uint32_t> by_origin_;
};

}  // namespace madang::net
