// Several servers with one database of PostgreSQL at the same time.
#ifdef MADANG_WITH_POSTGRES
#include <algorithm>
#include <atomic>
#include <barrier>
#include <thread>
#include <utility>

#include "unit/keeper/postgres_stores.h"

namespace madang::keeper {
namespace {

class PostgresServers : public PostgresTest {
 protected:
  /// Runs the function in two threads, with numbers 0 and 1.
  template <class Function>
  static void in_two_threads(Function function) {
    std::thread other([&] { function(1); });
    function(0);
    other.join();
  }
};

// Few holders and small counts: rows come and go all the time, and both servers touch all of them.
TEST_F(PostgresServers, two_servers_trade_through_common_holders_and_lose_nothing) {
  constexpr std::uint64_t holders = 4, batches = 120;
  const auto deadlocks = [] { return PostgresServer::shared().count_in_log("deadlock detected"); };
  const std::size_t deadlocks_before = deadlocks();
  std::atomic<std::uint64_t> transfers = 0, refused = 0;
  store();  // so that the first thread does not wait for the other one to make the tables
  in_two_threads([&](std::uint64_t server) {
    Store running = store();
    const Lease lease = lease_of(running, server == 0 ? "one" : "two");
    Random random(server + 1);
    for (std::uint64_t tick = 1; tick <= batches; ++tick) {
      Batch batch{lease, tick};
      const auto holder = [&] {
        const auto number = random.below(holders + 1);
        return number == 0 ? Holder::system() : Holder::of(CharacterId{number});
      };
      for (std::uint64_t i = 1 + random.below(3); i > 0; --i) {
        const Holder from = holder(), to = holder();
        if (from == to) continue;
        batch.transfers.push_back(
            {{server, tick * 10 + i},
             tick,
             "trade",
             {{from, to, random.chance(1, 2) ? coin : arrow, 1 + random.below(2), {}}}});
      }
      batch.transfers.push_back({{server, tick * 10},
                                 tick,
                                 "new",
                                 {{Holder::system(), Holder::of(CharacterId{1}), sword, 1, {server, tick}}}});
      batch.characters.push_back(
          {CharacterId{100 + server}, tick == 1 ? Stay::enters : Stay::stays, tick, 1, {}});
      while (true) {
        const auto committed = running.commit(batch);
        if (committed) {
          transfers += committed->transfers;
          break;
        }
        if (committed.error().fault == StoreFault::try_again) continue;
        // A holder without coins is no fault of the database: leave the transfers out.
        ASSERT_EQ(committed.error().violation.law, Law::not_enough) << committed.error().text;
        ++refused;
        batch.transfers.clear();
      }
    }
  });
  const Audit audit = sound_audit();
  EXPECT_EQ(audit.transfers, transfers);
  EXPECT_GT(audit.things, batches / 2);
  EXPECT_EQ(audit.characters, 2u);
  EXPECT_GT(refused, 0u);
  EXPECT_EQ(deadlocks(), deadlocks_before);
}

TEST_F(PostgresServers, the_same_transfers_from_two_servers_are_done_once) {
  constexpr std::uint64_t ticks = 60;
  store();
  std::atomic<std::uint64_t> done = 0, repeated = 0;
  in_two_threads([&](std::uint64_t server) {
    Store running = store();
    const Lease lease = lease_of(running, server == 0 ? "one" : "two");
    for (std::uint64_t tick = 1; tick <= ticks; ++tick) {
      // The other server has them in the other order.
      Batch batch{lease, tick};
      for (std::uint64_t i = 0; i < 8; ++i) {
        const std::uint64_t number = server == 0 ? i : 7 - i;
        const Holder to = Holder::of(CharacterId{1 + tick * 8 + number});
        batch.transfers.push_back(coins({7, tick * 8 + number}, tick, Holder::system(), to, 5));
      }
      auto committed = running.commit(batch);
      while (!committed && committed.error().fault == StoreFault::try_again)
        committed = running.commit(batch);
      ASSERT_TRUE(committed) << committed.error().text;
      done += committed->transfers;
      repeated += committed->repeated;
    }
  });
  EXPECT_EQ(done, ticks * 8);
  EXPECT_EQ(repeated, ticks * 8);
  EXPECT_EQ(sound_audit().sums[0].held, static_cast<std::int64_t>(ticks * 8 * 5));
}

TEST_F(PostgresServers, a_world_that_was_taken_gets_nothing_more_from_the_server_before) {
  Store before = store();
  const Lease old = lease_of(before);
  std::atomic<std::uint64_t> stored = 0;
  std::thread server([&] {
    for (std::uint64_t tick = 1;; ++tick) {
      const auto committed = before.commit(whole_batch(old, tick));
      if (!committed) {
        EXPECT_EQ(committed.error().fault, StoreFault::lost_lease) << committed.error().text;
        return;
      }
      stored = tick;
    }
  });
  while (stored < 10) std::this_thread::yield();
  Store after = store();
  const WorldRow row = after.lease("world").value();
  server.join();
  EXPECT_EQ(row.tick, stored) << "what was acknowledged is there, and nothing came later";
  EXPECT_EQ(after.lease("world").value().entries, row.entries);
  EXPECT_TRUE(after.commit(whole_batch({row.id, row.epoch + 1}, row.tick + 1)));
  EXPECT_EQ(sound_audit().transfers, 2 * (row.tick + 1));
}

TEST_F(PostgresServers, an_audit_and_a_start_see_one_moment_while_others_write) {
  Store running = store();
  const Lease lease = lease_of(running);
  std::atomic<bool> ends = false;
  std::atomic<std::uint64_t> ticks = 0;
  std::thread server([&] {
    for (std::uint64_t tick = 1; !ends; ++tick) {
      ASSERT_TRUE(running.commit(whole_batch(lease, tick)));
      ticks = tick;
    }
  });
  for (int i = 0; i < 15; ++i) {
    const std::uint64_t seen = ticks;
    while (ticks == seen) std::this_thread::yield();
    auto other = Store::open(tables(), kinds_of_game);
    if (!other) ADD_FAILURE() << other.error().text;
    if (!other) break;
    const Audit audit = other->audit().value();
    EXPECT_EQ(audit.violations, 0u) << audit.described.front();
  }
  ends = true;
  server.join();
}

TEST_F(PostgresServers, an_audit_knows_the_kinds_that_another_server_has_added) {
  Store running = store();
  auto kinds = kinds_of_game;
  kinds.push_back({9, "gem", false});
  Store newer = Store::open(tables(), kinds).value();
  ASSERT_TRUE(
      newer.commit({lease_of(newer), 1, {{{1, 1}, 1, "", {{Holder::system(), first_holder, 9, 5, {}}}}}}));
  const Audit audit = running.audit().value();
  EXPECT_EQ(audit.violations, 0u);
  EXPECT_EQ(audit.sums.at(3).held, 5);
}

// Transfers that share an id and no holder have no lock in common: the ids in the journal are the only ones.
TEST_F(PostgresServers, two_servers_that_write_the_same_ids_in_another_order_do_not_block_each_other) {
  constexpr std::uint64_t rounds = 12, ids = 300;
  const auto deadlocks = [] { return PostgresServer::shared().count_in_log("deadlock detected"); };
  const std::size_t deadlocks_before = deadlocks();
  std::barrier both(2);
  std::atomic<std::uint64_t> stored = 0;
  store();
  in_two_threads([&](std::uint64_t server) {
    const auto own = tables();
    for (std::uint64_t round = 1; round <= rounds; ++round) {
      Changes changes;
      for (std::uint64_t i = 0; i < ids; ++i) {
        const std::uint64_t id = server == 0 ? i : ids - 1 - i;
        changes.entries.push_back(
            {WorldId{50 + server}, round * ids + i, 1, {round, id + 1}, std::vector(100, std::byte{1}), {}});
      }
      EXPECT_TRUE(own->begin({}));
      both.arrive_and_wait();
      const auto committed = own->commit(changes);
      stored += committed.has_value();
      if (!committed) {
        EXPECT_EQ(committed.error().fault, StoreFault::try_again);
      }
    }
  });
  EXPECT_EQ(stored, rounds);
  EXPECT_EQ(deadlocks(), deadlocks_before);
}

// A transaction that meets another one is done again, with what the other one has left.
TEST_F(PostgresServers, a_holder_that_two_servers_make_at_once_has_what_both_give) {
  Store other = store();
  const Lease others = lease_of(other, "other");
  ASSERT_TRUE(other.commit({others, 1, {coins({1, 1}, 1, Holder::system(), second_holder, 100)}}));
  auto watched = std::make_unique<WatchedTables>(tables());
  WatchedTables& watch = *watched;
  Store running = store_on(std::move(watched));
  const Lease lease = lease_of(running);
  bool was_here = false;
  watch.after_begin = [&] {
    if (std::exchange(was_here, true)) return;
    ASSERT_TRUE(
        other.commit({others, 2, {{{1, 2}, 2, "", {{Holder::system(), first_holder, arrow, 7, {}}}}}}));
  };
  ASSERT_TRUE(
      running.commit({lease, 1, {{{2, 1}, 1, "", {{Holder::system(), first_holder, arrow, 4, {}}}}}}));
  EXPECT_EQ(watch.begins, 2);
  EXPECT_EQ(sound_audit().sums[1].held, 11);
}

TEST_F(PostgresServers,
       a_world_that_was_taken_after_an_unknown_outcome_is_lost_and_its_transfers_can_be_asked_for) {
  auto watched = std::make_unique<WatchedTables>(tables());
  WatchedTables& watch = *watched;
  Store running = store_on(std::move(watched));
  const Lease lease = lease_of(running);
  watch.after_commit = [&](StoreResult<void>) {
    EXPECT_TRUE(store().lease("world"));
    return std::unexpected(StoreError{StoreFault::unknown_outcome, "", {}});
  };
  EXPECT_EQ(fault_in(running.commit(whole_batch(lease, 1))), StoreFault::lost_lease);
  EXPECT_TRUE(running.is_done(whole_batch(lease, 1).transfers[0].id).value());
  EXPECT_EQ(sound_audit().transfers, 2u);
}

// The rows that a commit locks are those of the moment in which it begins to wait. So it does not see a row
// that another server makes meanwhile, and Store begins again before it believes a violation.
TEST_F(PostgresServers, a_batch_that_builds_on_a_transfer_of_another_server_is_no_violation) {
  auto watched = std::make_unique<WatchedTables>(tables());
  WatchedTables& moments = *watched;
  Store one = store_on(std::move(watched)), two = store();
  const Lease lease_one = lease_of(one, "one"), lease_two = lease_of(two, "two");
  ASSERT_TRUE(one.commit({lease_one, 1, {coins({5, 0}, 1, Holder::system(), first_holder, 10)}}));
  const Transfer gift = coins({5, 1}, 2, first_holder, second_holder, 5);
  const Transfer rest = coins({5, 2}, 2, second_holder, Holder::of(CharacterId{3}), 2);
  std::optional<StoreResult<Committed>> of_two;
  bool is_first = false;  // set before the commit that the other one meets
  std::jthread other;
  moments.after_begin = [&] {
    if (!std::exchange(is_first, false)) return;
    other = std::jthread([&] { of_two = two.commit({lease_two, 2, {gift, rest}}); });
    while (database_->run("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                          "datname = current_database()") == "0")
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  is_first = true;
  ASSERT_TRUE(one.commit({lease_one, 2, {gift}}));
  other.join();
  ASSERT_TRUE(*of_two) << of_two->error().text;
  EXPECT_EQ((*of_two)->transfers, 1u);
  EXPECT_EQ((*of_two)->repeated, 1u);
  EXPECT_EQ(sound_audit().transfers, 3u);
}

// A standby that was behind has become the database, or a person has restored an old dump.
TEST_F(PostgresServers, a_database_that_has_gone_back_is_refused) {
  Store running = store();
  const Lease lease = lease_of(running);
  for (std::uint64_t tick = 1; tick <= 3; ++tick) ASSERT_TRUE(running.commit({lease, tick}));
  database_->run("UPDATE madang.worlds SET tick = 2");
  const auto refused = running.commit({lease, 4});
  ASSERT_EQ(fault_in(refused), StoreFault::damaged);
  EXPECT_NE(refused.error().text.find("has gone back to tick 2, and tick 3 was stored"), std::string::npos);
  EXPECT_EQ(fault_in(running.is_done({1, 1})), StoreFault::damaged) << "it says nothing more";
}

TEST_F(PostgresServers, numbers_that_are_gone_are_not_given) {
  Store running = store();
  EXPECT_EQ(running.reserve_numbers(5).value(), 1u);
  database_->run("UPDATE madang.numbers SET next = 4611686018427387904");
  EXPECT_EQ(fault_in(running.reserve_numbers(1)), StoreFault::damaged);
  database_->run("DELETE FROM madang.numbers");
  EXPECT_EQ(fault_in(store().reserve_numbers(1)), StoreFault::damaged);
  database_->run("INSERT INTO madang.numbers VALUES(1)");
}

TEST_F(PostgresServers, a_commit_that_always_meets_others_ends) {
  auto watched = std::make_unique<WatchedTables>(tables());
  WatchedTables& watch = *watched;
  Store running = store_on(std::move(watched));
  const Lease lease = lease_of(running);
  watch.after_commit = [](StoreResult<void>) {
    return std::unexpected(StoreError{StoreFault::try_again, "", {}});
  };
  EXPECT_EQ(fault_in(running.commit({lease, 1})), StoreFault::try_again);
  EXPECT_EQ(watch.begins, 5);
}

}  // namespace
}  // namespace madang::keeper
#endif
