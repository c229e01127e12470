#include "madang/world/cell_members.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "madang/base/random.h"

namespace madang::world {
namespace {

std::set<std::uint32_t> members_of(const CellMembers& members, CellIndex cell) {
  std::set<std::uint32_t> slots;
  members.for_each(cell, [&](std::uint32_t slot) {
    EXPECT_TRUE(slots.insert(slot).second) << "twice in one cell: " << slot;
    return true;
  });
  return slots;
}

TEST(CellMembers, AreRightAfterAnyAddsAndRemoves) {
  constexpr std::uint32_t cell_count = 5;
  CellMembers members;
  std::vector<std::set<std::uint32_t>> expected(cell_count);
  std::vector<int> cell_of(40, -1);
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const std::uint32_t slot = random.below(40);
    if (cell_of[slot] >= 0) {
      const CellIndex cell{static_cast<std::uint32_t>(cell_of[slot])};
      members.remove(cell, slot);
      expected[cell.value].erase(slot);
      cell_of[slot] = -1;
    } else {
      const CellIndex cell{random.below(cell_count)};
      members.add(cell, slot);
      expected[cell.value].insert(slot);
      cell_of[slot] = static_cast<int>(cell.value);
    }
    for (std::uint32_t cell = 0; cell < cell_count; ++cell)
      ASSERT_EQ(members_of(members, CellIndex{cell}), expected[cell]) << "after step " << i;
  }
}

TEST(CellMembers, StopTheVisitWhenTheVisitorReturnsFalse) {
  CellMembers members;
  for (std::uint32_t slot = 0; slot < 10; ++slot) members.add(CellIndex{0}, slot);
  int shown = 0;
  members.for_each(CellIndex{0}, [&](std::uint32_t) { return ++shown < 3; });
  EXPECT_EQ(shown, 3);
}

}  // namespace
}  // namespace madang::world
