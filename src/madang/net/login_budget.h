// LoginBudget: limits the logins from one Origin, and the logins with one name from one Origin. All
// neighbours get the enter and the leave of a player, so a client that often logs in costs its neighbours.
//
// Shared by all workers; any thread; lock-free. Origins and names share buckets by a seeded hash. So the
// memory is bounded, and a stranger cannot choose whose bucket it uses up. A name counts together with its
// Origin. Otherwise a stranger could lock a player out. Programs on this machine are not counted by address.
//
// The caller asks has() first, and charges when the queue has the login: a login that must be retried pays
// once.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "madang/base/limits.h"
#include "madang/base/shared_token_bucket.h"
#include "madang/net/client_address.h"
#include "madang/net/origin.h"

namespace madang::net {

class LoginBudget {
 public:
  LoginBudget(const Limits& limits, std::uint64_t seed)
      : by_address_budget_(limits.login_budget), by_name_budget_(limits.name_login_budget), seed_(seed) {}

  /// Returns whether a client of this address may log in with this name now.
  bool has(const ClientAddress& from, std::string_view name, Time now) const {
    return by_name_[bucket_of(from, name)].has(now, by_name_budget_) &&
           (from.is_this_machine() || by_address_[bucket_of(from, {})].has(now, by_address_budget_));
  }

  /// Counts a login that goes to the world, or that is refused because of a ban.
  void charge(const ClientAddress& from, std::string_view name, Time now) {
    by_name_[bucket_of(from, name)].charge(now, by_name_budget_);
    if (!from.is_this_machine()) by_address_[bucket_of(from, {})].charge(now, by_address_budget_);
  }

 private:
  static constexpr std::size_t bucket_count = 4096;

  std::size_t bucket_of(const ClientAddress& from, std::string_view name) const {
    return Origin(from.address).hash(seed_, name) % bucket_count;
  }

  const Budget by_address_budget_;
  const Budget by_name_budget_;
  const std::uint64_t seed_;
  std::array<SharedTokenBucket, bucket_count> by_address_;
  std::array<SharedTokenBucket, bucket_count> by_name_;
};

}  // namespace madang::net
