// Admission: who may come in, decided before any work is done for them. Shared by all workers; any thread.
//
// Asked once at accept and told once at close, never on the path of a packet: a lock is good enough here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>

#include "base/close_reason.h"
#include "base/limits.h"
#include "io/address.h"

namespace madang::net {

class Admission {
 public:
  explicit Admission(const Limits& limits) : limits_(limits) {}

  /// none: counted, and to be given back with leave(). Otherwise why not.
  CloseReason enter(const io::Address& peer);
  void leave(const io::Address& peer);
  std::uint32_t sessions() const;

 private:
  /// What is counted together: an IPv4 address; of IPv6 the /64 network, for a host has all of one to choose
  /// from.
  using Origin = std::array<std::uint8_t, 9>;
  static Origin origin_of(const io::Address& peer);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::uint32_t sessions_ = 0;
  std::map<Origin, std::uint32_t> by_origin_;
};

}  // namespace madang::net
