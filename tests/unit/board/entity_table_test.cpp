#include "board/entity_table.h"

#include <gtest/gtest.h>

namespace madang::board {
namespace {

Alias add_piece(EntityTable& table) {
  const std::uint32_t slot = table.add();
  table.body(slot).is_here = true;
  return table.alias(slot);
}

TEST(EntityTable, ReusesTheSlotThatHasBeenFreeTheLongest) {
  EntityTable table(3);
  for (std::uint32_t slot = 0; slot < 3; ++slot) EXPECT_EQ(add_piece(table).slot(), slot);
  EXPECT_TRUE(table.full());
  for (const std::uint32_t slot : {1u, 2u, 0u}) table.free(slot);
  EXPECT_EQ(table.size(), 0u);
  for (const std::uint32_t slot : {1u, 2u, 0u}) EXPECT_EQ(add_piece(table).slot(), slot);
}

TEST(EntityTable, FindsNoPieceByTheAliasOfAnEarlierPieceOfTheSlot) {
  EntityTable table(1);
  const Alias first = add_piece(table);
  table.free(first.slot());
  EXPECT_EQ(table.find(first), nullptr);
  const Alias second = add_piece(table);
  EXPECT_EQ(second.slot(), first.slot());
  EXPECT_NE(second, first);
  EXPECT_EQ(table.find(first), nullptr);
  EXPECT_EQ(table.find(second), &table.body(0));
}

TEST(EntityTable, FindsNoPieceByAnEmptyAliasOrByAnUnusedSlot) {
  EntityTable table(4);
  EXPECT_EQ(table.find(Alias{}), nullptr);
  add_piece(table);
  EXPECT_EQ(table.find(Alias{}), nullptr);
  EXPECT_EQ(table.find(Alias::from(3, 1)), nullptr);
  EXPECT_EQ(table.find(Alias{UINT32_MAX}), nullptr);
}

TEST(EntityTable, GivesAnAliasThatIsNeverZeroEvenWhenTheGenerationsBeginAgain) {
  EntityTable table(1);
  for (std::uint32_t use = 0; use < Alias::generation_max + 5; ++use) {
    const Alias alias = add_piece(table);
    ASSERT_TRUE(alias);
    ASSERT_EQ(alias.generation(), use % Alias::generation_max + 1);
    table.free(alias.slot());
  }
}

TEST(EntityTable, ForgetsAllDataOfAFreedPiece) {
  EntityTable table(1);
  const std::uint32_t slot = table.add();
  table.body(slot) = {.owner = SessionId{5}, .next_move_tick = 9, .position = {1, 2}, .generation = 1};
  table.face(slot).name = "Mina";
  table.watch(slot) = {0, 0, 3, 3};
  table.free(slot);
  table.add();
  EXPECT_FALSE(table.body(slot).owner);
  EXPECT_EQ(table.body(slot).next_move_tick, 0u);
  EXPECT_EQ(table.face(slot).name, "");
  EXPECT_TRUE(table.watch(slot).empty());
}

}  // namespace
}  // namespace madang::board
