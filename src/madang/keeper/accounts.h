// Accounts: names, passwords, resume tokens and sanctions in the database of a Store.
//
// One account has one character. The id of the account is the id of the character. It comes from
// Store::reserve_numbers, so it is given once: an erased account's id never comes back.
//
// Names. A name must be one that presentable_name() returns (madang/base/text.h). Otherwise the fault is
// bad_name. create() refuses a name that is owned or looks like an owned one (name_key.h). That is an
// ordinary outcome. Two servers with one database cannot both succeed, because the keys have a unique index.
//   - find() returns the account with exactly this name. Otherwise it returns the account that owns the first
//     key of the name. So a person may type its name in another case. The password decides who it is.
//   - is_owned() looks at both keys. So a guest cannot have a name that looks like a registered one.
//   - The keys are stored with look_version. open() computes all of them again when the version is another
//     one. Then two older names may look alike. Both accounts stay, and collisions() names them. The older
//     account keeps the key. The younger one is found by its exact name. If the older one is erased, the key
//     has no owner until the keys are computed again. The audit says so.
//
// Tokens. An account has one state of tokens (token.h). A new state is durable before it is returned.
// use_tokens() does all its logins in one transaction with one flush.
//
// Erasing. erase() removes the name, its keys, the hash, the tokens, and the image of the character. The name
// is free then. The row of the character and the ledger keep the number, because the sums of the ledger must
// stay true. erase() refuses while the character is in a world. Before the call, the server must end the
// sessions of the account: otherwise a world that has loaded the character saves it again. Sanctions stay,
// because otherwise a banned person could be free by erasing the account. So a ban of a name also bans a
// later owner of the name. An operator can remove the sanction.
//
// Sanctions. A sanction is about each name that looks like its name (one key in common), and about its
// address, which is compared byte by byte. The store keeps ended sanctions until they are removed.
//
// After io_failed or damaged each call returns the same fault, as each call of the Store does. If a database
// stays away, the fault is unreachable or unknown_outcome, and the same call may be made again. With the
// fault unknown_outcome, create() may have added the account: find() knows. No password, hash or token is in
// an error.
//
// Accounts uses the connection of its Store, and adds no thread. Only one thread at a time uses both. The
// Store must outlive the Accounts, and must not be moved meanwhile.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "madang/keeper/account_rows.h"
#include "madang/keeper/account_tables.h"
#include "madang/keeper/store.h"
#include "madang/keeper/token.h"

namespace madang::keeper {

class Accounts {
 public:
  static constexpr std::size_t name_bytes_max = 64;
  /// Rows of one page of a list.
  static constexpr std::size_t page_max = 1'000;
  /// Tokens of one call of use_tokens().
  static constexpr std::size_t tokens_max = 1'024;

  /// Opens the accounts of a store. Computes the keys again if their version is another one.
  static StoreResult<Accounts> open(Store& store);
  /// Returns the accounts whose names looked alike when open() computed the keys again.
  const std::vector<NameCollision>& collisions() const { return collisions_; }

  /// Adds an account. Returns its id, or nothing if the name is taken: it is owned or looks like an owned
  /// one. Precondition: the hash is of hash_password() (CHECK).
  StoreResult<std::optional<CharacterId>> create(std::string_view name, std::string_view password_hash,
                                                 std::int64_t now_s);
  StoreResult<std::optional<AccountRow>> find(std::string_view name);
  StoreResult<std::optional<AccountRow>> find(CharacterId id);
  StoreResult<bool> is_owned(std::string_view name);
  /// Returns accounts in the order of the bytes of their names: at most `at_most` whose name is greater than
  /// `after` and begins with `prefix`. Both texts may be empty. Precondition: at_most is 1 to page_max
  /// (CHECK).
  StoreResult<std::vector<AccountRow>> list(std::string_view after, std::size_t at_most,
                                            std::string_view prefix = {});
  StoreResult<std::uint64_t> count();

  /// Sets a new password, and ends the tokens. Returns whether there is such an account. Precondition: the
  /// hash is of hash_password() (CHECK).
  StoreResult<bool> set_password(CharacterId id, std::string_view password_hash);
  /// Replaces the hash of the same password by one of another cost, and keeps the tokens. Does nothing if the
  /// stored hash is not `before`: another call has set another password. Returns whether the stored hash is
  /// `after` now. Precondition: `after` is of hash_password() (CHECK).
  StoreResult<bool> replace_hash(CharacterId id, std::string_view before, std::string_view after);

  /// Begins the tokens of a login by password, and ends those of before. `verified_hash` is the hash against
  /// which the password was checked. If the account has another one now, or is gone, the result is false and
  /// nothing is done. So no tokens come from a password that was changed meanwhile.
  StoreResult<bool> begin_tokens(CharacterId id, std::string_view verified_hash, const ResumeTokens& tokens,
                                 std::int64_t now_s);
  struct Resumed {
    CharacterId account;
    ResumeToken token;  ///< the new one, for the client
  };
  using Resumption = std::expected<Resumed, TokenFault>;
  /// Uses tokens, one after the other. Returns for each one the account with its new token, or why it is
  /// refused. If the result is a fault, no token was used. After unknown_outcome, a call with the same tokens
  /// gives new ones. Precondition: there are at most tokens_max (CHECK), and life_s > 0 (CHECK).
  StoreResult<std::vector<Resumption>> use_tokens(std::span<const TokenHash> shown, std::int64_t now_s,
                                                  std::int64_t life_s = token_life_s_default);
  /// Ends the tokens: a logout.
  StoreResult<void> end_tokens(CharacterId id);
  /// Removes at most `at_most` states of tokens whose life has ended. Returns their number. Precondition:
  /// at_most is 1 to page_max (CHECK).
  StoreResult<std::uint64_t> sweep(std::int64_t now_s, std::size_t at_most);

  StoreResult<Erased> erase(CharacterId id);
  /// Returns everything personal of an account, of one moment; nothing if there is no such account.
  StoreResult<std::optional<PersonalData>> personal_data(CharacterId id);

  /// Adds a sanction, and returns its new id. It replaces one of the same kind, name and address. A sanction
  /// without a name and an address, or with a text that cannot be shown or is too long, has the fault
  /// bad_name.
  StoreResult<std::uint64_t> add_sanction(SanctionRow sanction);
  /// Removes a sanction. Returns it, or nothing if there is no such sanction.
  StoreResult<std::optional<SanctionRow>> remove_sanction(std::uint64_t id);
  /// Returns sanctions in the order of their ids, from behind `after` on, the ended ones too. Precondition:
  /// at_most is 1 to page_max (CHECK).
  StoreResult<std::vector<SanctionRow>> sanctions(std::uint64_t after, std::size_t at_most);
  /// Returns the sanctions that are in force for this name or this address, at most page_max. The name or the
  /// address may be empty.
  StoreResult<std::vector<SanctionRow>> sanctions_of(std::string_view name, std::string_view address,
                                                     std::int64_t now_ms);

 private:
  explicit Accounts(Store& store) : store_(&store) {}
  /// Calls a member of the tables, unless the store has failed.
  template <class... Arguments, class T, class... Given>
  StoreResult<T> ask(StoreResult<T> (AccountTables::*member)(Arguments...), Given&&... given);

  Store* store_;
  std::vector<NameCollision> collisions_;
};

/// Returns both keys of a name.
NameKeys keys_of_name(std::string_view name);

}  // namespace madang::keeper
