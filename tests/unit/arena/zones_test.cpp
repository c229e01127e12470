// The arena in a cut world: fighters gather at the place where zones meet, and shoot at each other over the
// borders. A fighter that goes down rises anywhere. The world is the same with each cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "unit/arena/room.h"
#include "unit/world/cut_and_whole.h"

namespace arena {
namespace {

using CutArena = world::World<PlacedArena>;

struct ArenaCut {
  using Game = PlacedArena;
  static constexpr std::string_view test = "PlayAPlanOfTheArena";

  static std::unique_ptr<CutArena> make(const world::ZonePlan& plan, world::Cut cut) {
    madang::Random random(plan.seed);
    const std::uint32_t width = plan.cut.columns * 8 + random.below(8);
    const std::uint32_t height = plan.cut.rows * 8 + random.below(8);
    world::WorldConfig config = Arena::config({.seed = plan.seed, .number = 6}, 20);  // some are refused
    if (random.chance(1, 3)) config.entities_max = 24;                                // some shots, too
    config.checks_law = plan.checks_law;
    config.cut = cut;
    return std::make_unique<CutArena>(config, world::Map(width, height, plan.seed, random.below(10)));
  }

  static world::GameInputs inputs_of(const world::ZonePlan& plan, std::uint64_t tick, const CutArena& whole) {
    madang::Random random(madang::scatter(plan.seed) ^ madang::scatter(tick));
    const world::ZoneMap zones(whole.grid(), plan.cut, whole.config().sight);
    const Position meeting = world::meeting_place(zones, plan.cut, plan.seed);
    world::GameInputs inputs;
    for (std::uint64_t one = 1; one <= plan.characters; ++one) {
      const world::Row* row = whole.find_row(CharacterId{one});
      if (random.chance(1, row ? 100 : 5)) inputs.enter(one, Entry{place_near(meeting, whole.map(), random)});
      if (random.chance(1, 150)) inputs.leave(one);
      if (random.chance(1, 60)) inputs.attach(one);
      if (random.chance(1, 40)) inputs.speak(one, world::Input::Kind::say, "to those who are near");
      if (!row) continue;
      if (random.chance(1, 4)) inputs.send(one, Steer{heading_to(row->position, meeting, random)});
      if (random.chance(1, 3)) inputs.send(one, Fire{1});
      if (random.chance(1, 50)) inputs.send(one, Fire{2});  // several commands in one tick
    }
    return inputs;
  }

  static void count(world::ZoneEvents& events, const CutArena& whole, const world::ZoneMap& zones,
                    const world::WorldOutput& output) {
    for (const auto& told : output.told) {
      madang::Bytes frames = output.bytes_of(told.part);
      const auto of_the_game = wire::decode<wire::CellTold>(wire::next_frame(frames)->body);
      std::vector<Killed> killed;
      if (of_the_game) add_packet(killed, of_the_game->packet);
      for (const Killed& one : killed) {
        ++events.deaths;
        const world::Row* killer = whole.find_row(EntityId{one.killer.high, one.killer.low});
        if (killer && zones.owner(zones.grid().cell_of(killer->position)) != zones.owner(told.cell))
          ++events.deaths_over_border;
      }
    }
  }

 private:
  /// Returns the name of a tile for PlacedArena, or another name, which comes anywhere.
  static Name place_near(Position meeting, const world::Map& map, madang::Random& random) {
    const auto close_to = [&](std::int32_t units) {
      return units / Arena::tile + static_cast<std::int32_t>(random.below(7)) - 3;
    };
    const Position tile{close_to(meeting.x), close_to(meeting.y)};
    if (!map.is_free(tile)) return "anywhere";
    return Name(std::string_view(std::to_string(tile.x) + "," + std::to_string(tile.y)));
  }
  /// A fighter that is near the meeting place walks around.
  static Heading heading_to(Position from, Position to, madang::Random& random) {
    const auto sign = [](std::int32_t number) {
      return static_cast<std::int8_t>(std::clamp(number / Arena::tile, -1, 1));
    };
    const auto any = [&] { return static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1); };
    const bool is_there =
        std::abs(to.x - from.x) < 3 * Arena::tile && std::abs(to.y - from.y) < 3 * Arena::tile;
    if (!is_there && !random.chance(1, 4)) return {sign(to.x - from.x), sign(to.y - from.y)};
    const std::int8_t x = any();
    return {x, any()};
  }
};

TEST(Zones, GiveTheSameStatesAndBytesInTheArena) {
  world::ZoneEvents events;
  world::play_with_each_cut<ArenaCut>(world::zone_games(12), 150, events);
  EXPECT_GT(events.players_crossed, 1'000u);
  EXPECT_GT(events.others_crossed, 1'000u);
  EXPECT_GT(events.crossed_at_corner, 500u);
  EXPECT_GT(events.deaths, 300u);
  EXPECT_GT(events.deaths_over_border, 100u);
  EXPECT_GT(events.entered, 500u);
  EXPECT_GT(events.left, 100u);
  EXPECT_GT(events.refused, 500u);
  EXPECT_GT(events.births_refused, 100u);
}

TEST(Zones, PlayAPlanOfTheArena) { world::play_named_plan<ArenaCut>(); }

TEST(Zones, OfTheArenaKeepTheLaw) {
  world::ZoneEvents events;
  const world::ZonePlan plan{.seed = 3, .cut = {2, 2}, .ticks = 150, .checks_law = true};
  ASSERT_EQ(world::smallest_fault<ArenaCut>(plan, events), "");
  EXPECT_GT(events.deaths_over_border, 0u);
}

TEST(Zones, OfTheArenaGoOnWithAnotherCutAfterTheyWereSaved) {
  world::ZoneEvents events;
  world::play_and_save<ArenaCut>(world::zone_games(2), 100, events);
  EXPECT_GT(events.loads, 50u);
}

}  // namespace
}  // namespace arena
