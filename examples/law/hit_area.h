// Hit an area: a grenade hits all soldiers near its centre when it explodes.
#pragma once

#include "law/common.h"

namespace law::hit_area {

struct Soldier {
  std::uint8_t hit_points = 50;
  std::uint8_t grenades = 2;
  static constexpr auto table =
      world::attributes("Soldier", "A player.", world::shown("hit_points", &Soldier::hit_points, "left"),
                        world::own("grenades", &Soldier::grenades, "left"));
};

struct Throw {
  Position centre;
  static constexpr auto table =
      wire::packet(2, "Throw", "Throw a grenade.", wire::field("centre", &Throw::centre, "where to"));
};

struct Blast {
  Position centre;
  static constexpr auto table = world::effect("Blast", "A grenade explodes.", WhenGone::drop,
                                              wire::field("centre", &Blast::centre, "where"));
};
struct Toss {
  Position centre;
  static constexpr auto table = world::effect("Toss", "A soldier throws a grenade.", WhenGone::drop,
                                              wire::field("centre", &Toss::centre, "where to"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Soldier>;
  using Commands = wire::Types<Walk, Throw>;
  using Effects = wire::Types<Blast, Toss, Walk>;  // a blast comes before a step out of it
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint32_t radius = 3;
  static constexpr std::int64_t range = 8;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Soldier{}, start.position);
  }

  void decide(const View&, const Self<Soldier>& self, const Throw& order, Proposals& propose) const {
    if (is_near(self.position, order.centre, range)) propose.self(Toss{order.centre});
  }
  void apply(Change<Soldier>& self, const Toss& toss) const {
    if (self->grenades == 0) return;
    --self->grenades;
    self.send_around(toss.centre, radius, Blast{toss.centre});
  }
  // The blast comes to all soldiers in each cell that it touches. Each soldier compares its own position.
  void apply(Change<Soldier>& self, const Blast& blast) const {
    if (!is_near(self.position(), blast.centre, radius)) return;
    if (self->hit_points <= 20) return self.leave();
    self->hit_points -= 20;
  }

  void apply(Change<Soldier>& self, const Walk& step) const {
    const Position to = moved(self.position(), step.x, step.y);
    if (is_small(step) && self.is_free(to)) self.move_to(to);
  }
};

}  // namespace law::hit_area
