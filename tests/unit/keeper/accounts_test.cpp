// What accounts must do, on each kind of database.
#include "madang/keeper/accounts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "madang/base/random.h"
#include "madang/base/text.h"
#include "madang/keeper/name_key.h"
#include "madang/keeper/password.h"
#include "unit/keeper/account_values.h"
#include "unit/keeper/history.h"
#include "unit/keeper/store_places.h"

namespace madang::keeper {
namespace {

class AccountsOn : public testing::TestWithParam<StorePlace> {
 protected:
  void SetUp() override { open(); }
  void TearDown() override {
    if (!store_ || HasFailure()) return;
    const auto audit = store_->audit();
    ASSERT_TRUE(audit) << audit.error().text;
    EXPECT_EQ(audit->violations, 0u) << audit->described.front();
  }

  /// Opens the store anew.
  void open() {
    accounts_.reset();
    store_.reset();
    auto tables = where_->open().value();
    tables_ = tables.get();
    store_.emplace(Store::open(std::move(tables), kinds_of_game).value());
    accounts_.emplace(Accounts::open(*store_).value());
  }
  CharacterId create(std::string_view name) {
    const auto created = accounts_->create(name, hash_one(), 100);
    EXPECT_TRUE(created) << created.error().text;
    EXPECT_TRUE(*created) << name;
    return created->value_or(CharacterId{});
  }
  bool is_taken(std::string_view name) {
    const auto created = accounts_->create(name, hash_one(), 100);
    EXPECT_TRUE(created) << created.error().text;
    return created && !*created;
  }
  /// Creates an account that is logged in with this token.
  CharacterId logged_in(std::string_view name, const ResumeToken& token, std::int64_t now_s = 100) {
    const CharacterId id = create(name);
    EXPECT_TRUE(
        accounts_->begin_tokens(id, hash_one(), first_tokens(hash(token), now_s, 1'000), now_s).value());
    return id;
  }
  static TokenHash hash(const ResumeToken& token) { return *hash_of_token(token.bytes()); }
  Accounts::Resumption use(const ResumeToken& token, std::int64_t now_s = 100) {
    const TokenHash shown = hash(token);
    auto used = accounts_->use_tokens({&shown, 1}, now_s, 1'000).value();
    EXPECT_EQ(used.size(), 1u);
    return std::move(used.front());
  }
  std::optional<TokenFault> fault_of_use(const ResumeToken& token, std::int64_t now_s = 100) {
    const auto used = use(token, now_s);
    return used ? std::nullopt : std::optional(used.error());
  }
  template <class T>
  static std::optional<StoreFault> fault_of(const StoreResult<T>& result) {
    return result ? std::nullopt : std::optional(result.error().fault);
  }
  std::vector<std::string> names(std::string_view after, std::size_t at_most, std::string_view prefix = {}) {
    std::vector<std::string> found;
    const auto rows = accounts_->list(after, at_most, prefix).value();
    for (const AccountRow& row : rows) found.push_back(row.name);
    return found;
  }
  Lease take() {
    const WorldRow row = store_->lease("world").value();
    return {row.id, row.epoch};
  }

  std::unique_ptr<StorePlace::Database> where_ = GetParam().make();
  Tables* tables_ = nullptr;  ///< of the store
  std::optional<Store> store_;
  std::optional<Accounts> accounts_;
};

INSTANTIATE_TEST_SUITE_P(Places, AccountsOn, testing::ValuesIn(store_places()),
                         [](const auto& place) { return std::string(place.param.name); });

using Names = std::vector<std::string>;

TEST_P(AccountsOn, an_account_is_found_by_its_name_and_by_its_id_also_after_the_store_is_opened_again) {
  const CharacterId ada = create("Ada"), bea = create("Bea");
  EXPECT_NE(ada, bea);
  open();
  const auto by_name = accounts_->find("Ada").value();
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->id, ada);
  EXPECT_EQ(by_name->name, "Ada");
  EXPECT_EQ(by_name->password_hash, hash_one());
  EXPECT_EQ(by_name->created_at_s, 100);
  EXPECT_EQ(by_name->last_login_s, 0);
  EXPECT_EQ(accounts_->find(bea).value()->name, "Bea");
  EXPECT_FALSE(accounts_->find("Cyd").value());
  EXPECT_FALSE(accounts_->find(CharacterId{77'777}).value());
  EXPECT_EQ(accounts_->count().value(), 2u);
  EXPECT_EQ(store_->audit().value().accounts, 2u);
  EXPECT_TRUE(accounts_->collisions().empty());
}

TEST_P(AccountsOn, a_name_that_looks_like_an_owned_one_is_taken) {
  const CharacterId mila = create("Mila");
  for (const char* name :
       {"Mila", "MILA", "mi1a", "MLLA", "М\u0456\u04cf\u0430", "\uff2d\uff49\uff4c\uff41"}) {
    ASSERT_TRUE(look_alike("Mila", name)) << name;
    EXPECT_TRUE(is_taken(presentable_name(name, 64).value())) << name;
    EXPECT_TRUE(accounts_->is_owned(name).value()) << name;
    EXPECT_EQ(accounts_->find(name).value()->id, mila) << name;
  }
  EXPECT_FALSE(accounts_->is_owned("Milan").value());
  create("Milan");
  // The second key alone: the capital Greek nu looks like N, and the small one like v.
  create("\u039d\u039d");
  EXPECT_TRUE(is_taken("NN"));
  EXPECT_TRUE(is_taken("vv"));
  EXPECT_TRUE(accounts_->is_owned("vv").value());
  EXPECT_TRUE(accounts_->is_owned("NN").value());
}

TEST_P(AccountsOn, a_guest_may_not_have_a_name_whose_second_key_is_owned) {
  create("vv");
  EXPECT_TRUE(accounts_->is_owned("\u039d\u039d").value());
  EXPECT_TRUE(is_taken("\u039d\u039d"));
  EXPECT_FALSE(accounts_->find("\u039d\u039d").value()) << "the first key decides a login";
}

TEST_P(AccountsOn, a_name_that_is_taken_uses_no_number) {
  create("Ada");
  const std::uint64_t next = store_->reserve_numbers(1).value();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(is_taken("ADA"));
  EXPECT_EQ(store_->reserve_numbers(1).value(), next + 1);
}

TEST_P(AccountsOn, an_account_that_comes_again_with_its_id_is_the_same_account) {
  const AccountRow row{{store_->reserve_numbers(1).value()}, "Ada", hash_one(), 5, 0};
  auto tables = [&]() -> AccountTables& { return tables_->accounts(); };
  EXPECT_EQ(tables().add(row, keys_of_name("Ada"), look_version).value(), AccountTables::Added::added);
  EXPECT_EQ(tables().add(row, keys_of_name("Ada"), look_version).value(), AccountTables::Added::added);
  EXPECT_EQ(
      tables().add({{row.id.value + 1}, "Bea", hash_one()}, keys_of_name("Bea"), look_version + 1).value(),
      AccountTables::Added::other_look_version);
  EXPECT_EQ(accounts_->count().value(), 1u);
}

TEST_P(AccountsOn, a_text_that_is_no_name_is_refused_and_the_store_goes_on) {
  for (const std::string_view name :
       {std::string_view(""), std::string_view("A\0b", 3), std::string_view("\xff\xfe"),
        std::string_view("\xc3"), std::string_view(" Ada"), std::string_view("A\u0300da"),
        std::string_view("a\nb"), std::string_view("\u202eabc")}) {
    EXPECT_EQ(fault_of(accounts_->create(name, hash_one(), 1)), StoreFault::bad_name) << shown(name);
    EXPECT_EQ(fault_of(accounts_->find(name)), StoreFault::bad_name);
    EXPECT_EQ(fault_of(accounts_->is_owned(name)), StoreFault::bad_name);
  }
  EXPECT_EQ(fault_of(accounts_->create(std::string(65, 'a'), hash_one(), 1)), StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->list(std::string_view("\0", 1), 10)), StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->list("", 10, "\xff")), StoreFault::bad_name);
  create(std::string(64, 'a'));
  create("'; DROP TABLE accounts; --");
  create("%");
  create("_");
  EXPECT_EQ(accounts_->count().value(), 4u);
}

TEST_P(AccountsOn, random_names_and_bytes_are_a_name_or_are_refused) {
  Random random(71);
  std::map<std::string, CharacterId> model;
  const std::string_view parts[] = {
      "a",  "A",  "\u0430", "\u039d", "v", "N", "rn",   "m",      "\u200d", "\xf0\x9f\x91\xa9",
      "'",  "\"", "\\",     "\0",     "%", " ", "\xff", "\u0301", "\ud55c", "\xed\xa0\x80",
      "--", ";",  "0",      "O"};
  for (int i = 0; i < 400; ++i) {
    std::string name;
    for (std::uint32_t n = 1 + random.below(4); n > 0; --n)
      name += parts[random.below(static_cast<std::uint32_t>(std::size(parts)))];
    const auto normal = presentable_name(name, Accounts::name_bytes_max);
    const auto created = accounts_->create(name, hash_one(), i);
    if (!normal || *normal != name) {
      EXPECT_EQ(fault_of(created), StoreFault::bad_name) << shown(name);
      continue;
    }
    ASSERT_TRUE(created) << created.error().text;
    const bool is_free =
        std::ranges::none_of(model, [&](const auto& owned) { return look_alike(owned.first, name); });
    EXPECT_EQ(created->has_value(), is_free) << shown(name);
    if (*created) model[name] = **created;
  }
  ASSERT_GT(model.size(), 50u);
  for (const auto& [name, id] : model) EXPECT_EQ(accounts_->find(name).value()->id, id) << shown(name);
  Names in_order;
  for (const auto& [name, id] : model) in_order.push_back(name);
  EXPECT_EQ(names("", 1'000), in_order) << "all databases have the order of the bytes";
}

TEST_P(AccountsOn, accounts_are_listed_in_pages_and_by_prefix) {
  for (const char* name : {"Bo", "Ada", "Adam", "Ad", "ada2", "Zed", "\u00c9va"}) create(name);
  EXPECT_EQ(names("", 3), (Names{"Ad", "Ada", "Adam"}));
  EXPECT_EQ(names("Adam", 3), (Names{"Bo", "Zed", "ada2"}));
  EXPECT_EQ(names("ada2", 3), (Names{"\u00c9va"}));
  EXPECT_EQ(names("", 10, "Ada"), (Names{"Ada", "Adam"}));
  EXPECT_EQ(names("Ada", 10, "Ad"), (Names{"Adam"}));
  EXPECT_EQ(names("Zed", 10, "Ad"), Names{});
  EXPECT_EQ(names("", 1, "Ad"), (Names{"Ad"}));
  EXPECT_EQ(names("", 10, "\u00c9"), (Names{"\u00c9va"}));
}

TEST_P(AccountsOn, a_new_password_ends_the_tokens_and_a_new_hash_of_the_same_password_does_not) {
  const ResumeToken token = new_token();
  const CharacterId ada = logged_in("Ada", token);
  EXPECT_TRUE(accounts_->replace_hash(ada, hash_one(), hash_two()).value());
  EXPECT_TRUE(accounts_->replace_hash(ada, hash_one(), hash_two()).value()) << "it is there already";
  EXPECT_FALSE(accounts_->replace_hash(ada, hash_one(), hash_three()).value()) << "it is not the old one";
  EXPECT_EQ(accounts_->find(ada).value()->password_hash, hash_two());
  EXPECT_TRUE(use(token)) << "the tokens stay";
  EXPECT_TRUE(accounts_->set_password(ada, hash_three()).value());
  EXPECT_EQ(accounts_->find(ada).value()->password_hash, hash_three());
  EXPECT_EQ(fault_of_use(token), TokenFault::unknown);
  EXPECT_FALSE(accounts_->set_password({999}, hash_one()).value());
  EXPECT_FALSE(accounts_->replace_hash({999}, hash_one(), hash_two()).value());
}

TEST_P(AccountsOn, a_login_by_a_password_that_was_changed_meanwhile_gets_no_tokens) {
  const CharacterId ada = create("Ada");
  ASSERT_TRUE(accounts_->set_password(ada, hash_two()).value());
  const ResumeToken token = new_token();
  EXPECT_FALSE(accounts_->begin_tokens(ada, hash_one(), first_tokens(hash(token), 100), 100).value());
  EXPECT_EQ(fault_of_use(token), TokenFault::unknown);
  EXPECT_EQ(accounts_->find(ada).value()->last_login_s, 0);
  EXPECT_FALSE(accounts_->begin_tokens({999}, hash_one(), first_tokens(hash(token), 100), 100).value());
}

TEST_P(AccountsOn, tokens_follow_the_rules_of_token_h) {
  const ResumeToken first = new_token();
  const CharacterId ada = logged_in("Ada", first);
  EXPECT_EQ(accounts_->find(ada).value()->last_login_s, 100);
  auto second = use(first, 200);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->account, ada);
  EXPECT_EQ(accounts_->find(ada).value()->last_login_s, 200);
  open();
  auto again = use(first, 201);  // the reply was lost
  ASSERT_TRUE(again);
  EXPECT_EQ(fault_of_use(second->token), TokenFault::unknown);
  auto third = use(again->token, 300);
  ASSERT_TRUE(third);
  open();
  EXPECT_EQ(fault_of_use(first), TokenFault::unknown) << "it is older than the last two";
  EXPECT_TRUE(use(again->token, 301));
  EXPECT_EQ(fault_of_use(new_token()), TokenFault::unknown);
}

TEST_P(AccountsOn, a_login_by_password_and_a_logout_end_the_tokens_of_before) {
  const ResumeToken one = new_token(), two = new_token();
  const CharacterId ada = logged_in("Ada", one);
  ASSERT_TRUE(accounts_->begin_tokens(ada, hash_one(), first_tokens(hash(two), 100), 150).value());
  EXPECT_EQ(fault_of_use(one), TokenFault::unknown);
  const auto used = use(two);
  ASSERT_TRUE(used);
  ASSERT_TRUE(accounts_->end_tokens(ada));
  EXPECT_EQ(fault_of_use(two), TokenFault::unknown);
  EXPECT_EQ(fault_of_use(used->token), TokenFault::unknown);
  EXPECT_TRUE(accounts_->end_tokens(ada)) << "a second logout does nothing";
  EXPECT_TRUE(accounts_->end_tokens({999}));
}

TEST_P(AccountsOn, many_tokens_are_used_at_once_each_with_its_own_result) {
  std::vector<ResumeToken> tokens;
  std::vector<CharacterId> ids;
  for (int i = 0; i < 40; ++i) {
    tokens.push_back(new_token());
    ids.push_back(logged_in(fmt::format("player{}", i), tokens.back(), i == 7 ? -5'000 : 100));
  }
  std::vector<TokenHash> shown;
  for (const ResumeToken& token : tokens) shown.push_back(hash(token));
  shown[3] = hash(new_token());
  shown.push_back(shown[5]);  // one token twice
  auto used = accounts_->use_tokens(shown, 100, 1'000).value();
  ASSERT_EQ(used.size(), 41u);
  for (std::size_t i = 0; i < 40; ++i) {
    if (i == 3 || i == 7) continue;
    ASSERT_TRUE(used[i]) << i;
    EXPECT_EQ(used[i]->account, ids[i]);
  }
  EXPECT_EQ(used[3].error(), TokenFault::unknown);
  EXPECT_EQ(used[7].error(), TokenFault::expired);
  ASSERT_TRUE(used[40]);
  EXPECT_EQ(used[40]->account, ids[5]);
  open();
  EXPECT_EQ(fault_of_use(used[5]->token), TokenFault::unknown) << "the later use of the same token counts";
  EXPECT_EQ(use(used[40]->token)->account, ids[5]);
  EXPECT_EQ(use(used[39]->token)->account, ids[39]);
  EXPECT_EQ(use(tokens[3])->account, ids[3]) << "it was not used";
  EXPECT_EQ(accounts_->find(ids[3]).value()->last_login_s, 100);
  EXPECT_TRUE(accounts_->use_tokens({}, 100).value().empty());
}

TEST_P(AccountsOn, expired_tokens_are_refused_and_removed_in_portions) {
  std::vector<ResumeToken> tokens;
  for (int i = 0; i < 10; ++i) {
    tokens.push_back(new_token());
    logged_in(fmt::format("player{}", i), tokens.back(), 100 + i);  // ends at 1100 + i
  }
  EXPECT_EQ(fault_of_use(tokens[4], 1'104), TokenFault::expired);
  EXPECT_EQ(accounts_->sweep(1'099, 100).value(), 0u);
  EXPECT_EQ(accounts_->sweep(1'104, 3).value(), 3u);
  EXPECT_EQ(accounts_->sweep(1'104, 3).value(), 2u);
  EXPECT_EQ(accounts_->sweep(1'104, 3).value(), 0u);
  EXPECT_EQ(fault_of_use(tokens[4], 1'104), TokenFault::unknown);
  EXPECT_TRUE(use(tokens[5], 1'104));
  EXPECT_EQ(accounts_->sweep(1'110, 100).value(), 4u) << "a used one lives longer";
}

TEST_P(AccountsOn, an_erased_account_leaves_its_number_in_the_ledger_and_nothing_else) {
  const ResumeToken token = new_token();
  const CharacterId ada = logged_in("Ada", token);
  const Lease lease = take();
  Batch batch{lease, 1};
  batch.transfers.push_back({{9, 1}, 1, "test", {{Holder::system(), Holder::of(ada), coin, 10, {}}}});
  batch.characters.push_back({ada, Stay::enters, 1, 3, std::vector(9, std::byte{7})});
  ASSERT_TRUE(store_->commit(batch));
  EXPECT_EQ(accounts_->erase(ada).value(), Erased::in_world);
  EXPECT_TRUE(accounts_->find("Ada").value());
  EXPECT_EQ(store_->character(ada).value()->image.size(), 9u);
  EXPECT_TRUE(use(token));
  ASSERT_TRUE(store_->commit({lease, 2, {}, {{ada, Stay::leaves, 2, 3, std::vector(9, std::byte{7})}}}));
  const std::uint64_t ban =
      accounts_->add_sanction({.kind = SanctionKind::ban, .name = "Ada", .until_ms = 50}).value();

  EXPECT_EQ(accounts_->erase(ada).value(), Erased::erased);
  EXPECT_EQ(accounts_->erase(ada).value(), Erased::no_account);
  open();
  EXPECT_FALSE(accounts_->find(ada).value());
  EXPECT_FALSE(accounts_->find("Ada").value());
  EXPECT_FALSE(accounts_->is_owned("ADA").value());
  EXPECT_EQ(fault_of_use(token), TokenFault::unknown);
  EXPECT_FALSE(accounts_->personal_data(ada).value());
  EXPECT_EQ(accounts_->count().value(), 0u);
  const auto row = store_->character(ada).value();
  ASSERT_TRUE(row) << "the row stays";
  EXPECT_TRUE(row->image.empty());
  EXPECT_EQ(store_->holdings_of(Holder::of(ada)).value().at(0).second, 10);
  ASSERT_EQ(accounts_->sanctions_of("ADA", "", 49).value().size(), 1u) << "a ban is not erased";
  EXPECT_EQ(accounts_->sanctions_of("ADA", "", 49).value()[0].id, ban);
  const CharacterId later = create("ADA");
  EXPECT_GT(later.value, ada.value) << "the number never comes back";
}

TEST_P(AccountsOn, personal_data_has_everything_but_secrets) {
  const ResumeToken token = new_token();
  const CharacterId ada = logged_in("Ada", token), bea = create("Bea");
  const Lease lease = take();
  Batch batch{lease, 1};
  batch.transfers.push_back({{9, 1},
                             1,
                             "test",
                             {{Holder::system(), Holder::of(ada), coin, 10, {}},
                              {Holder::system(), Holder::mailbox_of(ada), arrow, 3, {}},
                              {Holder::system(), Holder::of(ada), sword, 1, {5, 5}},
                              {Holder::system(), Holder::mailbox_of(ada), sword, 1, {5, 6}},
                              {Holder::system(), Holder::of(bea), sword, 1, {5, 7}}}});
  batch.characters.push_back({ada, Stay::enters, 1, 3, std::vector(9, std::byte{7})});
  ASSERT_TRUE(store_->commit(batch));
  accounts_->add_sanction({.name = "ADA", .until_ms = 1, .reason = "old"}).value();
  accounts_->add_sanction({.name = "Bea", .until_ms = 1}).value();
  const auto data = accounts_->personal_data(ada).value();
  ASSERT_TRUE(data);
  EXPECT_EQ(data->account.name, "Ada");
  EXPECT_EQ(data->account.id, ada);
  EXPECT_EQ(data->account.password_hash, "");
  EXPECT_EQ(data->character->image.size(), 9u);
  ASSERT_EQ(data->holdings.size(), 2u);
  EXPECT_EQ(data->holdings[0].second, 10);
  EXPECT_EQ(data->holdings[1].first.holder, Holder::mailbox_of(ada));
  ASSERT_EQ(data->things.size(), 2u);
  EXPECT_EQ(data->things[1].first, (ThingId{5, 6}));
  ASSERT_EQ(data->sanctions.size(), 1u);
  EXPECT_EQ(data->sanctions[0].reason, "old");
  EXPECT_TRUE(data->is_whole);
  EXPECT_EQ(tables_->accounts().first_things_of(Holder::of(ada), 1).value().size(), 1u);
  EXPECT_FALSE(accounts_->personal_data(bea).value()->character);
}

TEST_P(AccountsOn, sanctions_are_kept_and_found_by_look_and_by_address) {
  const SanctionRow ban{.kind = SanctionKind::ban,
                        .name = "Mila",
                        .address = "203.0.113.7",
                        .until_ms = 1'000,
                        .reason = "it's \"'; --",
                        .by = "operator",
                        .added_at_ms = 3};
  const std::uint64_t first = accounts_->add_sanction(ban).value();
  const std::uint64_t second =
      accounts_->add_sanction({.kind = SanctionKind::mute, .address = "2001:db8::", .until_ms = 2'000})
          .value();
  const std::uint64_t third =
      accounts_->add_sanction({.kind = SanctionKind::mute, .name = "vv", .until_ms = 9}).value();
  EXPECT_LT(first, second);
  open();
  SanctionRow stored = ban;
  stored.id = first;
  EXPECT_EQ(accounts_->sanctions(0, 10).value().at(0), stored);
  const auto ids_of = [&](std::string_view name, std::string_view address, std::int64_t now_ms) {
    std::vector<std::uint64_t> ids;
    const auto rows = accounts_->sanctions_of(name, address, now_ms).value();
    for (const SanctionRow& row : rows) ids.push_back(row.id);
    return ids;
  };
  using Ids = std::vector<std::uint64_t>;
  EXPECT_EQ(ids_of("MLLA", "", 999), Ids{first}) << "a look-alike is not free";
  EXPECT_EQ(ids_of("Mila", "", 1'000), Ids{}) << "it has ended";
  EXPECT_EQ(ids_of("", "203.0.113.7", 1), Ids{first});
  EXPECT_EQ(ids_of("Mila", "203.0.113.7", 1), Ids{first}) << "once";
  EXPECT_EQ(ids_of("Mila", "2001:db8::", 1), (Ids{first, second}));
  EXPECT_EQ(ids_of("\u039d\u039d", "", 1), Ids{third}) << "by the second key of the name";
  EXPECT_EQ(ids_of("Bea", "203.0.113.70", 1), Ids{});
  EXPECT_EQ(ids_of("", "", 1), Ids{});
  EXPECT_EQ(accounts_->sanctions(first, 1).value().at(0).id, second);
  EXPECT_EQ(accounts_->remove_sanction(first).value(), stored);
  EXPECT_FALSE(accounts_->remove_sanction(first).value());
  EXPECT_EQ(ids_of("Mila", "203.0.113.7", 1), Ids{});
  EXPECT_EQ(accounts_->sanctions(0, 10).value().size(), 2u);
}

TEST_P(AccountsOn, a_sanction_is_found_by_its_second_key) {
  accounts_->add_sanction({.name = "\u039d\u039d", .until_ms = 9}).value();
  EXPECT_EQ(accounts_->sanctions_of("vv", "", 1).value().size(), 1u);
  EXPECT_EQ(accounts_->sanctions_of("NN", "", 1).value().size(), 1u);
}

TEST_P(AccountsOn, a_sanction_replaces_one_of_the_same_kind_name_and_address) {
  const SanctionRow mute{.name = "Ada", .until_ms = 1, .reason = "one"};
  const std::uint64_t first = accounts_->add_sanction(mute).value();
  SanctionRow longer = mute;
  longer.until_ms = 5;
  longer.reason = "two";
  longer.by = "somebody";
  longer.id = accounts_->add_sanction(longer).value();
  EXPECT_GT(longer.id, first);
  EXPECT_EQ(accounts_->sanctions(0, 10).value(), std::vector{longer});
  SanctionRow ban = mute;
  ban.kind = SanctionKind::ban;
  accounts_->add_sanction(ban).value();
  SanctionRow elsewhere = mute;
  elsewhere.address = "::2";
  accounts_->add_sanction(elsewhere).value();
  EXPECT_EQ(accounts_->sanctions(0, 10).value().size(), 3u);
}

TEST_P(AccountsOn, a_sanction_with_a_text_that_cannot_be_shown_is_refused) {
  const std::string nul("a\0b", 3);
  EXPECT_EQ(fault_of(accounts_->add_sanction({.until_ms = 1})), StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->add_sanction({.name = nul})), StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->add_sanction({.name = "a", .address = nul})), StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->add_sanction({.name = "a", .reason = "\xff"})), StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->add_sanction({.name = "a", .by = nul})), StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->add_sanction({.name = "a", .reason = std::string(256, 'x')})),
            StoreFault::bad_name);
  EXPECT_EQ(fault_of(accounts_->sanctions_of("a", nul, 1)), StoreFault::bad_name);
  EXPECT_TRUE(accounts_->sanctions(0, 10).value().empty());
}

TEST_P(AccountsOn, names_that_look_alike_by_newer_tables_both_stay_and_are_told) {
  const CharacterId ada = create("Ada");
  create("Bo");
  // By the tables of before, these two did not look alike.
  const CharacterId young{store_->reserve_numbers(1).value()};
  ASSERT_EQ(tables_->accounts().add({young, "ADA", hash_two(), 1}, {"other", "other"}, look_version).value(),
            AccountTables::Added::added);
  accounts_->add_sanction({.name = "Bo", .until_ms = 9}).value();
  const auto own_key = [](std::string_view name) {
    return NameKeys{std::string(name), "2" + std::string(name)};
  };
  EXPECT_TRUE(tables_->accounts().renew_keys(0, own_key).value().empty());
  EXPECT_EQ(tables_->accounts().look_version().value(), 0u);
  EXPECT_TRUE(accounts_->sanctions_of("BO", "", 1).value().empty());
  open();
  EXPECT_EQ(accounts_->collisions(), (std::vector<NameCollision>{{young, ada}}));
  EXPECT_EQ(accounts_->find("ADA").value()->id, young) << "its exact name finds it";
  EXPECT_EQ(accounts_->find("Ada").value()->id, ada);
  EXPECT_EQ(accounts_->find("ada").value()->id, ada) << "the older one has the key";
  EXPECT_EQ(accounts_->count().value(), 3u);
  EXPECT_TRUE(is_taken("AdA"));
  EXPECT_EQ(accounts_->sanctions_of("BO", "", 1).value().size(), 1u) << "sanctions get their keys, too";
  open();
  EXPECT_TRUE(accounts_->collisions().empty()) << "told once";
  EXPECT_EQ(accounts_->erase(ada).value(), Erased::erased);
  EXPECT_TRUE(accounts_->find("ADA").value()) << "the other one stays";
  EXPECT_EQ(store_->audit().value().violations, 1u) << "its key has no owner until keys are computed again";
  ASSERT_TRUE(tables_->accounts().renew_keys(0, own_key));
  open();
  EXPECT_EQ(accounts_->find("ada").value()->id, young);
}

TEST_P(AccountsOn, keys_of_a_later_madang_are_refused) {
  ASSERT_TRUE(tables_->accounts().renew_keys(look_version + 1, keys_of_name));
  EXPECT_EQ(fault_of(Accounts::open(*store_)), StoreFault::newer_version);
  EXPECT_EQ(fault_of(accounts_->create("Ada", hash_one(), 1)), StoreFault::newer_version)
      << "a server that runs meanwhile";
  EXPECT_FALSE(accounts_->find("Ada").value());
}

TEST_P(AccountsOn, the_audit_finds_accounts_that_contradict_themselves) {
  const auto violations_after = [&](const AccountRow& row, const NameKeys& keys) {
    EXPECT_TRUE(tables_->accounts().add(row, keys, look_version));
    const Audit audit = store_->audit().value();
    EXPECT_EQ(tables_->accounts().erase(row.id).value(), Erased::erased);
    return audit.violations;
  };
  const CharacterId id{store_->reserve_numbers(1).value()};
  EXPECT_EQ(violations_after({id, "Ada", hash_one()}, keys_of_name("Ada")), 0u);
  EXPECT_EQ(violations_after({{id.value + 1}, "Ada", hash_one()}, keys_of_name("Ada")), 1u)
      << "a number that was never given";
  EXPECT_EQ(violations_after({id, "Ada", hash_one()}, {"x", "x"}), 1u) << "its name is free";
  EXPECT_EQ(violations_after({id, "\u039d", hash_one()}, {look_of("\u039d"), look_of("\u039d")}), 1u);
}

// Not a test: prints how many tokens are used in a second. --gtest_also_run_disabled_tests
TEST_P(AccountsOn, DISABLED_rate_of_use_tokens) {
  constexpr std::size_t span = 64, rounds = 100;
  std::vector<TokenHash> shown;
  for (std::size_t i = 0; i < span * 8; ++i) {
    const ResumeToken token = new_token();
    shown.push_back(hash(token));
    logged_in(fmt::format("player{}", i), token);
  }
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::span<TokenHash> part(shown.data() + round % 8 * span, span);
    const auto used = accounts_->use_tokens(part, 100).value();
    for (std::size_t i = 0; i < span; ++i) part[i] = hash(used[i]->token);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{:.0f} tokens a second\n", span * rounds / took.count());
}

TEST_P(AccountsOn, a_password_in_the_place_of_a_hash_is_a_bug) {
  EXPECT_DEATH(static_cast<void>(accounts_->create("Ada", "hunter2-hunter2", 1)), "is none");
  EXPECT_DEATH(static_cast<void>(accounts_->set_password({1}, "hunter2-hunter2")), "is none");
}

}  // namespace
}  // namespace madang::keeper
