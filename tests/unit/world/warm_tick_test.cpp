// What a tick costs that is like those before: no allocation; and nothing for entities that sleep.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "madang/world/world.h"
#include "unit/allocations.h"
#include "unit/world/game_inputs.h"

namespace madang::world::costs {
namespace {

struct Ant {
  std::uint32_t steps = 0;
  std::uint32_t pushed = 0;
  std::uint32_t woken = 0;  // how often it has acted by itself
  std::uint64_t last = 0;   // the tick of that
  static constexpr auto table =
      attributes("Ant", "", hidden("steps", &Ant::steps, ""), hidden("pushed", &Ant::pushed, ""),
                 hidden("woken", &Ant::woken, ""), hidden("last", &Ant::last, ""));
};
struct Stone {
  std::uint32_t pushed = 0;
  static constexpr auto table = attributes("Stone", "", hidden("pushed", &Stone::pushed, ""));
};
struct Sand {
  std::uint32_t scent = 0;
  bool operator==(const Sand&) const = default;
  static constexpr auto table = attributes("Sand", "", hidden("scent", &Sand::scent, ""));
};
struct Nest {
  std::uint64_t reports = 0;
  static constexpr auto table = attributes("Nest", "", hidden("reports", &Nest::reports, ""));
};
struct Where {
  Position at;
  static constexpr auto table = wire::record("Where", "", wire::field("at", &Where::at, ""));
};
struct Go {
  std::int8_t x = 0;
  static constexpr auto table = wire::packet(2, "Go", "", wire::field("x", &Go::x, ""));
};
struct Wake {
  std::uint64_t at = 0;
  static constexpr auto table = wire::packet(3, "Wake", "", wire::field("at", &Wake::at, ""));
};
struct Breed {
  std::uint32_t count = 0;
  Position at;
  static constexpr auto table = wire::packet(4, "Breed", "", wire::field("count", &Breed::count, ""),
                                             wire::field("at", &Breed::at, ""));
};
struct PushAt {
  Position at;
  static constexpr auto table = wire::packet(5, "PushAt", "", wire::field("at", &PushAt::at, ""));
};
struct PushId {
  EntityId id;
  static constexpr auto table = wire::packet(6, "PushId", "", wire::field("id", &PushId::id, ""));
};
struct Went {
  Position at;
  static constexpr auto table = wire::packet(130, "Went", "", wire::field("at", &Went::at, ""));
};

struct Pace {
  std::int8_t x = 0;
  static constexpr auto table = effect("Pace", "", WhenGone::drop, wire::field("x", &Pace::x, ""));
};
struct Push {
  static constexpr auto table = effect("Push", "", WhenGone::give_back);
};
struct Rain {
  static constexpr auto table = effect("Rain", "", WhenGone::drop);
};
struct Scent {
  static constexpr auto table = effect("Scent", "", WhenGone::drop);
};
struct Told {
  static constexpr auto table = effect("Told", "", WhenGone::drop);
};
struct Awoke {
  static constexpr auto table = effect("Awoke", "", WhenGone::drop);
};
struct Alarm {
  std::uint64_t at = 0;
  static constexpr auto table = effect("Alarm", "", WhenGone::drop, wire::field("at", &Alarm::at, ""));
};
struct Hatch {
  std::uint32_t count = 0;
  Position at;
  static constexpr auto table = effect("Hatch", "", WhenGone::drop, wire::field("count", &Hatch::count, ""),
                                       wire::field("at", &Hatch::at, ""));
};

struct AntParts : Parts {
  using Entities = wire::Types<Stone, Ant>;
  using Commands = wire::Types<Go, Wake, Breed, PushAt, PushId>;
  using Effects = wire::Types<Pace, Push, Rain, Scent, Told, Awoke, Alarm, Hatch>;
  using WorldState = Nest;
  using Ground = Sand;
  using Entry = Where;
};

/// Ants that walk and push each other. If `is_busy`, they do so by themselves as well.
template <bool is_busy>
class AntGame : public Rules<AntParts> {
  using Base = Rules<AntParts>;

 public:
  using typename Base::GroundChange;
  using typename Base::Proposals;
  using typename Base::View;
  using typename Base::WorldChange;
  template <class E>
  using Self = world::Self<E>;
  template <class E>
  using Change = Base::template Change<E>;

  void enter(WorldChange& world, CharacterId character, const Where& where) const {
    world.place(character, Ant{}, where.at);
  }
  void decide(const View& view, const Self<Ant>& self, world::Clock, Proposals& propose) const {
    propose.self(Awoke{});
    if (!is_busy) return;
    Random& chance = self.chance();
    propose.self(Pace{static_cast<std::int8_t>(static_cast<int>(chance.below(3)) - 1)});
    EntityId other;
    view.within(self.position, 4, [&](const View::Seen& seen) {
      view.at(seen.position, [&](const View::Seen& there) { other = there.id; });
    });
    propose.to(other, Push{});
    propose.to(chance.chance(1, 50) ? EntityId{} : self.id, Push{});
    propose.around(self.position, 1, Scent{});
    propose.to(self.position, Rain{});
    propose.to_world(Told{});
    propose.self(Alarm{view.tick() + 1 + chance.below(5)});
  }
  void decide(const View&, const Self<Ant>&, const Go& go, Proposals& propose) const {
    propose.self(Pace{go.x});
  }
  void decide(const View&, const Self<Ant>&, const Wake& wake, Proposals& propose) const {
    propose.self(Alarm{wake.at});
  }
  void decide(const View&, const Self<Ant>&, const Breed& breed, Proposals& propose) const {
    propose.self(Hatch{breed.count, breed.at});
  }
  void decide(const View&, const Self<Ant>&, const PushAt& push, Proposals& propose) const {
    propose.to(push.at, Rain{});
  }
  void decide(const View&, const Self<Ant>&, const PushId& push, Proposals& propose) const {
    propose.to(push.id, Push{});
  }
  void apply(Change<Ant>& self, const Pace& pace) const {
    const Position to{self.position().x + pace.x, self.position().y};
    if (self.is_free(to)) self.move_to(to);
    ++self->steps;
    self.answer(Went{self.position()});
    self.tell(Went{to});
  }
  void apply(Change<Ant>& self, const Push&) const { ++self->pushed; }
  void apply(Change<Ant>& self, const Returned<Push>&) const { ++self->pushed; }
  void apply(Change<Ant>& self, const Rain&) const { ++self->pushed; }
  void apply(Change<Stone>& self, const Rain&) const { ++self->pushed; }
  void apply(Change<Ant>& self, const Awoke&) const {
    ++self->woken;
    self->last = self.tick();
  }
  void apply(Change<Ant>& self, const Alarm& alarm) const { self.wake_at(alarm.at); }
  void apply(Change<Ant>& self, const Hatch& hatch) const {
    for (std::uint32_t i = 0; i < hatch.count; ++i) self.make(Ant{}, hatch.at);
    self.make(Stone{}, hatch.at);
  }
  void apply(GroundChange& ground, const Scent&) const { ground->scent = (ground->scent + 1) % 3; }
  void apply(WorldChange& world, const Told&) const { ++world->reports; }
  void apply(WorldChange& world, const Returned<Push>&) const { ++world->reports; }
};
using BusyGame = AntGame<true>;
using QuietGame = AntGame<false>;

template <class Game>
World<Game> make_ants(std::uint32_t size, std::uint32_t radius) {
  WorldConfig config;
  config.view_radius = radius;
  config.leave_radius = radius;
  return World<Game>(config, Map(size, size, 1, 0));
}

TEST(AWarmTick, AllocatesNothing) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizer has a heap of its own";
  auto world = make_ants<BusyGame>(200, 6);
  GameInputs inputs;
  Random random(5);
  for (std::uint64_t character = 1; character <= 1000; ++character)
    inputs.enter(character, Where{{static_cast<std::int32_t>(random.below(200)),
                                   static_cast<std::int32_t>(random.below(200))}});
  world.tick(inputs.list());
  inputs.clear();
  std::array<GameInputs, 4> commands;
  for (GameInputs& list : commands)
    for (std::uint64_t character = 1; character <= 1000; ++character)
      list.send(character, Go{static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1)});
  for (std::size_t tick = 0; tick < 400; ++tick) world.tick(commands[tick % 4].list());
  ASSERT_EQ(world.broken(), "");

  std::uint32_t steps = 0;
  std::uint32_t pushed = 0;
  const auto count = [&] {
    steps = pushed = 0;
    for (std::uint64_t character = 1; character <= 1000; ++character) {
      const Ant* ant = world.find<Ant>(world.entity_of(CharacterId{character}));
      steps += ant->steps;
      pushed += ant->pushed;
    }
  };
  count();
  const std::uint32_t steps_before = steps;
  const std::uint32_t pushed_before = pushed;
  const std::uint64_t before = allocations();
  for (std::size_t tick = 0; tick < 50; ++tick) world.tick(commands[tick % 4].list());
  EXPECT_EQ(allocations() - before, 0u);
  count();
  EXPECT_EQ(steps - steps_before, 100'000u);
  EXPECT_GT(pushed - pushed_before, 100'000u);
}

/// The world of a player that sleeps after its arrival.
class RestTest : public testing::Test {
 protected:
  struct Stay {
    static constexpr auto table = effect("Stay", "", WhenGone::drop);
  };
  struct StayParts : Parts {
    using Entities = wire::Types<Stone>;
    using Commands = wire::Types<Go>;
    using Effects = wire::Types<Stay>;
  };
  class StayGame : public Rules<StayParts> {
   public:
    void enter(WorldChange& world, CharacterId character, const NoEntry&) const {
      world.place(character, Stone{}, {1, 5});
    }
    void decide(const View&, const Self<Stone>&, const Go&, Proposals& propose) const {
      propose.self(Stay{});
    }
    void apply(Change<Stone>& self, const Stay&) const {
      self.answer(Went{self.position()});
      self.move_to({self.position().x + 1, 5});
    }
  };
};

TEST_F(RestTest, AWorldAtRestHasNothingForItsClients) {
  WorldConfig config;  // the player watches the whole map, so its watch never changes
  config.view_radius = 40;
  config.leave_radius = 40;
  World<StayGame> world(config, Map(30, 30, 1, 0));
  GameInputs inputs;
  inputs.enter(1, NoEntry{});
  world.tick(inputs.list());
  for (int i = 0; i < 5; ++i) world.tick({});
  inputs.clear();
  inputs.send(1, Go{1});
  for (int round = 0; round < 4; ++round) {
    const std::uint64_t before = world.hash();
    WorldOutput taken;
    taken.clear();
    EXPECT_FALSE(world.tick(inputs.list()).answers.empty());
    world.swap_output(taken);
    EXPECT_FALSE(taken.updates.empty());
    EXPECT_TRUE(world.tick({}).empty()) << "after a tick whose output was taken";
    world.swap_output(taken);  // what the world gets is used, and is not for the clients
    EXPECT_TRUE(world.tick({}).empty());
    EXPECT_TRUE(world.tick({}).updates.empty());
    EXPECT_NE(world.hash(), before);
    const CellIndex cell{0};
    world.request({&cell, 1}, {});
    EXPECT_EQ(world.tick({}).states.size(), 1u) << "a request wakes a world at rest";
    EXPECT_TRUE(world.tick({}).states.empty());
    EXPECT_EQ(world.position_of(world.entity_of(CharacterId{1})).x, 2 + round);
  }
  EXPECT_EQ(world.tick_number(), 6u + 4 * 6);
}

/// Rules with a table of their own, as those of most games.
class GameWithATable : public QuietGame {
 public:
  std::vector<std::uint64_t> prices = std::vector<std::uint64_t>(10'000, 7);
};

TEST(AWarmTick, DoesNotCopyTheRules) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizer has a heap of its own";
  World<GameWithATable> world(WorldConfig{}, Map(50, 50, 1, 0));
  world.tick({});
  const std::uint64_t before = allocations();
  world.tick({});
  EXPECT_EQ(allocations() - before, 0u);
}

// ---- Sleep

class SleepTest : public testing::Test {
 protected:
  // One player at 10, 10, and a thousand ants far away that nobody watches.
  SleepTest() : world_(make_ants<QuietGame>(400, 8)) {
    inputs_.enter(1, Where{{10, 10}});
    tick();
    inputs_.send(1, Breed{1000, {300, 300}});
    inputs_.send(1, Breed{1, {200, 300}});
    tick();
    world_.core().registry.for_each([&](std::uint32_t slot) {
      const Row& row = world_.core().registry.row(slot);
      if (row.position == Position{200, 300} && row.kind == index_in<Ant, AntParts::Entities>)
        lonely_ = row.id;
    });
    EXPECT_TRUE(lonely_);
    for (int i = 0; i < 3; ++i) tick();
    woken_before_ = lonely().woken;
  }
  void tick(std::uint32_t length = 1) {
    world_.tick(inputs_.list(), length);
    inputs_.clear();
    EXPECT_EQ(world_.broken(), "");
  }
  const Ant& lonely() const { return *world_.find<Ant>(lonely_); }
  /// Returns how often the lonely ant has woken since its first tick.
  std::uint32_t woken() const { return lonely().woken - woken_before_; }
  std::uint32_t woken_of_all() const {
    std::uint32_t sum = 0;
    world_.core().registry.for_each([&](std::uint32_t slot) {
      if (const Ant* ant = world_.find<Ant>(world_.core().registry.row(slot).id)) sum += ant->woken;
    });
    return sum;
  }

  World<QuietGame> world_;
  GameInputs inputs_;
  EntityId lonely_;
  std::uint32_t woken_before_ = 0;
};

TEST_F(SleepTest, ANewEntityActsOnceWhereNobodyWatches) { EXPECT_EQ(woken_before_, 1u); }

TEST_F(SleepTest, WhatNobodyWatchesDoesNothing) {
  EXPECT_EQ(world_.active_count(), 1u) << "the player's own ant watches itself";
  inputs_.leave(1);
  tick();
  tick();
  tick();
  const std::uint32_t woken = woken_of_all();
  for (int i = 0; i < 20; ++i) {
    tick();
    EXPECT_EQ(world_.active_count(), 0u);
  }
  EXPECT_EQ(woken_of_all(), woken);
}

TEST_F(SleepTest, AnEffectWakesItsAddresseeForATick) {
  inputs_.send(1, PushId{lonely_});
  tick();
  EXPECT_EQ(woken(), 0u);
  EXPECT_EQ(world_.active_count(), 1u);
  tick();
  EXPECT_EQ(woken(), 1u) << "it has acted by itself, too";
  EXPECT_EQ(lonely().pushed, 1u);
  EXPECT_EQ(world_.active_count(), 2u);
  tick();
  EXPECT_EQ(woken(), 1u);
  EXPECT_EQ(world_.active_count(), 1u);
}

TEST_F(SleepTest, AnEffectOnACellWakesAllThatStandThere) {
  inputs_.send(1, PushAt{{201, 301}});
  tick();
  tick();
  EXPECT_EQ(woken(), 1u);
  EXPECT_EQ(world_.active_count(), 3u) << "the ant, the stone beside it and the player's";
  tick();
  EXPECT_EQ(world_.active_count(), 1u);
}

TEST_F(SleepTest, AWatcherWakesWhatStandsInItsCells) {
  EXPECT_EQ(woken(), 0u);
  inputs_.enter(2, Where{{205, 305}});
  tick();
  tick();
  tick();
  const std::uint32_t woken = lonely().woken;
  EXPECT_GE(woken, 1u);
  tick();
  EXPECT_EQ(lonely().woken, woken + 1) << "in each tick";
  EXPECT_EQ(world_.active_count(), 3u) << "both players' ants, and one of the others; stones do not act";
  inputs_.leave(2);
  tick();
  tick();
  tick();
  const std::uint32_t after = lonely().woken;
  tick();
  EXPECT_EQ(lonely().woken, after);
  EXPECT_EQ(world_.active_count(), 1u);
}

TEST_F(SleepTest, AnEntityWakesAtTheTickThatItNamed) {
  inputs_.enter(2, Where{{100, 100}});
  tick();
  const EntityId id = world_.entity_of(CharacterId{2});
  const auto start = [&] { return world_.tick_number(); };
  inputs_.send(2, Wake{start() + 10});
  tick();
  inputs_.send(2, Wake{start() + 4});  // replaces the one before
  tick();
  // The player's own ant is watched, so only the state shows when the alarm rings.
  const auto wake_at = [&] { return world_.core().registry.row(world_.core().registry.find(id)).wake_at; };
  const std::uint64_t alarm = wake_at();
  ASSERT_EQ(alarm, start() + 3);
  while (world_.tick_number() + 1 < alarm) {
    tick();
    EXPECT_EQ(wake_at(), alarm);
  }
  tick();
  EXPECT_EQ(wake_at(), 0u);
  for (int i = 0; i < 10; ++i) tick();
  EXPECT_EQ(wake_at(), 0u);
}

}  // namespace

// ---- Sleepers with an alarm

namespace {

struct Owl {
  std::uint32_t woken = 0;
  std::uint64_t last = 0;
  static constexpr auto table =
      attributes("Owl", "", hidden("woken", &Owl::woken, ""), hidden("last", &Owl::last, ""));
};
struct NestOwl {
  EntityId owl;
  static constexpr auto table = attributes("NestOwl", "", hidden("owl", &NestOwl::owl, ""));
};
struct SetAlarm {
  std::uint64_t at = 0;
  static constexpr auto table = effect("SetAlarm", "", WhenGone::drop, wire::field("at", &SetAlarm::at, ""));
};
struct HootNow {
  static constexpr auto table = effect("HootNow", "", WhenGone::drop);
};
struct DieNow {
  static constexpr auto table = effect("DieNow", "", WhenGone::drop);
};
/// Alarms that the world sends to the owl: the ticks of a whole test, as a character's entry.
struct Alarms {
  std::array<std::uint64_t, 3> at{};
  bool is_death = false;
  static constexpr auto table = wire::record("Alarms", "", wire::field("at", &Alarms::at, ""),
                                             wire::field("is_death", &Alarms::is_death, ""));
};
struct OwlParts : Parts {
  using Entities = wire::Types<Owl>;
  using Effects = wire::Types<HootNow, SetAlarm, DieNow>;
  using WorldState = NestOwl;
  using Entry = Alarms;
};
class OwlGame : public Rules<OwlParts> {
 public:
  void enter(WorldChange& world, CharacterId, const Alarms& alarms) const {
    if (!world->owl) world->owl = world.make(Owl{}, {5, 5});
    for (const std::uint64_t at : alarms.at)
      if (at) world.send(world->owl, SetAlarm{at});
    if (alarms.is_death) world.send(world->owl, DieNow{});
  }
  void decide(const View&, const Self<Owl>&, Clock, Proposals& propose) const { propose.self(HootNow{}); }
  void apply(Change<Owl>& self, const HootNow&) const {
    ++self->woken;
    self->last = self.tick();
  }
  void apply(Change<Owl>& self, const SetAlarm& alarm) const { self.wake_at(alarm.at); }
  void apply(Change<Owl>& self, const DieNow&) const { self.leave(); }
};

class AlarmTest : public testing::Test {
 protected:
  AlarmTest() : world_(WorldConfig{}, Map(20, 20, 1, 0)) {}
  void set(std::array<std::uint64_t, 3> at, bool is_death = false) {
    GameInputs inputs;
    inputs.enter(1, Alarms{at, is_death});
    world_.tick(inputs.list());
  }
  const Owl* owl() const { return world_.find<Owl>(world_.core().world.owl); }

  World<OwlGame> world_;
};

TEST_F(AlarmTest, RingsOnceAtItsTick) {
  set({10});
  world_.tick({});  // the alarm arrives, and wakes the owl
  const std::uint32_t before = owl()->woken;
  EXPECT_EQ(before, 1u);
  while (world_.tick_number() < 9) {
    world_.tick({});
    EXPECT_EQ(world_.active_count(), 0u);
  }
  world_.tick({});
  EXPECT_EQ(world_.active_count(), 1u);
  EXPECT_EQ(owl()->last, 10u);
  for (int i = 0; i < 20; ++i) world_.tick({});
  EXPECT_EQ(owl()->woken, before + 1);
}

TEST_F(AlarmTest, IsReplacedByAnother) {
  set({10, 20, 15});
  for (int i = 0; i < 40; ++i) world_.tick({});
  EXPECT_EQ(owl()->last, 15u);
  EXPECT_EQ(owl()->woken, 2u);
  set({100});
  world_.tick({});
  set({60});  // an earlier one, when the later one has arrived
  for (int i = 0; i < 80; ++i) world_.tick({});
  EXPECT_EQ(owl()->last, 60u);
  EXPECT_EQ(owl()->woken, 5u);
}

TEST_F(AlarmTest, ThatIsSetAgainAndAgainTakesNoMoreMemory) {
  set({1'000'000});
  for (std::uint64_t i = 0; i < 100; ++i) set({2'000'000 + i, 1'000'000, 3'000'000 + i});
  const std::size_t before = world_.memory_bytes();
  for (std::uint64_t i = 0; i < 2000; ++i) set({2'000'000 + i, 1'000'000, 3'000'000 + i % 7});
  EXPECT_EQ(world_.memory_bytes(), before);
  const std::uint64_t alarm = world_.tick_number() + 5;
  set({alarm});
  for (int i = 0; i < 10; ++i) world_.tick({});
  EXPECT_EQ(owl()->last, alarm) << "the last one is kept";
}

TEST_F(AlarmTest, RingsLateIfATickIsLong) {
  set({10});
  world_.tick({});
  world_.tick({}, 30);
  EXPECT_EQ(owl()->last, 32u);
  EXPECT_EQ(owl()->woken, 2u);
}

TEST_F(AlarmTest, DiesWithItsEntity) {
  set({10});
  set({}, true);
  for (int i = 0; i < 20; ++i) {
    world_.tick({});
    if (i > 0) {
      EXPECT_EQ(world_.active_count(), 0u);
    }
  }
  EXPECT_FALSE(owl());
}

}  // namespace
}  // namespace madang::world::costs
