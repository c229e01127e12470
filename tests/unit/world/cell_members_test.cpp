#include "madang/world/cell_members.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "madang/base/random.h"

namespace madang::world {
namespace {

using Links = std::vector<CellMembers::Link>;

auto links_in(Links& links) {
  return [&links](std::uint32_t slot) -> CellMembers::Link& { return links[slot]; };
}

std::set<std::uint32_t> members_of(const CellMembers& members, Links& links, CellIndex cell) {
  std::set<std::uint32_t> slots;
  members.for_each(cell, links_in(links), [&](std::uint32_t slot) {
    EXPECT_TRUE(slots.insert(slot).second) << "twice in one cell: " << slot;
    return true;
  });
  return slots;
}

TEST(CellMembers, AreRightAfterAnyAddsAndRemoves) {
  constexpr std::uint32_t cell_count = 5;
  CellMembers members;
  Links links(40);
  std::vector<std::set<std::uint32_t>> expected(cell_count);
  std::vector<int> cell_of(40, -1);
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const std::uint32_t slot = random.below(40);
    if (cell_of[slot] >= 0) {
      const CellIndex cell{static_cast<std::uint32_t>(cell_of[slot])};
      members.remove(cell, slot, links_in(links));
      expected[cell.value].erase(slot);
      cell_of[slot] = -1;
    } else {
      const CellIndex cell{random.below(cell_count)};
      members.add(cell, slot, links_in(links));
      expected[cell.value].insert(slot);
      cell_of[slot] = static_cast<int>(cell.value);
    }
    for (std::uint32_t cell = 0; cell < cell_count; ++cell)
      ASSERT_EQ(members_of(members, links, CellIndex{cell}), expected[cell]) << "after step " << i;
  }
}

TEST(CellMembers, StopTheVisitWhenTheVisitorReturnsFalse) {
  CellMembers members;
  Links links(10);
  for (std::uint32_t slot = 0; slot < 10; ++slot) members.add(CellIndex{0}, slot, links_in(links));
  int shown = 0;
  members.for_each(CellIndex{0}, links_in(links), [&](std::uint32_t) { return ++shown < 3; });
  EXPECT_EQ(shown, 3);
}

}  // namespace
}  // namespace madang::world
