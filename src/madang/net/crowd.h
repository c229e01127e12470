// Crowd: counts the connections of one purpose, in all and from each Origin. Shared by all workers; any
// thread.
//
// A connection is counted at its accept and uncounted at its close. No packet needs it, so a lock is cheap
// enough.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "madang/base/close_reason.h"
#include "madang/net/client_address.h"
#include "madang/net/origin.h"

namespace madang::net {

class Crowd {
 public:
  Crowd(std::uint32_t places_max, std::uint32_t per_address_max)
      : places_max_(places_max), per_address_max_(per_address_max) {}

  /// Counts a connection. Returns none, or the reason why there is no place; then nothing has changed. The
  /// caller must call leave() for each counted connection. A program on this machine is not counted by
  /// address. A trusted proxy is not counted by address until its client is known.
  CloseReason enter(const ClientAddress& client);
  void leave(const ClientAddress& client);
  /// Counts a connection for the address `to` instead of `from`, because its client has become known. Returns
  /// none, or the reason why there is no place for `to`; then nothing has changed.
  CloseReason identify(const ClientAddress& from, const ClientAddress& to);
  std::uint32_t size() const;
  /// Returns whether three of four places are in use. Then an idle connection should give up its place.
  bool is_crowded() const { return std::uint64_t{size()} * 4 >= std::uint64_t{places_max_} * 3; }

 private:
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
