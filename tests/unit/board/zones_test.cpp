// The board in a cut world: players walk to the place where zones meet, and around it. They speak, leave and
// come back. The world is the same with each cut.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string_view>

#include "board/board_config.h"
#include "board/rules.h"
#include "unit/world/cut_and_whole.h"

namespace madang::board {
namespace {

struct BoardCut {
  using Game = Board;
  static constexpr std::string_view test = "PlayAPlanOfTheBoard";

  static std::unique_ptr<world::World<Board>> make(const world::ZonePlan& plan, world::Cut cut) {
    Random random(plan.seed);
    BoardConfig config{.cell_size = 4, .seed = plan.seed};
    const std::uint32_t cells = 1 + random.below(2);  // of a zone, along each side
    config.width = plan.cut.columns * cells * 4 + random.below(4);
    config.height = plan.cut.rows * cells * 4 + random.below(4);
    config.move_interval_ticks = 1 + random.below(3);
    config.move_slack_ticks = random.below(config.move_interval_ticks);
    config.view_radius = 1 + random.below(10);
    config.leave_radius = config.view_radius + random.below(4);
    config.players_max = random.chance(1, 3) ? 12 : 1'000;
    world::Map map(config.width, config.height, config.seed, config.obstacle_percent);
    world::WorldConfig world = world_config_of(config);
    world.checks_law = plan.checks_law;
    world.cut = cut;
    const Board rules(config, map);
    return std::make_unique<world::World<Board>>(world, std::move(map), rules);
  }

  static world::GameInputs inputs_of(const world::ZonePlan& plan, std::uint64_t tick,
                                     const world::World<Board>& whole) {
    Random random(scatter(plan.seed) ^ scatter(tick));
    const world::ZoneMap zones(whole.grid(), plan.cut, whole.config().sight);
    const world::Position meeting = world::meeting_place(zones, plan.cut, plan.seed);
    world::GameInputs inputs;
    for (std::uint64_t character = 1; character <= plan.characters; ++character) {
      const world::Row* row = whole.find_row(CharacterId{character});
      if (random.chance(1, row ? 80 : 3)) inputs.enter(character, Entry{"Mina", Looks::rook});
      if (random.chance(1, 50)) inputs.leave(character);
      if (random.chance(1, 40)) inputs.attach(character);
      if (random.chance(1, 15)) inputs.speak(character, world::Input::Kind::say, "to those who are near");
      if (random.chance(1, 60)) inputs.speak(character, world::Input::Kind::shout, "to all");
      for (std::uint32_t moves = random.below(3); moves > 0 && row; --moves)
        inputs.send(character, Move{direction_to(row->position, meeting, random), random.below(1'000)});
    }
    return inputs;
  }
  static void count(world::ZoneEvents&, const world::World<Board>&, const world::ZoneMap&,
                    const world::WorldOutput&) {}

 private:
  static Direction direction_to(world::Position from, world::Position to, Random& random) {
    const int x = to.x - from.x;
    const int y = to.y - from.y;
    const bool is_there = std::abs(x) < 3 && std::abs(y) < 3;
    if (is_there || random.chance(1, 4)) return directions[random.below(directions.size())];
    if (std::abs(x) > std::abs(y)) return x > 0 ? Direction::right : Direction::left;
    return y > 0 ? Direction::down : Direction::up;
  }
};

TEST(Zones, GiveTheSameStatesAndBytesOnTheBoard) {
  world::ZoneEvents events;
  world::play_with_each_cut<BoardCut>(world::zone_games(16), 60, events);
  EXPECT_GT(events.players_crossed, 2'000u);
  EXPECT_GT(events.crossed_at_corner, 1'000u);
  EXPECT_GT(events.entered, 1'000u);
  EXPECT_GT(events.left, 1'000u);
  EXPECT_GT(events.refused, 100u);
  EXPECT_GT(events.births_refused, 100u);
  EXPECT_GT(events.answers, 10'000u);
  EXPECT_GT(events.told, 1'000u);
  EXPECT_GT(events.told_to_all, 1'000u);
  EXPECT_GT(events.states, 1'000u);
  EXPECT_GT(events.positions, 1'000u);
}

TEST(Zones, PlayAPlanOfTheBoard) { world::play_named_plan<BoardCut>(); }

TEST(Zones, OfTheBoardKeepTheLaw) {
  world::ZoneEvents events;
  for (const world::Cut cut : {world::Cut{2, 2}, world::Cut{4, 4}})
    ASSERT_EQ(world::smallest_fault<BoardCut>({.seed = 3, .cut = cut, .checks_law = true}, events), "");
}

TEST(Zones, OfTheBoardGoOnWithAnotherCutAfterTheyWereSaved) {
  world::ZoneEvents events;
  world::play_and_save<BoardCut>(world::zone_games(4), 60, events);
  EXPECT_GT(events.loads, 50u);
}

}  // namespace
}  // namespace madang::board
