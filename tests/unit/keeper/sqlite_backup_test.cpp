#include "madang/keeper/sqlite_backup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "madang/keeper/sqlite_database.h"
#include "madang/keeper/store.h"
#include "unit/keeper/history.h"
#include "unit/temporary_file.h"

namespace madang::keeper {
namespace {

class Backups : public testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t n = 0; n < 20; ++n) {
      history_.add();
      ASSERT_TRUE(store_.commit(history_.batch(n, lease())));
    }
    ASSERT_EQ(store_.reserve_numbers(7).value(), 1u);
  }
  Store open(const std::string& path) {
    return Store::open(open_sqlite(path).value(), kinds_of_game).value();
  }
  Lease lease() const { return {world_.id, world_.epoch}; }

  TemporaryFile file_{"store.db"};
  const std::string backup_ = file_.path() + ".backup";
  const std::string restored_ = file_.path() + ".restored";
  Store store_ = open(file_.path());
  const WorldRow world_ = store_.lease("world").value();
  History history_{51};
};

TEST_F(Backups, a_backup_of_an_open_store_has_everything_and_the_store_goes_on) {
  ASSERT_TRUE(store_.back_up(backup_));
  history_.add();
  ASSERT_TRUE(store_.commit(history_.batch(20, lease())));
  const auto tables = open_sqlite(backup_).value();
  EXPECT_EQ(kept_in(*tables, world_.id), history_.after(20, world_.id));
  EXPECT_EQ(audit(*tables, tables->kinds().value())->violations, 0u);
}

TEST_F(Backups, a_restored_store_gives_nothing_again_that_was_given_after_the_backup) {
  ASSERT_TRUE(store_.back_up(backup_));
  const WorldRow lost = store_.lease("world").value();  // all this is lost with the store
  history_.add();
  ASSERT_TRUE(store_.commit(history_.batch(20, {lost.id, lost.epoch})));
  const std::uint64_t lost_number = store_.reserve_numbers(1'000).value() + 999;

  const auto done = restore_sqlite(backup_, restored_);
  ASSERT_TRUE(done) << done.error().text;
  Store restored = open(restored_);
  EXPECT_GT(restored.reserve_numbers(1).value(), lost_number);
  const WorldRow world = restored.lease("world").value();
  EXPECT_GT(world.epoch, lost.epoch);
  EXPECT_GT(world.tick, history_.tick_of(20));
  EXPECT_EQ(restored.audit()->violations, 0u);
  EXPECT_EQ(restored.audit()->transfers, history_.after(20, world.id).transfers);
  // The server that had the lost store cannot write to this one.
  EXPECT_EQ(restored.commit(history_.batch(20, {lost.id, lost.epoch})).error().fault, StoreFault::lost_lease);
  EXPECT_FALSE(std::filesystem::exists(restored_ + ".restoring"));
}

TEST_F(Backups, a_world_that_the_backup_does_not_know_has_another_number_than_it_had) {
  ASSERT_TRUE(store_.back_up(backup_));
  const WorldRow lost = store_.lease("a later world").value();
  ASSERT_TRUE(restore_sqlite(backup_, restored_));
  Store restored = open(restored_);
  const WorldRow other = restored.lease("another world").value();
  EXPECT_GT(other.id.value, lost.id.value);
  EXPECT_EQ(restored.commit({{lost.id, lost.epoch}, 1}).error().fault, StoreFault::lost_lease);
}

TEST_F(Backups, the_file_of_a_server_that_has_died_is_restored_with_its_log) {
  // A copy of both files is what a server leaves that is killed.
  const std::string left = file_.path() + ".left";
  std::filesystem::copy_file(file_.path(), left);
  std::filesystem::copy_file(file_.path() + "-wal", left + "-wal");
  ASSERT_TRUE(restore_sqlite(left, restored_));
  EXPECT_EQ(open(restored_).audit()->transfers, history_.after(20, world_.id).transfers);
}

TEST_F(Backups, a_store_in_use_is_not_restored_from_and_keeps_its_lock) {
  EXPECT_EQ(restore_sqlite(file_.path(), restored_).error().fault, StoreFault::in_use);
  EXPECT_EQ(open_sqlite(file_.path(), {.wait_for_lock_ms = 0}).error().fault, StoreFault::in_use);
}

TEST_F(Backups, what_is_no_backup_is_not_restored_as_an_empty_store) {
  std::ofstream(backup_).close();
  EXPECT_EQ(restore_sqlite(backup_, restored_).error().fault, StoreFault::not_a_store);
  EXPECT_FALSE(std::filesystem::exists(restored_));
  EXPECT_EQ(restore_sqlite(backup_ + ".typo", restored_).error().fault, StoreFault::cannot_open);
  EXPECT_FALSE(std::filesystem::exists(backup_ + ".typo"));
  EXPECT_EQ(store_.back_up("").error().fault, StoreFault::cannot_back_up);
  EXPECT_EQ(store_.back_up(":memory:").error().fault, StoreFault::cannot_back_up);
  EXPECT_EQ(open_sqlite("").error().fault, StoreFault::cannot_open);
}

TEST_F(Backups, nothing_that_lies_beside_the_new_file_is_taken_for_its_own) {
  ASSERT_TRUE(store_.back_up(backup_));
  std::ofstream(restored_ + "-journal") << "a journal of another file";
  EXPECT_EQ(restore_sqlite(backup_, restored_).error().fault, StoreFault::cannot_open);
  std::filesystem::remove(restored_ + "-journal");
  for (const char* end : {".restoring", ".restoring-wal", ".restoring-journal"})
    std::ofstream(restored_ + end) << "left by a restore that was killed";
  EXPECT_TRUE(restore_sqlite(backup_, restored_));
  EXPECT_EQ(open(restored_).audit()->violations, 0u);
}

TEST_F(Backups, no_file_is_overwritten) {
  std::ofstream(backup_) << "something else";
  const auto refused = store_.back_up(backup_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, StoreFault::cannot_back_up);
  EXPECT_TRUE(store_.lease("world")) << "the store works as before";
  std::filesystem::remove(backup_);
  ASSERT_TRUE(store_.back_up(backup_));
  std::ofstream(restored_) << "something else";
  EXPECT_EQ(restore_sqlite(backup_, restored_).error().fault, StoreFault::cannot_open);
  std::filesystem::remove(restored_);
  std::ofstream(restored_ + "-wal") << "the log of another store";
  EXPECT_EQ(restore_sqlite(backup_, restored_).error().fault, StoreFault::cannot_open);
}

TEST_F(Backups, a_backup_that_is_not_whole_is_not_restored) {
  EXPECT_EQ(restore_sqlite(backup_, restored_).error().fault, StoreFault::cannot_open);
  ASSERT_TRUE(store_.back_up(backup_));
  {
    auto database = SqliteDatabase::open(backup_).value();
    ASSERT_TRUE(database.run("UPDATE holdings SET count = count + 1 WHERE holder > x'01'"));
  }
  EXPECT_EQ(restore_sqlite(backup_, restored_).error().fault, StoreFault::damaged);
  std::filesystem::resize_file(backup_, std::filesystem::file_size(backup_) / 2);
  EXPECT_FALSE(restore_sqlite(backup_, restored_));
  std::ofstream(backup_, std::ios::trunc) << std::string(9'000, 'x');
  EXPECT_EQ(restore_sqlite(backup_, restored_).error().fault, StoreFault::not_a_store);
  EXPECT_FALSE(std::filesystem::exists(restored_));
  EXPECT_FALSE(std::filesystem::exists(restored_ + ".restoring"));
}

}  // namespace
}  // namespace madang::keeper
