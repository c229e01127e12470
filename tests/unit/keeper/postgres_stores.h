// What the tests of PostgreSQL share: stores on it, and a world's batches of one shape.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "madang/keeper/postgres_tables.h"
#include "madang/keeper/store.h"
#include "unit/keeper/history.h"
#include "unit/keeper/postgres_server.h"

namespace madang::keeper {

/// Limits that no busy machine reaches.
inline constexpr PostgresSettings patient{
    .connect_ms = 30'000, .reconnect_ms = 60'000, .answer_ms = 60'000, .lock_ms = 30'000, .idle_ms = 25'000};

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresServer::is_installed()) GTEST_SKIP() << "PostgreSQL is not installed (postgresql-15)";
    database_.emplace(tables_);
  }

  explicit PostgresTest(PostgresDatabase::Tables tables = PostgresDatabase::Tables::perhaps)
      : tables_(tables) {}

  std::unique_ptr<Tables> tables(const PostgresSettings& settings = patient) {
    auto opened = open_postgres(database_->address(), settings);
    MADANG_CHECK(opened, "{}", opened.error().text);
    return std::move(*opened);
  }
  Store store(const PostgresSettings& settings = patient) { return store_at(database_->address(), settings); }
  static Store store_at(const std::string& address, const PostgresSettings& settings = patient) {
    auto opened = open_postgres(address, settings);
    MADANG_CHECK(opened, "{}", opened.error().text);
    return store_on(std::move(*opened));
  }
  static Store store_on(std::unique_ptr<Tables> tables) {
    auto made = Store::open(std::move(tables), kinds_of_game);
    MADANG_CHECK(made, "{}", made.error().text);
    return std::move(*made);
  }
  static Lease lease_of(Store& store, std::string_view world = "world") {
    const WorldRow row = store.lease(world).value();
    return {row.id, row.epoch};
  }
  /// Returns the audit of the database, which must have no violation.
  Audit sound_audit() {
    Audit audit = store().audit().value();
    EXPECT_EQ(audit.violations, 0u) << audit.described.front();
    return audit;
  }
  template <class T>
  static std::optional<StoreFault> fault_in(const StoreResult<T>& result) {
    return result ? std::nullopt : std::optional(result.error().fault);
  }

  PostgresDatabase::Tables tables_;
  std::optional<PostgresDatabase> database_;
};

inline const Holder first_holder = Holder::of(CharacterId{1}), second_holder = Holder::of(CharacterId{2});

inline Transfer coins(TransferId id, std::uint64_t tick, const Holder& from, const Holder& to,
                      std::int64_t count) {
  return {id, tick, "test", {{from, to, coin, count, {}}}};
}

/// Returns a batch that writes to each table: it issues coins and a sword, moves coins, and saves a
/// character.
inline Batch whole_batch(const Lease& lease, std::uint64_t tick) {
  const std::uint64_t world = lease.world.value;
  Batch batch{lease, tick, {}, {}, std::vector(20, static_cast<std::byte>(tick))};
  batch.transfers.push_back(coins({world, tick * 2}, tick, Holder::system(), first_holder, 3));
  batch.transfers.push_back(coins({world, tick * 2 + 1}, tick, first_holder, second_holder, 1));
  batch.transfers.back().movements.push_back({Holder::system(), second_holder, sword, 1, {world, tick}});
  batch.characters.push_back({CharacterId{world}, tick == 1 ? Stay::enters : Stay::stays, tick, 1,
                              std::vector(30, static_cast<std::byte>(tick))});
  return batch;
}

/// Calls functions of a test at the moments between which a store computes.
class WatchedTables final : public Tables {
 public:
  explicit WatchedTables(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}

  std::function<void()> after_begin = [] {};
  std::function<StoreResult<void>(StoreResult<void>)> after_commit = [](auto result) { return result; };
  int begins = 0;

  StoreResult<Answer> begin(const Query& query) override {
    ++begins;
    auto answer = tables_->begin(query);
    if (answer) after_begin();
    return answer;
  }
  StoreResult<void> commit(const Changes& changes) override { return after_commit(tables_->commit(changes)); }
  void roll_back() override { tables_->roll_back(); }
  StoreResult<void> at_one_moment(const std::function<StoreResult<void>()>& function) override {
    return tables_->at_one_moment(function);
  }

  StoreResult<std::vector<Kind>> kinds() override { return tables_->kinds(); }
  StoreResult<void> add_kinds(std::span<const Kind> added) override { return tables_->add_kinds(added); }
  StoreResult<WorldRow> lease(std::string_view name) override { return tables_->lease(name); }
  StoreResult<std::uint64_t> reserve_numbers(std::uint64_t count) override {
    return tables_->reserve_numbers(count);
  }
  StoreResult<std::vector<WorldRow>> worlds() override { return tables_->worlds(); }
  StoreResult<bool> is_done(TransferId id) override { return tables_->is_done(id); }
  StoreResult<std::optional<CharacterRow>> character(CharacterId id) override {
    return tables_->character(id);
  }
  StoreResult<std::vector<CharacterRow>> characters_in(WorldId world) override {
    return tables_->characters_in(world);
  }
  StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> holdings_of(const Holder& holder) override {
    return tables_->holdings_of(holder);
  }
  StoreResult<std::vector<std::pair<ThingId, Thing>>> things_of(const Holder& holder) override {
    return tables_->things_of(holder);
  }
  StoreResult<void> for_each_holding(
      const std::function<bool(const HoldingKey&, std::int64_t)>& function) override {
    return tables_->for_each_holding(function);
  }
  StoreResult<void> for_each_thing(
      const std::function<bool(const ThingId&, const Thing&)>& function) override {
    return tables_->for_each_thing(function);
  }
  StoreResult<void> for_each_entry(WorldId world, std::uint64_t first,
                                   const std::function<bool(const JournalEntry&)>& function) override {
    return tables_->for_each_entry(world, first, function);
  }
  StoreResult<std::uint64_t> count_characters() override { return tables_->count_characters(); }
  AccountTables& accounts() override { return tables_->accounts(); }
  StoreResult<void> back_up(const std::string& path) override { return tables_->back_up(path); }

 private:
  std::unique_ptr<Tables> tables_;
};

}  // namespace madang::keeper
