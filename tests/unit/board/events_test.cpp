#include "board/events.h"

#include <gtest/gtest.h>

namespace madang::board {
namespace {

CellEvent event_of(std::uint32_t cell, std::uint32_t slot) {
  return {CellIndex{cell}, Alias::from(slot, 1), Position{}};
}

TEST(TickEvents, HaveEachCellOnceInAscendingOrderWithAllItsEvents) {
  TickEvents events;
  events.steps = {event_of(7, 3), event_of(2, 9), event_of(7, 1)};
  events.enters = {event_of(7, 5)};
  events.leaves = {event_of(2, 5), event_of(9, 0)};
  events.says = {{CellIndex{7}, Alias::from(3, 1), 0, "first"},
                 {CellIndex{4}, Alias::from(8, 1), 1, "elsewhere"},
                 {CellIndex{7}, Alias::from(1, 1), 2, "second"}};
  events.group_by_cell();

  ASSERT_EQ(events.cells.size(), 4u);
  const CellChanges& two = events.cells[0];
  EXPECT_EQ(two.cell.value, 2u);
  EXPECT_EQ(two.steps.size(), 1u);
  EXPECT_EQ(two.leaves.size(), 1u);
  EXPECT_TRUE(two.enters.empty() && two.says.empty());

  const CellChanges& four = events.cells[1];
  EXPECT_EQ(four.cell.value, 4u);
  ASSERT_EQ(four.says.size(), 1u);
  EXPECT_EQ(four.says[0].text, "elsewhere");

  const CellChanges& seven = events.cells[2];
  EXPECT_EQ(seven.cell.value, 7u);
  ASSERT_EQ(seven.steps.size(), 2u);
  EXPECT_EQ(seven.steps[0].alias.slot(), 1u) << "the steps of a cell are ordered by slot";
  EXPECT_EQ(seven.steps[1].alias.slot(), 3u);
  ASSERT_EQ(seven.says.size(), 2u);
  EXPECT_EQ(seven.says[0].text, "first") << "words are in the order of their commands";
  EXPECT_EQ(seven.says[1].text, "second");
  EXPECT_EQ(seven.enters.size(), 1u);

  EXPECT_EQ(events.cells[3].cell.value, 9u);
  EXPECT_EQ(events.cells[3].leaves.size(), 1u);
}

TEST(TickEvents, HaveNoCellWithoutEvents) {
  TickEvents events;
  events.group_by_cell();
  EXPECT_TRUE(events.cells.empty());
}

TEST(TickEvents, HaveNothingOfTheTickBefore) {
  TickEvents events;
  events.enters = {event_of(1, 1)};
  events.group_by_cell();
  events.clear();
  events.group_by_cell();
  EXPECT_TRUE(events.cells.empty());
  EXPECT_TRUE(events.enters.empty());
}

}  // namespace
}  // namespace madang::board
