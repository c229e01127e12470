// any_free_position(): places by chance.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::world::places {
namespace {

struct Seed {
  static constexpr auto table = attributes("Seed", "");
};
struct SeedParts : Parts {
  using Entities = wire::Types<Seed>;
  using Effects = wire::Types<>;
};
class Sower : public Rules<SeedParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const NoEntry&) const {
    world.place(character, Seed{}, world.any_free_position());
  }
};

/// Returns where 1,000 characters are placed.
std::vector<Position> sown(World<Sower>& world) {
  GameInputs inputs;
  for (std::uint64_t character = 1; character <= 1'000; ++character) inputs.enter(character, NoEntry{});
  std::vector<Position> places;
  for (const auto& entered : world.tick(inputs.list()).entered) places.push_back(entered.position);
  return places;
}

TEST(AnyFreePosition, IsEverywhereOnAMapThatIsNoSquareAndNeverAnObstacle) {
  for (const bool is_wide : {false, true}) {
    const Map map(is_wide ? 200 : 8, is_wide ? 8 : 200, 3, 40);
    WorldConfig config;
    config.units_per_tile = 4;
    World<Sower> world(config, map);
    const std::vector<Position> places = sown(world);
    ASSERT_EQ(world.broken(), "");
    ASSERT_EQ(places.size(), 1'000u);
    for (const Position place : places) ASSERT_TRUE(map.is_free({place.x / 4, place.y / 4}));
    const auto [left, right] = std::ranges::minmax(places, {}, &Position::x);
    const auto [top, bottom] = std::ranges::minmax(places, {}, &Position::y);
    EXPECT_GT(right.x - left.x, is_wide ? 780 : 28);
    EXPECT_GT(bottom.y - top.y, is_wide ? 28 : 780);
  }
}

TEST(AnyFreePosition, StopsTheRuleWhereThereIsNone) {
  World<Sower> world({}, Map::of(4, 4, [](std::uint32_t, std::uint32_t) { return true; }));
  sown(world);
  EXPECT_NE(world.broken().find("it runs without end"), std::string::npos) << world.broken();
}

}  // namespace
}  // namespace madang::world::places
