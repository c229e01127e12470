// RandomCut: random games in a cut world, for CutAndWhole.
#pragma once

#include <memory>
#include <string_view>

#include "unit/world/cut_and_whole.h"
#include "unit/world/random_inputs.h"

namespace madang::world::random_game {

struct RandomCut {
  using Game = RandomGame;
  static constexpr std::string_view test = "PlayAPlanOfARandomGame";

  static std::unique_ptr<World<Game>> make(const ZonePlan& plan, Cut cut) {
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
    config.cut = cut;
    return std::make_unique<World<Game>>(config, map_of(plan));
  }
  static GameInputs inputs_of(const ZonePlan& plan, std::uint64_t tick, const World<Game>&) {
    GameInputs inputs = random_game::inputs_of(plan.seed, tick, plan.characters);
    if (Random random(scatter(plan.seed + 4) ^ scatter(tick)); random.chance(1, 8))
      inputs.operate(0, Decree{random.below(100)});
    return inputs;
  }
  static void count(ZoneEvents&, const World<Game>&, const ZoneMap&, const WorldOutput&) {}

 private:
  /// Returns a map that is just as large as the cut needs, so that many are near borders.
  static Map map_of(const ZonePlan& plan) {
    Random random(plan.seed + 1);
    const auto side = [&](std::uint32_t zones) { return zones * 12 + random.below(6); };
    const std::uint32_t width = side(plan.cut.columns);
    return {width, side(plan.cut.rows), plan.seed, random.below(25)};
  }
};

}  // namespace madang::world::random_game
