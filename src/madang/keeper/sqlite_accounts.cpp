#include "madang/keeper/sqlite_accounts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "madang/keeper/stored_values.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

// A token that is not there is an empty blob. Version 0 of the keys: they were never computed.
const char* const sqlite_accounts_schema = R"(
  CREATE TABLE looks(version INTEGER NOT NULL) STRICT;
  INSERT INTO looks VALUES(0);
  CREATE TABLE accounts(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,
    created_at_s INTEGER NOT NULL, last_login_s INTEGER NOT NULL) STRICT;
  CREATE TABLE account_keys(key BLOB PRIMARY KEY NOT NULL, account INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX account_keys_by_account ON account_keys(account);
  CREATE TABLE account_tokens(account INTEGER PRIMARY KEY, current_hash BLOB NOT NULL, next_hash BLOB NOT NULL,
    expires_at_s INTEGER NOT NULL) STRICT;
  CREATE INDEX account_tokens_by_current ON account_tokens(current_hash);
  CREATE INDEX account_tokens_by_next ON account_tokens(next_hash) WHERE next_hash <> x'';
  CREATE INDEX account_tokens_by_end ON account_tokens(expires_at_s);
  CREATE TABLE sanctions(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, key BLOB NOT NULL,
    second_key BLOB NOT NULL, address TEXT NOT NULL, until_ms INTEGER NOT NULL, reason TEXT NOT NULL,
    by_whom TEXT NOT NULL, added_at_ms INTEGER NOT NULL, UNIQUE(kind, name, address)) STRICT;
  CREATE INDEX sanctions_by_key ON sanctions(key) WHERE key <> x'';
  CREATE INDEX sanctions_by_second_key ON sanctions(second_key) WHERE second_key <> x'';
  CREATE INDEX sanctions_by_address ON sanctions(address) WHERE address <> '';
)";

namespace {

#define MADANG_ACCOUNT_COLUMNS "SELECT a.id, a.name, a.hash, a.created_at_s, a.last_login_s FROM accounts a "
#define MADANG_TOKENS_COLUMNS "SELECT account, current_hash, next_hash, expires_at_s FROM account_tokens "
#define MADANG_SANCTION_COLUMNS \
  "SELECT id, kind, name, address, until_ms, reason, by_whom, added_at_ms FROM sanctions "

AccountRow account_of_sqlite(SqliteStatement& row) {
  return {{row.unsigned_number(0)},
          std::string(row.text(1)),
          std::string(row.text(2)),
          row.number(3),
          row.number(4)};
}

SanctionRow sanction_of_sqlite(SqliteStatement& row) {
  return {row.unsigned_number(0),
          static_cast<SanctionKind>(row.number(1)),
          std::string(row.text(2)),
          std::string(row.text(3)),
          row.number(4),
          std::string(row.text(5)),
          std::string(row.text(6)),
          row.number(7)};
}

TokensRow tokens_of_sqlite(SqliteStatement& row) {
  TokensRow tokens{{row.unsigned_number(0)},
                   {.current = {hash_in(row.blob(1)).bytes}, .next = {}, .expires_at_s = row.number(3)}};
  if (!row.blob(2).empty()) tokens.tokens.next = TokenHash{hash_in(row.blob(2)).bytes};
  return tokens;
}

Bytes next_of(const ResumeTokens& tokens) { return tokens.next ? Bytes(tokens.next->bytes) : Bytes(); }

class SqliteAccounts final : public AccountTables {
 public:
  SqliteAccounts(SqliteDatabase& database, std::function<StoreResult<void>()> before_writing)
      : database_(database), before_writing_(std::move(before_writing)) {}

  StoreResult<void> prepare();

  StoreResult<std::uint32_t> look_version() override;
  StoreResult<std::vector<NameCollision>> renew_keys(
      std::uint32_t look_version, const std::function<NameKeys(std::string_view)>& keys_of) override;
  StoreResult<Added> add(const AccountRow& row, const NameKeys& keys, std::uint32_t look_version) override;
  StoreResult<std::optional<AccountRow>> account(CharacterId id) override {
    return one(account_, account_of_sqlite, id.value);
  }
  StoreResult<std::optional<AccountRow>> account_named(std::string_view name) override {
    return one(account_named_, account_of_sqlite, name);
  }
  StoreResult<std::optional<AccountRow>> owner_of(std::string_view key) override {
    return one(owner_, account_of_sqlite, as_bytes(key));
  }
  StoreResult<std::vector<AccountRow>> accounts_after(std::string_view after, std::string_view from,
                                                      std::size_t at_most) override {
    return all(accounts_after_, account_of_sqlite, after, from, at_most);
  }
  StoreResult<std::uint64_t> count_accounts() override { return count(count_accounts_); }

  StoreResult<bool> set_hash(CharacterId id, std::string_view hash) override;
  StoreResult<bool> replace_hash(CharacterId id, std::string_view before, std::string_view after) override;
  StoreResult<bool> set_tokens(CharacterId id, std::string_view hash, const ResumeTokens& tokens,
                               std::int64_t now_s) override;
  StoreResult<void> change_tokens(
      std::span<const TokenHash> shown, std::int64_t now_s,
      const std::function<std::vector<TokensRow>(const std::vector<TokensRow>&)>& change) override;
  StoreResult<void> end_tokens(CharacterId id) override {
    return in_transaction([&] { return remove_tokens_.run(id.value); });
  }
  StoreResult<std::uint64_t> remove_expired(std::int64_t now_s, std::size_t at_most) override;
  StoreResult<Erased> erase(CharacterId id) override;

  StoreResult<void> add_sanction(const SanctionRow& row, const NameKeys& keys) override;
  StoreResult<std::optional<SanctionRow>> remove_sanction(std::uint64_t id) override;
  StoreResult<std::vector<SanctionRow>> sanctions_after(std::uint64_t id, std::size_t at_most) override {
    return all(sanctions_after_, sanction_of_sqlite, id, at_most);
  }
  StoreResult<std::vector<SanctionRow>> sanctions_about(const NameKeys& keys, std::string_view address,
                                                        std::int64_t now_ms, std::size_t at_most) override {
    return all(sanctions_about_, sanction_of_sqlite, as_bytes(keys.first), as_bytes(keys.second), address,
               now_ms, at_most);
  }

  StoreResult<std::vector<std::pair<ThingId, Thing>>> first_things_of(const Holder& holder,
                                                                      std::size_t at_most) override;
  StoreResult<std::uint64_t> next_number() override { return count(next_number_); }
  StoreResult<std::uint64_t> count_tokens_without_account() override { return count(lost_tokens_); }
  StoreResult<void> for_each_account(const std::function<bool(const AccountRow&)>& function) override {
    all_accounts_.bind();
    return for_each_row(all_accounts_, [&] { return function(account_of_sqlite(all_accounts_)); });
  }
  StoreResult<void> for_each_key(
      const std::function<bool(std::string_view, CharacterId)>& function) override {
    all_keys_.bind();
    return for_each_row(all_keys_,
                        [&] { return function(all_keys_.text(0), {all_keys_.unsigned_number(1)}); });
  }

 private:
  /// Runs the function in a transaction. If it fails, nothing has changed.
  template <class Function>
  std::invoke_result_t<Function> in_transaction(Function function);
  /// Calls the function with each row of a statement, until it returns false.
  template <class Function>
  StoreResult<void> for_each_row(SqliteStatement& statement, Function function);
  /// Returns the first row, or nothing.
  template <class Row, class... Values>
  StoreResult<std::optional<Row>> one(SqliteStatement& statement, Row (*row_of)(SqliteStatement&),
                                      const Values&... values);
  /// Returns all rows.
  template <class Row, class... Values>
  StoreResult<std::vector<Row>> all(SqliteStatement& statement, Row (*row_of)(SqliteStatement&),
                                    const Values&... values);
  /// Returns the number in the first row.
  StoreResult<std::uint64_t> count(SqliteStatement& statement);
  StoreResult<void> put_tokens(const TokensRow& row) {
    return put_tokens_.run(row.account.value, Bytes(row.tokens.current.bytes), next_of(row.tokens),
                           row.tokens.expires_at_s);
  }

  SqliteDatabase& database_;
  const std::function<StoreResult<void>()> before_writing_;
  SqliteStatement begin_, commit_, roll_back_;
  SqliteStatement look_version_, set_look_version_, remove_keys_, set_sanction_keys_, all_names_;
  SqliteStatement account_, account_named_, owner_, accounts_after_, count_accounts_, all_accounts_;
  SqliteStatement add_account_, add_key_, all_keys_, remove_account_, remove_keys_of_;
  SqliteStatement set_hash_, set_login_;
  SqliteStatement tokens_shown_, put_tokens_, remove_tokens_, remove_expired_, lost_tokens_;
  SqliteStatement world_of_, empty_character_;
  SqliteStatement replace_sanction_, sanction_, remove_sanction_, sanctions_after_, sanctions_about_;
  SqliteStatement first_things_, next_number_;
};

StoreResult<void> SqliteAccounts::prepare() {
  const std::pair<SqliteStatement*, const char*> all_statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&roll_back_, "ROLLBACK"},
      {&look_version_, "SELECT version FROM looks"},
      {&set_look_version_, "UPDATE looks SET version = ?1"},
      {&remove_keys_, "DELETE FROM account_keys"},
      {&set_sanction_keys_, "UPDATE sanctions SET key = ?2, second_key = ?3 WHERE id = ?1"},
      {&all_names_, "SELECT id, name FROM sanctions WHERE name <> ''"},
      {&account_, MADANG_ACCOUNT_COLUMNS "WHERE a.id = ?1"},
      {&account_named_, MADANG_ACCOUNT_COLUMNS "WHERE a.name = ?1"},
      {&owner_, MADANG_ACCOUNT_COLUMNS "JOIN account_keys k ON k.account = a.id WHERE k.key = ?1"},
      {&accounts_after_,
       MADANG_ACCOUNT_COLUMNS "WHERE a.name > ?1 AND a.name >= ?2 ORDER BY a.name LIMIT ?3"},
      {&count_accounts_, "SELECT count(*) FROM accounts"},
      {&all_accounts_, MADANG_ACCOUNT_COLUMNS "ORDER BY a.id"},
      {&add_account_,
       "INSERT INTO accounts(id, name, hash, created_at_s, last_login_s) VALUES(?1, ?2, ?3, ?4, ?5)"},
      {&add_key_, "INSERT INTO account_keys(key, account) VALUES(?1, ?2)"},
      {&all_keys_, "SELECT key, account FROM account_keys ORDER BY key"},
      {&remove_account_, "DELETE FROM accounts WHERE id = ?1"},
      {&remove_keys_of_, "DELETE FROM account_keys WHERE account = ?1"},
      {&set_hash_, "UPDATE accounts SET hash = ?2 WHERE id = ?1"},
      {&set_login_, "UPDATE accounts SET last_login_s = ?2 WHERE id = ?1"},
      {&tokens_shown_, MADANG_TOKENS_COLUMNS "WHERE current_hash = ?1 UNION ALL " MADANG_TOKENS_COLUMNS
                                             "WHERE next_hash = ?1 AND next_hash <> x''"},
      {&put_tokens_,
       "INSERT INTO account_tokens(account, current_hash, next_hash, expires_at_s) VALUES(?1, ?2, ?3, ?4) "
       "ON CONFLICT(account) DO UPDATE SET current_hash = ?2, next_hash = ?3, expires_at_s = ?4"},
      {&remove_tokens_, "DELETE FROM account_tokens WHERE account = ?1"},
      {&remove_expired_,
       "DELETE FROM account_tokens WHERE account IN (SELECT account FROM account_tokens "
       "WHERE expires_at_s <= ?1 ORDER BY expires_at_s LIMIT ?2)"},
      {&lost_tokens_, "SELECT count(*) FROM account_tokens WHERE account NOT IN (SELECT id FROM accounts)"},
      {&world_of_, "SELECT world FROM characters WHERE id = ?1"},
      {&empty_character_, "UPDATE characters SET image = x'' WHERE id = ?1"},
      {&replace_sanction_,
       "INSERT INTO sanctions(id, kind, name, key, second_key, address, until_ms, reason, by_whom, "
       "added_at_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
       "ON CONFLICT(kind, name, address) DO UPDATE SET id = ?1, key = ?4, second_key = ?5, until_ms = ?7, "
       "reason = ?8, by_whom = ?9, added_at_ms = ?10"},
      {&sanction_, MADANG_SANCTION_COLUMNS "WHERE id = ?1"},
      {&remove_sanction_, "DELETE FROM sanctions WHERE id = ?1"},
      {&sanctions_after_, MADANG_SANCTION_COLUMNS "WHERE id > ?1 ORDER BY id LIMIT ?2"},
      {&sanctions_about_, MADANG_SANCTION_COLUMNS
       "WHERE id IN (SELECT id FROM sanctions WHERE key IN (?1, ?2) AND key <> x'' "
       "UNION ALL SELECT id FROM sanctions WHERE second_key IN (?1, ?2) AND second_key <> x'' "
       "UNION ALL SELECT id FROM sanctions WHERE address = ?3 AND address <> '') "
       "AND until_ms > ?4 ORDER BY id LIMIT ?5"},
      {&first_things_, "SELECT id, kind FROM things WHERE holder = ?1 ORDER BY id LIMIT ?2"},
      {&next_number_, "SELECT next FROM numbers"},
  };
  for (const auto& [statement, sql] : all_statements) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    *statement = std::move(*prepared);
  }
  return {};
}

template <class Function>
std::invoke_result_t<Function> SqliteAccounts::in_transaction(Function function) {
  MADANG_TRY(before_writing_());
  MADANG_TRY(begin_.run());
  auto result = function();
  if (result) {
    auto committed = commit_.run();
    if (committed) return result;
    result = std::unexpected(std::move(committed.error()));
  }
  static_cast<void>(roll_back_.run());
  return result;
}

template <class Function>
StoreResult<void> SqliteAccounts::for_each_row(SqliteStatement& statement, Function function) {
  while (true) {
    auto row = statement.step();
    if (row && *row && function()) continue;
    statement.reset();
    if (!row) return std::unexpected(std::move(row.error()));
    return {};
  }
}

template <class Row, class... Values>
StoreResult<std::optional<Row>> SqliteAccounts::one(SqliteStatement& statement,
                                                    Row (*row_of)(SqliteStatement&),
                                                    const Values&... values) {
  std::optional<Row> row;
  statement.bind(values...);
  MADANG_TRY(for_each_row(statement, [&] {
    row = row_of(statement);
    return false;
  }));
  return row;
}

template <class Row, class... Values>
StoreResult<std::vector<Row>> SqliteAccounts::all(SqliteStatement& statement, Row (*row_of)(SqliteStatement&),
                                                  const Values&... values) {
  std::vector<Row> rows;
  statement.bind(values...);
  MADANG_TRY(for_each_row(statement, [&] {
    rows.push_back(row_of(statement));
    return true;
  }));
  return rows;
}

StoreResult<std::uint64_t> SqliteAccounts::count(SqliteStatement& statement) {
  std::uint64_t count = 0;
  statement.bind();
  MADANG_TRY(for_each_row(statement, [&] {
    count = statement.unsigned_number(0);
    return false;
  }));
  return count;
}

StoreResult<std::uint32_t> SqliteAccounts::look_version() {
  auto version = count(look_version_);
  if (!version) return std::unexpected(std::move(version.error()));
  return static_cast<std::uint32_t>(*version);
}

StoreResult<std::vector<NameCollision>> SqliteAccounts::renew_keys(
    std::uint32_t version, const std::function<NameKeys(std::string_view)>& keys_of) {
  return in_transaction([&]() -> StoreResult<std::vector<NameCollision>> {
    std::vector<NameCollision> collisions;
    auto stored = look_version();
    if (!stored) return std::unexpected(std::move(stored.error()));
    if (*stored == version) return collisions;
    MADANG_TRY(remove_keys_.run());
    std::map<std::string, CharacterId, std::less<>> owners;
    StoreResult<void> added;
    MADANG_TRY(for_each_account([&](const AccountRow& row) {
      const NameKeys keys = keys_of(row.name);
      for (const std::string& key : {keys.first, keys.second}) {
        const auto [owner, is_new] = owners.emplace(key, row.id);
        if (is_new) added = add_key_.run(as_bytes(key), row.id.value);
        if (!added) return false;
        const NameCollision collision{row.id, owner->second};
        if (owner->second != row.id && (collisions.empty() || collisions.back() != collision))
          collisions.push_back(collision);
      }
      return true;
    }));
    if (!added) return std::unexpected(std::move(added.error()));
    std::vector<std::pair<std::uint64_t, std::string>> sanctions;
    all_names_.bind();
    MADANG_TRY(for_each_row(all_names_, [&] {
      sanctions.emplace_back(all_names_.unsigned_number(0), all_names_.text(1));
      return true;
    }));
    for (const auto& [id, name] : sanctions) {
      const NameKeys keys = keys_of(name);
      MADANG_TRY(set_sanction_keys_.run(id, as_bytes(keys.first), as_bytes(keys.second)));
    }
    MADANG_TRY(set_look_version_.run(version));
    return collisions;
  });
}

StoreResult<AccountTables::Added> SqliteAccounts::add(const AccountRow& row, const NameKeys& keys,
                                                      std::uint32_t version) {
  return in_transaction([&]() -> StoreResult<Added> {
    auto stored = look_version();
    if (!stored) return std::unexpected(std::move(stored.error()));
    if (*stored != version) return Added::other_look_version;
    auto same = account(row.id);
    if (!same) return std::unexpected(std::move(same.error()));
    if (*same) return Added::added;
    auto named = account_named(row.name);
    if (!named) return std::unexpected(std::move(named.error()));
    if (*named) return Added::taken;
    for (const std::string_view key : {keys.first, keys.second}) {
      auto owner = owner_of(key);
      if (!owner) return std::unexpected(std::move(owner.error()));
      if (*owner) return Added::taken;
    }
    MADANG_TRY(add_account_.run(row.id.value, std::string_view(row.name), std::string_view(row.password_hash),
                                row.created_at_s, row.last_login_s));
    MADANG_TRY(add_key_.run(as_bytes(keys.first), row.id.value));
    if (keys.second != keys.first) MADANG_TRY(add_key_.run(as_bytes(keys.second), row.id.value));
    return Added::added;
  });
}

StoreResult<bool> SqliteAccounts::set_hash(CharacterId id, std::string_view hash) {
  return in_transaction([&]() -> StoreResult<bool> {
    auto row = account(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return false;
    MADANG_TRY(set_hash_.run(id.value, hash));
    MADANG_TRY(remove_tokens_.run(id.value));
    return true;
  });
}

StoreResult<bool> SqliteAccounts::replace_hash(CharacterId id, std::string_view before,
                                               std::string_view after) {
  return in_transaction([&]() -> StoreResult<bool> {
    auto row = account(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return false;
    if ((*row)->password_hash != before) return (*row)->password_hash == after;
    MADANG_TRY(set_hash_.run(id.value, after));
    return true;
  });
}

StoreResult<bool> SqliteAccounts::set_tokens(CharacterId id, std::string_view hash,
                                             const ResumeTokens& tokens, std::int64_t now_s) {
  return in_transaction([&]() -> StoreResult<bool> {
    auto row = account(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row || (*row)->password_hash != hash) return false;
    MADANG_TRY(put_tokens({id, tokens}));
    MADANG_TRY(set_login_.run(id.value, now_s));
    return true;
  });
}

StoreResult<void> SqliteAccounts::change_tokens(
    std::span<const TokenHash> shown, std::int64_t now_s,
    const std::function<std::vector<TokensRow>(const std::vector<TokensRow>&)>& change) {
  return in_transaction([&]() -> StoreResult<void> {
    std::map<CharacterId, TokensRow> found;
    for (const TokenHash& hash : shown) {
      auto rows = all(tokens_shown_, tokens_of_sqlite, Bytes(hash.bytes));
      if (!rows) return std::unexpected(std::move(rows.error()));
      for (const TokensRow& row : *rows) found.emplace(row.account, row);
    }
    std::vector<TokensRow> sorted;
    for (const auto& [id, row] : found) sorted.push_back(row);
    for (const TokensRow& row : change(sorted)) {
      MADANG_TRY(put_tokens(row));
      MADANG_TRY(set_login_.run(row.account.value, now_s));
    }
    return {};
  });
}

StoreResult<std::uint64_t> SqliteAccounts::remove_expired(std::int64_t now_s, std::size_t at_most) {
  return in_transaction([&]() -> StoreResult<std::uint64_t> {
    MADANG_TRY(remove_expired_.run(now_s, at_most));
    return static_cast<std::uint64_t>(sqlite3_changes64(database_.handle()));
  });
}

StoreResult<Erased> SqliteAccounts::erase(CharacterId id) {
  return in_transaction([&]() -> StoreResult<Erased> {
    auto row = account(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return Erased::no_account;
    bool is_in_world = false;
    world_of_.bind(id.value);
    MADANG_TRY(for_each_row(world_of_, [&] {
      is_in_world = world_of_.number(0) != 0;
      return false;
    }));
    if (is_in_world) return Erased::in_world;
    for (SqliteStatement* statement :
         {&remove_account_, &remove_keys_of_, &remove_tokens_, &empty_character_})
      MADANG_TRY(statement->run(id.value));
    return Erased::erased;
  });
}

StoreResult<void> SqliteAccounts::add_sanction(const SanctionRow& row, const NameKeys& keys) {
  return in_transaction([&] {
    return replace_sanction_.run(row.id, static_cast<int>(row.kind), std::string_view(row.name),
                                 as_bytes(keys.first), as_bytes(keys.second), std::string_view(row.address),
                                 row.until_ms, std::string_view(row.reason), std::string_view(row.by),
                                 row.added_at_ms);
  });
}

StoreResult<std::optional<SanctionRow>> SqliteAccounts::remove_sanction(std::uint64_t id) {
  return in_transaction([&]() -> StoreResult<std::optional<SanctionRow>> {
    auto row = one(sanction_, sanction_of_sqlite, id);
    if (row && *row) MADANG_TRY(remove_sanction_.run(id));
    return row;
  });
}

StoreResult<std::vector<std::pair<ThingId, Thing>>> SqliteAccounts::first_things_of(const Holder& holder,
                                                                                    std::size_t at_most) {
  std::vector<std::pair<ThingId, Thing>> rows;
  const HolderBytes bytes = bytes_of(holder);
  first_things_.bind(Bytes(bytes), at_most);
  MADANG_TRY(for_each_row(first_things_, [&] {
    rows.emplace_back(id_in(first_things_.blob(0)),
                      Thing{static_cast<KindId>(first_things_.number(1)), holder});
    return true;
  }));
  return rows;
}

#undef MADANG_ACCOUNT_COLUMNS
#undef MADANG_TOKENS_COLUMNS
#undef MADANG_SANCTION_COLUMNS

}  // namespace

StoreResult<std::unique_ptr<AccountTables>> prepare_sqlite_accounts(
    SqliteDatabase& database, std::function<StoreResult<void>()> before_writing) {
  auto tables = std::make_unique<SqliteAccounts>(database, std::move(before_writing));
  MADANG_TRY(tables->prepare());
  return tables;
}

}  // namespace madang::keeper
