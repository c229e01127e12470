#include "madang/base/sort_by_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "madang/base/random.h"
#include "unit/allocations.h"

namespace madang::sorting {
namespace {

struct Numbered {
  std::uint64_t key;
  std::uint32_t index;
  auto operator<=>(const Numbered&) const = default;
};

std::vector<Numbered> numbered(std::size_t count, std::uint64_t mask, std::uint64_t seed) {
  Random random(seed);
  std::vector<Numbered> values;
  for (std::uint32_t i = 0; i < count; ++i) values.push_back({random.next() & mask, i});
  return values;
}

TEST(SortByKey, SortsAndKeepsTheOrderOfEqualKeys) {
  std::vector<Numbered> spare;
  for (const std::size_t count : {0u, 1u, 2u, 3u, 20u, 24u, 25u, 26u, 100u, 300u, 5000u})
    for (const std::uint64_t mask :
         {~std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{0xff00},
          std::uint64_t{0x8000'0000'0000'0001}, std::uint64_t{0xff'0000'0000'0000}})
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        std::vector<Numbered> values = numbered(count, mask, seed);
        std::vector<Numbered> expected = values;
        std::ranges::sort(expected);  // equal keys by their index, which is their order
        sort_by_key(values, spare, [](const Numbered& one) { return one.key; });
        ASSERT_EQ(values, expected) << count << " elements, mask " << mask << ", seed " << seed;
      }
}

TEST(SortByKey, SortsWhatDiffersAtItsEndsAlone) {
  // All neighbours but two are equal.
  std::vector<Numbered> values(100, Numbered{5, 0});
  values.front().key = ~std::uint64_t{0};
  values.back().key = 0;
  std::vector<Numbered> spare;
  sort_by_key(values, spare, [](const Numbered& one) { return one.key; });
  EXPECT_TRUE(std::ranges::is_sorted(values, {}, &Numbered::key));
  EXPECT_EQ(values.back().key, ~std::uint64_t{0});
}

TEST(SortByKey, AllocatesNothingIfTheSpareListIsLargeEnough) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizer has a heap of its own";
  std::vector<Numbered> spare;
  for (const std::size_t count : {1000u, 999u, 10u}) {
    std::vector<Numbered> values = numbered(count, ~std::uint64_t{0}, count);
    const std::uint64_t before = allocations();
    sort_by_key(values, spare, [](const Numbered& one) { return one.key; });
    EXPECT_EQ(allocations() - before, count == 1000 ? 1u : 0u);
  }
}

}  // namespace
}  // namespace madang::sorting
