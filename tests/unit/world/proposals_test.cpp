// Which cells an effect goes to that is for all within a radius.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include "madang/world/rules.h"

namespace madang::world::areas {
namespace {

struct Post {
  static constexpr auto table = attributes("Post", "");
};
struct Wave {
  static constexpr auto table = effect("Wave", "", WhenGone::drop);
};
struct Parcel {
  static constexpr auto table = effect("Parcel", "", WhenGone::give_back);
};
struct AreaParts : Parts {
  using Entities = wire::Types<Post>;
  using Effects = wire::Types<Wave, Parcel>;
};

class AreaTest : public testing::Test {
 protected:
  AreaTest() : core_(config(), Map(37, 21, 1, 0)) {}
  static WorldConfig config() {
    WorldConfig config;
    config.cell_size = 4;
    return config;
  }
  /// Returns the cells that get the effect, in the order in which it was made.
  template <class Propose>
  std::vector<std::uint32_t> cells_of(Propose propose) {
    Made<AreaParts> made;
    Maker maker{.id = EntityId::of_world()};
    Referee referee(false);
    Proposals<AreaParts> proposals(core_, made, maker, referee);
    propose(proposals);
    std::vector<std::uint32_t> cells;
    std::uint32_t number = 0;
    for (const auto& sent : made.next.of<Wave>()) {
      EXPECT_EQ(sent.number, number++);
      if (sent.to.is_cell()) cells.push_back(sent.to.cell().value);
    }
    return cells;
  }
  std::vector<std::uint32_t> around(Position centre, std::uint32_t radius) {
    return cells_of([&](auto& propose) { propose.around(centre, radius, Wave{}); });
  }
  /// Returns the cells with a place at most `radius` from the centre, along both axes.
  std::vector<std::uint32_t> by_brute_force(Position centre, std::int64_t radius) {
    std::set<std::uint32_t> cells;
    for (std::int32_t y = 0; y < 21; ++y)
      for (std::int32_t x = 0; x < 37; ++x)
        if (std::abs(std::int64_t{x} - centre.x) <= radius && std::abs(std::int64_t{y} - centre.y) <= radius)
          cells.insert(core_.grid.cell_of({x, y}).value);
    return {cells.begin(), cells.end()};
  }

  Core<AreaParts> core_;
};

TEST_F(AreaTest, AroundReachesTheCellsThatBruteForceFinds) {
  for (std::int32_t y = -10; y < 32; ++y)
    for (std::int32_t x = -10; x < 48; ++x)
      for (const std::uint32_t radius : {0u, 1u, 3u, 4u, 9u})
        ASSERT_EQ(around({x, y}, radius), by_brute_force({x, y}, radius)) << x << " " << y << " " << radius;
}

TEST_F(AreaTest, AroundTakesAnyNumbers) {
  constexpr std::int32_t low = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t high = std::numeric_limits<std::int32_t>::max();
  for (const Position centre :
       {Position{low, low}, Position{high, high}, Position{low, high}, Position{0, high}, Position{36, 20}})
    for (const std::uint32_t radius : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu})
      EXPECT_EQ(around(centre, radius), by_brute_force(centre, radius));
}

TEST_F(AreaTest, AnEffectOnAPlaceGoesToItsCellOrNowhere) {
  const auto at = [&](Position place) { return cells_of([&](auto& propose) { propose.to(place, Wave{}); }); };
  EXPECT_EQ(at({0, 0}), std::vector<std::uint32_t>{0});
  EXPECT_EQ(at({36, 20}), std::vector<std::uint32_t>{59});
  EXPECT_EQ(at({4, 4}), std::vector<std::uint32_t>{11});
  for (const Position outside : {Position{-1, 0}, Position{0, -1}, Position{37, 0}, Position{0, 21}})
    EXPECT_EQ(at(outside), std::vector<std::uint32_t>{});
}

TEST_F(AreaTest, AnEffectOnAMadeUpCellGoesNowhere) {
  const auto to = [&](EntityId id) { return cells_of([&](auto& propose) { propose.to(id, Wave{}); }); };
  EXPECT_EQ(to(EntityId{2, 59}), std::vector<std::uint32_t>{59});
  EXPECT_EQ(to(EntityId{2, 60}), std::vector<std::uint32_t>{});
  EXPECT_EQ(to(EntityId{2, UINT32_MAX}), std::vector<std::uint32_t>{});
}

}  // namespace
}  // namespace madang::world::areas
