// RandomGame: a game without sense that uses everything that the engine offers. Chance decides what its
// entities do, and all that they see goes into what they do. So each fault of order, chance or sight changes
// the state.
//
// Gold is neither made nor lost, except that a character brings some. So effects that are lost or doubled
// show.
#pragma once

#include <vector>

#include "madang/wire/codec.h"
#include "madang/world/world.h"

namespace madang::world::random_game {

// ---- What stands on the map

struct Walker {
  std::uint32_t gold = 0;
  std::uint64_t mark = 0;  // of all that it has met, in order
  bool is_still = false;
  ShortText<6> name;
  std::array<std::uint16_t, 2> counts{};
  static constexpr auto table =
      attributes("Walker", "", kept(own("gold", &Walker::gold, "")), shown("mark", &Walker::mark, ""),
                 hidden("is_still", &Walker::is_still, "it does nothing by itself"),
                 kept(shown("name", &Walker::name, "")), kept(hidden("counts", &Walker::counts, "")));
};
struct Chest {
  std::uint32_t gold = 0;
  std::uint64_t mark = 0;
  static constexpr auto table =
      attributes("Chest", "", shown("gold", &Chest::gold, ""), hidden("mark", &Chest::mark, ""));
};
struct Spark {
  std::uint8_t life = 5;
  std::uint64_t mark = 0;
  static constexpr auto table =
      attributes("Spark", "", shown("life", &Spark::life, ""), hidden("mark", &Spark::mark, ""));
};
struct Floor {
  std::uint32_t gold = 0;
  std::uint64_t mark = 0;
  bool operator==(const Floor&) const = default;
  static constexpr auto table =
      attributes("Floor", "", hidden("gold", &Floor::gold, ""), hidden("mark", &Floor::mark, ""));
};
struct Bank {
  std::uint32_t gold = 0;
  std::uint32_t brought = 0;  // by all characters so far
  std::uint64_t mark = 0;
  bool is_quiet = false;  // nothing is done any more
  static constexpr auto table =
      attributes("Bank", "", hidden("gold", &Bank::gold, ""), hidden("brought", &Bank::brought, ""),
                 hidden("mark", &Bank::mark, ""), hidden("is_quiet", &Bank::is_quiet, ""));
};

// ---- Packets

struct Purse {
  std::uint32_t gold = 0;
  bool is_still = false;
  ShortText<6> name;
  static constexpr auto table =
      wire::record("Purse", "", wire::field("gold", &Purse::gold, ""),
                   wire::field("is_still", &Purse::is_still, ""), wire::field("name", &Purse::name, ""));
};
struct Act {
  std::uint8_t times = 0;
  EntityId target;
  Position place;
  static constexpr auto table =
      wire::packet(2, "Act", "", wire::field("times", &Act::times, ""),
                   wire::field("target", &Act::target, ""), wire::field("place", &Act::place, ""));
};
struct Hush {
  static constexpr auto table = wire::packet(3, "Hush", "");
};
struct Note {
  std::uint64_t number = 0;
  std::string_view text;
  static constexpr auto table = wire::packet(130, "Note", "", wire::field("number", &Note::number, ""),
                                             wire::field("text", &Note::text, ""));
};

// ---- Effects

struct Walk {
  std::int8_t x = 0;
  std::int8_t y = 0;
  static constexpr auto table =
      effect("Walk", "", WhenGone::drop, wire::field("x", &Walk::x, ""), wire::field("y", &Walk::y, ""));
};
struct Mix {
  std::uint64_t number = 0;
  static constexpr auto table = effect("Mix", "", WhenGone::drop, wire::field("number", &Mix::number, ""));
};
struct Gold {
  std::uint32_t amount = 0;
  static constexpr auto table =
      effect("Gold", "", WhenGone::give_back, wire::field("amount", &Gold::amount, ""));
};
struct Pay {
  std::uint32_t amount = 0;
  EntityId to;
  static constexpr auto table = effect("Pay", "", WhenGone::drop, wire::field("amount", &Pay::amount, ""),
                                       wire::field("to", &Pay::to, ""));
};
struct PayPlace {
  std::uint32_t amount = 0;
  Position to;
  static constexpr auto table =
      effect("PayPlace", "", WhenGone::drop, wire::field("amount", &PayPlace::amount, ""),
             wire::field("to", &PayPlace::to, ""));
};
struct Paint {
  std::uint64_t number = 0;
  static constexpr auto table =
      effect("Paint", "", WhenGone::drop, wire::field("number", &Paint::number, ""));
};
struct Spawn {
  bool is_chest = false;
  static constexpr auto table =
      effect("Spawn", "", WhenGone::drop, wire::field("is_chest", &Spawn::is_chest, ""));
};
struct Nap {
  std::uint16_t ticks = 1;
  static constexpr auto table = effect("Nap", "", WhenGone::drop, wire::field("ticks", &Nap::ticks, ""));
};
struct Vanish {
  static constexpr auto table = effect("Vanish", "", WhenGone::drop);
};
struct BeQuiet {
  static constexpr auto table = effect("BeQuiet", "", WhenGone::drop);
};

/// What the operator does.
struct Decree {
  std::uint32_t number = 0;
  static constexpr auto table = wire::record("Decree", "", wire::field("number", &Decree::number, ""));
};

struct RandomParts : Parts {
  using Entities = wire::Types<Walker, Chest, Spark>;
  using Commands = wire::Types<Act, Hush>;
  using Effects = wire::Types<Walk, Mix, Gold, Pay, PayPlace, Paint, Spawn, Nap, Vanish, BeQuiet>;
  using WorldState = Bank;
  using OperatorActions = wire::Types<Decree>;
  using Ground = Floor;
  using Entry = Purse;
};

class RandomGame : public Rules<RandomParts> {
 public:
  static constexpr std::uint32_t sight = 9;

  // ---- Deciding

  void enter(WorldChange& world, CharacterId character, const Purse& purse) const {
    if (!purse.is_still && world.chance().chance(1, 30)) return world.refuse(character, CloseReason::kicked);
    Random& chance = world.chance();
    const Position place{static_cast<std::int32_t>(chance.below(world.width())),
                         static_cast<std::int32_t>(chance.below(world.height()))};
    Walker walker;
    walker.is_still = purse.is_still;
    walker.name = purse.name;
    const EntityId id = world.place(character, walker, place);
    if (purse.gold == 0) return;
    world->brought += purse.gold;
    world.send(id, Gold{purse.gold});
    world->mark = scatter(world->mark ^ character.value);
  }
  void come_back(WorldChange& world, CharacterId character, const Purse& purse,
                 const Kept<Walker>& kept) const {
    Walker walker = kept.attributes;
    walker.mark = purse.gold;
    walker.gold = 0;  // it comes as an effect, so that it is not lost if there is no place for the walker
    const EntityId id = world.place(character, walker,
                                    world.is_free(kept.position) ? kept.position : world.any_free_position());
    world->brought += kept.attributes.gold;
    world.send(id, Gold{kept.attributes.gold});
  }
  void operate(WorldChange& world, const Decree& decree) const {
    world->mark = scatter(world->mark + decree.number);
    Random& chance = world.chance();
    const Position place{static_cast<std::int32_t>(chance.below(world.width())),
                         static_cast<std::int32_t>(chance.below(world.height()))};
    world.make(Chest{0, world->mark}, place);
    if (chance.chance(1, 2)) world.tell_all(Note{world->mark, "a decree"});
  }
  template <class E>
  void decide(const View& view, const Self<E>& self, Clock clock, Proposals& propose) const {
    if constexpr (std::same_as<E, Walker>)
      if (self->is_still) return;
    if (view.world().is_quiet) return;
    const auto times = self.chance().below(3);
    for (std::uint32_t i = 0; i < times; ++i) act(view, self, {}, self.position, propose);
    propose.self(Mix{clock.tick * 8 + clock.length});
    if constexpr (std::same_as<E, Spark>)
      propose.self(Nap{static_cast<std::uint16_t>(1 + self.chance().below(4))});
  }
  void decide(const View& view, const Self<Walker>& self, const Act& what, Proposals& propose) const {
    if (view.world().is_quiet) return;
    for (std::uint32_t i = 0; i < what.times % 4u; ++i) act(view, self, what.target, what.place, propose);
  }
  void decide(const View&, const Self<Walker>&, const Hush&, Proposals& propose) const {
    propose.to_world(BeQuiet{});
  }

  // ---- Entities

  template <class E>
  void apply(Change<E>& self, const Walk& walk) const {
    const Position to{self.position().x + walk.x, self.position().y + walk.y};
    if (self.is_free(to)) self.move_to(to);
    if (self.chance().chance(1, 12)) self.move_to(self.any_free_position());
  }
  template <class E>
  void apply(Change<E>& self, const Mix& mix) const {
    self->mark = scatter(self->mark * 3 + mix.number) ^ self.from().low;
    Random& chance = self.chance();
    if (chance.chance(1, 20)) self.send(self.from(), Mix{self->mark});
    if (chance.chance(1, 4)) self.answer(Note{self->mark, "a mix"});
    if (chance.chance(1, 6)) self.tell(Note{mix.number, "all hear"});
    if constexpr (std::same_as<E, Walker>) ++self->counts[mix.number % 2];
  }
  template <class E>
    requires(!std::same_as<E, Spark>)
  void apply(Change<E>& self, const Gold& gold) const {
    self->gold += gold.amount;
    self->mark = scatter(self->mark + gold.amount);
  }
  void apply(Change<Walker>& self, const Returned<Gold>& back) const {
    self->gold += back.effect.amount;
    self->mark = scatter(self->mark ^ back.addressee.low);
  }
  template <class E>
    requires(!std::same_as<E, Spark>)
  void apply(Change<E>& self, const Pay& pay) const {
    const std::uint32_t amount = std::min(pay.amount, self->gold);
    if (amount == 0) return;
    self->gold -= amount;
    self.send(pay.to, Gold{amount});
  }
  void apply(Change<Walker>& self, const PayPlace& pay) const {
    const std::uint32_t amount = std::min(pay.amount, self->gold);
    if (amount == 0) return;
    self->gold -= amount;
    self.send(pay.to, Gold{amount});
  }
  template <class E>
  void apply(Change<E>& self, const Spawn& spawn) const {
    if (!spawn.is_chest) {
      self.make(Spark{static_cast<std::uint8_t>(1 + self.chance().below(5)), self->mark}, self.position());
      return;
    }
    const EntityId id = self.make(Chest{}, self.position());
    self.send(id, Mix{self->mark});
    if constexpr (requires { self->gold; }) {
      self.send(id, Gold{self->gold / 2});
      self->gold -= self->gold / 2;
    }
  }
  template <class E>
  void apply(Change<E>& self, const Nap& nap) const {
    if constexpr (std::same_as<E, Spark>)
      if (--self->life == 0) return self.leave();
    self.wake_at(self.tick() + nap.ticks);
  }
  template <class E>
  void apply(Change<E>& self, const Vanish&) const {
    if constexpr (requires { self->gold; }) self.send_to_world(Gold{self->gold});
    self.leave();
  }
  void apply(Change<Walker>& self, const Left&) const {
    self.send_to_world(Gold{self->gold});
    self.leave();
  }

  // ---- The ground

  void apply(GroundChange& ground, const Paint& paint) const {
    ground->mark = scatter(ground->mark * 3 + paint.number) ^ ground.from().low;
    Random& chance = ground.chance();
    if (chance.chance(1, 3)) ground->mark = 0;
    if (chance.chance(1, 8)) ground.tell(Note{ground->mark, "paint"});
    if (chance.chance(1, 10)) ground.make(Spark{3, ground->mark}, ground.origin());
    if (chance.chance(1, 6)) ground.send_around(ground.origin(), 2, Mix{ground->mark});
    if (ground->gold == 0 || !chance.chance(1, 2)) return;
    ground.send(ground.from(), Gold{ground->gold});
    ground->gold = 0;
  }
  void apply(GroundChange& ground, const Gold& gold) const { ground->gold += gold.amount; }

  // ---- The world

  void apply(WorldChange& world, const Mix& mix) const {
    world->mark = scatter(world->mark * 3 + mix.number) ^ world.from().low;
    Random& chance = world.chance();
    if (chance.chance(1, 5)) world.tell_all(Note{world->mark, "news"});
    if (chance.chance(1, 5)) world.answer(CharacterId{1 + chance.below(8)}, Note{world->mark, "for you"});
    if (world->gold > 0 && chance.chance(1, 2)) {
      const std::uint32_t amount = 1 + chance.below(world->gold);
      world->gold -= amount;
      world.send(world.from(), Gold{amount});
    }
    if (chance.chance(1, 8)) world.make(Chest{0, world->mark}, {0, 0});
  }
  void apply(WorldChange& world, const Gold& gold) const {
    world->gold += gold.amount;
    world->mark = scatter(world->mark + gold.amount);
  }
  void apply(WorldChange& world, const Returned<Gold>& back) const {
    world->gold += back.effect.amount;
    world->mark = scatter(world->mark ^ back.giver.low ^ back.effect.amount);
  }
  void apply(WorldChange& world, const BeQuiet&) const { world->is_quiet = true; }

 private:
  /// Returns a number that depends on all that the entity sees, and one entity of these.
  struct Sight {
    std::uint64_t number = 0;
    EntityId somebody;
  };
  static Sight look(const View& view, Position self, EntityId target, Random& chance) {
    Sight sight;
    std::uint32_t count = 0;
    const auto see = [&](const View::Seen& seen) {
      sight.number = scatter(sight.number * 3 + seen.id.low) + seen.character.value;
      if (const Walker* walker = seen.as<Walker>()) sight.number ^= walker->mark + walker->gold;
      if (const Chest* chest = seen.as<Chest>()) sight.number ^= chest->mark;
      if (chance.below(++count) == 0) sight.somebody = seen.id;
    };
    const auto close_by = [&] {
      const auto number = [&] { return static_cast<std::int32_t>(chance.below(7)) - 3; };
      return Position{self.x + number(), self.y + number()};
    };
    // In statements of their own: compilers evaluate the arguments of a call in different orders.
    const Position one = close_by();
    const Position other = close_by();
    const std::uint32_t radius = chance.below(7);
    switch (chance.below(4)) {
      case 0: view.within(one, radius, see); break;
      case 1: view.along(one, other, radius / 2, see); break;
      case 2: view.at(close_by(), see); break;
      default:
        if (const auto found = view.find(target)) see(*found);
    }
    const Position place = close_by();
    sight.number ^= view.ground(place).mark + (view.is_free(place) ? 5 : 0) + view.world().mark;
    return sight;
  }

  template <class E>
  static void act(const View& view, const Self<E>& self, EntityId target, Position place,
                  Proposals& propose) {
    Random& chance = self.chance();
    const Sight sight = look(view, self.position, target, chance);
    const EntityId somebody = chance.chance(1, 2) ? sight.somebody : target;
    const auto amount = [&] { return 1 + chance.below(9); };
    const auto step = [&] { return static_cast<std::int8_t>(static_cast<int>(chance.below(7)) - 3); };
    const Position close_by{self.position.x + step(), self.position.y + step()};
    switch (chance.below(16)) {
      case 0: return propose.to(somebody, Mix{sight.number});
      case 1: return propose.around(close_by, chance.below(6), Mix{sight.number});
      case 2: return propose.to(place, Mix{sight.number});
      case 3: return propose.self(Pay{amount(), somebody});
      case 4: return propose.self(PayPlace{amount(), chance.chance(1, 2) ? place : close_by});
      case 5: return propose.self(Spawn{chance.chance(1, 2)});
      case 6: return propose.to(close_by, Paint{sight.number});
      case 7: return propose.around(place, chance.below(9), Paint{sight.number});
      case 8: return propose.to_world(Mix{sight.number});
      case 9:
        if (chance.chance(1, 4)) propose.self(Vanish{});
        return;
      case 10: return propose.self(Nap{static_cast<std::uint16_t>(1 + chance.below(20))});
      case 11:  // an effect on itself that arrives in the next tick, where it meets those of that tick
        propose.to(self.id, Mix{sight.number});
        return propose.self(Mix{sight.number + 1});
      case 12: return propose.self(Pay{amount(), EntityId::of_world()});
      default: return propose.self(Walk{step(), step()});
    }
  }
};

/// Returns all gold of the world that is not on its way.
inline std::uint64_t gold_of(const World<RandomGame>& world) {
  std::uint64_t gold = world.state().gold;
  for (const auto& zone : world.zones()) {
    const auto& core = zone->core();
    core.registry.for_each([&](std::uint32_t slot) {
      const Row& row = core.registry.row(slot);
      core.columns.with(row.kind, row.place, [&](const auto& attributes) {
        if constexpr (requires { attributes.gold; }) gold += attributes.gold;
      });
    });
    core.grounds.for_each([&](CellIndex, const Floor& floor) { gold += floor.gold; });
  }
  return gold;
}

}  // namespace madang::world::random_game
