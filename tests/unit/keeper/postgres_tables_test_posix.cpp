// Opening a database of PostgreSQL, and what its tables lock. What all stores do is in store_test.cpp.
#ifdef MADANG_WITH_POSTGRES
#include "madang/keeper/postgres_tables.h"

#include <algorithm>
#include <thread>

#include "unit/keeper/postgres_stores.h"

namespace madang::keeper {
namespace {

class PostgresOpening : public PostgresTest {
 protected:
  PostgresOpening() : PostgresTest(PostgresDatabase::Tables::none) {}

  StoreResult<Store> opened() {
    auto opened = open_postgres(database_->address(), patient);
    if (!opened) return std::unexpected(opened.error());
    return Store::open(std::move(*opened), kinds_of_game);
  }
};

TEST_F(PostgresOpening, several_servers_that_start_at_once_make_one_store) {
  // The second time in a schema that an administrator has made: then its name stops nobody.
  for (const char* before : {"SELECT 1", "DROP SCHEMA madang CASCADE; CREATE SCHEMA madang"}) {
    database_->run(before);
    std::vector<std::thread> servers;
    for (int i = 0; i < 4; ++i)
      servers.emplace_back([&] {
        auto store = opened();
        ASSERT_TRUE(store) << store.error().text;
        EXPECT_TRUE(store->lease("world"));
      });
    for (std::thread& server : servers) server.join();
    EXPECT_EQ(sound_audit().worlds, 1u);
    EXPECT_EQ(store().lease("world").value().epoch, 5u);
    EXPECT_EQ(database_->run("SELECT count(*) FROM madang.store"), "1");
  }
}

TEST_F(PostgresOpening, a_server_waits_for_another_one_that_makes_the_tables) {
  PostgresSettings hasty = patient;
  hasty.lock_ms = 20;
  hasty.reconnect_ms = 1;
  const std::unique_ptr<PGconn, decltype(&PQfinish)> other(PQconnectdb(database_->address().c_str()),
                                                           PQfinish);
  PQclear(PQexec(other.get(), "SELECT pg_advisory_lock(x'6d6164616e67'::int8)"));
  EXPECT_EQ(fault_in(open_postgres(database_->address(), hasty)), StoreFault::cannot_open);
  EXPECT_EQ(database_->run("SELECT count(*) FROM pg_tables WHERE schemaname = 'madang'"), "0");
  PQclear(PQexec(other.get(), "SELECT pg_advisory_unlock(x'6d6164616e67'::int8)"));
  EXPECT_TRUE(opened());
}

TEST_F(PostgresOpening, a_store_that_must_exist_is_not_made) {
  PostgresSettings settings = patient;
  settings.must_exist = true;
  const auto refused = open_postgres(database_->address(), settings);
  ASSERT_EQ(fault_in(refused), StoreFault::not_a_store);
  EXPECT_TRUE(refused.error().text.ends_with(": there is no store in it")) << refused.error().text;
  EXPECT_EQ(database_->run("SELECT count(*) FROM pg_namespace WHERE nspname = 'madang'"), "0");
  EXPECT_TRUE(opened());
  EXPECT_TRUE(open_postgres(database_->address(), settings));
}

TEST_F(PostgresOpening, a_schema_that_an_administrator_has_made_is_used) {
  database_->run("CREATE SCHEMA madang; CREATE TABLE public.journal(other text)");
  EXPECT_TRUE(opened());
  database_->run("DROP TABLE public.journal");
}

TEST_F(PostgresOpening, a_schema_of_another_program_is_refused_and_not_changed) {
  database_->run("CREATE SCHEMA madang; CREATE TABLE madang.drums(sound text)");
  EXPECT_EQ(fault_in(opened()), StoreFault::not_a_store);
  EXPECT_EQ(database_->run("SELECT count(*) FROM pg_tables WHERE schemaname = 'madang'"), "1");
  for (const char* table :
       {"CREATE TABLE madang.store(article text)",
        "DROP TABLE madang.store; CREATE TABLE madang.store AS SELECT 'shop' AS program, 1 AS version"}) {
    database_->run(table);
    EXPECT_EQ(fault_in(opened()), StoreFault::not_a_store);
  }
}

TEST_F(PostgresOpening, a_store_of_a_later_madang_is_refused) {
  ASSERT_TRUE(opened());
  auto running = store();
  database_->run("UPDATE madang.store SET version = 3");
  const auto refused = opened();
  ASSERT_EQ(fault_in(refused), StoreFault::newer_version);
  EXPECT_NE(refused.error().text.find("its version is 3; this Madang knows 2"), std::string::npos);
  // A server that runs meanwhile finds it when it connects again.
  database_->run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madang' "
      "AND datname = current_database()");
  EXPECT_EQ(fault_in(running.lease("world")), StoreFault::newer_version);
}

TEST_F(PostgresOpening, two_games_with_other_kinds_at_once_do_not_both_get_in) {
  auto one = tables(), two = tables();
  const std::vector<Kind> coins_first{{1, "coin", false}}, gems_first{{1, "gem", false}};
  EXPECT_TRUE(one->add_kinds(coins_first));
  EXPECT_TRUE(two->add_kinds(coins_first));
  EXPECT_EQ(fault_in(two->add_kinds(gems_first)), StoreFault::other_kinds);
  EXPECT_EQ(two->kinds().value(), coins_first);
}

TEST_F(PostgresOpening, a_database_that_is_not_there_is_named_at_once) {
  const std::string folder = PostgresServer::shared().folder();
  const auto missing = open_postgres(PostgresServer::address_in(folder, "nowhere"), patient);
  ASSERT_EQ(fault_in(missing), StoreFault::cannot_open);
  EXPECT_NE(missing.error().text.find("\"nowhere\" does not exist"), std::string::npos)
      << missing.error().text;
  PostgresSettings quick;
  quick.reconnect_ms = 1;
  const auto nobody = open_postgres(PostgresServer::address_in("/nowhere", "madang"), quick);
  EXPECT_EQ(fault_in(nobody), StoreFault::cannot_open);
  EXPECT_EQ(nobody.error().text.find('\n'), std::string::npos) << nobody.error().text;
}

TEST_F(PostgresOpening, an_address_that_is_none_is_not_repeated_because_it_may_have_a_password) {
  const auto refused = open_postgres("postgres://ada:secret@[::1/madang", patient);
  ASSERT_EQ(fault_in(refused), StoreFault::cannot_open);
  EXPECT_EQ(refused.error().text.find("secret"), std::string::npos);
}

TEST_F(PostgresOpening, a_database_with_another_encoding_is_refused) {
  database_->run("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
  const auto refused = open_postgres(PostgresServer::shared().address("latin"), patient);
  EXPECT_EQ(fault_in(refused), StoreFault::cannot_open);
}

TEST_F(PostgresOpening, names_are_values_and_no_sql) {
  auto running = store();
  const std::string name = "x'); DROP SCHEMA madang CASCADE; -- \\ \" $1 {1,2} NULL";
  const WorldRow row = running.lease(name).value();
  EXPECT_EQ(running.lease(name).value().id, row.id);
  const std::vector<Kind> kinds{{9, name, false}, {10, "{}", true}, {11, "NULL", false}};
  ASSERT_TRUE(Store::open(tables(), kinds));
  EXPECT_EQ(tables()->kinds().value()[3], kinds[0]);
  EXPECT_EQ(tables()->worlds().value()[0].name, name);
  EXPECT_EQ(sound_audit().worlds, 1u);
}

class PostgresLocks : public PostgresTest {
 protected:
  /// Limits of a server that waits for nobody.
  static constexpr PostgresSettings hasty{
      .connect_ms = 30'000, .reconnect_ms = 60'000, .answer_ms = 60'000, .lock_ms = 20, .idle_ms = 25'000};

  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    Store running = store();
    lease_ = lease_of(running);
    ASSERT_TRUE(running.commit(whole_batch(lease_, 1)));
    one_ = tables();
    two_ = tables(hasty);
  }

  Query query_of_world() const { return {.worlds = {lease_.world}}; }
  static Query query_of_holding(const Holder& holder) { return {.touched = {.holdings = {{holder, coin}}}}; }
  Query query_of_thing(std::uint64_t number) const {
    return {.touched = {.things = {{lease_.world.value, number}}}};
  }
  static Query query_of_character(std::uint64_t id) { return {.characters = {CharacterId{id}}}; }

  Lease lease_;
  std::unique_ptr<Tables> one_, two_;
};

TEST_F(PostgresLocks, what_a_commit_has_read_is_locked_until_its_end) {
  for (const Query& query :
       {query_of_world(), query_of_holding(first_holder), query_of_holding(Holder::system()),
        query_of_thing(1), query_of_character(lease_.world.value)}) {
    ASSERT_TRUE(one_->begin(query));
    EXPECT_EQ(fault_in(two_->begin(query)), StoreFault::try_again);
    one_->roll_back();
    EXPECT_TRUE(two_->begin(query));
    EXPECT_EQ(fault_in(tables(hasty)->begin(query)), StoreFault::try_again);
    EXPECT_TRUE(two_->commit({}));
    ASSERT_TRUE(one_->begin(query));
    one_->roll_back();
  }
}

TEST_F(PostgresLocks, a_world_is_not_leased_in_the_middle_of_a_commit) {
  ASSERT_TRUE(one_->begin(query_of_world()));
  EXPECT_EQ(fault_in(two_->lease("world")), StoreFault::try_again);
  one_->roll_back();
  EXPECT_EQ(two_->lease("world").value().epoch, lease_.epoch + 1);
}

TEST_F(PostgresLocks, a_row_that_two_servers_make_at_once_is_made_by_one) {
  const Holder third = Holder::of(CharacterId{3});
  const ThingId thing{lease_.world.value, 77};
  const JournalEntry entry{lease_.world, 90, 1, {5, 5}, {std::byte{1}}, {}};
  const std::pair<Query, Changes> all[] = {
      {query_of_holding(third), {.holdings = {{{third, coin}, 4}}}},
      {query_of_thing(77), {.things = {{thing, {sword, third}}}}},
      {query_of_character(44), {.characters = {{CharacterId{44}, lease_.world, 1, 1, {}}}}},
      {{.transfers = {{5, 5}}}, {.entries = {entry}}},
  };
  for (const auto& [query, changes] : all) {
    ASSERT_TRUE(one_->begin(query));
    ASSERT_TRUE(two_->begin(query));
    ASSERT_TRUE(one_->commit(changes));
    EXPECT_EQ(fault_in(two_->commit(changes)), StoreFault::try_again);
    const Answer answer = two_->begin(query).value();
    EXPECT_EQ(answer.holdings.size() + answer.things.size() + answer.characters.size() + answer.done.size(),
              1u);
    two_->roll_back();
  }
}

TEST_F(PostgresLocks, a_row_that_has_gone_meanwhile_is_seen_as_gone) {
  const Query query = query_of_holding(second_holder);
  ASSERT_TRUE(one_->begin(query));
  ASSERT_TRUE(one_->commit({.holdings = {{{second_holder, coin}, 0}}}));
  EXPECT_TRUE(two_->begin(query).value().holdings.empty());
  ASSERT_TRUE(two_->commit({.holdings = {{{second_holder, coin}, 9}}}));
  EXPECT_EQ(one_->begin(query).value().holdings.at(0).second, 9);
  one_->roll_back();
}

// A server that waits for another one reads what the other one has done, and not what was there before.
TEST_F(PostgresLocks, what_another_server_has_just_done_is_done) {
  const Transfer all = coins({8, 8}, 1, second_holder, first_holder, 1);
  Store waiting = store();
  const Lease other = lease_of(waiting, "other");
  auto watched = std::make_unique<WatchedTables>(tables());
  std::thread server;
  std::optional<StoreResult<Committed>> answer;
  watched->after_begin = [&] {
    if (server.joinable()) return;
    server = std::thread([&] { answer = waiting.commit({other, 1, {all}}); });
    // Until it waits for a lock of ours.
    while (database_->run("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                          "datname = current_database()") == "0")
      std::this_thread::yield();
  };
  Store running = store_on(std::move(watched));
  Transfer same = all;
  const Lease third = lease_of(running, "third");
  EXPECT_TRUE(running.commit({third, 1, {same}}));
  server.join();
  ASSERT_TRUE(*answer) << answer->error().text;
  EXPECT_EQ((*answer)->repeated, 1u);
  EXPECT_EQ(sound_audit().transfers, 3u);
}

TEST_F(PostgresLocks, a_server_that_stops_between_begin_and_commit_does_not_hold_up_others) {
  PostgresSettings stopping = patient;
  stopping.idle_ms = 50;
  auto stopped = tables(stopping);
  ASSERT_TRUE(stopped->begin(query_of_world()));
  EXPECT_TRUE(one_->begin(query_of_world()));
  one_->roll_back();
  EXPECT_EQ(fault_in(stopped->commit({})), StoreFault::unknown_outcome);
  EXPECT_TRUE(stopped->begin(query_of_world())) << "the next call connects again";
  stopped->roll_back();
}

TEST_F(PostgresLocks, tables_of_any_size_are_read_whole_and_in_order) {
  Store running = store();
  const Lease lease = lease_of(running);
  Batch batch{lease, 2};
  constexpr std::uint64_t count = 5'000;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Holder to{HolderType::transit, {i % 7, i}};
    batch.transfers.push_back(
        {{3, i + 1},
         2,
         "",
         {{Holder::system(), to, coin, 1, {}}, {Holder::system(), to, sword, 1, {i % 5, i + 100}}}});
  }
  ASSERT_TRUE(running.commit(batch));
  std::vector<HoldingKey> keys;
  std::vector<ThingId> ids;
  std::vector<std::uint64_t> numbers;
  ASSERT_TRUE(one_->for_each_holding([&](const HoldingKey& key, std::int64_t) {
    keys.push_back(key);
    return true;
  }));
  ASSERT_TRUE(one_->for_each_thing([&](const ThingId& id, const Thing&) {
    ids.push_back(id);
    return true;
  }));
  ASSERT_TRUE(one_->for_each_entry(lease.world, 2, [&](const JournalEntry& entry) {
    numbers.push_back(entry.number);
    return true;
  }));
  EXPECT_EQ(keys.size(), count + 4);
  EXPECT_EQ(ids.size(), count + 1);
  EXPECT_EQ(numbers.size(), count + 1);
  EXPECT_EQ(std::ranges::adjacent_find(keys, std::greater_equal<>()), keys.end());
  EXPECT_EQ(std::ranges::adjacent_find(ids, std::greater_equal<>()), ids.end());
  EXPECT_EQ(std::ranges::adjacent_find(numbers, std::greater_equal<>()), numbers.end());
  int seen = 0;
  ASSERT_TRUE(one_->for_each_holding([&](const HoldingKey&, std::int64_t) { return ++seen < 2'500; }));
  EXPECT_EQ(seen, 2'500);
  sound_audit();
}

}  // namespace
}  // namespace madang::keeper
#endif
