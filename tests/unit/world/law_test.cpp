// Rules that break the law, one class for each way, and the lines that name them.
#include "madang/world/law.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::world::law {
namespace {

struct Cart {
  std::uint64_t load = 0;
  static constexpr auto table = attributes("Cart", "", hidden("load", &Cart::load, ""));
};
struct Road {
  std::uint64_t dust = 0;
  bool operator==(const Road&) const = default;
  static constexpr auto table = attributes("Road", "", hidden("dust", &Road::dust, ""));
};
struct Town {
  std::uint64_t bells = 0;
  static constexpr auto table = attributes("Town", "", hidden("bells", &Town::bells, ""));
};
struct Poke {
  std::uint64_t number = 0;
  static constexpr auto table = wire::packet(2, "Poke", "", wire::field("number", &Poke::number, ""));
};
struct Heard {
  std::uint64_t number = 0;
  static constexpr auto table = wire::packet(130, "Heard", "", wire::field("number", &Heard::number, ""));
};
struct Bump {
  std::uint64_t number = 0;
  static constexpr auto table = effect("Bump", "", WhenGone::drop, wire::field("number", &Bump::number, ""));
};
struct Ring {
  std::uint64_t number = 0;
  static constexpr auto table = effect("Ring", "", WhenGone::drop, wire::field("number", &Ring::number, ""));
};
struct Dust {
  static constexpr auto table = effect("Dust", "", WhenGone::drop);
};

struct CartParts : Parts {
  using Entities = wire::Types<Cart>;
  using Commands = wire::Types<Poke>;
  using Effects = wire::Types<Bump, Ring, Dust>;
  using WorldState = Town;
  using Ground = Road;
};

class Culprit;
using CartRules = Rules<CartParts>;
using CartView = CartRules::View;
using CartSelf = CartRules::Self<Cart>;
using CartProposals = CartRules::Proposals;
using CartChange = CartRules::Change<Cart>;
using TownChange = CartRules::WorldChange;

/// Rules whose functions a test chooses. (So the test needs one world, which compiles in a minute less than
/// many.)
class Culprit : public CartRules {
 public:
  void (*enter_)(const Culprit&, TownChange&, CharacterId) = nullptr;
  void (*decide_)(const Culprit&, const CartView&, const CartSelf&, const Poke&, CartProposals&) = nullptr;
  void (*apply_)(const Culprit&, CartChange&, const Bump&) = nullptr;
  mutable std::uint64_t memory = 0;  ///< what no rule may have

  void enter(WorldChange& world, CharacterId character, const NoEntry&) const {
    enter_(*this, world, character);
  }
  void decide(const View& view, const Self<Cart>& self, const Poke& poke, Proposals& propose) const {
    decide_(*this, view, self, poke, propose);
  }
  void apply(Change<Cart>& self, const Bump& bump) const { apply_(*this, self, bump); }
  void apply(Change<Cart>& self, const Ring&) const { ++self->load; }
  void apply(GroundChange& ground, const Dust&) const { ++ground->dust; }
  void apply(WorldChange& world, const Ring& ring) const { world->bells += ring.number; }
};

#define MADANG_TEST_ENTERS                                                                    \
  static void enter([[maybe_unused]] const Culprit& game, [[maybe_unused]] TownChange& world, \
                    [[maybe_unused]] CharacterId character)
#define MADANG_TEST_DECIDES                                                                       \
  static void decide([[maybe_unused]] const Culprit& game, [[maybe_unused]] const CartView& view, \
                     [[maybe_unused]] const CartSelf& self, [[maybe_unused]] const Poke& poke,    \
                     [[maybe_unused]] CartProposals& propose)
#define MADANG_TEST_APPLIES                                                                  \
  static void apply([[maybe_unused]] const Culprit& game, [[maybe_unused]] CartChange& self, \
                    [[maybe_unused]] const Bump& bump)

/// Functions that keep the law. Those below change one of them each.
struct Lawful {
  MADANG_TEST_ENTERS {
    world.place(character, Cart{}, {static_cast<std::int32_t>(10 + character.value), 10});
  }
  MADANG_TEST_DECIDES {
    propose.self(Bump{poke.number});
    view.within(self.position, 5, [&](const CartView::Seen& seen) { propose.to(seen.id, Ring{}); });
  }
  MADANG_TEST_APPLIES { self->load += bump.number + self.chance().next(); }
};

template <class Functions>
Culprit culprit() {
  Culprit game;
  game.enter_ = Functions::enter;
  game.decide_ = Functions::decide;
  game.apply_ = Functions::apply;
  return game;
}

WorldConfig law_config(bool checks_law, Cut cut = {}) {
  WorldConfig config;
  config.checks_law = checks_law;
  config.cut = cut;
  return config;
}

/// Returns what is broken after some ticks in which two characters send commands.
template <class Game>
std::string broken_with(bool checks_law, std::uint64_t characters = 2, Cut cut = {}) {
  World<Culprit> world(law_config(checks_law, cut), Map(64, 64, 1, 0), culprit<Game>());
  GameInputs inputs;
  for (std::uint64_t character = 1; character <= characters; ++character) inputs.enter(character, NoEntry{});
  world.tick(inputs.list());
  for (int tick = 0; tick < 5 && world.broken().empty(); ++tick) {
    inputs.clear();
    for (std::uint64_t character = 1; character <= characters; ++character)
      inputs.send(character, Poke{character});
    const WorldOutput& output = world.tick(inputs.list());
    if (!world.broken().empty()) {
      EXPECT_TRUE(output.answers.empty() && output.bytes.bytes().empty()) << "nobody gets half a tick";
    }
  }
  return world.broken();
}

/// A rule that is always found.
template <class Game>
void expect_found(const std::string& line) {
  EXPECT_EQ(broken_with<Game>(false), line);
  EXPECT_EQ(broken_with<Game>(true), line);
}
/// A rule that is found if the law is checked.
template <class Game>
void expect_found_by_check(const std::string& line, std::uint64_t characters = 2) {
  EXPECT_EQ(broken_with<Game>(false, characters), "");
  EXPECT_EQ(broken_with<Game>(true, characters), line);
}

const std::string decides_on = "tick 2: Cart breaks the law when it decides on Poke: ";
const std::string applies = "tick 2: Cart breaks the law when it applies Bump: ";
const std::string changes = "it changes what it only may read";
const std::string decides_again =
    "it decides differently when it is asked again: it uses something else than the world, the tick and its "
    "chance";
const std::string applies_again =
    "it applies differently the second time: it uses something else than its entity, the effect, the tick "
    "and "
    "its chance";

TEST(Law, IsKept) {
  EXPECT_EQ(broken_with<Lawful>(false), "");
  EXPECT_EQ(broken_with<Lawful>(true), "");
}

// ---- Changes what it only may read

struct WritesToWhatItSees : Lawful {
  MADANG_TEST_DECIDES {
    view.within(self.position, 5, [&](const CartView::Seen& seen) {
      if (seen.id != self.id) const_cast<Cart*>(seen.as<Cart>())->load = 77;
    });
    propose.self(Bump{poke.number});
  }
};
struct WritesToWhatItFinds : Lawful {
  MADANG_TEST_DECIDES {
    const_cast<Cart*>(view.find(self.id)->as<Cart>())->load += poke.number;
    propose.self(Bump{});
  }
};
struct WritesToItself : Lawful {
  MADANG_TEST_DECIDES {
    const_cast<Cart&>(self.attributes).load += view.tick() + poke.number;
    propose.self(Bump{});
  }
};
struct WritesToTheWorld : Lawful {
  MADANG_TEST_DECIDES {
    const_cast<Town&>(view.world()).bells += poke.number;
    propose.to(self.id, Bump{});
  }
};
struct WritesToTheGround : Lawful {
  MADANG_TEST_DECIDES {
    // Not to a bare ground, which is a constant.
    if (view.ground(self.position).dust > 0)
      const_cast<Road&>(view.ground(self.position)).dust += poke.number;
    propose.to(self.position, Dust{});
  }
};

struct WritesOverABorder : WritesToWhatItSees {
  MADANG_TEST_ENTERS {
    world.place(character, Cart{}, {static_cast<std::int32_t>(30 + character.value), 10});
  }
};

TEST(Law, IsBrokenByARuleThatWritesWhileItDecides) {
  expect_found_by_check<WritesToWhatItSees>(decides_on + changes);
  expect_found_by_check<WritesToWhatItFinds>(decides_on + changes);
  expect_found_by_check<WritesToItself>(decides_on + changes);
  expect_found_by_check<WritesToTheWorld>(decides_on + changes);
  EXPECT_EQ(broken_with<WritesOverABorder>(true, 2, {2, 1}), decides_on + changes);
  expect_found_by_check<WritesToTheGround>("tick 4: Cart breaks the law when it decides on Poke: " + changes);
}

// ---- Keeps a state of its own

struct CountsInAStatic : Lawful {
  MADANG_TEST_DECIDES {
    static std::uint64_t count = 0;
    propose.to(self.id, Bump{++count + poke.number + view.tick()});
  }
};
struct TellsByAMember : Lawful {
  MADANG_TEST_DECIDES {
    propose.to(self.id, Bump{game.memory + view.tick()});
    game.memory = poke.number;
  }
};
struct CountsInAMember : Lawful {
  MADANG_TEST_DECIDES { propose.to(self.id, Bump{game.memory++ + view.tick() + poke.number}); }
};
struct AppliesWhatItRemembers : Lawful {
  MADANG_TEST_DECIDES {
    game.memory = poke.number + view.tick();
    propose.to(self.id, Bump{});
    propose.self(Bump{});
  }
  MADANG_TEST_APPLIES { self->load = game.memory; }
};
struct ChoosesTheKindByAStatic : Lawful {
  MADANG_TEST_DECIDES {
    static bool is_odd = false;
    is_odd = !is_odd;
    if (is_odd) return propose.to(self.id, Bump{poke.number});
    propose.to(self.id, Ring{poke.number + 0 * view.tick()});
  }
};
struct ChoosesTheTickByAStatic : Lawful {
  MADANG_TEST_DECIDES {
    static bool is_odd = false;
    is_odd = !is_odd;
    if (is_odd) return propose.to(self.id, Bump{poke.number});
    propose.self(Bump{poke.number + 0 * view.tick()});
  }
};

TEST(Law, IsBrokenByARuleThatKeepsAState) {
  expect_found_by_check<CountsInAStatic>(decides_on + decides_again);
  expect_found_by_check<TellsByAMember>(decides_on + decides_again);
  expect_found_by_check<CountsInAMember>(decides_on + decides_again);
  // With one decision a tick, only its past tells.
  expect_found_by_check<CountsInAMember>(
      "tick 3: Cart breaks the law when it decides on Poke: " + decides_again, 1);
  expect_found_by_check<AppliesWhatItRemembers>(applies + applies_again);
  expect_found_by_check<ChoosesTheKindByAStatic>(decides_on + decides_again);
  expect_found_by_check<ChoosesTheTickByAStatic>(decides_on + decides_again);
}

struct AppliesAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::uint64_t count = 0;
    self->load = ++count + bump.number;
  }
};
struct AnswersWithAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::uint64_t count = 0;
    self.answer(Heard{++count + bump.number});
  }
};
struct SendsWithAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::uint64_t count = 0;
    self.send(self.id(), Ring{++count + bump.number});
  }
};
struct MovesByAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::int32_t count = 0;
    self.move_to({++count, static_cast<std::int32_t>(bump.number)});
  }
};
struct WakesByAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::uint64_t count = 0;
    self.wake_at(self.tick() + ++count + bump.number);
  }
};
struct LeavesByAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::uint64_t count = 0;
    if (++count % 2 == 0 && bump.number > 0) self.leave();
  }
};
struct MakesByAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::uint64_t count = 0;
    self.make(Cart{++count + bump.number}, self.position());
  }
};
struct TellsByAStatic : Lawful {
  MADANG_TEST_APPLIES {
    static std::uint64_t count = 0;
    if (++count % 2 == 0) return self.tell(Heard{bump.number});
    self.answer(Heard{bump.number});
  }
};

TEST(Law, IsBrokenByARuleThatAppliesAState) {
  expect_found_by_check<AppliesAStatic>(applies + applies_again);
  expect_found_by_check<AnswersWithAStatic>(applies + applies_again);
  expect_found_by_check<SendsWithAStatic>(applies + applies_again);
  expect_found_by_check<MovesByAStatic>(applies + applies_again);
  expect_found_by_check<WakesByAStatic>(applies + applies_again);
  expect_found_by_check<LeavesByAStatic>(applies + applies_again);
  expect_found_by_check<MakesByAStatic>(applies + applies_again);
  expect_found_by_check<TellsByAStatic>(applies + applies_again);
}

struct RefusesByAStatic : Lawful {
  MADANG_TEST_ENTERS {
    static std::uint64_t count = 0;
    if (++count % 2 == 0) world.refuse(character, CloseReason::kicked);
  }
};
struct AnswersOthersByAStatic : Lawful {
  MADANG_TEST_ENTERS {
    static std::uint64_t count = 0;
    world.answer(CharacterId{++count}, Heard{});
  }
};
struct PlacesOthersByAStatic : Lawful {
  MADANG_TEST_ENTERS {
    static std::uint64_t count = 0;
    world.place(CharacterId{++count}, Cart{}, {0, 0});
  }
};

TEST(Law, IsBrokenByADoorThatKeepsAState) {
  const std::string line = "tick 1: the world breaks the law when it lets enter NoEntry: " + applies_again;
  expect_found_by_check<RefusesByAStatic>(line);
  expect_found_by_check<AnswersOthersByAStatic>(line);
  expect_found_by_check<PlacesOthersByAStatic>(line);
}

// ---- Uses a clock, or another source of chance

struct AsksTheClock : Lawful {
  MADANG_TEST_DECIDES {
    using Time = std::chrono::steady_clock;
    const auto before = Time::now();
    while (Time::now() == before) continue;  // some systems count in large steps
    const auto now = static_cast<std::uint64_t>(Time::now().time_since_epoch().count());
    propose.to(self.id, Bump{now + poke.number + view.tick()});
  }
};
struct UsesRand : Lawful {
  MADANG_TEST_DECIDES {
    std::uint64_t number = poke.number + view.tick();
    for (int i = 0; i < 4; ++i) number = number << 16 ^ static_cast<std::uint64_t>(std::rand());
    propose.to(self.id, Bump{number});
  }
};
struct UsesAnAddress : Lawful {
  MADANG_TEST_APPLIES { self->load = reinterpret_cast<std::uintptr_t>(&self.attributes()) + bump.number; }
};

TEST(Law, IsBrokenByARuleThatUsesAClockOrForeignChance) {
  expect_found_by_check<AsksTheClock>(decides_on + decides_again);
  expect_found_by_check<UsesRand>(decides_on + decides_again);
  expect_found_by_check<UsesAnAddress>(applies + applies_again);
}

// ---- Looks further than its sight

struct LooksTooFar : Lawful {
  MADANG_TEST_DECIDES {
    if (view.is_free({self.position.x + 11, self.position.y})) propose.to(self.id, Bump{poke.number});
  }
};

TEST(Law, IsBrokenByARuleThatLooksTooFar) {
  expect_found_by_check<LooksTooFar>(decides_on +
                                     "it stands at 11, 10 and looks at 22, 10, but its sight is 10");
}

// ---- Runs without end

const std::string no_end = "it runs without end: more than 100,000 questions and effects";
const std::string too_many = "it makes more than 10,000 effects and entities in a tick";

struct AsksForEver : Lawful {
  MADANG_TEST_DECIDES {
    while (view.is_free(self.position)) continue;
    propose.self(Bump{poke.number});
  }
};
struct FindsForEver : Lawful {
  MADANG_TEST_DECIDES {
    while (view.find(self.id)) continue;
    propose.self(Bump{poke.number});
  }
};
struct AsksEachForEver : Lawful {
  MADANG_TEST_DECIDES {
    for (bool goes_on = true; goes_on;)
      view.at(self.position, [&](const CartView::Seen&) { goes_on = poke.number < 100; });
    propose.self(Bump{});
  }
};
struct AnswersForEver : Lawful {
  MADANG_TEST_APPLIES {
    while (bump.number < 100) self.answer(Heard{});
  }
};
struct TellsForEver : Lawful {
  MADANG_TEST_APPLIES {
    while (bump.number < 100) self.tell(Heard{});
  }
};
struct SearchesForEver : Lawful {
  MADANG_TEST_APPLIES {
    while (self.is_free(self.position()) && bump.number < 100) continue;
  }
};
struct ProposesForEver : Lawful {
  MADANG_TEST_DECIDES {
    while (view.tick() < 100) propose.to(self.id, Bump{poke.number});
  }
};
struct SendsAllOverTheMap : Lawful {
  MADANG_TEST_DECIDES {
    for (std::uint32_t radius = 0; view.tick() < 100; ++radius) propose.around(self.position, radius, Dust{});
    propose.self(Bump{poke.number});
  }
};
struct MakesForEver : Lawful {
  MADANG_TEST_APPLIES {
    while (bump.number < 100) self.make(Cart{}, self.position());
  }
};
struct SearchesAtTheDoor : Lawful {
  MADANG_TEST_ENTERS {
    Position place;
    while (world.is_free(place)) place = {static_cast<std::int32_t>(world.chance().below(world.width())), 0};
  }
};

TEST(Law, IsBrokenByARuleThatRunsWithoutEnd) {
  expect_found<AsksForEver>(decides_on + no_end);
  expect_found<FindsForEver>(decides_on + no_end);
  expect_found<AsksEachForEver>(decides_on + no_end);
  expect_found<AnswersForEver>(applies + no_end);
  expect_found<TellsForEver>(applies + no_end);
  expect_found<SearchesForEver>(applies + no_end);
  expect_found<SearchesAtTheDoor>("tick 1: the world breaks the law when it lets enter NoEntry: " + no_end);
}

TEST(Law, IsBrokenByARuleThatMakesTooMuch) {
  expect_found<ProposesForEver>(decides_on + too_many);
  expect_found<SendsAllOverTheMap>(decides_on + too_many);
  expect_found<MakesForEver>(applies + too_many);
}

struct AsksMuch : Lawful {
  MADANG_TEST_DECIDES {
    for (int i = 0; i < 90'000; ++i) view.is_free(self.position);
    propose.self(Bump{poke.number});
  }
  MADANG_TEST_APPLIES {
    for (int i = 0; i < 90'000; ++i) self->load += self.is_free(self.position()) ? 1 : 0;
  }
};

TEST(Law, AllowsAsMuchIfItIsChecked) {
  EXPECT_EQ(broken_with<AsksMuch>(false), "");
  EXPECT_EQ(broken_with<AsksMuch>(true), "");
}

// ---- Throws, leaves the map, wakes in the past

struct ThrowsWhileItDecides : Lawful {
  MADANG_TEST_DECIDES {
    propose.self(Bump{poke.number});
    if (view.tick() == 2 && self->load == 0) throw std::runtime_error("no more ideas");
  }
};
struct ThrowsWhileItApplies : Lawful {
  MADANG_TEST_APPLIES {
    self->load = bump.number;
    throw std::out_of_range("too far");
  }
};
struct ThrowsANumber : Lawful {
  MADANG_TEST_APPLIES { throw static_cast<int>(self->load + bump.number); }
};
struct ThrowsAtTheDoor : Lawful {
  MADANG_TEST_ENTERS { throw std::runtime_error("no key"); }
};
struct MovesOutside : Lawful {
  MADANG_TEST_APPLIES { self.move_to({64, static_cast<std::int32_t>(bump.number)}); }
};
struct MovesAbove : Lawful {
  MADANG_TEST_APPLIES { self.move_to({static_cast<std::int32_t>(bump.number), -1}); }
};
struct MakesOutside : Lawful {
  MADANG_TEST_APPLIES { self.make(Cart{bump.number}, {0, 64}); }
};
struct PlacesOutside : Lawful {
  MADANG_TEST_ENTERS { world.place(character, Cart{}, {-1, 0}); }
};
struct PlacesNobody : Lawful {
  MADANG_TEST_ENTERS { world.place(CharacterId{}, Cart{}, {0, 0}); }
};
struct WakesInThePast : Lawful {
  MADANG_TEST_APPLIES { self.wake_at(self.tick() - bump.number); }
};
struct WakesNow : Lawful {
  MADANG_TEST_APPLIES { self.wake_at(self.tick() + 0 * bump.number); }
};

TEST(Law, IsBrokenByARuleThatThrows) {
  expect_found<ThrowsWhileItDecides>(decides_on + "it throws: no more ideas");
  expect_found<ThrowsWhileItApplies>(applies + "it throws: too far");
  expect_found<ThrowsANumber>(applies + "it throws: something that is no std::exception");
  expect_found<ThrowsAtTheDoor>(
      "tick 1: the world breaks the law when it lets enter NoEntry: it throws: no key");
}

TEST(Law, IsBrokenByARuleThatLeavesTheMap) {
  // The order of the two characters is that of the scatter.
  EXPECT_NE(broken_with<MovesOutside>(false).find(applies + "the position 64, "), std::string::npos);
  EXPECT_NE(broken_with<MovesAbove>(false).find(", -1 is not on the map"), std::string::npos);
  expect_found<MakesOutside>(applies + "the position 0, 64 is not on the map");
  const std::string door = "tick 1: the world breaks the law when it lets enter NoEntry: ";
  expect_found<PlacesOutside>(door + "the position -1, 0 is not on the map");
  expect_found<PlacesNobody>(door + "it places an entity without a character: make() is for these");
}

TEST(Law, IsBrokenByARuleThatWakesInThePast) {
  expect_found<WakesInThePast>(applies + "it wants to wake at a tick that is not in the future");
  expect_found<WakesNow>(applies + "it wants to wake at a tick that is not in the future");
}

// ---- A broken world

TEST(ABrokenWorld, MakesNoMoreTicksAndOthersGoOn) {
  World<Culprit> other(law_config(true), Map(64, 64, 1, 0), culprit<Lawful>());
  World<Culprit> world(law_config(false), Map(64, 64, 1, 0), culprit<ThrowsWhileItApplies>());
  World<Culprit> same_rules(law_config(false), Map(64, 64, 1, 0), culprit<ThrowsWhileItApplies>());
  GameInputs inputs;
  inputs.enter(1, NoEntry{});
  world.tick(inputs.list());
  other.tick(inputs.list());
  same_rules.tick(inputs.list());
  inputs.clear();
  inputs.send(1, Poke{5});
  const WorldOutput& output = world.tick(inputs.list());
  EXPECT_NE(world.broken(), "");
  EXPECT_TRUE(output.entered.empty());
  EXPECT_DEATH(world.tick({}), "a tick of a broken world");
  other.tick(inputs.list());
  for (int i = 0; i < 10; ++i) {
    other.tick({});
    same_rules.tick({});
  }
  EXPECT_EQ(other.broken(), "");
  EXPECT_EQ(same_rules.broken(), "");
  EXPECT_EQ(other.tick_number(), 12u);
  EXPECT_GT(other.find<Cart>(other.entity_of(CharacterId{1}))->load, 0u);
}

TEST(AWorld, TakesNoTickWithoutLength) {
  World<Culprit> world(law_config(false), Map(64, 64, 1, 0), culprit<Lawful>());
  EXPECT_DEATH(world.tick({}, 0), "without length");
}

}  // namespace
}  // namespace madang::world::law
