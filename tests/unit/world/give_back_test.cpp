// Things that are given to somebody, and what happens to them when nobody takes them.
#include <gtest/gtest.h>

#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::world::things {
namespace {

struct Hero {
  std::uint32_t coins = 0;
  std::uint32_t returned = 0;
  EntityId returned_from;
  std::uint32_t lessons = 0;
  static constexpr auto table =
      attributes("Hero", "", hidden("coins", &Hero::coins, ""), hidden("returned", &Hero::returned, ""),
                 hidden("returned_from", &Hero::returned_from, ""), hidden("lessons", &Hero::lessons, ""));
};
struct Rock {
  std::uint8_t weight = 0;
  static constexpr auto table = attributes("Rock", "", hidden("weight", &Rock::weight, ""));
};
struct Mailbox {
  std::uint32_t coins = 0;
  std::uint32_t lessons = 0;
  EntityId giver;
  EntityId addressee;
  EntityId rock;
  static constexpr auto table =
      attributes("Mailbox", "", hidden("coins", &Mailbox::coins, ""),
                 hidden("lessons", &Mailbox::lessons, ""), hidden("giver", &Mailbox::giver, ""),
                 hidden("addressee", &Mailbox::addressee, ""), hidden("rock", &Mailbox::rock, ""));
};
struct Soil {
  std::uint32_t coins = 0;
  bool operator==(const Soil&) const = default;
  static constexpr auto table = attributes("Soil", "", hidden("coins", &Soil::coins, ""));
};

struct GiveTo {
  EntityId to;
  std::uint32_t coins = 1;
  static constexpr auto table = wire::packet(2, "GiveTo", "", wire::field("to", &GiveTo::to, ""),
                                             wire::field("coins", &GiveTo::coins, ""));
};
struct GiveAt {
  Position at;
  static constexpr auto table = wire::packet(3, "GiveAt", "", wire::field("at", &GiveAt::at, ""));
};
struct DigAt {
  Position at;
  static constexpr auto table = wire::packet(4, "DigAt", "", wire::field("at", &DigAt::at, ""));
};
struct TeachTo {
  EntityId to;
  static constexpr auto table = wire::packet(5, "TeachTo", "", wire::field("to", &TeachTo::to, ""));
};
struct PlaceRock {
  static constexpr auto table = wire::packet(6, "PlaceRock", "");
};

struct Coins {
  std::uint32_t amount = 1;
  static constexpr auto table =
      effect("Coins", "", WhenGone::give_back, wire::field("amount", &Coins::amount, ""));
};
struct Seed {  // only heroes take it
  static constexpr auto table = effect("Seed", "", WhenGone::give_back);
};
struct Dig {
  static constexpr auto table = effect("Dig", "", WhenGone::drop);
};
/// Has the fields of what is returned, but it is none.
struct Lesson {
  EntityId giver;
  EntityId addressee;
  static constexpr auto table = effect("Lesson", "", WhenGone::drop, wire::field("giver", &Lesson::giver, ""),
                                       wire::field("addressee", &Lesson::addressee, ""));
};
struct Roll {
  static constexpr auto table = effect("Roll", "", WhenGone::drop);
};

struct ThingParts : Parts {
  using Entities = wire::Types<Hero, Rock>;
  using Commands = wire::Types<GiveTo, GiveAt, DigAt, TeachTo, PlaceRock>;
  using Effects = wire::Types<Coins, Seed, Dig, Lesson, Roll>;
  using WorldState = Mailbox;
  using Ground = Soil;
};
class ThingGame : public Rules<ThingParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const NoEntry&) const {
    world.place(character, Hero{}, {static_cast<std::int32_t>(character.value), 1});
  }
  void decide(const View&, const Self<Hero>&, const GiveTo& give, Proposals& propose) const {
    propose.to(give.to, Coins{give.coins});
  }
  void decide(const View&, const Self<Hero>&, const GiveAt& give, Proposals& propose) const {
    propose.to(give.at, Seed{});
  }
  void decide(const View&, const Self<Hero>&, const DigAt& dig, Proposals& propose) const {
    propose.to(dig.at, Dig{});
  }
  void decide(const View&, const Self<Hero>& self, const TeachTo& teach, Proposals& propose) const {
    propose.to(teach.to, Lesson{self.id, teach.to});
  }
  void decide(const View&, const Self<Hero>&, const PlaceRock&, Proposals& propose) const {
    propose.to_world(Roll{});
  }
  void apply(Change<Hero>& self, const Coins& coins) const { self->coins += coins.amount; }
  void apply(Change<Hero>& self, const Seed&) const { self->coins += 1000; }
  void apply(Change<Hero>& self, const Returned<Coins>& back) const {
    self->returned += back.effect.amount;
    self->returned_from = back.addressee;
    EXPECT_EQ(back.giver, self.id());
    EXPECT_EQ(self.from(), back.addressee);
  }
  void apply(Change<Hero>& self, const Returned<Seed>& back) const {
    self->returned += 1000;
    self->returned_from = back.addressee;
  }
  void apply(Change<Hero>& self, const Lesson&) const { ++self->lessons; }
  // The ground gives coins to a rock, which does not take them. And the ground does not take them back.
  void apply(GroundChange& ground, const Dig&) const { ground.send(EntityId{5, 5}, Coins{3}); }
  void apply(WorldChange& world, const Roll&) const { world->rock = world.make(Rock{}, {4, 4}); }
  void apply(WorldChange& world, const Lesson&) const { ++world->lessons; }
  void apply(WorldChange& world, const Returned<Coins>& back) const {
    world->coins += back.effect.amount;
    world->giver = back.giver;
    world->addressee = back.addressee;
  }
  void apply(WorldChange& world, const Returned<Seed>& back) const {
    world->coins += 1000;
    world->giver = back.giver;
    world->addressee = back.addressee;
  }
};

class ThingTest : public testing::TestWithParam<bool> {
 protected:
  ThingTest() : world_(config(), Map(32, 32, 1, 0)) {
    for (std::uint64_t character = 1; character <= 4; ++character) inputs_.enter(character, NoEntry{});
    tick();
  }
  static WorldConfig config() {
    WorldConfig config;
    config.checks_law = GetParam();
    return config;
  }
  void tick(int count = 1) {
    for (int i = 0; i < count; ++i) {
      world_.tick(inputs_.list());
      inputs_.clear();
      ASSERT_EQ(world_.broken(), "");
    }
  }
  EntityId id(std::uint64_t character) const { return world_.entity_of(CharacterId{character}); }
  const Hero& hero(std::uint64_t character) const { return *world_.find<Hero>(id(character)); }
  const Mailbox& mailbox() const { return world_.core().world; }

  World<ThingGame> world_;
  GameInputs inputs_;
};
INSTANTIATE_TEST_SUITE_P(Law, ThingTest, testing::Bool());

TEST_P(ThingTest, AThingArrivesInTheNextTick) {
  inputs_.send(1, GiveTo{id(2), 5});
  tick();
  EXPECT_EQ(hero(2).coins, 0u);
  tick();
  EXPECT_EQ(hero(2).coins, 5u);
  tick(3);
  EXPECT_EQ(hero(2).coins, 5u);
  EXPECT_EQ(hero(1).returned, 0u);
}

TEST_P(ThingTest, AThingReturnsFromNobody) {
  for (const EntityId nobody :
       {EntityId{}, EntityId{~0u, 3}, EntityId{1, 1}, EntityId{2, UINT32_MAX}, EntityId{2, 16},
        EntityId{2, ~std::uint64_t{0}}, EntityId::of(CharacterId{2})}) {
    const std::uint32_t before = hero(1).returned;
    inputs_.send(1, GiveTo{nobody, 5});
    tick(3);
    EXPECT_EQ(hero(1).returned, before + 5);
    EXPECT_EQ(mailbox().coins, 0u);
  }
}

TEST_P(ThingTest, AThingReturnsFromAnAddresseeThatLeavesInThatTick) {
  const EntityId two = id(2);
  inputs_.send(1, GiveTo{two, 5});
  tick();
  inputs_.leave(2);  // the coins arrive before the effect Left is applied
  tick();
  EXPECT_EQ(hero(1).returned, 0u) << "entity 2 took the coins with it";
  inputs_.send(1, GiveTo{two, 5});
  tick(3);
  EXPECT_EQ(hero(1).returned, 5u);
  EXPECT_EQ(hero(1).returned_from, two);
}

TEST_P(ThingTest, AThingReturnsFromAKindThatDoesNotTakeIt) {
  inputs_.send(1, PlaceRock{});
  tick(2);
  ASSERT_TRUE(world_.find<Rock>(mailbox().rock));
  inputs_.send(1, GiveTo{mailbox().rock, 5});
  tick(3);
  EXPECT_EQ(hero(1).returned, 5u);
  EXPECT_EQ(hero(1).returned_from, mailbox().rock);
}

TEST_P(ThingTest, AThingReturnsFromTheWorldAndFromAGroundThatDoNotTakeIt) {
  inputs_.send(1, GiveTo{EntityId::of_world(), 5});
  tick(3);
  EXPECT_EQ(hero(1).returned, 5u);
  EXPECT_EQ(hero(1).returned_from, EntityId::of_world());
  inputs_.send(1, GiveAt{{2, 1}});  // hero 2 stands there, but a thing is not for all heroes of a cell
  tick(3);
  EXPECT_EQ(hero(1).returned, 1005u);
  EXPECT_EQ(hero(1).returned_from, EntityId::of(CellIndex{0}));
  EXPECT_EQ(hero(2).coins, 0u);
}

TEST_P(ThingTest, AThingReturnsFromAPlaceOutsideOfTheMap) {
  for (const Position outside : {Position{-1, 1}, Position{1, 32}, Position{INT32_MAX, INT32_MIN}})
    inputs_.send(1, GiveAt{outside});
  tick(3);
  EXPECT_EQ(hero(1).returned, 3000u);
  EXPECT_EQ(hero(1).returned_from, EntityId{});
}

TEST_P(ThingTest, TheWorldGetsAThingWhoseGiverIsGoneToo) {
  const EntityId one = id(1);
  const EntityId two = id(2);
  inputs_.leave(2);
  tick();
  inputs_.send(1, GiveTo{two, 5});
  tick();
  inputs_.leave(1);
  tick();
  EXPECT_EQ(mailbox().coins, 0u);
  tick(3);
  EXPECT_EQ(mailbox().coins, 5u);
  EXPECT_EQ(mailbox().giver, one);
  EXPECT_EQ(mailbox().addressee, two);
}

TEST_P(ThingTest, TheWorldGetsWhatAGroundDoesNotTakeBack) {
  inputs_.send(1, DigAt{{2, 1}});    // four heroes stand in this cell
  inputs_.send(1, DigAt{{20, 20}});  // nobody stands in this one
  tick(6);
  EXPECT_EQ(mailbox().coins, 6u);
  for (std::uint64_t character = 1; character <= 4; ++character) EXPECT_EQ(hero(character).returned, 0u);
}

TEST_P(ThingTest, AnEffectThatIsDroppedIsDroppedWhateverItsFields) {
  inputs_.send(1, TeachTo{EntityId{9, 9}});
  inputs_.send(1, TeachTo{id(2)});
  tick(6);
  EXPECT_EQ(mailbox().lessons, 0u);
  EXPECT_EQ(hero(2).lessons, 1u);
}

TEST_P(ThingTest, AMadeUpCellHasNoGround) {
  inputs_.send(1, TeachTo{EntityId{2, 0}});
  inputs_.send(1, DigAt{{-5, 40}});
  tick(4);
  EXPECT_EQ(world_.core().grounds.size(), 0u);
  EXPECT_EQ(hero(2).lessons, 1u) << "cell 0 is on the map: all heroes there learn";
}

}  // namespace
}  // namespace madang::world::things
