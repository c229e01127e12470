// What only a store in a file of SQLite has: the file itself, and edits behind the store's back.
#include "madang/keeper/sqlite_tables.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "madang/keeper/sqlite_database.h"
#include "madang/keeper/store.h"
#include "unit/keeper/history.h"
#include "unit/temporary_file.h"

namespace madang::keeper {
namespace {

class SqliteFiles : public testing::Test {
 protected:
  StoreResult<Store> open_store() {
    auto tables = open_sqlite(path_, {.wait_for_lock_ms = 0});
    if (!tables) return std::unexpected(tables.error());
    return Store::open(std::move(*tables), kinds_of_game);
  }
  StoreError refusal() {
    const auto store = open_store();
    EXPECT_FALSE(store);
    return store ? StoreError{} : store.error();
  }
  /// Makes a store with a history.
  void fill() {
    Store store = open_store().value();
    const WorldRow world = store.lease("world").value();
    for (std::size_t n = 0; n < 40; ++n) {
      history_.add();
      ASSERT_TRUE(store.commit(history_.batch(n, {world.id, world.epoch})));
    }
  }
  void edit(const char* sql) {
    auto database = SqliteDatabase::open(path_).value();
    const auto done = database.run(sql);
    ASSERT_TRUE(done) << done.error().text;
    ASSERT_GT(sqlite3_total_changes64(database.handle()), 0) << "the edit has changed nothing";
  }
  /// Makes a store with a history, and edits it behind its back.
  void fill_and_edit(const char* sql) {
    std::filesystem::remove(path_);
    history_ = History(31);
    fill();
    edit(sql);
  }
  /// Returns the first violation that the audit finds after an edit.
  std::string audit_after(const char* sql) {
    fill_and_edit(sql);
    // The audit needs no store that can be opened.
    const auto tables = open_sqlite(path_).value();
    const Audit found = audit(*tables, tables->kinds().value()).value();
    EXPECT_EQ(found.violations > 0, !found.described.empty());
    return found.described.empty() ? "" : found.described.front();
  }

  TemporaryFile file_{"store.db"};
  const std::string path_ = file_.path();
  History history_{31};
};

TEST_F(SqliteFiles, a_second_server_on_the_file_is_refused) {
  const Store first = open_store().value();
  const StoreError error = refusal();
  EXPECT_EQ(error.fault, StoreFault::in_use);
  EXPECT_EQ(error.text, path_ + ": another program has this store open");
}

TEST_F(SqliteFiles, a_file_that_cannot_be_made_is_refused) {
  auto tables = open_sqlite(path_ + "/in/no/folder");
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().fault, StoreFault::cannot_open);
}

TEST_F(SqliteFiles, a_file_that_is_no_database_is_refused_and_not_changed) {
  const std::string text(5'000, 'x');
  std::ofstream(path_, std::ios::binary) << text;
  EXPECT_EQ(refusal().fault, StoreFault::not_a_store);
  std::ifstream file(path_, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(SqliteFiles, a_database_of_another_program_is_refused_and_not_changed) {
  {
    auto database = SqliteDatabase::open(path_).value();
    ASSERT_TRUE(database.run("CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)"));
  }
  const auto read = [&] {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = read();
  const StoreError error = refusal();
  EXPECT_EQ(error.fault, StoreFault::not_a_store);
  EXPECT_EQ(error.text, path_ + ": this file belongs to another program; name another file");
  EXPECT_EQ(read(), before);
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(SqliteFiles, a_store_of_a_later_version_is_refused) {
  fill();
  {
    auto database = SqliteDatabase::open(path_).value();
    ASSERT_TRUE(database.run("PRAGMA user_version = 3"));
  }
  EXPECT_EQ(refusal().fault, StoreFault::newer_version);
}

TEST_F(SqliteFiles, a_file_that_was_cut_off_is_refused) {
  fill();
  const auto size = std::filesystem::file_size(path_);
  ASSERT_GT(size, 16'384u);
  std::filesystem::resize_file(path_, size / 2);
  EXPECT_EQ(refusal().fault, StoreFault::damaged);
}

TEST_F(SqliteFiles, a_memory_store_keeps_nothing) {
  {
    auto store = Store::open(open_sqlite(":memory:").value(), kinds_of_game).value();
    EXPECT_EQ(store.lease("world").value().epoch, 1u);
    EXPECT_EQ(store.lease("world").value().epoch, 2u);
  }
  EXPECT_EQ(Store::open(open_sqlite(":memory:").value(), {}).value().audit().value().worlds, 0u);
  EXPECT_FALSE(std::filesystem::exists(":memory:"));
}

TEST_F(SqliteFiles, the_audit_finds_what_was_edited) {
  const auto finds = [&](const char* sql, std::string_view said) {
    EXPECT_NE(audit_after(sql).find(said), std::string::npos) << sql << "\n" << audit_after(sql);
  };
  finds("UPDATE holdings SET count = count + 1 WHERE holder > x'01' AND kind = 1", "by the journal");
  finds("UPDATE holdings SET count = count - 1 WHERE holder < x'01' AND kind = 1", "by the journal");
  finds("DELETE FROM holdings WHERE holder > x'01'", "holds nothing, but");
  finds("INSERT INTO holdings VALUES(x'0100000000000000000000000000000077', 1, 5)", "by the journal");
  finds("INSERT INTO holdings VALUES(x'0100000000000000000000000000000077', 1, -5)", "less than nothing");
  finds("UPDATE things SET holder = x'0100000000000000000000000000000077' WHERE holder > x'01'",
        "which the journal does not say");
  finds("DELETE FROM things", "is in the journal, and nowhere else");
  finds(
      "INSERT INTO things VALUES(x'00000000000000000000000000000077', 3, "
      "x'0100000000000000000000000000000001')",
      "is not in the journal");
  finds("UPDATE things SET kind = 1", "by the journal");
  finds("UPDATE journal SET content = CAST(content || x'00' AS BLOB) WHERE number = 3",
        "its hash is not that of its content");
  finds("UPDATE journal SET epoch = 0 WHERE number = 3", "its hash is not that of its content");
  finds("UPDATE journal SET epoch = 9 WHERE number = 3", "was never leased");
  finds("DELETE FROM journal WHERE number = 3", "the entry before it has the number 2");
  finds("UPDATE journal SET transfer = x'00000000000000000000000000000077' WHERE number = 3",
        "its content is no transfer with its id");
  finds("UPDATE worlds SET entries = entries - 1", "must end with entry");
  EXPECT_EQ(audit_after("UPDATE numbers SET next = 1"), "") << "an edit of nothing that the ledger has";
}

TEST_F(SqliteFiles, a_start_finds_a_journal_whose_end_was_edited) {
  for (const char* sql :
       {"DELETE FROM journal WHERE number = (SELECT max(number) FROM journal)",
        "UPDATE journal SET hash = zeroblob(32) WHERE number = (SELECT max(number) FROM journal)",
        "UPDATE journal SET content = x'' WHERE number = (SELECT max(number) FROM journal) - 1",
        "UPDATE worlds SET entries = entries - 1", "UPDATE worlds SET head = zeroblob(32)",
        "DELETE FROM journal"}) {
    fill_and_edit(sql);
    const StoreError error = refusal();
    EXPECT_EQ(error.fault, StoreFault::damaged) << sql;
    EXPECT_NE(error.text.find("was changed near entry"), std::string::npos) << sql << "\n" << error.text;
  }
}

}  // namespace
}  // namespace madang::keeper
