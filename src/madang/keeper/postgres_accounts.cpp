#include "madang/keeper/postgres_accounts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "madang/keeper/postgres_account_statements.h"
#include "madang/keeper/postgres_commit.h"
#include "madang/keeper/stored_values.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

AccountRow account_of_postgres(const PostgresRows& rows, int row) {
  return {{rows.unsigned_number(row, 0)},
          std::string(rows.text(row, 1)),
          std::string(rows.text(row, 2)),
          rows.number(row, 3),
          rows.number(row, 4)};
}

SanctionRow sanction_of_postgres(const PostgresRows& rows, int row) {
  return {rows.unsigned_number(row, 0),
          static_cast<SanctionKind>(rows.number(row, 1)),
          std::string(rows.text(row, 2)),
          std::string(rows.text(row, 3)),
          rows.number(row, 4),
          std::string(rows.text(row, 5)),
          std::string(rows.text(row, 6)),
          rows.number(row, 7)};
}

TokensRow tokens_of_postgres(const PostgresRows& rows, int row) {
  TokensRow tokens{
      {rows.unsigned_number(row, 0)},
      {.current = {hash_in(rows.bytes(row, 1)).bytes}, .next = {}, .expires_at_s = rows.number(row, 3)}};
  if (!rows.bytes(row, 2).empty()) tokens.tokens.next = TokenHash{hash_in(rows.bytes(row, 2)).bytes};
  return tokens;
}

void send_tokens(PostgresConnection& connection, std::span<const TokensRow> changed, std::int64_t now_s) {
  Numbers accounts, ends;
  ByteStrings current, next;
  for (const TokensRow& row : changed) {
    accounts.add(row.account.value);
    current.add(Bytes(row.tokens.current.bytes));
    next.add(row.tokens.next ? Bytes(row.tokens.next->bytes) : Bytes());
    ends.add(row.tokens.expires_at_s);
  }
  connection.send(sql::put_tokens, accounts, current, next, ends);
  connection.send(sql::set_logins, accounts, now_s);
}

class PostgresAccounts final : public AccountTables {
 public:
  explicit PostgresAccounts(PostgresLine& line) : line_(line) {}

  StoreResult<std::uint32_t> look_version() override;
  StoreResult<std::vector<NameCollision>> renew_keys(
      std::uint32_t look_version, const std::function<NameKeys(std::string_view)>& keys_of) override;
  StoreResult<Added> add(const AccountRow& row, const NameKeys& keys, std::uint32_t look_version) override;
  StoreResult<std::optional<AccountRow>> account(CharacterId id) override {
    return first(line_.read(sql::account, id.value), account_of_postgres);
  }
  StoreResult<std::optional<AccountRow>> account_named(std::string_view name) override {
    return first(line_.read(sql::account_named, name), account_of_postgres);
  }
  StoreResult<std::optional<AccountRow>> owner_of(std::string_view key) override {
    return first(line_.read(sql::owner_of_key, as_bytes(key)), account_of_postgres);
  }
  StoreResult<std::vector<AccountRow>> accounts_after(std::string_view after, std::string_view from,
                                                      std::size_t at_most) override {
    return all(line_.read(sql::accounts_after, after, from, at_most), account_of_postgres);
  }
  StoreResult<std::uint64_t> count_accounts() override { return number(sql::count_accounts); }

  StoreResult<bool> set_hash(CharacterId id, std::string_view hash) override;
  StoreResult<bool> replace_hash(CharacterId id, std::string_view before, std::string_view after) override;
  StoreResult<bool> set_tokens(CharacterId id, std::string_view hash, const ResumeTokens& tokens,
                               std::int64_t now_s) override;
  StoreResult<void> change_tokens(
      std::span<const TokenHash> shown, std::int64_t now_s,
      const std::function<std::vector<TokensRow>(const std::vector<TokensRow>&)>& change) override;
  StoreResult<void> end_tokens(CharacterId id) override;
  StoreResult<std::uint64_t> remove_expired(std::int64_t now_s, std::size_t at_most) override;
  StoreResult<Erased> erase(CharacterId id) override;

  StoreResult<void> add_sanction(const SanctionRow& row, const NameKeys& keys) override;
  StoreResult<std::optional<SanctionRow>> remove_sanction(std::uint64_t id) override;
  StoreResult<std::vector<SanctionRow>> sanctions_after(std::uint64_t id, std::size_t at_most) override {
    return all(line_.read(sql::sanctions_after, id, at_most), sanction_of_postgres);
  }
  StoreResult<std::vector<SanctionRow>> sanctions_about(const NameKeys& keys, std::string_view address,
                                                        std::int64_t now_ms, std::size_t at_most) override {
    return all(line_.read(sql::sanctions_about, as_bytes(keys.first), as_bytes(keys.second), address, now_ms,
                          at_most),
               sanction_of_postgres);
  }

  StoreResult<std::vector<std::pair<ThingId, Thing>>> first_things_of(const Holder& holder,
                                                                      std::size_t at_most) override;
  StoreResult<std::uint64_t> next_number() override { return number(sql::next_number); }
  StoreResult<std::uint64_t> count_tokens_without_account() override {
    return number(sql::count_lost_tokens);
  }
  StoreResult<void> for_each_account(const std::function<bool(const AccountRow&)>& function) override;
  StoreResult<void> for_each_key(const std::function<bool(std::string_view, CharacterId)>& function) override;

 private:
  /// Runs a transaction, also twice. If a commit broke and nobody could be asked later, the fault is
  /// unknown_outcome.
  template <class Function>
  std::invoke_result_t<Function> in_transaction(Function function);
  /// Sends COMMIT with what was sent before it.
  StoreResult<void> commit();
  /// Begins a transaction that locks and reads an account.
  StoreResult<std::optional<AccountRow>> begin_with(CharacterId id);
  /// Ends a transaction that has changed nothing.
  template <class T>
  T without_change(T result) {
    line_.roll_back();
    return result;
  }

  StoreResult<std::vector<NameCollision>> renew_keys_once(
      std::uint32_t version, const std::function<NameKeys(std::string_view)>& keys_of);
  StoreResult<std::uint64_t> number(const PostgresStatement& statement);
  template <class Row>
  static StoreResult<std::optional<Row>> first(StoreResult<PostgresRows> rows,
                                               Row (*row_of)(const PostgresRows&, int));
  template <class Row>
  static StoreResult<std::vector<Row>> all(StoreResult<PostgresRows> rows,
                                           Row (*row_of)(const PostgresRows&, int));

  PostgresLine& line_;
  bool has_commit_broken_ = false;  ///< in the present transaction
};

template <class Function>
std::invoke_result_t<Function> PostgresAccounts::in_transaction(Function function) {
  has_commit_broken_ = false;
  auto result = line_.in_transaction(function);
  if (result || !has_commit_broken_) return result;
  StoreError& error = result.error();
  if (error.fault == StoreFault::unreachable || error.fault == StoreFault::try_again) {
    error.fault = StoreFault::unknown_outcome;
    error.text += "; whether the change was stored is unknown";
  }
  return result;
}

StoreResult<void> PostgresAccounts::commit() {
  auto done = line_.run_and_commit();
  if (!done && done.error().fault == StoreFault::unreachable) has_commit_broken_ = true;
  return done;
}

StoreResult<std::optional<AccountRow>> PostgresAccounts::begin_with(CharacterId id) {
  line_.connection().send(sql::begin);
  line_.connection().send(sql::lock_account, id.value);
  auto answers = line_.connection().run();
  if (!answers) return std::unexpected(std::move(answers.error()));
  if (answers->back().size() == 0) return std::nullopt;
  return account_of_postgres(answers->back(), 0);
}

StoreResult<std::uint64_t> PostgresAccounts::number(const PostgresStatement& statement) {
  auto rows = line_.read(statement);
  if (!rows) return std::unexpected(std::move(rows.error()));
  return rows->size() == 0 ? 0 : rows->unsigned_number(0, 0);
}

template <class Row>
StoreResult<std::optional<Row>> PostgresAccounts::first(StoreResult<PostgresRows> rows,
                                                        Row (*row_of)(const PostgresRows&, int)) {
  if (!rows) return std::unexpected(std::move(rows.error()));
  if (rows->size() == 0) return std::nullopt;
  return row_of(*rows, 0);
}

template <class Row>
StoreResult<std::vector<Row>> PostgresAccounts::all(StoreResult<PostgresRows> rows,
                                                    Row (*row_of)(const PostgresRows&, int)) {
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<Row> read;
  for (int row = 0; row < rows->size(); ++row) read.push_back(row_of(*rows, row));
  return read;
}

StoreResult<std::uint32_t> PostgresAccounts::look_version() {
  auto version = number(sql::look_version);
  if (!version) return std::unexpected(std::move(version.error()));
  return static_cast<std::uint32_t>(*version);
}

StoreResult<std::vector<NameCollision>> PostgresAccounts::renew_keys(
    std::uint32_t version, const std::function<NameKeys(std::string_view)>& keys_of) {
  // A commit whose outcome is unknown must not lose the collisions: the next attempt finds nothing to do.
  std::vector<NameCollision> collisions;
  return in_transaction([&]() -> StoreResult<std::vector<NameCollision>> {
    auto once = renew_keys_once(version, keys_of);
    if (!once) return once;
    if (!once->empty()) collisions = std::move(*once);
    MADANG_TRY(commit());
    return collisions;
  });
}

StoreResult<std::vector<NameCollision>> PostgresAccounts::renew_keys_once(
    std::uint32_t version, const std::function<NameKeys(std::string_view)>& keys_of) {
  PostgresConnection& connection = line_.connection();
  std::vector<NameCollision> collisions;
  connection.send(sql::begin);
  connection.send(sql::lock_look_version);
  connection.send(sql::sanctions_named);
  auto answers = connection.run();
  if (!answers) return std::unexpected(std::move(answers.error()));
  if ((*answers)[1].size() == 1 && (*answers)[1].number(0, 0) == version) return collisions;
  const PostgresRows& sanctions = answers->back();
  Numbers ids;
  ByteStrings firsts, seconds;
  for (int row = 0; row < sanctions.size(); ++row) {
    const NameKeys keys = keys_of(sanctions.text(row, 1));
    ids.add(sanctions.number(row, 0));
    firsts.add(as_bytes(keys.first));
    seconds.add(as_bytes(keys.second));
  }
  connection.send(sql::set_sanction_keys, ids, firsts, seconds);
  connection.send(sql::remove_keys);
  connection.send(sql::set_look_version, version);
  std::map<std::string, CharacterId, std::less<>> owners;
  for (std::uint64_t last = 0;;) {
    connection.send(sql::accounts_by_id, last);
    auto page = connection.run();
    if (!page) return std::unexpected(std::move(page.error()));
    const PostgresRows& rows = page->back();
    if (rows.size() == 0) return collisions;
    ByteStrings added;
    Numbers added_owners;
    for (int row = 0; row < rows.size(); ++row) {
      const AccountRow found = account_of_postgres(rows, row);
      const NameKeys keys = keys_of(found.name);
      for (const std::string& key : {keys.first, keys.second}) {
        const auto [owner, is_new] = owners.emplace(key, found.id);
        if (is_new) {
          added.add(as_bytes(key));
          added_owners.add(found.id.value);
        }
        const NameCollision collision{found.id, owner->second};
        if (owner->second != found.id && (collisions.empty() || collisions.back() != collision))
          collisions.push_back(collision);
      }
      last = found.id.value;
    }
    connection.send(sql::add_keys, added, added_owners);
  }
}

StoreResult<AccountTables::Added> PostgresAccounts::add(const AccountRow& row, const NameKeys& keys,
                                                        std::uint32_t version) {
  return in_transaction([&]() -> StoreResult<Added> {
    PostgresConnection& connection = line_.connection();
    connection.send(sql::begin);
    connection.send(sql::hold_look_version);
    connection.send(sql::account, row.id.value);
    connection.send(sql::is_taken, std::string_view(row.name), as_bytes(keys.first), as_bytes(keys.second));
    auto answers = connection.run();
    if (!answers) return std::unexpected(std::move(answers.error()));
    const PostgresRows& looks = (*answers)[1];
    if (looks.size() != 1 || looks.number(0, 0) != version) return without_change(Added::other_look_version);
    if ((*answers)[2].size() > 0) return without_change(Added::added);  // by an earlier attempt
    if ((*answers)[3].number(0, 0) != 0) return without_change(Added::taken);
    ByteStrings added;
    Numbers owners;
    added.add(as_bytes(std::min(keys.first, keys.second)));  // in one order, so that there is no deadlock
    owners.add(row.id.value);
    if (keys.first != keys.second) {
      added.add(as_bytes(std::max(keys.first, keys.second)));
      owners.add(row.id.value);
    }
    connection.send(sql::add_account, row.id.value, std::string_view(row.name),
                    std::string_view(row.password_hash), row.created_at_s, row.last_login_s);
    connection.send(sql::add_keys, added, owners);
    // A key that another server adds at this moment gives try_again. The next attempt finds it.
    MADANG_TRY(commit());
    return Added::added;
  });
}

StoreResult<bool> PostgresAccounts::set_hash(CharacterId id, std::string_view hash) {
  return in_transaction([&]() -> StoreResult<bool> {
    auto row = begin_with(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return without_change(false);
    line_.connection().send(sql::set_hash, id.value, hash);
    line_.connection().send(sql::remove_tokens, id.value);
    MADANG_TRY(commit());
    return true;
  });
}

StoreResult<bool> PostgresAccounts::replace_hash(CharacterId id, std::string_view before,
                                                 std::string_view after) {
  return in_transaction([&]() -> StoreResult<bool> {
    auto row = begin_with(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return without_change(false);
    if ((*row)->password_hash != before) return without_change((*row)->password_hash == after);
    line_.connection().send(sql::set_hash, id.value, after);
    MADANG_TRY(commit());
    return true;
  });
}

StoreResult<bool> PostgresAccounts::set_tokens(CharacterId id, std::string_view hash,
                                               const ResumeTokens& tokens, std::int64_t now_s) {
  return in_transaction([&]() -> StoreResult<bool> {
    auto row = begin_with(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row || (*row)->password_hash != hash) return without_change(false);
    const TokensRow tokens_row{id, tokens};
    send_tokens(line_.connection(), {&tokens_row, 1}, now_s);
    MADANG_TRY(commit());
    return true;
  });
}

StoreResult<void> PostgresAccounts::change_tokens(
    std::span<const TokenHash> shown, std::int64_t now_s,
    const std::function<std::vector<TokensRow>(const std::vector<TokensRow>&)>& change) {
  ByteStrings hashes;
  for (const TokenHash& hash : shown) hashes.add(Bytes(hash.bytes));
  return in_transaction([&]() -> StoreResult<void> {
    line_.connection().send(sql::begin);
    line_.connection().send(sql::lock_tokens, hashes);
    auto answers = line_.connection().run();
    if (!answers) return std::unexpected(std::move(answers.error()));
    std::vector<TokensRow> found;
    for (int row = 0; row < answers->back().size(); ++row)
      found.push_back(tokens_of_postgres(answers->back(), row));
    const std::vector<TokensRow> changed = change(found);
    if (changed.empty()) return without_change(StoreResult<void>());
    send_tokens(line_.connection(), changed, now_s);
    return commit();
  });
}

StoreResult<void> PostgresAccounts::end_tokens(CharacterId id) {
  return in_transaction([&]() -> StoreResult<void> {
    auto row = begin_with(id);
    if (!row) return std::unexpected(std::move(row.error()));
    line_.connection().send(sql::remove_tokens, id.value);
    return commit();
  });
}

StoreResult<std::uint64_t> PostgresAccounts::remove_expired(std::int64_t now_s, std::size_t at_most) {
  auto rows = line_.read(sql::remove_expired, now_s, at_most);
  if (!rows) return std::unexpected(std::move(rows.error()));
  return static_cast<std::uint64_t>(rows->size());
}

StoreResult<Erased> PostgresAccounts::erase(CharacterId id) {
  bool was_there = false;  // an id is given once: what was there and is gone was erased
  return in_transaction([&]() -> StoreResult<Erased> {
    auto row = begin_with(id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return without_change(was_there ? Erased::erased : Erased::no_account);
    was_there = true;
    PostgresConnection& connection = line_.connection();
    connection.send(sql::lock_world_of_character, id.value);
    auto world = connection.run();
    if (!world) return std::unexpected(std::move(world.error()));
    if (world->back().size() > 0 && world->back().number(0, 0) != 0) return without_change(Erased::in_world);
    for (const PostgresStatement& statement :
         {sql::remove_account, sql::remove_keys_of, sql::remove_tokens, sql::empty_character})
      connection.send(statement, id.value);
    MADANG_TRY(commit());
    return Erased::erased;
  });
}

StoreResult<void> PostgresAccounts::add_sanction(const SanctionRow& row, const NameKeys& keys) {
  return in_transaction([&]() -> StoreResult<void> {
    PostgresConnection& connection = line_.connection();
    connection.send(sql::begin);
    connection.send(sql::put_sanction, row.id, static_cast<int>(row.kind), std::string_view(row.name),
                    as_bytes(keys.first), as_bytes(keys.second), std::string_view(row.address), row.until_ms,
                    std::string_view(row.reason), std::string_view(row.by), row.added_at_ms);
    return commit();
  });
}

StoreResult<std::optional<SanctionRow>> PostgresAccounts::remove_sanction(std::uint64_t id) {
  std::optional<SanctionRow> removed;  // by an earlier attempt, perhaps
  return in_transaction([&]() -> StoreResult<std::optional<SanctionRow>> {
    PostgresConnection& connection = line_.connection();
    connection.send(sql::begin);
    connection.send(sql::lock_sanction, id);
    auto answers = connection.run();
    if (!answers) return std::unexpected(std::move(answers.error()));
    if (answers->back().size() == 0) return without_change(removed);
    removed = sanction_of_postgres(answers->back(), 0);
    connection.send(sql::remove_sanction, id);
    MADANG_TRY(commit());
    return removed;
  });
}

StoreResult<std::vector<std::pair<ThingId, Thing>>> PostgresAccounts::first_things_of(const Holder& holder,
                                                                                      std::size_t at_most) {
  auto rows = line_.read(sql::first_things_of, Bytes(bytes_of(holder)), at_most);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<std::pair<ThingId, Thing>> things;
  for (int row = 0; row < rows->size(); ++row)
    things.emplace_back(id_in(rows->bytes(row, 0)), Thing{kind_in(*rows, row, 1), holder});
  return things;
}

StoreResult<void> PostgresAccounts::for_each_account(const std::function<bool(const AccountRow&)>& function) {
  for (std::int64_t last = 0;;) {
    auto rows = line_.read(sql::accounts_by_id, last);
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (rows->size() == 0) return {};
    for (int row = 0; row < rows->size(); ++row)
      if (!function(account_of_postgres(*rows, row))) return {};
    last = rows->number(rows->size() - 1, 0);
  }
}

StoreResult<void> PostgresAccounts::for_each_key(
    const std::function<bool(std::string_view, CharacterId)>& function) {
  std::vector<std::byte> last;
  while (true) {
    auto rows = line_.read(sql::keys_after, Bytes(last));
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (rows->size() == 0) return {};
    for (int row = 0; row < rows->size(); ++row)
      if (!function(rows->text(row, 0), {rows->unsigned_number(row, 1)})) return {};
    last = copy_of(rows->bytes(rows->size() - 1, 0));
  }
}

}  // namespace

std::unique_ptr<AccountTables> postgres_accounts(PostgresLine& line) {
  return std::make_unique<PostgresAccounts>(line);
}

}  // namespace madang::keeper
