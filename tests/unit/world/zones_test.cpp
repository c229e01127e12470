// A world that is cut into zones is the same world: the same commands give the same state after each tick,
// and the same bytes to each client, whatever the cut. Random games show it, in which all meet at the
// borders.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "madang/sim/zone_order.h"
#include "unit/world/output_hash.h"
#include "unit/world/random_inputs.h"

namespace madang::world::random_game {
namespace {

struct ZonePlan {
  std::uint64_t seed = 1;
  Cut cut;
  std::uint64_t ticks = 60;
  std::uint32_t characters = 30;
  bool checks_law = false;
};

WorldConfig config_of(const ZonePlan& plan) {
  Random random(plan.seed);
  WorldConfig config;
  config.key = {plan.seed, 3};
  config.cell_size = 4;
  config.sight = RandomGame::sight;
  config.view_radius = 4 + random.below(6);
  config.leave_radius = config.view_radius + random.below(4);
  config.entities_max = random.chance(1, 3) ? 40 : 400;
  config.players_max = random.chance(1, 3) ? 12 : 1'000;
  config.checks_law = plan.checks_law;
  return config;
}
/// Returns a map that is just as large as the cut needs, so that many are near borders.
Map map_of(const ZonePlan& plan) {
  Random random(plan.seed + 1);
  const auto side = [&](std::uint32_t zones) { return zones * 12 + random.below(6); };
  const std::uint32_t width = side(plan.cut.columns);
  return {width, side(plan.cut.rows), plan.seed, random.below(25)};
}

/// Where a cut world differs from a whole one.
struct ZoneFault {
  std::uint64_t tick = 0;
  std::string text;
};

/// Plays the same game in a whole world and in one that is cut. Returns how they differ first, if they do.
std::optional<ZoneFault> find_fault(const ZonePlan& plan) {
  const Map map = map_of(plan);
  World<RandomGame> whole(config_of(plan), map);
  WorldConfig config = config_of(plan);
  config.cut = plan.cut;
  World<RandomGame> cut(config, map);
  sim::ZoneOrder crew(plan.seed);
  cut.set_crew(crew);
  for (std::uint64_t tick = 1; tick <= plan.ticks; ++tick) {
    const GameInputs inputs = inputs_of(plan.seed, tick, plan.characters);
    const std::vector<Input> list = inputs.list();
    const std::uint32_t length = tick % 7 == 0 ? 3 : 1;
    const std::uint64_t bytes = hash_of_output(whole.tick(list, length));
    const std::uint64_t bytes_of_cut = hash_of_output(cut.tick(list, length));
    if (whole.broken() != cut.broken() || !whole.broken().empty())
      return ZoneFault{tick, fmt::format("broken: \"{}\" and \"{}\"", whole.broken(), cut.broken())};
    if (whole.hash() != cut.hash()) {
      const auto found = whole.first_difference(cut);
      return ZoneFault{tick, fmt::format("{} of {}: {} and {}", found->column, text_of(found->entity),
                                         found->one, found->other)};
    }
    if (bytes != bytes_of_cut) return ZoneFault{tick, "the clients get other bytes"};
    if (whole.births_refused() != cut.births_refused()) return ZoneFault{tick, "other births are refused"};
  }
  return std::nullopt;
}

/// Makes a plan with a fault smaller, as long as it has one. Returns a line that plays it again; empty: none.
std::string smallest_fault(ZonePlan plan) {
  std::optional<ZoneFault> fault = find_fault(plan);
  if (!fault) return "";
  for (std::uint32_t characters = 1; characters < plan.characters; characters *= 2) {
    ZonePlan smaller = plan;
    smaller.characters = characters;
    const std::optional<ZoneFault> found = find_fault(smaller);
    if (!found) continue;
    plan = smaller;
    fault = found;
  }
  return fmt::format(
      "MADANG_ZONE_PLAN='{} {} {} {} {}' ./madang_unit_tests --gtest_filter=Zones.PlayAPlan: tick {}: {}",
      plan.seed, plan.cut.columns, plan.cut.rows, fault->tick, plan.characters, fault->tick, fault->text);
}

constexpr Cut cuts[] = {{2, 1}, {1, 2}, {2, 2}, {4, 4}, {1, 7}, {13, 1}, {3, 2}};

/// Returns how many games to play with each cut: MADANG_ZONE_GAMES, or a number for every day.
std::uint64_t zone_games() {
  const char* wanted = std::getenv("MADANG_ZONE_GAMES");
  return wanted ? std::strtoull(wanted, nullptr, 10) : 8;
}

TEST(Zones, GiveTheSameStatesAndBytesWhateverTheCut) {
  for (std::uint64_t seed = 1; seed <= zone_games(); ++seed)
    for (const Cut cut : cuts) ASSERT_EQ(smallest_fault({.seed = seed, .cut = cut}), "");
}

/// Plays the one plan that a failure has named.
TEST(Zones, PlayAPlan) {
  const char* wanted = std::getenv("MADANG_ZONE_PLAN");
  if (!wanted) GTEST_SKIP() << "no plan is named";
  std::istringstream words(wanted);
  ZonePlan plan;
  ASSERT_TRUE(words >> plan.seed >> plan.cut.columns >> plan.cut.rows >> plan.ticks >> plan.characters);
  const std::optional<ZoneFault> fault = find_fault(plan);
  EXPECT_FALSE(fault) << "tick " << fault->tick << ": " << fault->text;
}

TEST(Zones, KeepTheLaw) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed)
    ASSERT_EQ(smallest_fault({.seed = seed, .cut = {2, 2}, .ticks = 40, .checks_law = true}), "");
}

TEST(Zones, GoOnWithAnotherCutAfterTheyWereSaved) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const ZonePlan plan{.seed = seed, .cut = {3, 2}};
    const Map map = map_of(plan);
    World<RandomGame> whole(config_of(plan), map);
    std::unique_ptr<World<RandomGame>> other = std::make_unique<World<RandomGame>>(config_of(plan), map);
    for (std::uint64_t tick = 1; tick <= 60; ++tick) {
      if (tick % 6 == 0) {
        Buffer saved;
        other->save(saved);
        WorldConfig config = config_of(plan);
        config.cut = tick % 12 == 0 ? Cut{3, 2} : tick % 18 == 0 ? Cut{1, 1} : Cut{2, 1};
        other = std::make_unique<World<RandomGame>>(config, map);
        ASSERT_EQ(other->load(saved.bytes()), std::nullopt);
        ASSERT_EQ(other->hash(), whole.hash());
        Buffer again;
        other->save(again);
        ASSERT_TRUE(std::ranges::equal(saved.bytes(), again.bytes()));
      }
      const GameInputs inputs = inputs_of(seed, tick, 30);
      const std::uint64_t bytes = hash_of_output(whole.tick(inputs.list()));
      ASSERT_EQ(hash_of_output(other->tick(inputs.list())), bytes) << "seed " << seed << ", tick " << tick;
      ASSERT_EQ(other->hash(), whole.hash()) << "seed " << seed << ", tick " << tick;
    }
  }
}

TEST(ZoneMap, EachCellHasOneOwnerAndBordersAreWhatOthersSee) {
  for (std::uint32_t columns = 1; columns <= 20; ++columns)
    for (std::uint32_t zones = 1; zones <= columns; ++zones) {
      const Grid grid(columns * 4, 9, 4);
      const ZoneMap map(grid, {zones, 1}, 5);
      std::vector<std::uint32_t> owners(grid.cell_count());
      for (std::uint32_t zone = 0; zone < map.size(); ++zone) {
        ASSERT_FALSE(map.cells_of(zone).empty());
        grid.for_each(map.cells_of(zone), [&](CellIndex cell) {
          ++owners[cell.value];
          ASSERT_EQ(map.owner(cell), zone);
          bool is_seen = false;
          for (std::uint32_t other = 0; other < map.size(); ++other) is_seen |= map.sees(other, cell);
          ASSERT_EQ(grid.contains(map.inner_cells_of(zone), cell), !is_seen);
        });
      }
      EXPECT_EQ(std::ranges::count(owners, 1u), std::ssize(owners));
    }
}

}  // namespace
}  // namespace madang::world::random_game
