// Hit: a fighter strikes another one beside it. The last strike counts as a kill, once.
#pragma once

#include "law/common.h"

namespace law::hit {

struct Fighter {
  std::uint8_t hit_points = 30;
  std::uint32_t kills = 0;
  std::uint64_t next_strike = 0;
  static constexpr auto table = world::attributes(
      "Fighter", "A player.", world::shown("hit_points", &Fighter::hit_points, "that are left"),
      world::shown("kills", &Fighter::kills, "how many fighters it has killed"),
      world::hidden("next_strike", &Fighter::next_strike, "the tick from which on it may strike"));
};

struct Strike {
  EntityId target;
  static constexpr auto table =
      wire::packet(2, "Strike", "Strike a fighter.", wire::field("target", &Strike::target, "the fighter"));
};

struct Hit {
  std::uint8_t damage = 0;
  static constexpr auto table = world::effect("Hit", "A strike that lands.", WhenGone::drop,
                                              wire::field("damage", &Hit::damage, "in hit points"));
};
struct Killed {
  static constexpr auto table = world::effect("Killed", "A fighter has killed another.", WhenGone::drop);
};
struct Swing {
  EntityId target;
  static constexpr auto table = world::effect("Swing", "A fighter strikes.", WhenGone::drop,
                                              wire::field("target", &Swing::target, "the other fighter"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Fighter>;
  using Commands = wire::Types<Strike>;
  using Effects = wire::Types<Hit, Killed, Swing>;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint64_t strike_interval = 10;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Fighter{}, start.position);
  }

  void decide(const View& view, const Self<Fighter>& self, const Strike& strike, Proposals& propose) const {
    const auto target = view.find(strike.target);
    if (target && is_near(target->position, self.position, 1)) propose.self(Swing{strike.target});
  }
  // Only applying spends. So a client that sends a hundred strikes in one tick strikes once.
  void apply(Change<Fighter>& self, const Swing& swing) const {
    if (self.tick() < self->next_strike) return;
    self->next_strike = self.tick() + strike_interval;
    self.send(swing.target, Hit{static_cast<std::uint8_t>(10 + self.chance().below(11))});
  }
  // The fighter that is hit subtracts its own hit points. Strikes after the last one find nobody.
  void apply(Change<Fighter>& self, const Hit& hit) const {
    if (hit.damage < self->hit_points) {
      self->hit_points -= hit.damage;
      return;
    }
    self.send(self.from(), Killed{});
    self.leave();
  }
  void apply(Change<Fighter>& self, const Killed&) const { ++self->kills; }
};

}  // namespace law::hit
