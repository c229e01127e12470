// AccountTables: what a kind of database has to do for Accounts. The rules are not here, but in Accounts.
//
// The tables stand in the same database as those of `Tables`, and use the same connection. Each call is one
// transaction. It either does everything and flushes it, or changes nothing. A call connects again when the
// line breaks. If a commit has an unknown outcome, the call runs again and reads what is stored. So each call
// must have the same result when it runs twice.
//
// No call is made between `Tables::begin` and `Tables::commit`. One thread at a time.
//
// Several servers lock rows in this order: the row of an account, then its tokens. Accounts are locked in the
// order of their ids.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "madang/keeper/account_rows.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

class AccountTables {
 public:
  virtual ~AccountTables() = default;

  // Names. A key has one owner (a unique index). A name is unique, too.

  /// Returns the version of the keys; 0: keys were never computed.
  virtual StoreResult<std::uint32_t> look_version() = 0;
  /// Computes the keys of all accounts and sanctions again, the oldest account first. A key that has an owner
  /// already stays with it, and is returned as a collision. Does nothing if the version is this one already.
  virtual StoreResult<std::vector<NameCollision>> renew_keys(
      std::uint32_t look_version, const std::function<NameKeys(std::string_view)>& keys_of) = 0;

  enum class Added : std::uint8_t { added, taken, other_look_version };
  /// Adds an account, unless its name or one of its keys has an owner. An account that has this id already is
  /// the same account: ids are given once.
  virtual StoreResult<Added> add(const AccountRow& row, const NameKeys& keys, std::uint32_t look_version) = 0;
  virtual StoreResult<std::optional<AccountRow>> account(CharacterId id) = 0;
  virtual StoreResult<std::optional<AccountRow>> account_named(std::string_view name) = 0;
  virtual StoreResult<std::optional<AccountRow>> owner_of(std::string_view key) = 0;
  /// Returns the first accounts whose name is greater than `after`, and not less than `from`, in the order of
  /// the bytes of their names.
  virtual StoreResult<std::vector<AccountRow>> accounts_after(std::string_view after, std::string_view from,
                                                              std::size_t at_most) = 0;
  virtual StoreResult<std::uint64_t> count_accounts() = 0;

  // Passwords and tokens. Each of these returns false if there is no such account.

  /// Sets the hash, and removes the tokens.
  virtual StoreResult<bool> set_hash(CharacterId id, std::string_view hash) = 0;
  /// Sets the hash if it is `before`. Returns whether it is `after` now.
  virtual StoreResult<bool> replace_hash(CharacterId id, std::string_view before, std::string_view after) = 0;
  /// Sets the tokens and the time of the login, if the hash is still this one.
  virtual StoreResult<bool> set_tokens(CharacterId id, std::string_view hash, const ResumeTokens& tokens,
                                       std::int64_t now_s) = 0;
  /// Calls `change` with the tokens that one of these hashes belongs to, in the order of their accounts.
  /// Stores those that it returns, and the time of the login of their accounts. `change` may be called
  /// several times; the last call counts.
  virtual StoreResult<void> change_tokens(
      std::span<const TokenHash> shown, std::int64_t now_s,
      const std::function<std::vector<TokensRow>(const std::vector<TokensRow>&)>& change) = 0;
  virtual StoreResult<void> end_tokens(CharacterId id) = 0;
  /// Removes at most `at_most` states of tokens whose life has ended. Returns their number.
  virtual StoreResult<std::uint64_t> remove_expired(std::int64_t now_s, std::size_t at_most) = 0;

  /// Removes the account, its keys and its tokens, and the image of its character.
  virtual StoreResult<Erased> erase(CharacterId id) = 0;

  // Sanctions.

  /// Adds a sanction. It replaces one of the same kind, name and address.
  virtual StoreResult<void> add_sanction(const SanctionRow& row, const NameKeys& keys) = 0;
  virtual StoreResult<std::optional<SanctionRow>> remove_sanction(std::uint64_t id) = 0;
  virtual StoreResult<std::vector<SanctionRow>> sanctions_after(std::uint64_t id, std::size_t at_most) = 0;
  /// Returns the sanctions that have one of these keys or this address, and end after `now_ms`, in the order
  /// of their ids. An empty key or address finds nothing.
  virtual StoreResult<std::vector<SanctionRow>> sanctions_about(const NameKeys& keys,
                                                                std::string_view address, std::int64_t now_ms,
                                                                std::size_t at_most) = 0;

  // For exports and the audit.

  virtual StoreResult<std::vector<std::pair<ThingId, Thing>>> first_things_of(const Holder& holder,
                                                                              std::size_t at_most) = 0;
  /// Returns the first number that reserve_numbers() has not given.
  virtual StoreResult<std::uint64_t> next_number() = 0;
  virtual StoreResult<std::uint64_t> count_tokens_without_account() = 0;
  /// Calls the function with each account, in the order of their ids, until it returns false.
  virtual StoreResult<void> for_each_account(const std::function<bool(const AccountRow&)>& function) = 0;
  /// Calls the function with each key and its owner, in the order of the keys, until it returns false.
  virtual StoreResult<void> for_each_key(
      const std::function<bool(std::string_view, CharacterId)>& function) = 0;
};

}  // namespace madang::keeper
