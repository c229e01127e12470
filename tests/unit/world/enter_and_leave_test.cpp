// Characters that enter and leave, several times in a tick, and worlds that are full.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::world::doors {
namespace {

struct Guest {
  std::uint8_t color = 0;
  static constexpr auto table = attributes("Guest", "", hidden("color", &Guest::color, ""));
};
struct Box {
  std::uint8_t color = 0;
  static constexpr auto table = attributes("Box", "", hidden("color", &Box::color, ""));
};
struct Hall {
  std::uint32_t doors_opened = 0;
  static constexpr auto table = attributes("Hall", "", hidden("doors_opened", &Hall::doors_opened, ""));
};
struct Ticket {
  std::uint8_t color = 0;
  static constexpr auto table = wire::record("Ticket", "", wire::field("color", &Ticket::color, ""));
};
struct Drop {
  static constexpr auto table = wire::packet(2, "Drop", "");
};
struct PutDown {
  static constexpr auto table = effect("PutDown", "", WhenGone::drop);
};

struct HallParts : Parts {
  using Entities = wire::Types<Guest, Box>;
  using Commands = wire::Types<Drop>;
  using Effects = wire::Types<PutDown>;
  using WorldState = Hall;
  using Entry = Ticket;
};
class HallGame : public Rules<HallParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const Ticket& ticket) const {
    ++world->doors_opened;
    if (ticket.color == 99) return world.refuse(character, CloseReason::bad_name);
    world.place(character, Guest{ticket.color}, {3, 3});
  }
  void decide(const View&, const Self<Guest>&, const Drop&, Proposals& propose) const {
    propose.self(PutDown{});
  }
  void apply(Change<Guest>& self, const PutDown&) const { self.make(Box{self->color}, self.position()); }
};

class DoorTest : public testing::TestWithParam<bool> {
 protected:
  World<HallGame> make_world(std::uint32_t entities_max = 100, std::uint32_t players_max = 100) {
    WorldConfig config;
    config.players_max = players_max;
    config.entities_max = entities_max;
    config.checks_law = GetParam();
    return World<HallGame>(config, Map(16, 16, 1, 0));
  }
  const WorldOutput& tick(World<HallGame>& world) {
    const WorldOutput& output = world.tick(inputs_.list());
    inputs_.clear();
    EXPECT_EQ(world.broken(), "");
    return output;
  }
  static int color_of(const World<HallGame>& world, std::uint64_t character) {
    const Guest* guest = world.find<Guest>(world.entity_of(CharacterId{character}));
    return guest ? guest->color : -1;
  }
  GameInputs inputs_;
};
INSTANTIATE_TEST_SUITE_P(Law, DoorTest, testing::Bool());

TEST_P(DoorTest, ACharacterThatEntersAndLeavesInOneTickIsNotHere) {
  auto world = make_world();
  inputs_.enter(7, Ticket{1});
  inputs_.leave(7);
  const WorldOutput& output = tick(world);
  EXPECT_TRUE(output.entered.empty());
  EXPECT_TRUE(output.left.empty());
  EXPECT_EQ(world.core().registry.size(), 0u);
  EXPECT_EQ(world.core().world.doors_opened, 0u);
}

TEST_P(DoorTest, ACharacterThatLeavesAndEntersInOneTickIsANewEntity) {
  auto world = make_world(1);
  inputs_.enter(7, Ticket{1});
  tick(world);
  const EntityId before = world.entity_of(CharacterId{7});
  inputs_.leave(7);
  inputs_.enter(7, Ticket{2});
  const WorldOutput& output = tick(world);
  ASSERT_EQ(output.left.size(), 1u);
  ASSERT_EQ(output.entered.size(), 1u);
  EXPECT_EQ(output.left[0].id, before);
  EXPECT_NE(output.entered[0].id, before);
  EXPECT_EQ(color_of(world, 7), 2);
  EXPECT_EQ(world.core().registry.size(), 1u);
}

TEST_P(DoorTest, TheLastWishOfACharacterCounts) {
  auto world = make_world();
  inputs_.enter(7, Ticket{1});
  tick(world);
  inputs_.leave(7);
  inputs_.enter(7, Ticket{2});
  inputs_.leave(7);
  tick(world);
  EXPECT_EQ(world.core().registry.size(), 0u);
  inputs_.enter(7, Ticket{1});
  inputs_.leave(7);
  inputs_.enter(7, Ticket{3});
  tick(world);
  EXPECT_EQ(color_of(world, 7), 3);
}

TEST_P(DoorTest, ACharacterThatEntersTwiceInOneTickEntersOnce) {
  auto world = make_world();
  for (std::uint64_t character = 1; character <= 40; ++character) {
    inputs_.enter(character, Ticket{1});
    inputs_.enter(character, Ticket{2});
  }
  EXPECT_EQ(tick(world).entered.size(), 40u);
  EXPECT_EQ(world.core().world.doors_opened, 40u);
  EXPECT_EQ(world.core().registry.size(), 40u);
  for (std::uint64_t character = 1; character <= 40; ++character) EXPECT_EQ(color_of(world, character), 1);
}

TEST_P(DoorTest, ACharacterIsHereOnceEvenIfItEntersAgain) {
  auto world = make_world();
  inputs_.enter(7, Ticket{1});
  tick(world);
  inputs_.enter(7, Ticket{2});
  EXPECT_TRUE(tick(world).entered.empty());
  EXPECT_EQ(world.core().registry.size(), 1u);
  EXPECT_EQ(color_of(world, 7), 1);
}

TEST_P(DoorTest, StrangersAndNonsenseDoNothing) {
  auto world = make_world();
  inputs_.leave(8);
  inputs_.send(8, Drop{});
  inputs_.list().push_back({Input::Kind::command, CharacterId{8}, 999, {}});
  tick(world);
  inputs_.enter(7, Ticket{1});
  tick(world);
  inputs_.list().push_back({Input::Kind::command, CharacterId{7}, 999, {}});
  tick(world);
  EXPECT_EQ(world.core().registry.size(), 1u);
}

TEST_P(DoorTest, AnEntryThatCannotBeReadIsRefused) {
  auto world = make_world();
  const std::byte bytes[2] = {};
  inputs_.list().push_back({Input::Kind::enter, CharacterId{1}, 0, {}});
  inputs_.list().push_back({Input::Kind::enter, CharacterId{2}, 0, bytes});
  inputs_.enter(3, Ticket{99});
  const WorldOutput& output = tick(world);
  ASSERT_EQ(output.refused.size(), 3u);
  for (const auto& refused : output.refused)
    EXPECT_EQ(refused.reason,
              refused.character == CharacterId{3} ? CloseReason::bad_name : CloseReason::bad_packet);
  EXPECT_EQ(world.core().world.doors_opened, 1u);
}

TEST_P(DoorTest, AFullWorldRefusesAndHasPlaceAgainWhenSomebodyLeaves) {
  auto world = make_world(3);
  for (std::uint64_t character = 1; character <= 5; ++character) inputs_.enter(character, Ticket{1});
  const WorldOutput& full = tick(world);
  EXPECT_EQ(full.entered.size(), 3u);
  ASSERT_EQ(full.refused.size(), 2u);
  EXPECT_EQ(full.refused[0].reason, CloseReason::world_full);
  EXPECT_EQ(world.births_refused(), 2u);
  const std::uint64_t here = full.entered[0].character.value;
  const std::uint64_t outside = full.refused[0].character.value;

  inputs_.send(here, Drop{});
  tick(world);
  EXPECT_EQ(world.core().registry.size(), 3u) << "the box did not appear";
  EXPECT_EQ(world.births_refused(), 3u);

  inputs_.leave(here);
  inputs_.enter(outside, Ticket{1});
  EXPECT_EQ(tick(world).entered.size(), 1u);
  EXPECT_EQ(world.core().registry.size(), 3u);
}

TEST_P(DoorTest, AWorldWithAllItsPlayersRefusesOthersAndMakesOtherEntities) {
  auto world = make_world(100, 3);
  inputs_.enter(1, Ticket{1});
  tick(world);
  inputs_.send(1, Drop{});
  inputs_.enter(2, Ticket{99});  // the rules refuse it, so it takes no place
  for (std::uint64_t character = 3; character <= 6; ++character) inputs_.enter(character, Ticket{1});
  const WorldOutput& full = tick(world);
  EXPECT_EQ(full.entered.size(), 2u);
  EXPECT_EQ(std::ranges::count(full.refused, CloseReason::world_full, &WorldOutput::Refused::reason), 2);
  EXPECT_EQ(world.core().registry.character_count(), 3u);
  EXPECT_EQ(world.core().registry.size(), 4u) << "with the box";
  EXPECT_EQ(world.core().world.doors_opened, 4u) << "the rules are not asked for those beyond";
  EXPECT_EQ(world.births_refused(), 0u);

  // A player that leaves takes its place until the end of the tick.
  inputs_.leave(1);
  inputs_.enter(7, Ticket{1});
  EXPECT_EQ(tick(world).entered.size(), 0u);
  inputs_.enter(7, Ticket{1});
  EXPECT_EQ(tick(world).entered.size(), 1u);
}

TEST_P(DoorTest, EntitiesThatTheRulesMakeHaveIdsOfTheirOwn) {
  auto world = make_world();
  inputs_.enter(7, Ticket{1});
  tick(world);
  for (int i = 0; i < 10; ++i) {
    for (int j = 0; j < 5; ++j) inputs_.send(7, Drop{});
    tick(world);
  }
  EXPECT_EQ(world.core().registry.size(), 51u);
  std::vector<EntityId> ids;
  world.core().registry.for_each(
      [&](std::uint32_t slot) { ids.push_back(world.core().registry.row(slot).id); });
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST_P(DoorTest, EnteredAndLeftAreInTheOrderOfIds) {
  auto world = make_world();
  for (std::uint64_t character = 1; character <= 60; ++character) inputs_.enter(character, Ticket{1});
  EXPECT_TRUE(std::ranges::is_sorted(tick(world).entered, {}, &WorldOutput::Change::id));
  for (std::uint64_t character = 1; character <= 60; ++character) inputs_.leave(character);
  const WorldOutput& output = tick(world);
  EXPECT_EQ(output.left.size(), 60u);
  EXPECT_TRUE(std::ranges::is_sorted(output.left, {}, &WorldOutput::Change::id));
}

}  // namespace
}  // namespace madang::world::doors
