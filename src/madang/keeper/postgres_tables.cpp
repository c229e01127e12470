#include "madang/keeper/postgres_tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "madang/keeper/account_tables.h"
#include "madang/keeper/postgres_accounts.h"
#include "madang/keeper/postgres_commit.h"
#include "madang/keeper/postgres_line.h"
#include "madang/keeper/stored_values.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

class PostgresTables final : public Tables {
 public:
  PostgresTables(const std::string& address, const PostgresSettings& settings)
      : line_(address, settings), accounts_(postgres_accounts(line_)) {}

  StoreResult<void> open() { return line_.open(); }

  StoreResult<std::vector<Kind>> kinds() override;
  StoreResult<void> add_kinds(std::span<const Kind> kinds) override;
  StoreResult<WorldRow> lease(std::string_view world_name) override;
  StoreResult<std::uint64_t> reserve_numbers(std::uint64_t count) override;

  StoreResult<Answer> begin(const Query& query) override;
  StoreResult<void> commit(const Changes& changes) override;
  void roll_back() override { line_.roll_back(); }
  StoreResult<void> at_one_moment(const std::function<StoreResult<void>()>& function) override {
    return line_.at_one_moment(function);
  }

  StoreResult<std::vector<WorldRow>> worlds() override;
  StoreResult<bool> is_done(TransferId id) override;
  StoreResult<std::optional<CharacterRow>> character(CharacterId id) override;
  StoreResult<std::vector<CharacterRow>> characters_in(WorldId world) override;
  StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> holdings_of(const Holder& holder) override;
  StoreResult<std::vector<std::pair<ThingId, Thing>>> things_of(const Holder& holder) override;
  StoreResult<void> for_each_holding(
      const std::function<bool(const HoldingKey&, std::int64_t)>& function) override;
  StoreResult<void> for_each_thing(
      const std::function<bool(const ThingId&, const Thing&)>& function) override;
  StoreResult<void> for_each_entry(WorldId world, std::uint64_t first,
                                   const std::function<bool(const JournalEntry&)>& function) override;
  StoreResult<std::uint64_t> count_characters() override;
  AccountTables& accounts() override { return *accounts_; }
  StoreResult<void> back_up(const std::string& path) override {
    return refused(
        StoreFault::cannot_back_up,
        fmt::format("{}: no backup was made: PostgreSQL has tools of its own for that, such as pg_dump",
                    path));
  }

 private:
  PostgresLine line_;
  std::unique_ptr<AccountTables> accounts_;
  PostgresFound found_;  ///< by the last `begin`
};

StoreResult<std::vector<Kind>> PostgresTables::kinds() {
  auto rows = line_.read(sql::kinds);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<Kind> kinds;
  for (int row = 0; row < rows->size(); ++row)
    kinds.push_back({kind_in(*rows, row, 0), std::string(rows->text(row, 1)), rows->number(row, 2) != 0});
  return kinds;
}

StoreResult<void> PostgresTables::add_kinds(std::span<const Kind> added) {
  Numbers ids, is_single;
  Texts names;
  for (const Kind& kind : added) {
    ids.add(kind.id);
    names.add(std::string_view(kind.name));
    is_single.add(kind.is_single ? 1 : 0);
  }
  MADANG_TRY(line_.read(sql::add_kinds, ids, names, is_single));
  // Another server may have added other ones in the same moment.
  auto stored = kinds();
  if (!stored) return std::unexpected(std::move(stored.error()));
  for (const Kind& kind : added)
    if (std::ranges::find(*stored, kind) == stored->end())
      return std::unexpected(
          StoreError{StoreFault::other_kinds,
                     fmt::format("kind {} is not \"{}\" in the store: another server has just added it",
                                 kind.id, kind.name),
                     {}});
  return {};
}

StoreResult<WorldRow> PostgresTables::lease(std::string_view world_name) {
  // In two round trips. When the connection breaks, the old transaction has the lock of the row until it
  // ends. So the repetition waits for it, and its epoch is the higher one.
  return line_.in_transaction([&]() -> StoreResult<WorldRow> {
    line_.connection().send(sql::begin);
    line_.connection().send(sql::add_world, world_name, Bytes(Hash{}.bytes));
    line_.connection().send(sql::lock_world_named, world_name);
    auto answers = line_.connection().run();
    if (!answers) return std::unexpected(std::move(answers.error()));
    if (answers->back().size() != 1)
      return line_.connection().error(StoreFault::try_again, "the world was removed meanwhile");
    WorldRow row = world_in(answers->back(), 0);
    line_.connection().send(sql::set_epoch, row.id.value, ++row.epoch);
    MADANG_TRY(line_.run_and_commit());
    return row;
  });
}

StoreResult<std::uint64_t> PostgresTables::reserve_numbers(std::uint64_t count) {
  auto rows = line_.read(sql::take_numbers, count, numbers_end);  // done twice, it leaves out some numbers
  if (!rows) return std::unexpected(std::move(rows.error()));
  if (rows->size() != 1)
    return refused(StoreFault::damaged,
                   "there are no numbers any more in the database, or their row is gone");
  return rows->unsigned_number(0, 0);
}

StoreResult<Answer> PostgresTables::begin(const Query& query) {
  return line_.repeated([&]() -> StoreResult<Answer> {
    send_begin(line_.connection(), query);
    auto answers = line_.connection().run();
    if (answers) return answer_of(*answers, query, found_);
    if (answers.error().fault != StoreFault::unreachable) roll_back();
    return std::unexpected(std::move(answers.error()));
  });
}

StoreResult<void> PostgresTables::commit(const Changes& changes) {
  send_changes(line_.connection(), changes, found_);
  auto committed = line_.run_and_commit();
  if (committed) return committed;
  StoreError& error = committed.error();
  if (error.fault == StoreFault::unreachable) {
    line_.close();
    error.fault = StoreFault::unknown_outcome;
    error.text += "; whether the commit was stored is unknown";
  } else {
    roll_back();
  }
  return committed;
}

StoreResult<std::vector<WorldRow>> PostgresTables::worlds() {
  auto rows = line_.read(sql::worlds);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<WorldRow> worlds;
  for (int row = 0; row < rows->size(); ++row) worlds.push_back(world_in(*rows, row));
  return worlds;
}

StoreResult<bool> PostgresTables::is_done(TransferId id) {
  auto rows = line_.read(sql::is_done, Bytes(bytes_of(id)));
  if (!rows) return std::unexpected(std::move(rows.error()));
  return rows->number(0, 0) != 0;
}

StoreResult<std::optional<CharacterRow>> PostgresTables::character(CharacterId id) {
  auto rows = line_.read(sql::character, id.value);
  if (!rows) return std::unexpected(std::move(rows.error()));
  if (rows->size() == 0) return std::nullopt;
  return character_in(*rows, 0, rows->bytes(0, 4));
}

StoreResult<std::vector<CharacterRow>> PostgresTables::characters_in(WorldId world) {
  auto rows = line_.read(sql::characters_in, world.value);
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<CharacterRow> characters;
  for (int row = 0; row < rows->size(); ++row)
    characters.push_back(character_in(*rows, row, rows->bytes(row, 4)));
  return characters;
}

StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> PostgresTables::holdings_of(
    const Holder& holder) {
  auto rows = line_.read(sql::holdings_of, Bytes(bytes_of(holder)));
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<std::pair<HoldingKey, std::int64_t>> holdings;
  for (int row = 0; row < rows->size(); ++row)
    holdings.emplace_back(HoldingKey{holder, kind_in(*rows, row, 0)}, rows->number(row, 1));
  return holdings;
}

StoreResult<std::vector<std::pair<ThingId, Thing>>> PostgresTables::things_of(const Holder& holder) {
  auto rows = line_.read(sql::things_of, Bytes(bytes_of(holder)));
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<std::pair<ThingId, Thing>> things;
  for (int row = 0; row < rows->size(); ++row)
    things.emplace_back(id_in(rows->bytes(row, 0)), Thing{kind_in(*rows, row, 1), holder});
  return things;
}

StoreResult<void> PostgresTables::for_each_holding(
    const std::function<bool(const HoldingKey&, std::int64_t)>& function) {
  std::vector<std::byte> holder;  // of the last row of the page before
  std::int64_t kind = 0;
  while (true) {
    auto rows = line_.read(sql::holdings_after, Bytes(holder), kind);
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (rows->size() == 0) return {};
    for (int row = 0; row < rows->size(); ++row)
      if (!function({holder_in(rows->bytes(row, 0)), kind_in(*rows, row, 1)}, rows->number(row, 2)))
        return {};
    holder = copy_of(rows->bytes(rows->size() - 1, 0));
    kind = rows->number(rows->size() - 1, 1);
  }
}

StoreResult<void> PostgresTables::for_each_thing(
    const std::function<bool(const ThingId&, const Thing&)>& function) {
  std::vector<std::byte> last;
  while (true) {
    auto rows = line_.read(sql::things_after, Bytes(last));
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (rows->size() == 0) return {};
    for (int row = 0; row < rows->size(); ++row)
      if (!function(id_in(rows->bytes(row, 0)), {kind_in(*rows, row, 1), holder_in(rows->bytes(row, 2))}))
        return {};
    last = copy_of(rows->bytes(rows->size() - 1, 0));
  }
}

StoreResult<void> PostgresTables::for_each_entry(WorldId world, std::uint64_t first,
                                                 const std::function<bool(const JournalEntry&)>& function) {
  while (true) {
    auto rows = line_.read(sql::entries_from, world.value, first);
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (rows->size() == 0) return {};
    for (int row = 0; row < rows->size(); ++row)
      if (!function({world, rows->unsigned_number(row, 0), rows->unsigned_number(row, 1),
                     id_in(rows->bytes(row, 2)), copy_of(rows->bytes(row, 3)), hash_in(rows->bytes(row, 4))}))
        return {};
    first = rows->unsigned_number(rows->size() - 1, 0) + 1;
  }
}

StoreResult<std::uint64_t> PostgresTables::count_characters() {
  auto rows = line_.read(sql::count_characters);
  if (!rows) return std::unexpected(std::move(rows.error()));
  return rows->unsigned_number(0, 0);
}

}  // namespace

StoreResult<std::unique_ptr<Tables>> open_postgres(const std::string& address,
                                                   const PostgresSettings& settings) {
  auto tables = std::make_unique<PostgresTables>(address, settings);
  MADANG_TRY(tables->open());
  return tables;
}

}  // namespace madang::keeper
