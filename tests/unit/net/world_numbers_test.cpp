#include "madang/net/world_numbers.h"

#include <gtest/gtest.h>

#include <set>

namespace madang::net {
namespace {

constexpr auto unused = [](WorldId) { return false; };

TEST(WorldNumbersTest, NoTwoWorldsOfAProcessHaveTheSameNumberOrId) {
  std::set<std::uint64_t> numbers;
  std::set<WorldId> ids;
  for (const std::uint8_t runner : {0, 1, 63}) {
    WorldNumbers worlds(runner);
    for (int i = 0; i < 1'000; ++i) {
      numbers.insert(worlds.number());
      const WorldId id = worlds.take(unused);
      EXPECT_EQ(id.runner(), runner);
      ids.insert(id);
    }
  }
  EXPECT_EQ(numbers.size(), 3'000u);
  EXPECT_EQ(ids.size(), 3'000u);
  EXPECT_FALSE(numbers.contains(0));
}

TEST(WorldNumbersTest, AfterAllIdsTheOnesOfWorldsThatHaveEndedAreUsedAgain) {
  WorldNumbers worlds(2, WorldId::a_runner_max - 1);
  const WorldId last = worlds.take(unused);
  EXPECT_EQ(last, WorldId::from(2, WorldId::a_runner_max - 1));
  const std::uint64_t number = worlds.number();
  const auto has_not_ended = [](WorldId id) {
    return id <= WorldId::from(2, 1) || id == WorldId::from(2, 3);
  };
  EXPECT_EQ(worlds.take(has_not_ended), WorldId::from(2, 2));
  EXPECT_EQ(worlds.take(has_not_ended), WorldId::from(2, 4));
  EXPECT_GT(worlds.number(), number) << "a number is never used again";
  EXPECT_NE(number, WorldNumbers(2).number());
}

}  // namespace
}  // namespace madang::net
