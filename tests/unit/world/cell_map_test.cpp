// CellMap against std::map, over thousands of random calls; and its memory.
#include "madang/world/cell_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "madang/base/random.h"

namespace madang::world {
namespace {

TEST(CellMap, HoldsTheSameAsAMap) {
  Random random(1);
  CellMap<int> cells;
  std::map<std::uint32_t, int> expected;
  for (int i = 0; i < 60'000; ++i) {
    // First few cells and then many, so that searches wrap round and the table grows.
    const CellIndex cell{random.below(i < 20'000 ? 24 : 2'000)};
    switch (random.below(3)) {
      case 0:
        cells.get(cell) = i;
        expected[cell.value] = i;
        break;
      case 1:
        cells.erase(cell);
        expected.erase(cell.value);
        break;
      default: {
        const int* found = std::as_const(cells).find(cell);
        const auto at = expected.find(cell.value);
        ASSERT_EQ(found != nullptr, at != expected.end());
        if (found) {
          ASSERT_EQ(*found, at->second);
        }
      }
    }
    ASSERT_EQ(cells.size(), expected.size());
    if (i % 500 != 0) continue;
    std::map<std::uint32_t, int> seen;
    cells.for_each([&](CellIndex one, int value) { EXPECT_TRUE(seen.emplace(one.value, value).second); });
    ASSERT_EQ(seen, expected);
  }
}

TEST(CellMap, AFreshValueIsOnlyForACellThatHasNone) {
  CellMap<int> cells;
  EXPECT_EQ(cells.find(CellIndex{0}), nullptr);
  cells.erase(CellIndex{0});
  EXPECT_EQ(cells.get(CellIndex{0}, 7), 7);
  EXPECT_EQ(cells.get(CellIndex{0}, 8), 7);
  EXPECT_EQ(cells.get(CellIndex{1}), 0);
  EXPECT_EQ(cells.size(), 2u);
}

TEST(CellMap, AnErasedValueIsGoneAtOnce) {
  const auto value = std::make_shared<int>(1);
  CellMap<std::shared_ptr<int>> cells;
  for (std::uint32_t i = 0; i < 100; ++i) cells.get(CellIndex{i}) = value;
  EXPECT_EQ(value.use_count(), 101);
  for (std::uint32_t i = 0; i < 100; i += 2) cells.erase(CellIndex{i});
  EXPECT_EQ(value.use_count(), 51);
  for (std::uint32_t i = 0; i < 100; ++i) cells.erase(CellIndex{i});
  EXPECT_EQ(value.use_count(), 1);
}

TEST(CellMap, ItsMemoryDependsOnItsLargestSize) {
  CellMap<int> cells;
  EXPECT_EQ(cells.memory_bytes(), 0u);
  for (std::uint32_t i = 0; i < 100; ++i) cells.get(CellIndex{i * 1'000});
  const std::size_t most = cells.memory_bytes();
  EXPECT_LE(most, 100 * 4 * 2 * sizeof(int));
  for (std::uint32_t round = 0; round < 1'000; ++round) {
    cells.erase(CellIndex{round * 1'000});
    cells.get(CellIndex{(round + 100) * 1'000});
  }
  EXPECT_EQ(cells.memory_bytes(), most) << "no tombstones fill it up";
}

}  // namespace
}  // namespace madang::world
