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
