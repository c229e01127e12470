#include "madang/keeper/ledger.h"

#include <gtest/gtest.h>

#include <optional>

namespace madang::keeper {
namespace {

constexpr KindId gold = 1, gem = 5, hat = 9;
const std::vector<Kind> ledger_kinds{{gold, "gold", false}, {gem, "gem", false}, {hat, "hat", true}};
const Holder bank = Holder::system(), dan = Holder::of(CharacterId{1}), eve = Holder::of(CharacterId{2}),
             fay = Holder::of(CharacterId{3});

class Ledgers : public testing::Test {
 protected:
  /// Applies a transfer of these movements. Returns the law that it would break.
  std::optional<Law> apply(std::vector<Movement> movements) {
    const auto applied = ledger_.apply({{1, ++number_}, 1, "test", std::move(movements)});
    if (applied) return std::nullopt;
    EXPECT_EQ(applied.error().transfer, (TransferId{1, number_}));
    EXPECT_FALSE(applied.error().text.empty());
    text_ = applied.error().text;
    return applied.error().law;
  }
  std::int64_t held(const Holder& holder, KindId kind) { return ledger_.held({holder, kind}); }
  std::size_t changed() {
    std::size_t count = 0;
    ledger_.for_each_changed_holding([&](const HoldingKey&, std::int64_t) { ++count; });
    ledger_.for_each_changed_thing([&](const ThingId&, const Thing&) { ++count; });
    return count;
  }

  Ledger ledger_{ledger_kinds};
  std::uint64_t number_ = 0;
  std::string text_;
};

constexpr ThingId top_hat{7, 1};

TEST_F(Ledgers, what_one_gives_another_has) {
  EXPECT_EQ(apply({{bank, dan, gold, 10, {}}}), std::nullopt);
  EXPECT_EQ(apply({{dan, eve, gold, 4, {}}}), std::nullopt);
  EXPECT_EQ(held(bank, gold), -10);
  EXPECT_EQ(held(dan, gold), 6);
  EXPECT_EQ(held(eve, gold), 4);
  EXPECT_EQ(held(eve, gem), 0);
}

TEST_F(Ledgers, nobody_gives_more_than_there_is) {
  ASSERT_EQ(apply({{bank, dan, gold, 10, {}}}), std::nullopt);
  EXPECT_EQ(apply({{dan, eve, gold, 11, {}}}), Law::not_enough);
  EXPECT_EQ(text_,
            "transfer 00000000000000010000000000000002 (test): character 1 would have -1 of kind gold");
  EXPECT_EQ(apply({{dan, eve, gold, 6, {}}, {dan, fay, gold, 5, {}}}), Law::not_enough);
  EXPECT_EQ(apply({{dan, eve, gem, 1, {}}}), Law::not_enough) << "each kind counts for itself";
  EXPECT_EQ(held(dan, gold), 10);
  EXPECT_EQ(apply({{dan, eve, gold, 10, {}}}), std::nullopt);
}

TEST_F(Ledgers, a_transfer_happens_whole_or_not_at_all) {
  ASSERT_EQ(apply({{bank, dan, gold, 10, {}}, {bank, dan, hat, 1, top_hat}}), std::nullopt);
  EXPECT_EQ(apply({{dan, eve, gold, 1, {}}, {dan, eve, hat, 1, top_hat}, {eve, dan, gem, 1, {}}}),
            Law::not_enough);
  EXPECT_EQ(held(dan, gold), 10);
  EXPECT_EQ(held(eve, gold), 0);
  EXPECT_EQ(ledger_.thing(top_hat)->holder, dan);
}

TEST_F(Ledgers, the_order_of_counted_movements_means_nothing) {
  EXPECT_EQ(apply({{dan, eve, gold, 5, {}}, {bank, dan, gold, 5, {}}}), std::nullopt);
  EXPECT_EQ(held(dan, gold), 0);
  EXPECT_EQ(held(eve, gold), 5);
}

TEST_F(Ledgers, a_later_transfer_sees_what_an_earlier_one_did) {
  ledger_.load({dan, gold}, 3);
  EXPECT_EQ(apply({{dan, eve, gold, 3, {}}}), std::nullopt);
  EXPECT_EQ(apply({{dan, eve, gold, 1, {}}}), Law::not_enough);
  EXPECT_EQ(apply({{eve, fay, gold, 2, {}}}), std::nullopt);
}

TEST_F(Ledgers, a_count_is_at_least_one) {
  EXPECT_EQ(apply({{bank, dan, gold, 0, {}}}), Law::wrong_count);
  EXPECT_EQ(apply({{dan, bank, gold, -1, {}}}), Law::wrong_count);
  EXPECT_EQ(apply({{bank, dan, gold, INT64_MIN, {}}}), Law::wrong_count);
  EXPECT_EQ(apply({{bank, dan, hat, 2, top_hat}}), Law::wrong_count);
}

TEST_F(Ledgers, no_holding_overflows) {
  EXPECT_EQ(apply({{bank, dan, gold, INT64_MAX, {}}}), std::nullopt);
  EXPECT_EQ(apply({{bank, eve, gold, 1, {}}}), std::nullopt) << "the system may have -2^63";
  EXPECT_EQ(apply({{bank, fay, gold, 1, {}}}), Law::overflow);
  EXPECT_EQ(apply({{eve, dan, gold, 1, {}}}), Law::overflow);
  EXPECT_EQ(held(dan, gold), INT64_MAX);
}

TEST_F(Ledgers, the_order_means_nothing_at_the_largest_count) {
  ASSERT_EQ(apply({{bank, dan, gold, INT64_MAX, {}}, {bank, eve, gold, 1, {}}}), std::nullopt);
  EXPECT_EQ(apply({{eve, dan, gold, 1, {}}, {dan, fay, gold, 1, {}}}), std::nullopt);
  EXPECT_EQ(held(dan, gold), INT64_MAX);
}

TEST_F(Ledgers, a_holder_is_of_a_known_type_and_there_is_one_system) {
  const Holder strange{static_cast<HolderType>(9), {0, 1}}, second_bank{HolderType::system, {0, 5}};
  EXPECT_EQ(apply({{bank, strange, gold, 1, {}}}), Law::unknown_holder);
  EXPECT_EQ(text_, "transfer 00000000000000010000000000000001 (test): system gives to holder of type 9 1");
  EXPECT_EQ(apply({{second_bank, dan, gold, 1, {}}}), Law::unknown_holder);
  EXPECT_EQ(apply({{bank, second_bank, gold, 1, {}}}), Law::unknown_holder);
}

TEST_F(Ledgers, nobody_gives_to_itself) { EXPECT_EQ(apply({{bank, bank, gold, 1, {}}}), Law::same_holder); }

TEST_F(Ledgers, kinds_are_known_and_of_their_own) {
  EXPECT_EQ(apply({{bank, dan, 2, 1, {}}}), Law::unknown_kind);
  EXPECT_EQ(apply({{bank, dan, 10, 1, {}}}), Law::unknown_kind);
  EXPECT_EQ(apply({{bank, dan, 0, 1, {}}}), Law::unknown_kind);
  EXPECT_EQ(apply({{bank, dan, gold, 1, top_hat}}), Law::wrong_thing);
  EXPECT_EQ(apply({{bank, dan, hat, 1, {}}}), Law::wrong_thing);
}

TEST_F(Ledgers, a_single_thing_is_issued_once) {
  EXPECT_EQ(apply({{bank, dan, hat, 1, top_hat}}), std::nullopt);
  EXPECT_EQ(held(bank, hat), -1);
  EXPECT_EQ(apply({{bank, eve, hat, 1, top_hat}}), Law::thing_exists);
  EXPECT_EQ(apply({{dan, bank, hat, 1, top_hat}}), std::nullopt);
  EXPECT_EQ(held(bank, hat), 0);
  EXPECT_EQ(apply({{bank, eve, hat, 1, top_hat}}), Law::thing_exists) << "its id never comes back";
}

TEST_F(Ledgers, a_single_thing_is_with_one_holder) {
  ASSERT_EQ(apply({{bank, dan, hat, 1, top_hat}}), std::nullopt);
  EXPECT_EQ(apply({{eve, fay, hat, 1, top_hat}}), Law::thing_elsewhere);
  EXPECT_EQ(apply({{dan, eve, hat, 1, {7, 2}}}), Law::thing_elsewhere) << "this one does not exist";
  EXPECT_EQ(apply({{dan, eve, hat, 1, top_hat}, {dan, fay, hat, 1, top_hat}}), Law::thing_elsewhere);
  EXPECT_EQ(apply({{dan, eve, hat, 1, top_hat}, {eve, fay, hat, 1, top_hat}}), std::nullopt);
  EXPECT_EQ(ledger_.thing(top_hat)->holder, fay);
}

TEST_F(Ledgers, a_thing_keeps_its_kind) {
  const std::vector<Kind> kinds{{hat, "hat", true}, {10, "shoe", true}};
  Ledger ledger(kinds);
  ledger.load(top_hat, {hat, dan});
  const auto applied = ledger.apply({{1, 1}, 1, "", {{dan, eve, 10, 1, top_hat}}});
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().law, Law::wrong_thing);
}

TEST_F(Ledgers, a_transfer_has_movements_and_a_short_reason) {
  EXPECT_EQ(apply({}), Law::nothing_to_move);
  EXPECT_EQ(apply(std::vector<Movement>(Transfer::movements_max, {bank, dan, gold, 1, {}})), std::nullopt);
  EXPECT_EQ(apply(std::vector<Movement>(Transfer::movements_max + 1, {bank, dan, gold, 1, {}})),
            Law::nothing_to_move);
  const Transfer long_one{
      {1, 1}, 1, std::string(Transfer::reason_bytes_max + 1, 'x'), {{bank, dan, gold, 1, {}}}};
  EXPECT_EQ(ledger_.apply(long_one).error().law, Law::long_reason);
  EXPECT_LT(ledger_.apply(long_one).error().text.size(), 200u) << "an error does not repeat a long text";
}

TEST_F(Ledgers, only_what_changed_is_written) {
  ledger_.load({dan, gold}, 5);
  ledger_.load({eve, gem}, 5);
  ledger_.load(top_hat, {hat, dan});
  EXPECT_EQ(changed(), 0u);
  ASSERT_EQ(apply({{dan, fay, gold, 6, {}}}), Law::not_enough);
  EXPECT_EQ(changed(), 0u);
  ASSERT_EQ(apply({{dan, fay, gold, 5, {}}}), std::nullopt);
  EXPECT_EQ(changed(), 2u);
  ASSERT_EQ(apply({{dan, fay, hat, 1, top_hat}}), std::nullopt);
  EXPECT_EQ(changed(), 3u);
}

TEST(TouchedTest, it_has_all_that_a_transfer_reads_and_writes) {
  Touched touched;
  touched.add(
      {{1, 1}, 1, "", {{dan, eve, gold, 1, {}}, {bank, fay, hat, 1, top_hat}, {dan, eve, hat, 1, {7, 2}}}});
  EXPECT_EQ(touched.holdings, (std::set<HoldingKey>{{dan, gold}, {eve, gold}, {bank, hat}}));
  EXPECT_EQ(touched.things, (std::set<ThingId>{top_hat, {7, 2}}));
}

TEST(HolderText, a_person_can_read_it) {
  EXPECT_EQ(text_of(bank), "system");
  EXPECT_EQ(text_of(dan), "character 1");
  EXPECT_EQ(text_of(Holder::ground_of({3})), "ground 3");
  EXPECT_EQ(text_of(Holder{HolderType::trade, {1, 2}}), "trade 00000000000000010000000000000002");
}

}  // namespace
}  // namespace madang::keeper
