// Accounts of several servers with one database of PostgreSQL, and on lines that break.
#ifdef MADANG_WITH_POSTGRES
#include <atomic>
#include <barrier>
#include <thread>

#include "madang/keeper/accounts.h"
#include "unit/keeper/account_values.h"
#include "unit/keeper/cutting_proxy.h"
#include "unit/keeper/postgres_stores.h"

namespace madang::keeper {
namespace {

class PostgresAccountsOf : public PostgresTest {};

TEST_F(PostgresAccountsOf, two_servers_that_register_names_that_look_alike_at_once_do_not_both_succeed) {
  constexpr int rounds = 60;
  Store one = store(), two = store();
  Accounts accounts_of_one = Accounts::open(one).value(), accounts_of_two = Accounts::open(two).value();
  std::barrier together(2);
  std::atomic<int> failed = 0;
  std::vector<std::atomic<int>> counts(rounds);
  const auto run = [&](Accounts& accounts, std::string_view first) {
    for (int i = 0; i < rounds; ++i) {
      together.arrive_and_wait();
      // Every third pair looks alike by its second key alone.
      const std::string name =
          i % 3 == 0 ? fmt::format("{}{}", first == "Mi" ? "\u039d" : "v", std::string(i / 3 + 1, 'q'))
                     : fmt::format("{}la{}", first, i);
      const auto result = accounts.create(name, hash_one(), 1);
      failed += !result;
      if (result && *result) ++counts[i];
    }
  };
  std::thread other([&] { run(accounts_of_two, "ML"); });
  run(accounts_of_one, "Mi");
  other.join();
  EXPECT_EQ(failed, 0);
  for (int i = 0; i < rounds; ++i) EXPECT_EQ(counts[i], 1) << "round " << i;
  EXPECT_EQ(accounts_of_one.count().value(), static_cast<std::uint64_t>(rounds));
  sound_audit();
}

TEST_F(PostgresAccountsOf, two_servers_that_use_the_same_tokens_at_once_meet_no_deadlock) {
  const auto deadlocks = [] { return PostgresServer::shared().count_in_log("deadlock detected"); };
  const std::size_t before = deadlocks();
  Store one = store(), two = store();
  Accounts accounts_of_one = Accounts::open(one).value(), accounts_of_two = Accounts::open(two).value();
  std::vector<TokenHash> hashes;
  for (int i = 0; i < 20; ++i) {
    const ResumeToken token = new_token();
    hashes.push_back(*hash_of_token(token.bytes()));
    const CharacterId id = *accounts_of_one.create(fmt::format("player{}", i), hash_one(), 1).value();
    ASSERT_TRUE(accounts_of_one.begin_tokens(id, hash_one(), first_tokens(hashes.back(), 1), 1).value());
  }
  std::atomic<int> failed = 0, refused = 0;
  const auto run = [&](Accounts& accounts, std::vector<TokenHash> shown) {
    for (int i = 0; i < 40; ++i) {
      const auto used = accounts.use_tokens(shown, 2);
      failed += !used;
      if (used)
        for (const auto& result : *used) refused += !result;
      if (!accounts.set_password({1'000'000}, hash_two())) ++failed;
    }
  };
  std::thread other([&] { run(accounts_of_two, {hashes.rbegin(), hashes.rend()}); });
  run(accounts_of_one, hashes);
  other.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(refused, 0) << "the token of before holds until the new one is used";
  EXPECT_EQ(deadlocks(), before);
}

TEST_F(PostgresAccountsOf, a_line_that_is_cut_after_any_byte_leaves_no_doubt_about_what_was_done) {
  CuttingProxy proxy(PostgresServer::shared().folder());
  Store running = store_at(proxy.address(database_->name()));
  Accounts accounts = Accounts::open(running).value();
  int number = 0;
  for (const auto& [way, step] :
       {std::pair{CuttingProxy::Way::to_server, 97}, std::pair{CuttingProxy::Way::to_client, 41}}) {
    for (std::size_t bytes = 0; bytes < 1'500; bytes += step) {
      SCOPED_TRACE(fmt::format("way {}, {} bytes", static_cast<int>(way), bytes));
      const auto cut = [&] { proxy.cut({{way, bytes}}); };
      const std::string name = fmt::format("player{}", ++number);
      cut();
      const auto created = accounts.create(name, hash_one(), 1);
      ASSERT_TRUE(created) << created.error().text;
      ASSERT_TRUE(*created) << "its own first attempt is not another account";
      ASSERT_EQ(accounts.find(name).value()->id, **created);
      const ResumeToken token = new_token();
      const TokenHash hash = *hash_of_token(token.bytes());
      cut();
      ASSERT_TRUE(accounts.begin_tokens(**created, hash_one(), first_tokens(hash, 1), 1).value());
      cut();
      auto used = accounts.use_tokens({&hash, 1}, 2).value();
      ASSERT_TRUE(used[0]);
      const TokenHash next = *hash_of_token(used[0]->token.bytes());
      cut();
      ASSERT_TRUE(accounts.use_tokens({&next, 1}, 3).value()[0]) << "the token that was returned is stored";
      cut();
      ASSERT_TRUE(accounts.replace_hash(**created, hash_one(), hash_two()).value());
      cut();
      const std::uint64_t ban = accounts.add_sanction({.name = name, .until_ms = 1}).value();
      cut();
      ASSERT_TRUE(accounts.remove_sanction(ban).value());
      cut();
      ASSERT_EQ(accounts.erase(**created).value(), Erased::erased);
    }
  }
  proxy.cut({});
  EXPECT_EQ(accounts.count().value(), 0u);
  sound_audit();
}

class PostgresUpgrade : public PostgresTest {
 protected:
  PostgresUpgrade() : PostgresTest(PostgresDatabase::Tables::none) {}
};

TEST_F(PostgresUpgrade, a_store_without_accounts_gets_them) {
  {
    Store before = store();
    ASSERT_TRUE(before.commit(whole_batch(lease_of(before), 1)));
  }
  database_->run(
      "DROP TABLE madang.looks, madang.accounts, madang.account_keys, madang.account_tokens, "
      "madang.sanctions; "
      "UPDATE madang.store SET version = 1");
  std::vector<std::thread> servers;
  for (int i = 0; i < 3; ++i) servers.emplace_back([&] { store(); });
  for (std::thread& server : servers) server.join();
  Store after = store();
  Accounts accounts = Accounts::open(after).value();
  EXPECT_TRUE(accounts.create("Ada", hash_one(), 1).value());
  EXPECT_EQ(sound_audit().transfers, 2u);
  EXPECT_EQ(database_->run("SELECT version FROM madang.store"), "2");
}

}  // namespace
}  // namespace madang::keeper
#endif
