// GuessBudgets: limits the guesses of passwords, by account and by address. A plain object; one thread, or a
// mutex of the caller.
//
// A guess is a login whose password has not been right. Each login pays when it begins, and gets its tokens
// back when its password is right. So right passwords cost nothing, however many players share an address.
//
//   budget of            pays                        by default            stops
//   an account at one    every login                 8, then one in 300 s  10,000 guesses from one address
//   address (the pair)
//   an account           a login from an address     24, then one in 60 s  10,000 guesses from 10,000
//                        that the account does not                         addresses
//                        know
//   an address           the same logins             32, then one in 10 s  one guess against each of 10,000
//                                                                          accounts
//
// No attacker locks the owner out for ever:
//   - An address from which the account has logged in is known. A login from there pays for its pair
//     alone, and only a player at the same address can use up this budget. (Behind one address of a whole
//     house, a stranger there can make the owner wait; resume tokens work.) An account knows its last four
//     addresses.
//   - One address uses up at most a third of an account's burst, and a fifth of what comes later. So an
//     attacker with one address leaves the owner tokens at a new address.
//   - An attacker with many addresses can use up all tokens of an account, while it goes on. Then an owner at
//     a new address has to wait; known addresses and resume tokens work. A minute after the end there is a
//     token again.
//
// A guess against each of 10,000 accounts from 10,000 addresses finds a token in every budget. No budget by
// account or address can tell it from 10,000 players. LoginQueue bounds it.
//
// Whether an account exists makes no difference, so a refusal tells nothing about a name. Known addresses are
// in memory only: after a restart the caller may tell them with remember(). All tables have a maximum: see
// BudgetTable for their size. Keys are hashed with a secret key (SipHash), so a stranger can neither choose
// whose budget it uses up nor make a table slow.
//
// The account is named by the key of its name (name_key.h), so that all spellings of a name count together.
// The address is named by bytes that no other host has: for IPv6 those of its /64 network (net::Origin).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>

#include "madang/base/limits.h"
#include "madang/base/sip_hash.h"
#include "madang/base/time.h"
#include "madang/keeper/budget_table.h"

namespace madang::keeper {

struct GuessLimits {
  Budget pair_budget{.burst = 8, .interval_ms = 300'000};
  Budget account_budget{.burst = 24, .interval_ms = 60'000};
  Budget address_budget{.burst = 32, .interval_ms = 10'000};
  /// Entries of each of the three tables: for 54 checks a second, or two cores.
  std::uint32_t entries_max = 16'384;
  /// Accounts whose known addresses are kept. The account that has not logged in for the longest time goes
  /// first.
  std::uint32_t known_accounts_max = 16'384;
};

/// Where a login comes from.
struct LoginPlace {
  std::string_view address;    ///< bytes that no other host has
  bool counts_address = true;  ///< false for a program on this machine: its address has no budget of its own
};

/// A login and its keys. A plain value.
struct LoginKeys {
  Hash128 account;
  Hash128 address;
  Hash128 pair;
  bool counts_address = true;
  bool is_known = false;  ///< the account has logged in from this address

  bool operator==(const LoginKeys&) const = default;
};

class GuessBudgets {
 public:
  /// Addresses that an account knows.
  static constexpr std::size_t known_addresses_max = 4;

  /// `secret` is random, except in a simulation.
  GuessBudgets(const GuessLimits& limits, SipKey secret);

  /// Returns the keys of a login, as things are now.
  LoginKeys keys_of(std::string_view account, const LoginPlace& place) const;

  /// Returns whether the login may be checked now.
  bool has(const LoginKeys& login, Time now) const;
  /// Pays for a login that is checked.
  void charge(const LoginKeys& login, Time now);
  /// Returns what a login has paid, because it is not checked after all.
  void refund(const LoginKeys& login);
  /// Returns what a login has paid, because its password is right. The account knows the address from now on.
  void succeed(const LoginKeys& login);

  /// Makes an address known to an account: one of the store, after a restart.
  void remember(std::string_view account, std::string_view address);
  /// Makes all addresses unknown to an account: after a change of its password.
  void forget(std::string_view account);

  std::size_t entries() const { return pairs_.size() + accounts_.size() + addresses_.size(); }
  std::size_t known_accounts() const { return known_.size(); }

 private:
  /// The addresses of an account, the latest first.
  struct Known {
    std::array<Hash128, known_addresses_max> addresses{};
    std::size_t count = 0;
    std::uint64_t last_use = 0;
  };

  bool knows(const Hash128& account, const Hash128& address) const;
  void remember(const Hash128& account, const Hash128& address);

  const GuessLimits limits_;
  const SipKey secret_;
  BudgetTable pairs_;
  BudgetTable accounts_;
  BudgetTable addresses_;
  std::unordered_map<Hash128, Known, KeyHash> known_;
  std::map<std::uint64_t, Hash128> by_last_use_;  ///< the same accounts
  std::uint64_t uses_ = 0;
};

}  // namespace madang::keeper
