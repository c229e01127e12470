// What every store must do, on each kind of database.
#include "madang/keeper/store.h"

#include <gtest/gtest.h>

#include <functional>

#include "unit/keeper/history.h"
#include "unit/keeper/store_places.h"

namespace madang::keeper {
namespace {

class Stores : public testing::TestWithParam<StorePlace> {
 protected:
  void SetUp() override { open(); }

  StoreResult<Store> opened(std::span<const Kind> kinds = kinds_of_game) {
    store_.reset();
    auto tables = where_->open();
    if (!tables) return std::unexpected(tables.error());
    return Store::open(std::move(*tables), kinds);
  }
  void open() {
    auto store = opened();
    ASSERT_TRUE(store) << store.error().text;
    store_.emplace(std::move(*store));
  }

  Lease take(std::string_view name = "world") {
    const WorldRow row = store_->lease(name).value();
    return {row.id, row.epoch};
  }
  /// Returns the fault of a call; nothing if there is none.
  template <class T>
  static std::optional<StoreFault> fault_of(const StoreResult<T>& result) {
    return result ? std::nullopt : std::optional(result.error().fault);
  }
  std::int64_t count(const Holder& holder, KindId kind) {
    const auto holdings = store_->holdings_of(holder).value();
    for (const auto& [key, count] : holdings)
      if (key.kind == kind) return count;
    return 0;
  }
  void expect_no_violations() {
    const Audit audit = store_->audit().value();
    EXPECT_EQ(audit.violations, 0u) << audit.described.front();
  }

  std::unique_ptr<StorePlace::Database> where_ = GetParam().make();
  std::optional<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Places, Stores, testing::ValuesIn(store_places()),
                         [](const auto& place) { return std::string(place.param.name); });

const Holder ada = Holder::of(CharacterId{1}), bea = Holder::of(CharacterId{2});

Transfer gives(std::uint64_t number, std::uint64_t tick, const Holder& from, const Holder& to,
               std::int64_t coins) {
  return {{9, number}, tick, "test", {{from, to, coin, coins, {}}}};
}

TEST_P(Stores, a_new_store_has_nothing) {
  const Audit audit = store_->audit().value();
  EXPECT_EQ(audit.worlds + audit.characters + audit.things + audit.transfers + audit.violations, 0u);
  ASSERT_EQ(audit.sums.size(), 3u);
  EXPECT_EQ(audit.sums[0].kind.name, "coin");
  EXPECT_EQ(audit.sums[0].issued, 0);
  EXPECT_EQ(fault_of(store_->character({1})), std::nullopt);
  EXPECT_FALSE(store_->character({1}).value());
}

TEST_P(Stores, what_was_committed_is_there_after_the_store_is_opened_again) {
  History history(21);
  for (int i = 0; i < 40; ++i) history.add();
  const Lease lease = take();
  Committed sum;
  for (std::size_t n = 0; n < history.batches().size(); ++n) {
    const auto committed = store_->commit(history.batch(n, lease));
    ASSERT_TRUE(committed) << committed.error().text;
    sum.transfers += committed->transfers;
    EXPECT_EQ(committed->repeated + committed->saves_outdated, 0u);
  }
  const Kept expected = history.after(history.batches().size(), lease.world);
  EXPECT_EQ(sum.transfers, expected.transfers);
  open();
  expect_no_violations();
  const Audit audit = store_->audit().value();
  EXPECT_EQ(audit.transfers, expected.transfers);
  EXPECT_EQ(audit.characters, expected.characters.size());
  EXPECT_EQ(audit.sums[0].issued, -expected.holdings.at({Holder::system(), coin}));
  EXPECT_EQ(audit.sums[2].held, static_cast<std::int64_t>(audit.things));
  for (const auto& [id, row] : expected.characters) EXPECT_EQ(store_->character(id).value(), row);
  store_.reset();
  const auto tables = where_->open().value();
  EXPECT_EQ(kept_in(*tables, lease.world), expected);
}

TEST_P(Stores, a_batch_that_comes_again_is_done_once) {
  History history(22);
  for (int i = 0; i < 10; ++i) history.add();
  const Lease lease = take();
  for (std::size_t n = 0; n < 10; ++n) {
    const auto once = store_->commit(history.batch(n, lease));
    const auto again = store_->commit(history.batch(n, lease));
    ASSERT_TRUE(once && again);
    EXPECT_EQ(again->transfers + again->characters, 0u);
    EXPECT_EQ(again->repeated, once->transfers);
  }
  // A later process has read what is stored. A batch of before is a mistake of its world: it would be
  // answered as done.
  open();
  const Lease later = take();
  for (std::size_t n = 0; n < 10; ++n)
    EXPECT_EQ(fault_of(store_->commit(history.batch(n, later))), StoreFault::out_of_order);
  expect_no_violations();
  store_.reset();
  EXPECT_EQ(kept_in(*where_->open().value(), lease.world), history.after(10, lease.world));
}

TEST_P(Stores, a_transfer_that_comes_twice_in_one_batch_is_done_once) {
  const Transfer gift = gives(1, 1, Holder::system(), ada, 10);
  const Committed committed = store_->commit({take(), 1, {gift, gift}}).value();
  EXPECT_EQ(committed.transfers, 1u);
  EXPECT_EQ(committed.repeated, 1u);
  EXPECT_EQ(count(ada, coin), 10);
}

TEST_P(Stores, the_same_transfer_from_two_worlds_is_done_once) {
  const Lease one = take("one"), two = take("two");
  const Transfer gift = gives(1, 5, Holder::system(), ada, 10);
  ASSERT_TRUE(store_->commit({one, 5, {gift}}));
  EXPECT_EQ(store_->commit({two, 5, {gift}}).value().repeated, 1u);
  EXPECT_EQ(count(ada, coin), 10);
  expect_no_violations();
}

TEST_P(Stores, another_transfer_with_a_used_id_is_a_violation) {
  const Lease lease = take();
  ASSERT_TRUE(store_->commit({lease, 1, {gives(1, 1, Holder::system(), ada, 10)}}));
  const auto refused =
      store_->commit({lease, 2, {gives(2, 2, ada, bea, 1), gives(1, 1, Holder::system(), ada, 11)}});
  ASSERT_EQ(fault_of(refused), StoreFault::violation);
  EXPECT_EQ(refused.error().violation.law, Law::other_content);
  EXPECT_EQ(refused.error().violation.transfer, (TransferId{9, 1}));
  EXPECT_FALSE(store_->is_done({9, 2}).value());
  EXPECT_TRUE(store_->is_done({9, 1}).value());
  EXPECT_EQ(count(ada, coin), 10);
  EXPECT_EQ(count(bea, coin), 0);
}

TEST_P(Stores, a_batch_that_breaks_a_law_changes_nothing_in_any_world) {
  const Lease one = take("one"), two = take("two");
  const CharacterSave save{CharacterId{1}, Stay::enters, 1, 1, {std::byte{7}}};
  const std::vector<Batch> batches{
      {one, 1, {gives(1, 1, Holder::system(), ada, 10)}, {save}, std::vector{std::byte{1}}},
      {two, 1, {gives(2, 1, ada, bea, 11)}}};
  const auto refused = store_->commit(batches);
  ASSERT_EQ(fault_of(refused), StoreFault::violation);
  EXPECT_EQ(refused.error().violation.law, Law::not_enough);
  EXPECT_EQ(store_->audit().value().transfers, 0u);
  EXPECT_FALSE(store_->character({1}).value());
  EXPECT_EQ(store_->lease("one").value().tick, 0u);
  EXPECT_TRUE(store_->lease("one").value().image.empty());
  // The store works as before.
  EXPECT_TRUE(store_->commit({take("one"), 1, {gives(1, 1, Holder::system(), ada, 10)}}));
}

TEST_P(Stores, batches_of_two_worlds_see_each_other_in_their_order) {
  const Lease one = take("one"), two = take("two");
  const std::vector<Batch> batches{{one, 3, {gives(1, 3, Holder::system(), ada, 10)}},
                                   {two, 8, {gives(2, 8, ada, bea, 4)}}};
  EXPECT_EQ(store_->commit(batches).value().transfers, 2u);
  EXPECT_EQ(count(ada, coin), 6);
  EXPECT_EQ(store_->lease("one").value().tick, 3u);
  EXPECT_EQ(store_->lease("two").value().tick, 8u);
  expect_no_violations();
}

TEST_P(Stores, two_batches_of_one_world_in_one_commit_are_in_their_order) {
  const Lease lease = take();
  const std::vector<Batch> batches{{lease, 1, {gives(1, 1, Holder::system(), ada, 10)}},
                                   {lease, 2, {gives(2, 2, ada, bea, 10)}}};
  EXPECT_EQ(store_->commit(batches).value().transfers, 2u);
  EXPECT_EQ(store_->lease("world").value().tick, 2u);
  EXPECT_EQ(store_->lease("world").value().entries, 2u);
  expect_no_violations();
}

TEST_P(Stores, an_older_lease_writes_nothing) {
  const Lease old = take();
  ASSERT_TRUE(store_->commit({old, 1, {gives(1, 1, Holder::system(), ada, 10)}}));
  const Lease lease = take();
  EXPECT_EQ(lease.world, old.world);
  EXPECT_GT(lease.epoch, old.epoch);
  EXPECT_EQ(fault_of(store_->commit({old, 2, {gives(2, 2, ada, bea, 1)}})), StoreFault::lost_lease);
  EXPECT_EQ(fault_of(store_->commit({{lease.world, lease.epoch + 1}, 2, {}})), StoreFault::lost_lease);
  EXPECT_EQ(fault_of(store_->commit({{WorldId{99}, 1}, 2, {}})), StoreFault::lost_lease);
  EXPECT_TRUE(store_->commit({lease, 2, {gives(2, 2, ada, bea, 1)}}));
  EXPECT_EQ(count(bea, coin), 1);
}

TEST_P(Stores, ticks_are_stored_in_their_order) {
  const Lease lease = take();
  ASSERT_TRUE(store_->commit({lease, 5, {gives(1, 5, Holder::system(), ada, 10)}}));
  const auto of_tick = [&](std::uint64_t number, std::uint64_t tick) {
    return gives(number, tick, ada, bea, 1);
  };
  EXPECT_EQ(fault_of(store_->commit({lease, 4, {of_tick(2, 4)}})), StoreFault::out_of_order);
  EXPECT_EQ(fault_of(store_->commit({lease, 5, {of_tick(2, 5)}})), StoreFault::out_of_order);
  EXPECT_EQ(fault_of(store_->commit({lease, 6, {of_tick(2, 7)}})), StoreFault::out_of_order);
  EXPECT_EQ(fault_of(store_->commit({lease, 8, {of_tick(2, 8), of_tick(3, 7)}})), StoreFault::out_of_order);
  EXPECT_TRUE(store_->commit({lease, 8, {of_tick(2, 7), of_tick(3, 7), of_tick(4, 8)}}));
  EXPECT_EQ(count(bea, coin), 3);
}

TEST_P(Stores, each_world_has_a_number_and_keeps_it) {
  const Lease one = take("one"), two = take("둘");
  EXPECT_NE(one.world, two.world);
  ASSERT_TRUE(store_->commit({two, 4, {}, {}, std::vector{std::byte{1}, std::byte{2}}}));
  ASSERT_TRUE(store_->commit({two, 5, {}}));
  open();
  const WorldRow row = store_->lease("둘").value();
  EXPECT_EQ(row.id, two.world);
  EXPECT_EQ(row.epoch, two.epoch + 1);
  EXPECT_EQ(row.tick, 5u);
  EXPECT_EQ(row.image, (std::vector{std::byte{1}, std::byte{2}}));
}

TEST_P(Stores, numbers_are_given_once) {
  EXPECT_EQ(store_->reserve_numbers(10).value(), 1u);
  EXPECT_EQ(store_->reserve_numbers(1).value(), 11u);
  open();
  EXPECT_EQ(store_->reserve_numbers(5).value(), 12u);
}

CharacterSave saved(std::uint64_t character, Stay stay, std::uint64_t tick, int byte) {
  return {CharacterId{character}, stay, tick, 1, {static_cast<std::byte>(byte)}};
}

TEST_P(Stores, a_character_enters_stays_and_leaves) {
  const Lease lease = take();
  ASSERT_TRUE(store_->commit({lease, 1, {}, {saved(1, Stay::enters, 1, 10)}}));
  EXPECT_EQ(store_->character({1}).value(), (CharacterRow{{1}, lease.world, 1, 1, {std::byte{10}}}));
  ASSERT_TRUE(store_->commit({lease, 9, {}, {saved(1, Stay::stays, 9, 11), saved(2, Stay::enters, 9, 20)}}));
  EXPECT_EQ(store_->characters_in(lease.world).value().size(), 2u);
  ASSERT_TRUE(store_->commit({lease, 10, {}, {saved(1, Stay::leaves, 10, 12)}}));
  EXPECT_EQ(store_->character({1}).value(), (CharacterRow{{1}, {}, 10, 1, {std::byte{12}}}));
  ASSERT_EQ(store_->characters_in(lease.world).value().size(), 1u);
  EXPECT_EQ(store_->characters_in(lease.world).value()[0].id, CharacterId{2});
  EXPECT_TRUE(store_->characters_in({}).value().empty()) << "no world is no world";
}

TEST_P(Stores, a_character_is_in_one_world) {
  const Lease one = take("one"), two = take("two");
  ASSERT_TRUE(store_->commit({one, 9, {}, {saved(1, Stay::enters, 9, 1)}}));
  EXPECT_EQ(fault_of(store_->commit({two, 1, {}, {saved(1, Stay::enters, 1, 2)}})),
            StoreFault::held_elsewhere);
  EXPECT_EQ(fault_of(store_->commit({two, 1, {}, {saved(1, Stay::stays, 1, 2)}})),
            StoreFault::held_elsewhere);
  EXPECT_EQ(fault_of(store_->commit({two, 1, {}, {saved(1, Stay::leaves, 1, 2)}})),
            StoreFault::held_elsewhere);
  ASSERT_TRUE(store_->commit({one, 10, {}, {saved(1, Stay::leaves, 10, 3)}}));
  // A save that the first world sends late changes nothing any more.
  EXPECT_EQ(fault_of(store_->commit({one, 11, {}, {saved(1, Stay::stays, 11, 4)}})),
            StoreFault::held_elsewhere);
  ASSERT_TRUE(store_->commit({two, 1, {}, {saved(1, Stay::enters, 1, 5)}}));
  EXPECT_EQ(fault_of(store_->commit({one, 12, {}, {saved(1, Stay::stays, 12, 6)}})),
            StoreFault::held_elsewhere);
  EXPECT_EQ(store_->character({1}).value()->image, std::vector{std::byte{5}});
  EXPECT_EQ(store_->character({1}).value()->world, two.world);
}

TEST_P(Stores, a_character_goes_through_a_door_in_one_commit) {
  const Lease one = take("one"), two = take("two");
  ASSERT_TRUE(store_->commit({one, 1, {}, {saved(1, Stay::enters, 1, 1)}}));
  const std::vector<Batch> door{{one, 2, {}, {saved(1, Stay::leaves, 2, 2)}},
                                {two, 1, {}, {saved(1, Stay::enters, 1, 3)}}};
  ASSERT_TRUE(store_->commit(door));
  EXPECT_EQ(store_->character({1}).value(), (CharacterRow{{1}, two.world, 1, 1, {std::byte{3}}}));
}

TEST_P(Stores, an_older_save_never_overwrites_a_newer_one) {
  const Lease lease = take();
  ASSERT_TRUE(store_->commit({lease, 5, {}, {saved(1, Stay::enters, 5, 1)}}));
  EXPECT_EQ(store_->commit({lease, 6, {}, {saved(1, Stay::stays, 4, 2)}}).value().saves_outdated, 1u);
  EXPECT_EQ(store_->character({1}).value()->image, std::vector{std::byte{1}});
  EXPECT_EQ(store_->commit({lease, 7, {}, {saved(1, Stay::stays, 7, 3), saved(1, Stay::stays, 6, 4)}})
                .value()
                .saves_outdated,
            1u);
  EXPECT_EQ(store_->character({1}).value()->image, std::vector{std::byte{3}});
}

TEST_P(Stores, a_kind_that_has_changed_is_refused) {
  const auto text_with = [&](const Kind& kind) {
    auto kinds = kinds_of_game;
    kinds[1] = kind;
    const auto refused = opened(kinds);
    EXPECT_EQ(fault_of(refused), StoreFault::other_kinds);
    return refused ? "" : refused.error().text;
  };
  EXPECT_EQ(text_with({arrow, "bow", false}),
            "kind 2 is \"arrow\" (counted) in the store, and \"bow\" (counted) in the game; give the new "
            "kind another number");
  text_with({arrow, "arrow", true});
  text_with({0, "nothing", false});
  text_with({7, "", false});
  text_with({7, std::string(65, 'x'), false});
}

TEST_P(Stores, a_new_kind_is_added_and_a_dropped_one_stays) {
  const std::vector<Kind> kinds{{9, "gem", false}, {coin, "coin", false}};
  store_.emplace(opened(kinds).value());
  ASSERT_EQ(store_->kinds().size(), 4u);
  EXPECT_EQ(store_->kinds()[3].name, "gem");
  const Lease lease = take();
  EXPECT_TRUE(store_->commit(
      {lease,
       1,
       {{{1, 1}, 1, "", {{Holder::system(), ada, 9, 5, {}}, {Holder::system(), ada, arrow, 5, {}}}}}}));
  store_.emplace(opened({}).value());  // a tool that knows no game
  EXPECT_EQ(store_->audit().value().sums[3].held, 5);
  expect_no_violations();
}

TEST_P(Stores, all_values_come_back_as_they_were) {
  const Lease lease = take();
  const Holder far{HolderType::transit, {UINT64_MAX, UINT64_MAX - 1}};
  const ThingId thing{UINT64_MAX, 1};
  const Transfer big{
      {UINT64_MAX, UINT64_MAX},
      3,
      "a reason with 한글 and \0 a zero",
      {{Holder::system(), far, coin, INT64_MAX, {}}, {Holder::system(), far, sword, 1, thing}}};
  const CharacterSave save{CharacterId{UINT64_MAX}, Stay::enters, 3, UINT32_MAX, {}};
  ASSERT_TRUE(store_->commit({lease, 3, {big}, {save}}));
  open();
  EXPECT_EQ(count(far, coin), INT64_MAX);
  EXPECT_EQ(store_->things_of(far).value().at(0).first, thing);
  EXPECT_EQ(store_->character({UINT64_MAX}).value(),
            (CharacterRow{{UINT64_MAX}, lease.world, 3, UINT32_MAX, {}}));
  EXPECT_TRUE(store_->is_done(big.id).value());
  expect_no_violations();
}

TEST_P(Stores, a_holding_of_nothing_is_not_stored) {
  const Lease lease = take();
  ASSERT_TRUE(store_->commit({lease, 1, {gives(1, 1, Holder::system(), ada, 10)}}));
  ASSERT_TRUE(store_->commit({lease, 2, {gives(2, 2, ada, Holder::system(), 10)}}));
  EXPECT_TRUE(store_->holdings_of(ada).value().empty());
  EXPECT_TRUE(store_->holdings_of(Holder::system()).value().empty());
  expect_no_violations();
}

TEST_P(Stores, a_history_tells_what_a_holder_gave_and_got) {
  const Lease lease = take();
  const ThingId blade{5, 6};
  const std::vector<Transfer> transfers{
      {{1, 1}, 1, "welcome", {{Holder::system(), ada, coin, 10, {}}, {Holder::system(), bea, coin, 7, {}}}},
      {{1, 2}, 1, "forged", {{Holder::system(), bea, sword, 1, blade}}},
      {{1, 3}, 2, "trade", {{ada, bea, coin, 3, {}}, {bea, ada, sword, 1, blade}}}};
  ASSERT_TRUE(store_->commit({lease, 2, transfers}));
  const auto told = [&](const Subject& subject) {
    std::vector<std::string> lines;
    EXPECT_TRUE(store_->history(subject, [&](const HistoryEntry& entry) {
      lines.push_back(entry.told_by(subject, store_->kinds()));
      return true;
    }));
    return lines;
  };
  EXPECT_EQ(told(ada),
            (std::vector<std::string>{
                "\"world\", tick 1: welcome: system gives 10 coin to character 1",
                "\"world\", tick 2: trade: character 1 gives 3 coin to character 2; character 2 gives sword "
                "00000000000000050000000000000006 to character 1"}));
  EXPECT_EQ(told(blade).size(), 2u);
  EXPECT_EQ(told(Holder::of(CharacterId{3})).size(), 0u);
  int count = 0;
  EXPECT_TRUE(store_->history(bea, [&](const HistoryEntry& entry) {
    EXPECT_EQ(entry.number, static_cast<std::uint64_t>(++count));
    return false;
  }));
  EXPECT_EQ(count, 1) << "it ends when it is told";
}

TEST_P(Stores, what_is_too_large_is_refused_and_hurts_nobody_else) {
  const Lease one = take("one"), two = take("two");
  const std::vector<std::byte> large(Batch::image_bytes_max + 1);
  EXPECT_EQ(fault_of(store_->commit({one, 1, {}, {}, large})), StoreFault::too_large);
  CharacterSave save = saved(1, Stay::enters, 1, 1);
  save.image.resize(CharacterSave::image_bytes_max + 1);
  EXPECT_EQ(fault_of(store_->commit({one, 1, {}, {save}})), StoreFault::too_large);
  save.image.resize(CharacterSave::image_bytes_max);
  EXPECT_EQ(fault_of(store_->lease(std::string(256, 'x'))), StoreFault::too_large);
  Transfer transfer = gives(1, 1, Holder::system(), ada, 1);
  transfer.reason = std::string(70'000, 'x');
  EXPECT_EQ(store_->commit({one, 1, {transfer}}).error().violation.law, Law::long_reason);
  transfer.reason = "";
  transfer.movements.resize(70'000, transfer.movements[0]);
  EXPECT_EQ(store_->commit({one, 1, {transfer}}).error().violation.law, Law::nothing_to_move);
  EXPECT_TRUE(store_->commit({one, 1, {}, {save}}));
  EXPECT_TRUE(store_->commit({two, 1, {gives(1, 1, Holder::system(), ada, 1)}}));
}

TEST_P(Stores, a_name_that_nobody_can_read_is_refused_and_the_store_goes_on) {
  for (const std::string_view name :
       {std::string_view("\xff"), std::string_view("a\0b", 3), std::string_view("a\nb")})
    EXPECT_EQ(fault_of(store_->lease(name)), StoreFault::bad_name);
  EXPECT_TRUE(store_->lease("")) << "the main world";
  store_.emplace(opened().value());
  EXPECT_EQ(fault_of(opened(std::vector<Kind>{{7, "\xff", false}})), StoreFault::other_kinds);
}

TEST_P(Stores, the_parts_of_a_batch_together_have_a_limit) {
  const Lease lease = take();
  Batch batch{lease, 1};
  for (std::uint64_t i = 1; i <= Batch::bytes_max / CharacterSave::image_bytes_max + 1; ++i) {
    batch.characters.push_back(saved(i, Stay::enters, 1, 1));
    batch.characters.back().image.resize(CharacterSave::image_bytes_max);
  }
  EXPECT_EQ(fault_of(store_->commit(batch)), StoreFault::too_large);
}

TEST_P(Stores, ticks_have_an_end_and_saves_are_of_their_batch) {
  const Lease lease = take();
  EXPECT_EQ(fault_of(store_->commit({lease, 0})), StoreFault::out_of_order);
  EXPECT_EQ(fault_of(store_->commit({lease, UINT64_MAX})), StoreFault::out_of_order);
  EXPECT_EQ(fault_of(store_->commit({lease, 5, {}, {saved(1, Stay::enters, 6, 1)}})),
            StoreFault::out_of_order);
  EXPECT_TRUE(store_->commit({lease, 5, {}, {saved(1, Stay::enters, 5, 1)}}));
}

TEST_P(Stores, an_empty_commit_is_nothing) {
  EXPECT_TRUE(store_->commit(std::span<const Batch>()));
  EXPECT_TRUE(store_->commit({take(), 1}));
}

}  // namespace
}  // namespace madang::keeper
