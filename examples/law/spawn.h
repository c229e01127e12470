// Spawn: a nest lays monsters, until three of them live. If one dies, the nest lays another.
#pragma once

#include <algorithm>

#include "law/common.h"

namespace law::spawn {

struct Hunter {
  static constexpr auto table = world::attributes("Hunter", "A player.");
};
struct Monster {
  EntityId nest;
  static constexpr auto table = world::attributes("Monster", "It comes from a nest.",
                                                  world::hidden("nest", &Monster::nest, "from which"));
};
struct Nest {
  std::uint8_t alive = 0;
  std::uint64_t next_egg = 0;
  static constexpr auto table = world::attributes(
      "Nest", "It lays monsters.", world::hidden("alive", &Nest::alive, "how many of its monsters live"),
      world::hidden("next_egg", &Nest::next_egg, "the tick from which on it may lay the next one"));
};
struct Begun {
  bool has_begun = false;
  static constexpr auto table = world::attributes(
      "Begun", "The world.", world::hidden("has_begun", &Begun::has_begun, "the nest is built"));
};

struct Slay {
  EntityId monster;
  static constexpr auto table =
      wire::packet(2, "Slay", "Slay a monster.", wire::field("monster", &Slay::monster, "which"));
};

struct Hatch {
  static constexpr auto table = world::effect("Hatch", "A nest greets a new monster.", WhenGone::give_back);
};
struct Slain {
  static constexpr auto table = world::effect("Slain", "A hunter slays a monster.", WhenGone::drop);
};
struct Died {
  static constexpr auto table = world::effect("Died", "A monster of a nest has died.", WhenGone::drop);
};
struct Lay {
  static constexpr auto table = world::effect("Lay", "A nest lays a monster.", WhenGone::drop);
};

struct Parts : world::Parts {
  using Entities = wire::Types<Hunter, Monster, Nest>;
  using Commands = wire::Types<Slay>;
  using Effects = wire::Types<Hatch, Slain, Died, Lay>;
  using WorldState = Begun;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint8_t brood = 3;
  static constexpr std::uint64_t egg_interval = 10;
  static constexpr Position nest_position{8, 8};

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    if (!world->has_begun) world.send(world.make(Nest{}, nest_position), Lay{});
    world->has_begun = true;
    world.place(character, Hunter{}, start.position);
  }

  void decide(const View& view, const Self<Nest>& self, Clock, Proposals& propose) const {
    if (self->alive < brood && view.tick() >= self->next_egg) propose.self(Lay{});
  }
  // The nest counts by itself. It never looks for its monsters, which may be out of its sight.
  void apply(Change<Nest>& self, const Lay&) const {
    if (self->alive >= brood || self.tick() < self->next_egg) return;
    ++self->alive;
    self->next_egg = self.tick() + egg_interval;
    self.wake_at(self->next_egg);
    const auto aside = [&] { return static_cast<std::int32_t>(self.chance().below(5)) - 2; };
    const std::int32_t x = aside();
    const Position place = moved(self.position(), x, aside());
    const Monster monster{self.id()};
    self.send(self.make(monster, self.is_free(place) ? place : self.position()), Hatch{});
  }
  void apply(Change<Monster>&, const Hatch&) const {}
  // The world was full, so the monster has not appeared.
  void apply(Change<Nest>& self, const world::Returned<Hatch>&) const { --self->alive; }
  void apply(WorldChange&, const world::Returned<Hatch>&) const {}

  void decide(const View& view, const Self<Hunter>& self, const Slay& slay, Proposals& propose) const {
    const auto monster = view.find(slay.monster);
    if (monster && is_near(monster->position, self.position, 3)) propose.to(slay.monster, Slain{});
  }
  void apply(Change<Monster>& self, const Slain&) const {
    self.send(self->nest, Died{});
    self.leave();
  }
  void apply(Change<Nest>& self, const Died&) const {
    --self->alive;
    self.wake_at(std::max(self->next_egg, self.tick() + 1));
  }
};

}  // namespace law::spawn
