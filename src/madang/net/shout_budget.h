// ShoutBudget: limits the shouts of all clients of a server together, because each shout goes to all players.
//
// Shared by all workers; any thread; lock-free. A shout over the budget is refused and never waits, so that
// no client can make another client wait. Each Origin has a smaller budget of its own. Origins share buckets
// by a seeded hash. So the memory is bounded, and a stranger cannot choose whose bucket it uses up. Programs
// on this machine are not counted by address, as in Admission. Clients behind a proxy on this machine are.
//
// The caller asks has() first, and charges when the queue has the shout: a shout that must be retried pays
// once.
#pragma once

#include <array>
#include <cstdint>

#include "madang/base/limits.h"
#include "madang/base/shared_token_bucket.h"
#include "madang/base/time.h"
#include "madang/net/client_address.h"
#include "madang/net/origin.h"

namespace madang::net {

class ShoutBudget {
 public:
  explicit ShoutBudget(const Limits& limits, std::uint64_t seed = 0)
      : all_budget_(limits.all_shouts_budget), address_budget_(limits.address_shouts_budget), seed_(seed) {}

  /// Returns whether a client of this address may shout now.
  bool has(const ClientAddress& from, Time now) const {
    return all_.has(now, all_budget_) &&
           (from.is_this_machine() || by_address_[bucket_of(from)].has(now, address_budget_));
  }

  /// Counts a shout that goes to the world.
  void charge(const ClientAddress& from, Time now) {
    all_.charge(now, all_budget_);
    if (!from.is_this_machine()) by_address_[bucket_of(from)].charge(now, address_budget_);
  }

 private:
  static constexpr std::size_t bucket_count = 1024;

  std::size_t bucket_of(const ClientAddress& from) const {
    return Origin(from.address).hash(seed_) % bucket_count;
  }

  const Budget all_budget_;
  const Budget address_budget_;
  const std::uint64_t seed_;
  SharedTokenBucket all_;
  std::array<SharedTokenBucket, bucket_count> by_address_;
};

}  // namespace madang::net
