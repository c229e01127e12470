#include "madang/base/slot_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "madang/base/ids.h"

namespace madang {
namespace {

using Table = SlotTable<std::string, SessionId>;

TEST(SlotTable, FindsItsObjectsAndNothingElse) {
  Table table(10);
  const auto [id, text] = table.emplace("here");
  EXPECT_EQ(table.find(id), &text);
  EXPECT_EQ(table.find(SessionId{}), nullptr);
  EXPECT_EQ(table.find(SessionId::from(0, 1, 5)), nullptr);
}

TEST(SlotTable, AnIdOfAnErasedObjectFindsNothingAlthoughItsSlotIsUsedAgain) {
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

TEST(SlotTable, AnIdOfAnotherTableFindsNothing) {
  Table first(10, 1);
  Table second(10, 2);
  const SessionId of_first = first.emplace("first").first;
  const SessionId of_second = second.emplace("second").first;
  EXPECT_EQ(of_first.table(), 1);
  EXPECT_EQ(worker_of(of_second), 2);
  EXPECT_EQ(first.find(of_second), nullptr);
  EXPECT_EQ(second.find(of_first), nullptr);
}

TEST(Id, KeepsItsThreePartsApart) {
  const SessionId largest = SessionId::from(UINT8_MAX, SessionId::generation_max, SessionId::index_max);
  EXPECT_EQ(largest.value, UINT64_MAX);
  const SessionId id = SessionId::from(0x12, 0x3456789a, 0xbcdef0);
  EXPECT_EQ(id.value, 0x12'3456789a'bcdef0u);
  EXPECT_EQ(id.table(), 0x12);
  EXPECT_EQ(id.generation(), 0x3456789au);
  EXPECT_EQ(id.index(), 0xbcdef0u);
}

/// An id that has two generations only.
struct ShortLivedId : SessionId {
  static constexpr std::uint32_t generation_max = 2;
  static constexpr ShortLivedId from(std::uint8_t table, std::uint32_t generation, std::uint32_t index) {
    return {SessionId::from(table, generation, index)};
  }
};

TEST(SlotTable, RetiresASlotThatHasUsedUpItsGenerationsAndUsesAnother) {
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
  EXPECT_TRUE(table.is_full());
  EXPECT_EQ(*first, "stays");
}

TEST(SlotTable, AVisitorMayEraseTheObjectThatItVisits) {
  Table table(100);
  for (int i = 0; i < 100; ++i) table.emplace("x");
  table.for_each([&](SessionId id, std::string&) { table.erase(id); });
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace madang
