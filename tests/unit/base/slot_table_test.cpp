#include "base/slot_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/ids.h"

namespace madang {
namespace {

using Table = SlotTable<std::string, SessionId>;

TEST(SlotTable, FindsWhatWasPutInAndNothingElse) {
  Table table(10);
  const auto [id, text] = table.emplace("here");
  EXPECT_EQ(table.find(id), &text);
  EXPECT_EQ(table.find(SessionId{}), nullptr);
  EXPECT_EQ(table.find(SessionId::from(5, 1)), nullptr);
}

TEST(SlotTable, AnIdOfSomethingGoneFindsNothingThoughItsSlotIsUsedAgain) {
  Table table(1);
  const SessionId first = table.emplace("first").first;
  table.erase(first);
  const SessionId second = table.emplace("second").first;
  EXPECT_EQ(first.index(), second.index());
  EXPECT_EQ(table.find(first), nullptr);
  EXPECT_EQ(*table.find(second), "second");
}

TEST(SlotTable, NeverGivesAnIdTwice) {
  Table table(7);
  std::set<std::uint64_t> seen;
  for (int round = 0; round < 1000; ++round) {
    const SessionId id = table.emplace("x").first;
    EXPECT_TRUE(seen.insert(id.value).second);
    table.erase(id);
  }
}

/// Its generations are used up after two.
struct ShortLivedId : SessionId {
  static constexpr ShortLivedId from(std::uint32_t index, std::uint64_t generation) {
    return {SessionId::from(index, generation)};
  }
  static constexpr bool is_last_generation(std::uint64_t generation) { return generation == 2; }
};

TEST(SlotTable, RetiresASlotThatHasUsedUpItsGenerationsAndTakesAnother) {
  SlotTable<std::string, ShortLivedId> table(1);
  for (std::uint32_t use = 0; use < 10; ++use) {
    const ShortLivedId id = table.emplace("x").first;
    EXPECT_EQ(id.index(), use / 2);
    EXPECT_EQ(id.generation(), use % 2 + 1);
    table.erase(id);
    EXPECT_EQ(table.find(id), nullptr);
  }
}

TEST(SlotTable, ObjectsNeverMove) {
  Table table(1000);
  std::string* first = &table.emplace("stays").second;
  for (int i = 0; i < 999; ++i) table.emplace("more");
  EXPECT_TRUE(table.full());
  EXPECT_EQ(*first, "stays");
}

TEST(SlotTable, VisitorsMayEraseWhatTheyAreShown) {
  Table table(100);
  for (int i = 0; i < 100; ++i) table.emplace("x");
  table.for_each([&](SessionId id, std::string&) { table.erase(id); });
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace madang
