// A projectile: a shot is an entity that flies by itself, and hits what stands on its way.
#pragma once

#include "law/common.h"

namespace law::projectile {

struct Tank {
  std::uint8_t hit_points = 100;
  std::uint64_t next_shot = 0;
  static constexpr auto table =
      world::attributes("Tank", "A player.", world::shown("hit_points", &Tank::hit_points, "that are left"),
                        world::hidden("next_shot", &Tank::next_shot, "the tick from which on it may fire"));
};
struct Shot {
  EntityId owner;
  std::int8_t x = 0;
  std::int8_t y = 0;
  std::uint8_t ticks_left = 10;
  static constexpr auto table = world::attributes(
      "Shot", "A shot in the air.", world::hidden("owner", &Shot::owner, "who has fired it"),
      world::shown("x", &Shot::x, "units to the right a tick"),
      world::shown("y", &Shot::y, "units down a tick"),
      world::hidden("ticks_left", &Shot::ticks_left, "until it falls"));
};

struct Fire {
  std::int8_t x = 0;
  std::int8_t y = 0;
  static constexpr auto table =
      wire::packet(2, "Fire", "Fire a shot.", wire::field("x", &Fire::x, "units to the right a tick"),
                   wire::field("y", &Fire::y, "units down a tick"));
};

struct Hit {
  std::uint8_t damage = 0;
  static constexpr auto table = world::effect("Hit", "A shot hits.", WhenGone::drop,
                                              wire::field("damage", &Hit::damage, "in hit points"));
};
struct Fly {
  static constexpr auto table = world::effect("Fly", "A shot flies on.", WhenGone::drop);
};
struct Burst {
  static constexpr auto table = world::effect("Burst", "A shot ends.", WhenGone::drop);
};
struct Shoot {
  std::int8_t x = 0;
  std::int8_t y = 0;
  static constexpr auto table = world::effect("Shoot", "A tank fires.", WhenGone::drop,
                                              wire::field("x", &Shoot::x, "units to the right a tick"),
                                              wire::field("y", &Shoot::y, "units down a tick"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Tank, Shot>;
  using Commands = wire::Types<Fire>;
  using Effects = wire::Types<Hit, Fly, Burst, Shoot>;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint64_t shot_interval = 5;
  static constexpr std::int32_t speed_max = 8;  // less than the sight, so that a shot sees its whole way
  static constexpr std::uint32_t half_width = 1;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Tank{}, start.position);
  }

  void decide(const View&, const Self<Tank>&, const Fire& fire, Proposals& propose) const {
    if (is_near({fire.x, fire.y}, {}, speed_max)) propose.self(Shoot{fire.x, fire.y});
  }
  // The shot appears at the end of this tick, and decides for the first time in the next one.
  void apply(Change<Tank>& self, const Shoot& shoot) const {
    if (self.tick() < self->next_shot) return;
    self->next_shot = self.tick() + shot_interval;
    self.make(Shot{.owner = self.id(), .x = shoot.x, .y = shoot.y}, self.position());
  }

  // A shot sees all tanks where they stood when the tick began, and hits the nearest one on its way.
  void decide(const View& view, const Self<Shot>& self, Clock, Proposals& propose) const {
    const Position from = self.position;
    const Position to = moved(from, self->x, self->y);
    const auto nearest = view.nearest_along<Tank>(
        from, to, half_width, [&](const View::Seen& seen, const Tank&) { return seen.id != self->owner; });
    if (nearest) propose.to(nearest->id, Hit{25});
    if (nearest || !view.is_free(to) || self->ticks_left == 0) return propose.self(Burst{});
    propose.self(Fly{});
  }
  void apply(Change<Shot>& self, const Fly&) const {
    --self->ticks_left;
    self.move_to(moved(self.position(), self->x, self->y));
    self.wake_at(self.tick() + 1);  // it flies where nobody watches, too
  }
  void apply(Change<Shot>& self, const Burst&) const { self.leave(); }
  void apply(Change<Tank>& self, const Hit& hit) const {
    if (hit.damage >= self->hit_points) return self.leave();
    self->hit_points -= hit.damage;
  }
};

}  // namespace law::projectile
