// Lines to PostgreSQL that break at every point, a server that freezes, and one that is killed: nothing is
// lost, nothing is done twice, and what was acknowledged is there.
//
// MADANG_CRASH_TRANSFERS=1000000 cuts after every byte and not after each 9th or 37th (./test nightly).
#ifdef MADANG_WITH_POSTGRES
#include <atomic>
#include <cstdlib>
#include <thread>

#include "unit/keeper/cutting_proxy.h"
#include "unit/keeper/postgres_stores.h"

namespace madang::keeper {
namespace {

using Way = CuttingProxy::Way;

class PostgresBrokenLine : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (!IsSkipped()) proxy_.emplace(PostgresServer::shared().folder());
  }

  Store cut_store(const PostgresSettings& settings = patient) {
    return store_at(proxy_->address(database_->name()), settings);
  }
  /// Checks that exactly the ticks up to this one are stored, each of them once.
  void expect_ticks(const Lease& lease, std::uint64_t tick) {
    EXPECT_EQ(sound_audit().transfers, 2 * tick);
    Store direct = store();
    EXPECT_EQ(direct.lease("world").value().tick, tick);
    EXPECT_EQ(direct.holdings_of(first_holder).value().at(0).second, static_cast<std::int64_t>(2 * tick));
    EXPECT_EQ(direct.things_of(second_holder).value().size(), tick);
    EXPECT_EQ(direct.character({lease.world.value}).value()->tick, tick);
  }
  void end_connections() const {
    database_->run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madang' AND "
        "datname = current_database()");
  }

  std::optional<CuttingProxy> proxy_;
};

// A cut is found when the next byte comes, so a cut after all bytes of a commit stays.
TEST_F(PostgresBrokenLine, a_line_that_is_cut_after_any_byte_of_a_commit_loses_and_doubles_nothing) {
  Store running = cut_store();
  const Lease lease = lease_of(running);
  ASSERT_TRUE(running.commit(whole_batch(lease, 1)));
  std::uint64_t tick = 1, unknown = 0;
  const bool is_nightly = std::getenv("MADANG_CRASH_TRANSFERS") != nullptr;
  const std::pair<Way, std::size_t> steps[] = {{Way::to_server, is_nightly ? 1 : 37},
                                               {Way::to_client, is_nightly ? 1 : 9}};
  for (const auto& [way, step] : steps) {
    for (std::size_t bytes = 0;; bytes += step) {
      SCOPED_TRACE(fmt::format("cut {} after {} bytes",
                               way == Way::to_server ? "to the server" : "to the client", bytes));
      proxy_->cut({{way, bytes}});
      const auto committed = running.commit(whole_batch(lease, ++tick));
      ASSERT_TRUE(committed) << committed.error().text;
      ASSERT_EQ(committed->transfers + committed->repeated, 2u);
      unknown += committed->repeated > 0;
      if (proxy_->cuts_left() > 0) {
        ASSERT_GT(bytes, 300u);
        break;
      }
    }
    proxy_->cut({});
  }
  EXPECT_GT(unknown, 3u) << "a cut in the answer to a commit";
  expect_ticks(lease, tick);
}

TEST_F(PostgresBrokenLine, a_line_that_is_cut_again_when_it_is_made_again_loses_and_doubles_nothing) {
  Store running = cut_store();
  const Lease lease = lease_of(running);
  ASSERT_TRUE(running.commit(whole_batch(lease, 1)));
  Random random(31);
  std::uint64_t tick = 1;
  while (tick < 60) {
    std::deque<CuttingProxy::Cut> cuts;
    for (int i = 0; i < 3; ++i) {
      const Way way = random.chance(1, 2) ? Way::to_server : Way::to_client;
      cuts.push_back({way, random.below(way == Way::to_server ? 9'000 : 1'500)});
    }
    proxy_->cut(std::move(cuts));
    const auto committed = running.commit(whole_batch(lease, ++tick));
    ASSERT_TRUE(committed) << committed.error().text;
  }
  proxy_->cut({});
  expect_ticks(lease, tick);
}

TEST_F(PostgresBrokenLine, a_random_history_under_random_cuts_is_kept_as_it_was) {
  Random random(32);
  History history(33);
  while (history.batches().size() < 60) history.add(10);
  Store running = cut_store();
  Lease lease = lease_of(running);
  for (std::size_t n = 0; n < history.batches().size(); ++n) {
    const Way way = random.chance(1, 2) ? Way::to_server : Way::to_client;
    proxy_->cut({{way, random.below(way == Way::to_server ? 20'000 : 3'000)}});
    if (random.chance(1, 10)) lease = lease_of(running);
    const auto committed = running.commit(history.batch(n, lease));
    ASSERT_TRUE(committed) << committed.error().text;
    if (random.chance(1, 10)) {
      EXPECT_EQ(running.commit(history.batch(n, lease)).value().transfers, 0u) << "it comes again";
    }
  }
  proxy_->cut({});
  sound_audit();
  EXPECT_EQ(kept_in(*tables(), lease.world), history.after(history.batches().size(), lease.world));
}

TEST_F(PostgresBrokenLine, leases_numbers_and_reads_connect_again) {
  Store running = cut_store();
  Lease lease = lease_of(running);
  ASSERT_TRUE(running.commit(whole_batch(lease, 1)));
  std::uint64_t number = 0;
  for (const Way way : {Way::to_server, Way::to_client}) {
    for (std::size_t bytes = 0; bytes < 400; bytes += 9) {
      const auto cut = [&] { proxy_->cut({{way, bytes}}); };
      cut();
      const Lease next = lease_of(running);
      EXPECT_GT(next.epoch, lease.epoch);
      lease = next;
      cut();
      const std::uint64_t first = running.reserve_numbers(3).value();
      EXPECT_GT(first, number);
      number = first + 2;
      cut();
      EXPECT_EQ(running.things_of(second_holder).value().size(), 1u);
    }
  }
  proxy_->cut({});
  EXPECT_TRUE(running.commit(whole_batch(lease, 2))) << "the last lease is the one that counts";
}

TEST_F(PostgresBrokenLine, an_audit_whose_line_breaks_fails_and_the_next_one_is_whole) {
  Store running = cut_store();
  ASSERT_TRUE(running.commit(whole_batch(lease_of(running), 1)));
  proxy_->cut({{Way::to_client, 300}});
  EXPECT_EQ(fault_in(running.audit()), StoreFault::unreachable);
  EXPECT_EQ(running.audit().value().violations, 0u);
}

TEST_F(PostgresBrokenLine, a_database_that_stays_away_leaves_an_unknown_outcome) {
  PostgresSettings short_time = patient;
  short_time.reconnect_ms = 30;
  auto watched =
      std::make_unique<WatchedTables>(open_postgres(proxy_->address(database_->name()), short_time).value());
  WatchedTables& watch = *watched;
  Store running = store_on(std::move(watched));
  const Lease lease = lease_of(running);
  ASSERT_TRUE(running.commit(whole_batch(lease, 1)));
  // Away before a commit: nothing was done.
  proxy_->refuse(true);
  const auto away = running.commit(whole_batch(lease, 2));
  EXPECT_EQ(fault_in(away), StoreFault::unreachable);
  EXPECT_EQ(away.error().text.find('\n'), std::string::npos) << away.error().text;
  EXPECT_EQ(fault_in(running.lease("world")), StoreFault::unreachable);
  proxy_->refuse(false);
  ASSERT_TRUE(running.commit(whole_batch(lease, 2)));
  // Away in a commit: the answer is lost, and nobody can be asked.
  proxy_->cut({{Way::to_client, 700}});
  watch.after_begin = [&] { proxy_->cut({{Way::to_client, 0}}); };
  watch.after_commit = [&](StoreResult<void> result) {
    proxy_->refuse(true);
    return result;
  };
  EXPECT_EQ(fault_in(running.commit(whole_batch(lease, 3))), StoreFault::unknown_outcome);
  watch.after_begin = [] {};
  watch.after_commit = [](auto result) { return result; };
  proxy_->cut({});
  proxy_->refuse(false);
  EXPECT_EQ(store().lease("other").value().tick, 0u);
  EXPECT_EQ(running.commit(whole_batch(lease, 3)).value().repeated, 2u) << "it was stored";
  expect_ticks(lease, 3);
}

TEST_F(PostgresBrokenLine, a_server_that_freezes_holds_nobody_for_ever) {
  // A busy machine reaches these limits, too: then a call is made again.
  PostgresSettings hasty = patient;
  hasty.connect_ms = hasty.answer_ms = 200;
  hasty.reconnect_ms = 30;
  Store direct = store();
  const Lease lease = lease_of(direct);
  ASSERT_TRUE(direct.commit(whole_batch(lease, 1)));
  StoreResult<std::unique_ptr<Tables>> opened = std::unexpected(StoreError{});
  while (!opened) opened = open_postgres(proxy_->address(database_->name()), hasty);
  auto watched = std::make_unique<WatchedTables>(std::move(*opened));
  WatchedTables& watch = *watched;
  Store running = store_on(std::move(watched));
  proxy_->freeze(true);
  EXPECT_EQ(fault_in(running.commit(whole_batch(lease, 2))), StoreFault::unreachable);
  proxy_->freeze(false);
  // In a commit: what the proxy holds reaches the server later, and may still be done.
  watch.after_begin = [&] { proxy_->freeze(true); };
  auto frozen = running.commit(whole_batch(lease, 2));
  while (fault_in(frozen) == StoreFault::unreachable) frozen = running.commit(whole_batch(lease, 2));
  EXPECT_EQ(fault_in(frozen), StoreFault::unknown_outcome);
  proxy_->freeze(false);
  ASSERT_TRUE(direct.commit(whole_batch(lease, 2))) << "it waits for the end of the other transaction";
  expect_ticks(lease, 2);
}

TEST_F(PostgresBrokenLine, connections_that_an_administrator_ends_lose_and_double_nothing) {
  Store running = store();
  const Lease lease = lease_of(running);
  std::uint64_t tick = 0;
  // Between commits.
  for (; tick < 5; end_connections()) ASSERT_TRUE(running.commit(whole_batch(lease, ++tick)));
  // In the middle of a transaction, and anywhere.
  auto watched = std::make_unique<WatchedTables>(tables());
  watched->after_begin = [&, count = 0]() mutable {
    if (++count % 3 == 0) end_connections();
  };
  Store ended = store_on(std::move(watched));
  for (; tick < 15;) ASSERT_TRUE(ended.commit(whole_batch(lease, ++tick)));
  std::atomic<std::uint64_t> stored = tick;
  std::thread administrator([&] {
    for (std::uint64_t seen = 0; stored < 60; std::this_thread::yield())
      if (std::exchange(seen, stored.load()) != stored) end_connections();
  });
  for (; tick < 60; stored = ++tick) {
    const auto committed = running.commit(whole_batch(lease, tick + 1));
    ASSERT_TRUE(committed) << committed.error().text;
  }
  administrator.join();
  expect_ticks(lease, tick);
}

TEST_F(PostgresBrokenLine, a_server_that_is_killed_and_started_again_has_what_was_acknowledged) {
  database_->run("ALTER DATABASE " + database_->name() + " SET synchronous_commit = off");
  Store running = store();
  const Lease lease = lease_of(running);
  std::uint64_t tick = 0;
  while (tick < 20) ASSERT_TRUE(running.commit(whole_batch(lease, ++tick)));
  // Between two commits.
  PostgresServer::shared().kill();
  PostgresServer::shared().start();
  expect_ticks(lease, tick);
  const Lease later = lease_of(running);
  // At any moment.
  std::atomic<std::uint64_t> stored = tick;
  std::atomic<bool> ends = false;
  std::thread killer([&] {
    while (stored < 40) std::this_thread::yield();
    PostgresServer::shared().kill();
    PostgresServer::shared().start();
    ends = true;
  });
  while (!ends) {
    const auto committed = running.commit(whole_batch(later, tick + 1));
    ASSERT_TRUE(committed) << committed.error().text;
    stored = ++tick;
  }
  killer.join();
  expect_ticks(later, tick);
  database_->run("ALTER DATABASE " + database_->name() + " RESET synchronous_commit");
}

}  // namespace
}  // namespace madang::keeper
#endif
