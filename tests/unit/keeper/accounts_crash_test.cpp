// Accounts on a simulated disk that loses power at each operation of a fixed history: what was acknowledged
// is there, and the rest is there whole or not at all. Also the step from a store without accounts.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "madang/keeper/accounts.h"
#include "madang/keeper/sim_disk.h"
#include "madang/keeper/sqlite_backup.h"
#include "madang/keeper/sqlite_database.h"
#include "madang/keeper/sqlite_tables.h"
#include "unit/keeper/account_values.h"
#include "unit/keeper/history.h"
#include "unit/temporary_file.h"

namespace madang::keeper {
namespace {

/// All that can be read of the accounts, as one text.
std::string told(Accounts& accounts, std::span<const TokenHash> hashes, AccountTables& tables) {
  std::string text;
  const auto rows = accounts.list("", 100).value();
  for (const AccountRow& row : rows)
    text += fmt::format("{} {} {} {}; ", row.id.value, row.name, row.password_hash, row.last_login_s);
  const auto sanctions = accounts.sanctions(0, 100).value();
  for (const SanctionRow& row : sanctions) text += fmt::format("{} {} {}; ", row.id, row.name, row.until_ms);
  // Reads the tokens without a change.
  const auto read = [&](const std::vector<TokensRow>& found) {
    for (const TokensRow& row : found) {
      for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (is_equal(hashes[i], row.tokens.current)) text += fmt::format("{} has {}", row.account.value, i);
        if (row.tokens.next && is_equal(hashes[i], *row.tokens.next)) text += fmt::format(" and {}", i);
      }
      text += row.tokens.next ? " (two); " : " (one); ";
    }
    return std::vector<TokensRow>();
  };
  EXPECT_TRUE(tables.change_tokens(hashes, 0, read));
  return text;
}

struct AccountsRun {
  std::size_t acknowledged = 0;     ///< steps
  std::vector<std::string> states;  ///< after each acknowledged step, from before the first one on
};

class AccountsHistory {
 public:
  AccountsHistory() {
    for (std::size_t i = 0; i < 3; ++i) {
      tokens_.push_back(new_token());
      hashes_.push_back(*hash_of_token(tokens_.back().bytes()));
    }
  }

  /// Runs the history until a step fails. Tells all states if it is asked to: that uses the disk, too.
  AccountsRun run(SimDisk& disk, bool is_told = false) const {
    AccountsRun run;
    auto tables = open_sqlite("store", {.checkpoint_pages = 12, .vfs = disk.vfs()});
    if (!tables) return run;
    AccountTables& below = (*tables)->accounts();
    auto store = Store::open(std::move(*tables), kinds_of_game);
    if (!store) return run;
    auto accounts = Accounts::open(*store);
    if (!accounts) return run;
    if (is_told) run.states.push_back(told(*accounts, hashes_, below));
    for (const auto& step : steps()) {
      const auto done = step(*accounts);
      if (!done) {
        if (done.error().fault == StoreFault::io_failed) {
          EXPECT_EQ(accounts->count().error().fault, StoreFault::io_failed);
          EXPECT_EQ(accounts->end_tokens({1}).error().fault, StoreFault::io_failed);
          EXPECT_EQ(accounts->personal_data({1}).error().fault, StoreFault::io_failed);
          EXPECT_EQ(store->lease("world").error().fault, StoreFault::io_failed) << "one fault for both";
        }
        return run;
      }
      ++run.acknowledged;
      if (is_told) run.states.push_back(told(*accounts, hashes_, below));
    }
    return run;
  }
  /// Returns what the disk has.
  std::string state_of(SimDisk& disk) const {
    auto tables = open_sqlite("store", {.vfs = disk.vfs()}).value();
    AccountTables& below = tables->accounts();
    Store store = Store::open(std::move(tables), kinds_of_game).value();
    Accounts accounts = Accounts::open(store).value();
    const Audit audit = store.audit().value();
    EXPECT_EQ(audit.violations, 0u) << audit.described.front();
    return told(accounts, hashes_, below);
  }

  static constexpr std::size_t count = 12;

 private:
  using Step = std::function<StoreResult<void>(Accounts&)>;

  template <class T>
  static StoreResult<void> outcome(const StoreResult<T>& result) {
    if (!result) return std::unexpected(result.error());
    return {};
  }
  std::vector<Step> steps() const {
    return {
        [](Accounts& a) { return outcome(a.create("Ada", hash_one(), 1)); },
        [](Accounts& a) { return outcome(a.create("\u039dora", hash_one(), 1)); },
        [](Accounts& a) { return outcome(a.create("Cyd", hash_one(), 1)); },
        [this](Accounts& a) {
          return outcome(a.begin_tokens({1}, hash_one(), first_tokens(hashes_[0], 10), 10));
        },
        [this](Accounts& a) {
          return outcome(a.begin_tokens({2}, hash_one(), first_tokens(hashes_[1], 11), 11));
        },
        [this](Accounts& a) {
          return outcome(a.begin_tokens({3}, hash_one(), first_tokens(hashes_[2], 12), 12));
        },
        [this](Accounts& a) { return outcome(a.use_tokens(hashes_, 20)); },
        [](Accounts& a) {
          return outcome(a.add_sanction({.kind = SanctionKind::ban, .name = "Ada", .until_ms = 9}));
        },
        [](Accounts& a) { return outcome(a.set_password({1}, hash_two())); },
        [](Accounts& a) { return outcome(a.erase({2})); },
        [](Accounts& a) { return outcome(a.end_tokens({3})); },
        [](Accounts& a) { return outcome(a.remove_sanction(4)); },
    };
  }

  std::vector<ResumeToken> tokens_;
  std::vector<TokenHash> hashes_;
};

TEST(AccountsCrash, power_lost_at_each_operation_keeps_what_was_acknowledged_and_the_rest_whole_or_not) {
  const AccountsHistory history;
  SimDisk whole(1), untold(1);
  const AccountsRun expected = history.run(whole, true);
  ASSERT_EQ(history.run(untold).acknowledged, AccountsHistory::count);
  ASSERT_EQ(expected.acknowledged, AccountsHistory::count);
  for (std::size_t i = 1; i < expected.states.size(); ++i)
    ASSERT_NE(expected.states[i], expected.states[i - 1])
        << "step " << i << " has no effect that can be seen";
  const std::uint64_t operations = untold.operations();
  ASSERT_GT(operations, 40u);
  for (const bool is_power : {true, false}) {
    for (std::uint64_t at = 1; at <= operations && !testing::Test::HasFailure(); ++at) {
      SCOPED_TRACE(fmt::format("{} at operation {}", is_power ? "power lost" : "a failure", at));
      SimDisk disk(at);
      is_power ? disk.lose_power_at(at) : disk.fail_at(at, DiskFailure::io);
      const AccountsRun run = history.run(disk);
      disk.restart();
      const std::string state = history.state_of(disk);
      const bool is_next =
          run.acknowledged < AccountsHistory::count && state == expected.states[run.acknowledged + 1];
      EXPECT_TRUE(state == expected.states[run.acknowledged] || is_next) << run.acknowledged << ": " << state;
    }
  }
}

/// Makes a store with accounts one of version 1, as the Madang without accounts wrote it.
constexpr const char* without_accounts =
    "PRAGMA locking_mode = EXCLUSIVE; DROP TABLE looks; DROP TABLE accounts; DROP TABLE account_keys; DROP "
    "TABLE account_tokens; "
    "DROP TABLE sanctions; PRAGMA user_version = 1";

void make_version_1(const std::string& path, const char* vfs = nullptr) {
  SqliteSettings settings;
  if (vfs != nullptr) settings.vfs = vfs;
  {
    Store store = Store::open(open_sqlite(path, settings).value(), kinds_of_game).value();
    const WorldRow world = store.lease("world").value();
    History history(61);
    history.add();
    ASSERT_TRUE(store.commit(history.batch(0, {world.id, world.epoch})));
  }
  auto database = SqliteDatabase::open(path, true, vfs).value();
  const auto done = database.run(without_accounts);
  ASSERT_TRUE(done) << done.error().text;
}

TEST(AccountsUpgrade, a_store_without_accounts_is_copied_and_gets_them) {
  const TemporaryFile file("store.db");
  const std::string copy = file.path() + ".before-2";
  make_version_1(file.path());
  {
    Store store = Store::open(open_sqlite(file.path()).value(), kinds_of_game).value();
    EXPECT_EQ(store.lease("world").value().epoch, 2u) << "what was there is there";
    Accounts accounts = Accounts::open(store).value();
    EXPECT_TRUE(accounts.create("Ada", hash_one(), 1).value());
    EXPECT_EQ(store.audit().value().violations, 0u);
  }
  ASSERT_TRUE(std::filesystem::exists(copy));
  EXPECT_FALSE(std::filesystem::exists(copy + ".1"));
  {
    auto database = SqliteDatabase::open(copy, true).value();
    EXPECT_EQ(database.number("PRAGMA user_version").value(), 1);
    EXPECT_EQ(database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'accounts'").value(), 0);
    EXPECT_EQ(database.number("SELECT epoch FROM worlds").value(), 1);
  }
  EXPECT_TRUE(open_sqlite(file.path()));
  EXPECT_FALSE(std::filesystem::exists(copy + ".1")) << "once";
  // A copy that is there stays as it is.
  std::filesystem::remove(file.path());
  make_version_1(file.path());
  std::ofstream(copy) << "an earlier copy";
  EXPECT_TRUE(open_sqlite(file.path()));
  EXPECT_TRUE(std::filesystem::exists(copy + ".1"));
  EXPECT_EQ(std::filesystem::file_size(copy), 15u);
}

TEST(AccountsUpgrade, a_store_that_cannot_be_copied_is_refused_and_not_changed) {
  const TemporaryFile file("store.db");
  make_version_1(file.path());
  for (const char* end : {".before-2", ".before-2.1", ".before-2.2", ".before-2.3", ".before-2.4",
                          ".before-2.5", ".before-2.6", ".before-2.7", ".before-2.8", ".before-2.9"})
    std::ofstream(file.path() + end) << "an earlier copy";
  const auto refused = open_sqlite(file.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, StoreFault::cannot_back_up);
  EXPECT_NE(refused.error().text.find("must be made before"), std::string::npos) << refused.error().text;
  auto database = SqliteDatabase::open(file.path(), true).value();
  EXPECT_EQ(database.number("PRAGMA user_version").value(), 1);
}

TEST(AccountsUpgrade, power_lost_at_each_operation_of_the_step_loses_nothing) {
  for (std::uint64_t at = 1;; ++at) {
    SCOPED_TRACE(fmt::format("power lost at operation {}", at));
    SimDisk disk(at);
    make_version_1("store", disk.vfs().c_str());
    disk.lose_power_at(at);
    const bool is_open = open_sqlite("store", {.vfs = disk.vfs()}).has_value();
    const bool is_whole = disk.has_power();
    disk.restart();
    auto tables = open_sqlite("store", {.vfs = disk.vfs()});
    ASSERT_TRUE(tables) << tables.error().text;
    Store store = Store::open(std::move(*tables), kinds_of_game).value();
    Accounts accounts = Accounts::open(store).value();
    EXPECT_TRUE(accounts.create("Ada", hash_one(), 1).value());
    EXPECT_EQ(store.audit().value().violations, 0u);
    EXPECT_EQ(store.lease("world").value().epoch, 2u);
    if (is_whole && is_open) break;
    ASSERT_LT(at, 300u);
    if (testing::Test::HasFailure()) break;
  }
}

TEST(AccountsBackup, a_restored_store_has_the_accounts_and_no_tokens) {
  const TemporaryFile file("store.db");
  const std::string backup = file.path() + ".backup", restored = file.path() + ".restored";
  const ResumeToken token = new_token();
  const TokenHash hash = *hash_of_token(token.bytes());
  {
    Store store = Store::open(open_sqlite(file.path()).value(), kinds_of_game).value();
    Accounts accounts = Accounts::open(store).value();
    const CharacterId ada = *accounts.create("Ada", hash_one(), 1).value();
    ASSERT_TRUE(accounts.begin_tokens(ada, hash_one(), first_tokens(hash, 1), 1).value());
    accounts.add_sanction({.name = "Bea", .until_ms = 1}).value();
    ASSERT_TRUE(store.back_up(backup));
  }
  ASSERT_TRUE(restore_sqlite(backup, restored));
  Store store = Store::open(open_sqlite(restored).value(), kinds_of_game).value();
  Accounts accounts = Accounts::open(store).value();
  EXPECT_TRUE(accounts.find("ADA").value());
  EXPECT_EQ(accounts.sanctions(0, 10).value().size(), 1u);
  EXPECT_FALSE(accounts.use_tokens({&hash, 1}, 2).value().at(0)) << "it may have been ended after the backup";
}

}  // namespace
}  // namespace madang::keeper
