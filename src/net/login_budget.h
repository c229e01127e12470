// LoginBudget: how often clients of one Origin, and with one name from one Origin, may log in. Each login
// and each end of it is told to everybody near, so one client that comes and goes costs its neighbours.
//
// One for all workers; any thread; lock-free. Origins and names share buckets by a seeded hash: the memory
// is bounded, and a stranger cannot choose whose bucket to use up. A name counts together with its address,
// because else a stranger could lock a player out. This machine's own programs are not counted by address.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/limits.h"
#include "base/shared_token_bucket.h"
#include "net/client_address.h"
#include "net/origin.h"

namespace madang::net {

class LoginBudget {
 public:
  LoginBudget(const Limits& limits, std::uint64_t seed)
      : by_address_budget_(limits.login_budget), by_name_budget_(limits.name_login_budget), seed_(seed) {}

  /// Takes a place for a login, if there is one.
  bool take(const ClientAddress& from, std::string_view name, Time now) {
    if (!by_name_[place_of(from, name)].take(now, by_name_budget_)) return false;
    if (from.is_this_machine() || by_address_[place_of(from, {})].take(now, by_address_budget_)) return true;
    by_name_[place_of(from, name)].give_back(by_name_budget_);
    return false;
  }

  /// Gives a place back that was taken and not used.
  void give_back(const ClientAddress& from, std::string_view name) {
    by_name_[place_of(from, name)].give_back(by_name_budget_);
    if (!from.is_this_machine()) by_address_[place_of(from, {})].give_back(by_address_budget_);
  }

 private:
  static constexpr std::size_t place_count = 4096;

  std::size_t place_of(const ClientAddress& from, std::string_view name) const {
    return Origin(from.address).hash(seed_, name) % place_count;
  }

  const Budget by_address_budget_;
  const Budget by_name_budget_;
  const std::uint64_t seed_;
  std::array<SharedTokenBucket, place_count> by_address_;
  std::array<SharedTokenBucket, place_count> by_name_;
};

}  // namespace madang::net
