#include "madang/world/view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "madang/world/rules.h"

namespace madang::world::views {
namespace {

struct Tree {
  std::uint32_t number = 0;
  static constexpr auto table = attributes("Tree", "", shown("number", &Tree::number, ""));
};
struct Bird {
  std::uint32_t number = 0;
  static constexpr auto table = attributes("Bird", "", shown("number", &Bird::number, ""));
};
struct Grass {
  std::uint8_t height = 0;
  bool operator==(const Grass&) const = default;
  static constexpr auto table = attributes("Grass", "", shown("height", &Grass::height, ""));
};
struct WoodParts : Parts {
  using Entities = wire::Types<Tree, Bird>;
  using Effects = wire::Types<>;
  using Ground = Grass;
};
using WoodView = View<WoodParts>;

/// A world without a game, and one of its entities that looks around.
class Wood {
 public:
  Wood(const WorldConfig& config, const Map& map) : core(config, map), referee(config.checks_law) {}

  template <class E>
  std::uint32_t add(Position position) {
    Row row;
    row.id = make_id({}, EntityId::of_world(), 1, ++number_);
    row.position = position;
    row.kind = index_in<E, WoodParts::Entities>;
    row.place = core.columns.add(E{number_});
    return core.registry.add(row);
  }
  WoodView from(std::uint32_t slot) {
    referee.begin(1, "Bird", "decides on", "Clock");
    return {core, slot, referee, found, looked_at};
  }

  Core<WoodParts> core;
  Referee referee;
  std::vector<WoodView::Seen> found;
  std::vector<WoodView::LookedAt> looked_at;

 private:
  std::uint32_t number_ = 0;
};

WorldConfig wood_config(std::uint32_t sight, bool checks_law) {
  WorldConfig config;
  config.sight = sight;
  config.cell_size = 4;
  config.checks_law = checks_law;
  return config;
}

/// Returns the ids for which is_wanted(position) is true and which are in sight, in their order.
template <class IsWanted>
std::vector<EntityId> by_brute_force(const Wood& wood, Position self, std::int64_t sight,
                                     IsWanted is_wanted) {
  std::vector<EntityId> ids;
  wood.core.registry.for_each([&](std::uint32_t slot) {
    const Position at = wood.core.registry.row(slot).position;
    if (std::abs(std::int64_t{at.x} - self.x) > sight || std::abs(std::int64_t{at.y} - self.y) > sight)
      return;
    if (is_wanted(at)) ids.push_back(wood.core.registry.row(slot).id);
  });
  std::ranges::sort(ids);
  return ids;
}

double distance_to_line(Position at, Position from, Position to) {
  const double lx = static_cast<double>(to.x) - from.x;
  const double ly = static_cast<double>(to.y) - from.y;
  const double x = static_cast<double>(at.x) - from.x;
  const double y = static_cast<double>(at.y) - from.y;
  const double length = lx * lx + ly * ly;
  const double part = length == 0 ? 0 : std::clamp((x * lx + y * ly) / length, 0.0, 1.0);
  return std::hypot(x - part * lx, y - part * ly);
}

class WorldViewTest : public testing::Test {
 protected:
  static constexpr std::int64_t sight = 12;
  WorldViewTest() : wood_(wood_config(sight, false), Map(70, 50, 3, 20)) {
    for (int i = 0; i < 1500; ++i) i % 3 == 0 ? wood_.add<Bird>(any()) : wood_.add<Tree>(any());
  }
  Position any(std::int32_t beyond = 0) {
    const auto number = [&](std::uint32_t size) {
      return static_cast<std::int32_t>(random_.below(size + 2 * static_cast<std::uint32_t>(beyond))) - beyond;
    };
    return {number(70), number(50)};
  }
  Position near(Position centre, std::int32_t radius) {
    const auto number = [&](std::int32_t at) {
      return at - radius +
             static_cast<std::int32_t>(random_.below(2 * static_cast<std::uint32_t>(radius) + 1));
    };
    return {number(centre.x), number(centre.y)};
  }
  std::uint32_t any_slot() { return random_.below(wood_.core.registry.slot_end()); }
  Position position_of(std::uint32_t slot) const { return wood_.core.registry.row(slot).position; }

  Random random_{2};
  Wood wood_;
};

TEST_F(WorldViewTest, SeesWithinARadiusWhatBruteForceFinds) {
  std::size_t seen = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::uint32_t slot = any_slot();
    const Position centre = near(position_of(slot), 14);
    const std::uint32_t radius = random_.below(16);
    std::vector<EntityId> ids;
    wood_.from(slot).within(centre, radius, [&](const WoodView::Seen& one) { ids.push_back(one.id); });
    const auto is_wanted = [&](Position at) {
      const std::int64_t x = at.x - centre.x;
      const std::int64_t y = at.y - centre.y;
      return x * x + y * y <= std::int64_t{radius} * radius;
    };
    ASSERT_EQ(ids, by_brute_force(wood_, position_of(slot), sight, is_wanted));
    seen += ids.size();
  }
  EXPECT_GT(seen, 90'000u);
}

TEST_F(WorldViewTest, SeesAtAPlaceWhatBruteForceFinds) {
  std::size_t seen = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::uint32_t slot = any_slot();
    const Position place = near(position_of(slot), 13);
    std::vector<EntityId> ids;
    wood_.from(slot).at(place, [&](const WoodView::Seen& one) { ids.push_back(one.id); });
    ASSERT_EQ(ids, by_brute_force(wood_, position_of(slot), sight, [&](Position at) { return at == place; }));
    seen += ids.size();
  }
  EXPECT_GT(seen, 300u);
}

TEST_F(WorldViewTest, SeesAlongALineWhatBruteForceFinds) {
  std::size_t seen = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::uint32_t slot = any_slot();
    const Position self = position_of(slot);
    const Position from = near(self, 12);
    const Position to = random_.chance(1, 10) ? from : near(self, 12);
    const std::uint32_t half_width = random_.below(5);
    std::vector<EntityId> ids;
    wood_.from(slot).along(from, to, half_width, [&](const WoodView::Seen& one) { ids.push_back(one.id); });
    const auto is_wanted = [&](Position at) { return distance_to_line(at, from, to) <= half_width + 1e-9; };
    ASSERT_EQ(ids, by_brute_force(wood_, self, sight, is_wanted));
    seen += ids.size();
  }
  EXPECT_GT(seen, 50'000u);
}

TEST_F(WorldViewTest, FindsTheNearestAlongALineAndTheLowestIdOfEqualOnes) {
  std::size_t found = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::uint32_t slot = any_slot();
    const Position from = position_of(slot);
    const Position to = near(from, 12);
    const auto counts = [](const WoodView::Seen&, const Bird& bird) { return bird.number % 2 == 0; };
    std::optional<WoodView::Seen> wanted;
    const auto distance = [&](Position at) { return std::hypot(at.x - from.x, at.y - from.y); };
    wood_.from(slot).along(from, to, 3, [&](const WoodView::Seen& seen) {
      const Bird* bird = seen.as<Bird>();
      if (!bird || !counts(seen, *bird)) return;
      if (!wanted || distance(seen.position) < distance(wanted->position) - 1e-9) wanted = seen;
    });
    const auto nearest = wood_.from(slot).nearest_along<Bird>(from, to, 3, counts);
    ASSERT_EQ(nearest.has_value(), wanted.has_value());
    if (!nearest) continue;
    ++found;
    ASSERT_EQ(nearest->id, wanted->id);
  }
  EXPECT_GT(found, 500u);
}

TEST_F(WorldViewTest, GivesTheAttributesOfWhatItSees) {
  const std::uint32_t slot = any_slot();
  int birds = 0;
  int trees = 0;
  wood_.from(slot).within(position_of(slot), 12, [&](const WoodView::Seen& one) {
    const std::uint32_t its_slot = wood_.core.registry.find(one.id);
    EXPECT_EQ(one.position, position_of(its_slot));
    ASSERT_NE(one.as<Bird>() == nullptr, one.as<Tree>() == nullptr);
    const std::uint32_t number = one.as<Bird>() ? one.as<Bird>()->number : one.as<Tree>()->number;
    EXPECT_EQ(make_id({}, EntityId::of_world(), 1, number), one.id);
    ++(one.as<Bird>() ? birds : trees);
  });
  EXPECT_GT(birds, 5);
  EXPECT_GT(trees, 5);
}

TEST_F(WorldViewTest, AnswersAQuestionWithinAQuestion) {
  const std::uint32_t slot = any_slot();
  const WoodView view = wood_.from(slot);
  std::vector<EntityId> outer;
  view.within(position_of(slot), 8, [&](const WoodView::Seen& one) {
    outer.push_back(one.id);
    std::vector<EntityId> inner;
    const Position centre = one.position;
    view.within(centre, 3, [&](const WoodView::Seen& two) {
      inner.push_back(two.id);
      view.at(two.position, [](const WoodView::Seen&) {});
    });
    const auto is_near = [&](Position at) {
      const std::int64_t x = at.x - centre.x;
      const std::int64_t y = at.y - centre.y;
      return x * x + y * y <= 9;
    };
    EXPECT_EQ(inner, by_brute_force(wood_, position_of(slot), sight, is_near));
  });
  EXPECT_GT(outer.size(), 40u);
  EXPECT_TRUE(std::ranges::is_sorted(outer));
  EXPECT_TRUE(wood_.found.empty());
}

TEST_F(WorldViewTest, FindsAnEntityInSightAlone) {
  std::size_t seen = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::uint32_t self = any_slot();
    const std::uint32_t other = any_slot();
    const auto found = wood_.from(self).find(wood_.core.registry.row(other).id);
    const Position one = position_of(self);
    const Position two = position_of(other);
    EXPECT_EQ(found.has_value(), std::abs(one.x - two.x) <= sight && std::abs(one.y - two.y) <= sight);
    if (!found) continue;
    ++seen;
    EXPECT_EQ(found->position, two);
  }
  EXPECT_GT(seen, 200u);
  EXPECT_FALSE(wood_.from(0).find({}));
  EXPECT_FALSE(wood_.from(0).find(EntityId::of_world()));
}

TEST_F(WorldViewTest, SeesObstaclesAndGroundInSightAlone) {
  for (int round = 0; round < 3000; ++round) {
    const std::uint32_t slot = any_slot();
    const Position self = position_of(slot);
    const Position place = any(9);
    const CellIndex cell = wood_.core.grid.cell_of(any());
    wood_.core.grounds.get(cell).height = static_cast<std::uint8_t>(1 + cell.value % 200);
    const bool in_sight = std::abs(self.x - place.x) <= sight && std::abs(self.y - place.y) <= sight;
    const WoodView view = wood_.from(slot);
    const bool on_map = place.x >= 0 && place.y >= 0 && place.x < 70 && place.y < 50;
    EXPECT_EQ(view.is_on_map(place), on_map);
    EXPECT_EQ(view.is_free(place), in_sight && wood_.core.map.is_free(place));
    EXPECT_EQ(view.ground(place).height,
              in_sight && on_map ? wood_.core.ground(wood_.core.grid.cell_of(place)).height : 0);
  }
}

/// Returns what the question `ask` breaks in a world that checks the law.
template <class Ask>
std::string broken_by(Ask ask) {
  Wood wood(wood_config(12, true), Map(70, 50, 3, 0));
  const std::uint32_t slot = wood.add<Bird>({30, 20});
  try {
    ask(wood.from(slot));
  } catch (const LawBroken& error) {
    return error.what();
  }
  return "";
}

TEST_F(WorldViewTest, MayLookAsFarAsItsSightAndNoFurther) {
  const auto nobody = [](const WoodView::Seen&) {};
  EXPECT_EQ(broken_by([](const WoodView& view) { view.is_free({42, 32}); }), "");
  EXPECT_EQ(broken_by([](const WoodView& view) { view.is_free({18, 8}); }), "");
  EXPECT_EQ(broken_by([&](const WoodView& view) { view.within({30, 20}, 12, nobody); }), "");
  EXPECT_EQ(broken_by([&](const WoodView& view) { view.along({20, 10}, {40, 30}, 2, nobody); }), "");
  const std::string look = broken_by([](const WoodView& view) { view.is_free({43, 20}); });
  EXPECT_EQ(look,
            "tick 1: Bird breaks the law when it decides on Clock: it stands at 30, 20 and looks at 43, 20, "
            "but its sight is 12");
  EXPECT_NE(broken_by([](const WoodView& view) { view.is_free({30, 7}); }), "");
  EXPECT_NE(broken_by([](const WoodView& view) { view.ground({17, 20}); }), "");
  EXPECT_NE(broken_by([&](const WoodView& view) { view.within({30, 20}, 13, nobody); }), "");
  EXPECT_NE(broken_by([&](const WoodView& view) { view.at({30, 33}, nobody); }), "");
  EXPECT_NE(broken_by([&](const WoodView& view) { view.along({20, 10}, {43, 30}, 0, nobody); }), "");
  EXPECT_NE(broken_by([&](const WoodView& view) { view.along({18, 20}, {30, 20}, 1, nobody); }), "");
}

// A position in a client's packet may be any. A rule that passes it on must not do harm.
TEST_F(WorldViewTest, SeesNothingAtAnEndOfTheNumbers) {
  const std::uint32_t slot = any_slot();
  const Position self = position_of(slot);
  const std::int32_t extremes[] = {INT32_MIN, INT32_MIN + 1, -1, 0, 20, 1 << 30, INT32_MAX - 1, INT32_MAX};
  for (const std::int32_t x : extremes)
    for (const std::int32_t y : extremes)
      for (const std::uint32_t radius : {0u, 1u, 1u << 16, 1u << 31, UINT32_MAX}) {
        std::size_t seen = 0;
        wood_.from(slot).within({x, y}, radius, [&](const WoodView::Seen&) { ++seen; });
        const auto is_wanted = [&](Position at) {
          const auto far = std::hypot(static_cast<long double>(at.x) - x, static_cast<long double>(at.y) - y);
          return far <= radius;
        };
        EXPECT_EQ(seen, by_brute_force(wood_, self, sight, is_wanted).size())
            << x << " " << y << " " << radius;
        wood_.from(slot).at({x, y},
                            [&](const WoodView::Seen& one) { EXPECT_EQ(one.position, (Position{x, y})); });
        wood_.from(slot).is_free({x, y});
        wood_.from(slot).ground({x, y});
        for (const std::uint32_t half_width : {0u, 5u, UINT32_MAX}) {
          wood_.from(slot).along(self, {x, y}, half_width, [&](const WoodView::Seen&) { ++seen; });
          wood_.from(slot).along({x, y}, {y, x}, half_width, [&](const WoodView::Seen&) { ++seen; });
        }
      }
}

TEST(ViewOfALargeMap, SeesAlongALineAsFarAsAnySight) {
  WorldConfig config = wood_config(WorldConfig::sight_max, false);
  config.units_per_tile = 65536;
  config.cell_size = 65536;
  Wood wood(config, Map(32768, 1, 1, 0));
  const std::int32_t middle = 2'000'000'000;
  const std::int32_t far = WorldConfig::sight_max;
  const std::uint32_t self = wood.add<Bird>({middle, 32768});
  const Position corner{middle - far, 32768 - far};
  const Position opposite{middle + far, 32768 - far};
  wood.add<Tree>(corner);
  wood.add<Tree>(opposite);
  wood.add<Tree>({middle - far, 32768 - 1});
  const auto count_along = [&](Position from, Position to, std::uint32_t half_width) {
    std::size_t seen = 0;
    wood.from(self).along(from, to, half_width, [&](const WoodView::Seen&) { ++seen; });
    return seen;
  };
  const Position low_left{middle - far, 32768 - 1 + far};
  EXPECT_EQ(count_along(low_left, opposite, 0), 1u) << "the tree at the end; the corner is far from the line";
  EXPECT_EQ(count_along(low_left, opposite, 46'339), 3u);
  EXPECT_EQ(count_along(low_left, opposite, 46'340), 4u) << "the corner is 46,339.2 from the line";
  EXPECT_EQ(count_along(corner, opposite, 0), 2u);
  EXPECT_EQ(count_along(corner, opposite, 32'766), 3u);
  EXPECT_EQ(count_along(corner, opposite, 32'767), 4u);
}

}  // namespace
}  // namespace madang::world::views
