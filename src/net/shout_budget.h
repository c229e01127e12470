// ShoutBudget: how much the clients of a server may shout together, because each shout goes to everybody.
//
// One for all workers; any thread; lock-free. A shout that has no place is refused and never waits, so that
// no client can make another one wait. An Origin takes its own part at most. Origins share buckets by a
// seeded hash: the memory is bounded, and a stranger cannot choose whose bucket to use up. This machine's own
// programs are not counted by address, as in Admission; a client behind a proxy on this machine is.
#pragma once

#include <array>
#include <cstdint>

#include "base/limits.h"
#include "base/shared_token_bucket.h"
#include "base/time.h"
#include "net/client_address.h"
#include "net/origin.h"

namespace madang::net {

class ShoutBudget {
 public:
  explicit ShoutBudget(const Limits& limits, std::uint64_t seed = 0)
      : all_budget_(limits.all_shouts_budget), address_budget_(limits.address_shouts_budget), seed_(seed) {}

  /// Takes a place for a shout, if there is one.
  bool take(const ClientAddress& from, Time now) {
    if (!from.is_this_machine() && !bucket_of(from).take(now, address_budget_)) return false;
    if (all_.take(now, all_budget_)) return true;
    if (!from.is_this_machine()) bucket_of(from).give_back(address_budget_);
    return false;
  }

  /// Gives a place back that was taken and not used.
  void give_back(const ClientAddress& from) {
    all_.give_back(all_budget_);
    if (!from.is_this_machine()) bucket_of(from).give_back(address_budget_);
  }

 private:
  static constexpr std::size_t bucket_count = 1024;

  SharedTokenBucket& bucket_of(const ClientAddress& from) {
    return by_address_[Origin(from.address).hash(seed_) % bucket_count];
  }

  const Budget all_budget_;
  const Budget address_budget_;
  const std::uint64_t seed_;
  SharedTokenBucket all_;
  std::array<SharedTokenBucket, bucket_count> by_address_;
};

}  // namespace madang::net
