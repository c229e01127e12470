#include "madang/keeper/writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "madang/keeper/sim_disk.h"
#include "madang/keeper/sqlite_tables.h"
#include "unit/keeper/history.h"

namespace madang::keeper {
namespace {

const Holder gus = Holder::of(CharacterId{1}), hal = Holder::of(CharacterId{2});

class Writers : public testing::Test {
 protected:
  void SetUp() override {
    one_ = lease("one");
    two_ = lease("two");
  }
  void TearDown() override {
    store_.reset();
    store_.emplace(open(disk_));  // also after one that has failed
    const Audit audit = store_->audit().value();
    EXPECT_EQ(audit.violations, 0u) << audit.described.front();
  }

  static Store open(SimDisk& disk) {
    return Store::open(
               open_sqlite("store", {.wait_for_lock_ms = 0, .checkpoint_pages = 12, .vfs = disk.vfs()})
                   .value(),
               kinds_of_game)
        .value();
  }
  Lease lease(std::string_view name) {
    const WorldRow row = store_->lease(name).value();
    return {row.id, row.epoch};
  }
  Batch gift(Lease lease, std::uint64_t tick, std::int64_t coins = 1) {
    return {
        lease, tick, {{{lease.world.value, tick}, tick, "gift", {{Holder::system(), gus, coin, coins, {}}}}}};
  }
  Batch payment(Lease lease, std::uint64_t tick, std::int64_t coins) {
    return {lease, tick, {{{lease.world.value, tick}, tick, "payment", {{gus, hal, coin, coins, {}}}}}};
  }
  std::int64_t coins_of(const Holder& holder) {
    const auto holdings = store_->holdings_of(holder).value();
    return holdings.empty() ? 0 : holdings[0].second;
  }
  std::optional<StoreFault> fault_of(Lease lease) {
    const auto state = writer_.state(lease);
    return state.fault ? std::optional(state.fault->fault) : std::nullopt;
  }
  std::uint64_t durable(Lease lease) { return writer_.state(lease).durable_tick; }

  SimDisk disk_{1};
  std::optional<Store> store_ = open(disk_);
  Time now_ = 100s;
  std::atomic<int> wakes_ = 0;  // threads that give wake the writer
  const WriterLimits limits_{.waiting_max = 20, .commit_max = 8, .retry_pause = 2s};
  Writer writer_{*store_, limits_, [this] { return now_; }, [this] { ++wakes_; }};
  Lease one_, two_;
};

TEST_F(Writers, a_batch_is_durable_after_a_turn) {
  writer_.give(gift(one_, 7));
  EXPECT_EQ(wakes_, 1);
  EXPECT_EQ(durable(one_), 0u);
  EXPECT_EQ(coins_of(gus), 0);
  EXPECT_EQ(writer_.turn(), Time::max());
  EXPECT_EQ(durable(one_), 7u);
  EXPECT_EQ(durable(two_), 0u);
  EXPECT_EQ(coins_of(gus), 1);
  EXPECT_EQ(writer_.stats().waiting, 0u);
}

TEST_F(Writers, all_that_waits_is_one_commit) {
  writer_.give(gift(one_, 1));
  writer_.give(gift(two_, 1));
  writer_.give(gift(one_, 2));
  writer_.turn();
  EXPECT_EQ(writer_.stats().commits, 1u);
  EXPECT_EQ(writer_.stats().transfers, 3u);
  EXPECT_EQ(durable(one_), 2u);
  EXPECT_EQ(durable(two_), 1u);
}

TEST_F(Writers, a_commit_has_a_limit_and_a_batch_is_never_split) {
  for (std::uint64_t tick = 1; tick <= 6; ++tick) writer_.give(gift(one_, tick));
  writer_.turn();
  EXPECT_EQ(writer_.stats().commits, 2u) << "four, then two";
  Batch large = gift(one_, 7);
  for (std::uint64_t i = 1; i < 9; ++i)
    large.transfers.push_back({{99, i}, 7, "", {{Holder::system(), gus, coin, 1, {}}}});
  writer_.give(std::move(large));
  writer_.give(gift(one_, 8));
  writer_.turn();
  EXPECT_EQ(writer_.stats().commits, 4u);
  EXPECT_EQ(durable(one_), 8u);
}

TEST_F(Writers, it_is_busy_while_too_much_waits) {
  for (std::uint64_t tick = 1; tick <= 9; ++tick) writer_.give(gift(one_, tick));
  EXPECT_FALSE(writer_.is_busy());
  writer_.give(gift(one_, 10));
  EXPECT_TRUE(writer_.is_busy());
  writer_.give(gift(one_, 11));
  writer_.turn();
  EXPECT_FALSE(writer_.is_busy());
  EXPECT_EQ(coins_of(gus), 11) << "what it was given while it was busy is stored, too";
}

TEST_F(Writers, saves_wait_and_count_like_transfers) {
  Batch batch = gift(one_, 1);
  batch.characters.push_back({CharacterId{1}, Stay::enters, 1, 1, {}});
  writer_.give(std::move(batch));
  EXPECT_EQ(writer_.stats().waiting, 3u);
  writer_.turn();
  EXPECT_EQ(writer_.stats().saves, 1u);
  EXPECT_EQ(writer_.stats().waiting, 0u);
}

TEST_F(Writers, a_full_disk_is_tried_again_after_a_pause_in_the_same_order) {
  writer_.give(gift(one_, 1, 5));
  writer_.give(payment(one_, 2, 5));
  disk_.fail_at(1, DiskFailure::full);
  EXPECT_EQ(writer_.turn(), now_ + 2s);
  EXPECT_EQ(writer_.stats().retries, 1u);
  EXPECT_EQ(writer_.stats().waiting, 4u);
  EXPECT_EQ(durable(one_), 0u);
  EXPECT_EQ(fault_of(one_), std::nullopt);
  writer_.give(payment(two_, 1, 1));  // it fails: gus has nothing left
  EXPECT_EQ(writer_.turn(), now_ + 2s) << "a new batch does not end the pause";
  EXPECT_EQ(writer_.stats().retries, 1u);
  now_ += 2s;
  EXPECT_EQ(writer_.turn(), Time::max());
  EXPECT_EQ(durable(one_), 2u);
  EXPECT_EQ(coins_of(hal), 5);
  EXPECT_EQ(fault_of(two_), StoreFault::violation);
}

TEST_F(Writers, a_batch_that_breaks_a_law_ends_its_world_and_no_other) {
  writer_.give(gift(one_, 1, 5));
  writer_.give(payment(two_, 1, 6));
  writer_.give(payment(one_, 2, 2));
  writer_.give(gift(two_, 2, 100));  // it is behind a batch that failed
  writer_.turn();
  EXPECT_EQ(fault_of(one_), std::nullopt);
  EXPECT_EQ(durable(one_), 2u);
  EXPECT_EQ(fault_of(two_), StoreFault::violation);
  EXPECT_EQ(durable(two_), 0u);
  EXPECT_EQ(coins_of(gus), 3);
  EXPECT_EQ(writer_.stats().dropped, 2u);
  writer_.give(gift(two_, 3, 100));
  writer_.turn();
  EXPECT_EQ(coins_of(gus), 3);
  EXPECT_EQ(writer_.stats().dropped, 3u);
  EXPECT_EQ(writer_.stats().waiting, 0u);
  EXPECT_FALSE(writer_.is_busy());
}

TEST_F(Writers, batches_that_wait_behind_a_failed_one_are_dropped) {
  for (std::uint64_t tick = 1; tick <= 3; ++tick) writer_.give(gift(one_, tick));
  writer_.give(payment(one_, 4, 99));
  for (std::uint64_t tick = 5; tick <= 9; ++tick) writer_.give(gift(one_, tick));  // of later commits
  writer_.turn();
  EXPECT_EQ(durable(one_), 3u);
  EXPECT_EQ(coins_of(gus), 3);
  EXPECT_EQ(writer_.stats().dropped, 6u);
  EXPECT_EQ(writer_.stats().waiting, 0u);
}

TEST_F(Writers, a_world_that_another_server_took_writes_nothing) {
  const Lease newer = lease("one");
  writer_.give(gift(one_, 1));
  writer_.give(gift(two_, 1));
  writer_.turn();
  EXPECT_EQ(fault_of(one_), StoreFault::lost_lease);
  EXPECT_EQ(durable(two_), 1u);
  EXPECT_EQ(coins_of(gus), 1);
  // The world is leased again by this process: it begins anew.
  writer_.forget(one_);
  writer_.give(gift(newer, 1));
  writer_.turn();
  EXPECT_EQ(fault_of(one_), std::nullopt);
  EXPECT_EQ(coins_of(gus), 2);
}

TEST_F(Writers, a_batch_of_an_earlier_lease_harms_no_later_one) {
  writer_.give(gift(one_, 5));
  writer_.forget(one_);
  const Lease later = lease("one");
  writer_.give(gift(later, 1));
  writer_.turn();
  EXPECT_EQ(fault_of(later), std::nullopt) << "the earlier batch has lost its lease, and not this one";
  EXPECT_EQ(durable(later), 1u);
}

TEST_F(Writers, images_count_by_their_size) {
  Batch batch{one_, 1};
  batch.world_image.emplace(30 * 1'024);
  writer_.give(std::move(batch));
  EXPECT_TRUE(writer_.is_busy());
  writer_.turn();
  EXPECT_FALSE(writer_.is_busy());
}

TEST_F(Writers, a_batch_that_is_too_large_ends_its_world_alone) {
  Batch batch{one_, 1};
  batch.world_image.emplace(Batch::image_bytes_max + 1);
  writer_.give(std::move(batch));
  writer_.give(gift(two_, 1));
  writer_.turn();
  EXPECT_EQ(fault_of(one_), StoreFault::too_large);
  EXPECT_EQ(durable(two_), 1u);
}

TEST_F(Writers, after_a_failure_of_the_disk_nothing_is_durable_any_more) {
  writer_.give(gift(one_, 1));
  writer_.turn();
  disk_.fail_at(1, DiskFailure::io);
  writer_.give(gift(one_, 2));
  EXPECT_EQ(writer_.turn(), Time::max());
  EXPECT_EQ(fault_of(one_), StoreFault::io_failed);
  EXPECT_EQ(fault_of(two_), StoreFault::io_failed) << "also a world that has given nothing";
  EXPECT_EQ(durable(one_), 1u);
  EXPECT_TRUE(writer_.is_busy());
  writer_.give(gift(one_, 3));
  writer_.give(gift(two_, 1));
  writer_.turn();
  EXPECT_EQ(durable(one_), 1u);
  EXPECT_EQ(durable(two_), 0u);
  EXPECT_EQ(writer_.stats().waiting, 0u);
}

TEST_F(Writers, a_forgotten_world_is_written_first) {
  writer_.give(gift(one_, 5));
  writer_.forget(one_);
  EXPECT_EQ(durable(one_), 0u);
  writer_.turn();
  EXPECT_EQ(coins_of(gus), 1);
  EXPECT_EQ(writer_.state(one_).durable_tick, 0u) << "it is not known any more";
  writer_.forget(two_);
  // A world that gives again is known again, although it was forgotten while it waited.
  writer_.give(gift(one_, 6));
  writer_.forget(one_);
  writer_.give(gift(one_, 7));
  writer_.turn();
  EXPECT_EQ(durable(one_), 7u);
}

TEST_F(Writers, a_random_history_under_full_disks_arrives_whole) {
  Random random(5);
  History history(41);
  std::uint64_t durable_before = 0;
  for (int i = 0; i < 200; ++i) {
    history.add();
    writer_.give(history.batch(history.batches().size() - 1, one_));
    if (random.chance(1, 3)) disk_.fail_at(1 + random.below(8), DiskFailure::full);
    if (random.chance(1, 2)) writer_.turn();
    now_ += 2s;
    ASSERT_EQ(fault_of(one_), std::nullopt) << writer_.state(one_).fault->text;
    ASSERT_GE(durable(one_), durable_before) << "a tick is not durable any more";
    durable_before = durable(one_);
  }
  EXPECT_GT(writer_.stats().retries, 20u);
  while (writer_.turn() != Time::max()) now_ += 2s;
  EXPECT_EQ(durable(one_), history.batches().back().tick);
  EXPECT_EQ(store_->audit()->transfers, history.after(200, one_.world).transfers);
}

TEST_F(Writers, worlds_of_several_threads_give_while_the_writer_writes) {
  std::atomic<bool> ends = false;
  std::jthread writer([&] {
    while (!ends) writer_.turn();
  });
  {
    std::vector<std::jthread> worlds;
    for (const Lease lease : {one_, two_})
      worlds.emplace_back([&, lease] {
        for (std::uint64_t tick = 1; tick <= 200; ++tick) {
          while (writer_.is_busy()) std::this_thread::yield();
          writer_.give(gift(lease, tick));
          EXPECT_LE(writer_.state(lease).durable_tick, tick);
        }
      });
  }
  ends = true;
  writer.join();
  writer_.turn();
  EXPECT_EQ(coins_of(gus), 400);
  EXPECT_EQ(durable(one_), 200u);
}

}  // namespace
}  // namespace madang::keeper
