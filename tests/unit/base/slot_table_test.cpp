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
