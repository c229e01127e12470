#include "madang/keeper/guess_budgets.h"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <vector>

#include "madang/base/check.h"

namespace madang::keeper {

namespace {

/// What a hash is of. So an account never has the key of an address.
enum class KeyKind : std::uint64_t { account, address, pair };

/// Returns the hash of texts, in which each text has a length of its own.
Hash128 hash_of_texts(SipKey secret, KeyKind kind, std::initializer_list<std::string_view> texts) {
  constexpr std::size_t bytes_of_number = sizeof(std::uint64_t);
  std::vector<std::uint64_t> numbers{static_cast<std::uint64_t>(kind)};
  for (const std::string_view text : texts) {
    numbers.push_back(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (at % bytes_of_number == 0) numbers.push_back(0);
      numbers.back() |= std::uint64_t{static_cast<unsigned char>(text[at])} << (at % bytes_of_number * 8);
    }
  }
  return sip_hash(secret, numbers);
}

}  // namespace

GuessBudgets::GuessBudgets(const GuessLimits& limits, SipKey secret)
    : limits_(limits),
      secret_(secret),
      pairs_(limits.pair_budget, limits.entries_max),
      accounts_(limits.account_budget, limits.entries_max),
      addresses_(limits.address_budget, limits.entries_max) {
  MADANG_CHECK(limits.known_accounts_max > 0);
}

LoginKeys GuessBudgets::keys_of(std::string_view account, const LoginPlace& place) const {
  LoginKeys keys{.account = hash_of_texts(secret_, KeyKind::account, {account}),
                 .address = hash_of_texts(secret_, KeyKind::address, {place.address}),
                 .pair = hash_of_texts(secret_, KeyKind::pair, {account, place.address}),
                 .counts_address = place.counts_address};
  keys.is_known = knows(keys.account, keys.address);
  return keys;
}

bool GuessBudgets::has(const LoginKeys& login, Time now) const {
  if (!pairs_.has(login.pair, now)) return false;
  if (login.is_known) return true;
  return accounts_.has(login.account, now) && (!login.counts_address || addresses_.has(login.address, now));
}

void GuessBudgets::charge(const LoginKeys& login, Time now) {
  pairs_.charge(login.pair, now);
  if (login.is_known) return;
  accounts_.charge(login.account, now);
  if (login.counts_address) addresses_.charge(login.address, now);
}

void GuessBudgets::refund(const LoginKeys& login) {
  pairs_.refund(login.pair);
  if (login.is_known) return;
  accounts_.refund(login.account);
  if (login.counts_address) addresses_.refund(login.address);
}

void GuessBudgets::succeed(const LoginKeys& login) {
  refund(login);
  remember(login.account, login.address);
}

void GuessBudgets::remember(std::string_view account, std::string_view address) {
  remember(hash_of_texts(secret_, KeyKind::account, {account}),
           hash_of_texts(secret_, KeyKind::address, {address}));
}

void GuessBudgets::forget(std::string_view account) {
  const auto found = known_.find(hash_of_texts(secret_, KeyKind::account, {account}));
  if (found == known_.end()) return;
  by_last_use_.erase(found->second.last_use);
  known_.erase(found);
}

bool GuessBudgets::knows(const Hash128& account, const Hash128& address) const {
  const auto found = known_.find(account);
  if (found == known_.end()) return false;
  const std::span addresses(found->second.addresses.data(), found->second.count);
  return std::ranges::find(addresses, address) != addresses.end();
}

void GuessBudgets::remember(const Hash128& account, const Hash128& address) {
  Known& known = known_[account];
  by_last_use_.erase(known.last_use);
  known.last_use = ++uses_;
  by_last_use_[known.last_use] = account;
  // The address comes first. The others move up to its old place, or the last one is forgotten.
  const auto used = known.addresses.begin() + static_cast<std::ptrdiff_t>(known.count);
  const auto at = std::find(known.addresses.begin(), used, address);
  if (at == used && known.count < known_addresses_max) ++known.count;
  const auto last = at == known.addresses.end() ? std::prev(at) : at;
  *last = address;
  std::rotate(known.addresses.begin(), last, std::next(last));
  if (known_.size() <= limits_.known_accounts_max) return;
  known_.erase(by_last_use_.begin()->second);
  by_last_use_.erase(by_last_use_.begin());
}

}  // namespace madang::keeper
