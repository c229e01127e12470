// A store on a simulated disk that loses power, or fails, at every operation in turn: what was acknowledged
// is there, what was not is there whole or not at all, and nothing is there twice.
//
// MADANG_CRASH_TRANSFERS=1000000 makes the random histories as long as that (./test nightly).
#include <gtest/gtest.h>

#include <cstdlib>

#include "madang/keeper/sim_disk.h"
#include "madang/keeper/sqlite_tables.h"
#include "unit/keeper/history.h"

namespace madang::keeper {
namespace {

// A small log, so that a short history writes it into the file several times.
StoreResult<std::unique_ptr<Tables>> tables_on(SimDisk& disk) {
  return open_sqlite("store", {.wait_for_lock_ms = 0, .checkpoint_pages = 12, .vfs = disk.vfs()});
}

StoreResult<Store> store_on(SimDisk& disk) {
  auto tables = tables_on(disk);
  if (!tables) return std::unexpected(tables.error());
  return Store::open(std::move(*tables), kinds_of_game);
}

struct Progress {
  std::size_t acknowledged = 0;  ///< batches
  std::uint64_t epoch = 0;       ///< of the lease; 0: there was none
  std::uint64_t failures = 0;    ///< of operations, until the store is closed
  std::optional<StoreError> error{};
};

enum class End : std::uint8_t {
  closes,  ///< the store is closed in order
  killed,  ///< nothing is closed: no operation works any more
};

/// Commits the batches of the history from number `first` on, until one fails. Each third one comes twice.
Progress commit_all(SimDisk& disk, const History& history, std::size_t first, End end = End::closes) {
  Progress run{.acknowledged = first};
  auto store = store_on(disk);
  const auto go = [&]() -> StoreResult<void> {
    if (!store) return std::unexpected(store.error());
    const auto world = store->lease("world");
    if (!world) return std::unexpected(world.error());
    run.epoch = world->epoch;
    while (run.acknowledged < history.batches().size()) {
      const Batch batch = history.batch(run.acknowledged, {world->id, world->epoch});
      for (int times = run.acknowledged % 3 == 0 ? 2 : 1; times > 0; --times) {
        const auto committed = store->commit(batch);
        if (committed) continue;
        // A store that has failed says nothing more.
        if (committed.error().fault == StoreFault::io_failed) {
          EXPECT_EQ(store->commit(batch).error().fault, StoreFault::io_failed);
          EXPECT_EQ(store->lease("world").error().fault, StoreFault::io_failed);
        }
        return std::unexpected(committed.error());
      }
      ++run.acknowledged;
    }
    return {};
  };
  if (auto done = go(); !done) run.error = done.error();
  run.failures = disk.failures();
  if (end == End::killed) disk.lose_power_at(1);
  return run;
}

/// Checks what the disk has after a run, and returns the number of batches that are stored.
std::size_t check(SimDisk& disk, const History& history, const Progress& run) {
  auto store = store_on(disk);
  EXPECT_TRUE(store) << store.error().text;
  if (!store) return 0;
  const auto audit = store->audit();
  EXPECT_TRUE(audit) << audit.error().text;
  EXPECT_EQ(audit->violations, 0u) << audit->described.front();
  auto world = store->lease("world").value();
  std::size_t stored = 0;
  while (stored < history.batches().size() && history.tick_of(stored) <= world.tick) ++stored;
  EXPECT_GT(world.epoch, run.epoch) << "an epoch comes back";
  EXPECT_GE(stored, run.acknowledged) << "a batch that was acknowledged is lost";
  EXPECT_LE(stored, run.acknowledged + 1) << "a batch is there that nobody gave";
  store = StoreResult<Store>(std::unexpected(StoreError{}));  // closes it
  auto tables = tables_on(disk).value();
  EXPECT_EQ(kept_in(*tables, world.id), history.after(stored, world.id));
  return stored;
}

/// Runs a history into a failure, checks what is stored, and goes on to the end, beginning with the batch
/// that failed.
void run_through(SimDisk& disk, const History& history) {
  Progress run = commit_all(disk, history, 0);
  disk.restart();
  run = commit_all(disk, history, check(disk, history, run));
  ASSERT_FALSE(run.error) << run.error->text;
  EXPECT_EQ(check(disk, history, run), history.batches().size());
}

History a_history(std::uint64_t seed, std::size_t batches, std::size_t transfers_max = 6) {
  History history(seed);
  while (history.batches().size() < batches) history.add(transfers_max);
  return history;
}

std::uint64_t operations_of(const History& history) {
  SimDisk disk(1);
  EXPECT_FALSE(commit_all(disk, history, 0).error);
  return disk.operations();
}

std::uint64_t wanted_transfers() {
  const char* wanted = std::getenv("MADANG_CRASH_TRANSFERS");
  return wanted == nullptr ? 20'000 : std::strtoull(wanted, nullptr, 10);
}

TEST(Crash, power_lost_at_each_operation_loses_and_doubles_nothing) {
  const History history = a_history(3, 10);
  const std::uint64_t operations = operations_of(history);
  ASSERT_GT(operations, 100u);
  for (std::uint64_t at = 1; at <= operations && !HasFailure(); ++at) {
    SCOPED_TRACE(fmt::format("power lost at operation {}", at));
    SimDisk disk(at);
    disk.lose_power_at(at);
    run_through(disk, history);
  }
}

TEST(Crash, one_failure_at_each_operation_loses_and_doubles_nothing) {
  const History history = a_history(4, 10);
  const std::uint64_t operations = operations_of(history);
  for (const DiskFailure failure : {DiskFailure::io, DiskFailure::full}) {
    for (std::uint64_t at = 1; at <= operations && !HasFailure(); ++at) {
      SCOPED_TRACE(fmt::format("failure {} at operation {}", static_cast<int>(failure), at));
      SimDisk disk(at);
      disk.fail_at(at, failure);
      run_through(disk, history);
    }
  }
}

TEST(Crash, no_failure_of_the_disk_is_kept_from_the_world) {
  const History history = a_history(12, 16);
  const std::uint64_t operations = operations_of(history);
  std::uint64_t told = 0, untold = 0;
  for (std::uint64_t at = 1; at <= operations; ++at) {
    SimDisk disk(at);
    disk.fail_at(at, DiskFailure::io);
    const Progress run = commit_all(disk, history, 0);
    told += run.error.has_value();
    untold += run.failures > 0 && !run.error;
  }
  // SQLite needs no success of one operation: the removal of the journal that made the tables, whose header
  // is gone.
  EXPECT_LE(untold, 1u);
  EXPECT_GT(told, operations / 2) << "the others are of the end";
}

TEST(Crash, a_program_that_ends_between_two_operations_loses_nothing) {
  const History history = a_history(5, 10);
  const std::uint64_t operations = operations_of(history);
  for (std::uint64_t at = 1; at <= operations && !HasFailure(); ++at) {
    SCOPED_TRACE(fmt::format("ended at operation {}", at));
    SimDisk disk(at);
    disk.lose_power_at(at);
    const Progress run = commit_all(disk, history, 0);
    disk.restart_program();  // the system still has what was written and not flushed
    check(disk, history, run);
  }
}

// After a failed flush, the system's memory shows what the disk does not have. A new process that believed
// it, and wrote behind it, would lose all that with the power.
TEST(Crash, a_process_that_starts_after_a_failed_flush_loses_nothing_that_it_acknowledges) {
  const History history = a_history(7, 10);
  const std::uint64_t operations = operations_of(history);
  for (std::uint64_t at = 1; at <= operations && !HasFailure(); ++at) {
    SCOPED_TRACE(fmt::format("failure at operation {}", at));
    SimDisk disk(at);
    disk.fail_at(at, DiskFailure::io);
    const Progress first = commit_all(disk, history, 0, End::killed);
    disk.restart_program();
    std::size_t stored = 0;
    {
      auto store = store_on(disk);
      ASSERT_TRUE(store) << store.error().text;
      const auto world = store->lease("world");
      ASSERT_TRUE(world);
      while (stored < history.batches().size() && history.tick_of(stored) <= world->tick) ++stored;
      EXPECT_GE(stored, first.acknowledged);
      disk.lose_power_at(1);
    }
    disk.restart_program();
    const Progress second = commit_all(disk, history, stored, End::killed);
    disk.restart();
    check(disk, history, second);
  }
}

TEST(Crash, a_batch_that_finds_no_space_is_stored_when_there_is_space_again) {
  const History history = a_history(6, 12);
  std::uint64_t refused = 0;
  const std::uint64_t operations = operations_of(history);
  for (std::uint64_t at = 1; at <= operations && !HasFailure(); ++at) {
    SimDisk disk(at);
    disk.fail_at(at, DiskFailure::full);
    Progress run;
    {
      auto store = store_on(disk);
      const auto world = store ? store->lease("world") : std::unexpected(StoreError{});
      while (world && run.acknowledged < history.batches().size()) {
        auto committed = store->commit(history.batch(run.acknowledged, {world->id, world->epoch}));
        if (committed)
          ++run.acknowledged;
        else if (committed.error().fault == StoreFault::disk_full)
          ++refused;
        else
          break;  // a flush that fails, or a file that cannot be made
      }
    }
    disk.restart();
    check(disk, history, run);
  }
  EXPECT_GT(refused, 20u);
}

TEST(Crash, a_disk_that_stays_full_stores_nothing_more_until_there_is_space) {
  const History history = a_history(8, 20);
  SimDisk disk(8);
  std::size_t stored = 0;
  {
    auto store = store_on(disk).value();
    const auto world = store.lease("world").value();
    const auto commit = [&] { return store.commit(history.batch(stored, {world.id, world.epoch})); };
    for (; stored < 10; ++stored) ASSERT_TRUE(commit());
    disk.stay_full(true);
    for (int i = 0; i < 5; ++i) ASSERT_EQ(commit().error().fault, StoreFault::disk_full);
    EXPECT_EQ(store.audit()->violations, 0u) << "what is there can be read";
    disk.stay_full(false);
    for (; stored < 15; ++stored) ASSERT_TRUE(commit());
    disk.stay_full(true);
    ASSERT_EQ(commit().error().fault, StoreFault::disk_full);
  }
  disk.restart();
  check(disk, history, {.acknowledged = stored});
}

TEST(Crash, a_disk_that_cannot_be_read_ends_the_store_and_loses_nothing) {
  const History history = a_history(9, 30);
  for (std::size_t at = 1; at < 30; at += 4) {
    SimDisk disk(at);
    Progress run;
    {
      auto store = store_on(disk).value();
      const auto world = store.lease("world").value();
      while (run.acknowledged < history.batches().size()) {
        if (run.acknowledged == at) disk.fail_reads(true);
        const auto committed = store.commit(history.batch(run.acknowledged, {world.id, world.epoch}));
        if (!committed) {
          disk.fail_reads(false);
          EXPECT_EQ(store.commit(history.batch(run.acknowledged, {world.id, world.epoch})).error().fault,
                    committed.error().fault)
              << "it says nothing more";
          break;
        }
        ++run.acknowledged;
      }
    }
    disk.fail_reads(true);
    EXPECT_FALSE(store_on(disk)) << "a store that cannot be read is no new store";
    disk.restart();
    check(disk, history, run);
  }
}

TEST(Crash, random_histories_under_random_failures_lose_and_double_nothing) {
  Random random(11);
  std::uint64_t transfers = 0;
  for (std::uint64_t seed = 1; transfers < wanted_transfers() && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("history {}", seed));
    const History history = a_history(seed, 10 + random.below(40), 2 + random.below(20));
    SimDisk disk(seed);
    Progress run;
    // Several failures in one history: the second one meets what the first one has left.
    for (int failures = 0; !HasFailure(); ++failures) {
      const std::uint32_t at = 1 + random.below(150);
      if (failures < 4 && random.chance(1, 3))
        disk.fail_at(at, random.chance(1, 2) ? DiskFailure::io : DiskFailure::full);
      if (failures < 4 && random.chance(2, 3)) disk.lose_power_at(at);
      run = commit_all(disk, history, run.acknowledged);
      const bool is_program = random.chance(1, 4);
      is_program ? disk.restart_program() : disk.restart();
      const std::size_t stored = check(disk, history, run);
      if (stored == history.batches().size()) break;
      ASSERT_LE(failures, 4) << "no operation has failed in the last run, and it has not come to the end";
      run.acknowledged = stored;
    }
    transfers += history.after(history.batches().size(), {1}).transfers;
  }
}

}  // namespace
}  // namespace madang::keeper
