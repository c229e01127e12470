// Take a thing: a pile of gold lies on a tile, and goes to the first player that takes it.
#pragma once

#include "law/common.h"

namespace law::take {

struct Player {
  std::uint32_t gold = 0;
  static constexpr auto table =
      world::attributes("Player", "A player.", world::own("gold", &Player::gold, "in the purse"));
};
struct Pile {
  std::uint32_t gold = 0;
  static constexpr auto table =
      world::attributes("Pile", "Gold on the ground.", world::shown("gold", &Pile::gold, "how much"));
};

struct Drop {
  std::uint32_t gold = 0;
  static constexpr auto table =
      wire::packet(2, "Drop", "Put gold down.", wire::field("gold", &Drop::gold, "how much"));
};
struct Take {
  EntityId pile;
  static constexpr auto table =
      wire::packet(3, "Take", "Take a pile.", wire::field("pile", &Take::pile, "the pile"));
};

struct Gold {
  std::uint32_t gold = 0;
  Position place;
  static constexpr auto table = world::effect("Gold", "Gold on its way.", WhenGone::give_back,
                                              wire::field("gold", &Gold::gold, "how much"),
                                              wire::field("place", &Gold::place, "where it lay"));
};
struct Grab {
  static constexpr auto table = world::effect("Grab", "A player takes a pile.", WhenGone::drop);
};
struct PutDown {
  std::uint32_t gold = 0;
  static constexpr auto table = world::effect("PutDown", "A player puts gold down.", WhenGone::drop,
                                              wire::field("gold", &PutDown::gold, "how much"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Player, Pile>;
  using Commands = wire::Types<Drop, Take>;
  using Effects = wire::Types<Gold, Grab, PutDown>;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Player{start.supply}, start.position);
  }

  void decide(const View& view, const Self<Player>& self, const Take& take, Proposals& propose) const {
    const auto pile = view.find(take.pile);
    if (pile && pile->as<Pile>() && pile->position == self.position) propose.to(take.pile, Grab{});
  }
  // The pile decides: it gives itself to the first player in the order, and is gone for all others.
  void apply(Change<Pile>& self, const Grab&) const {
    self.send(self.from(), Gold{self->gold, self.position()});
    self.leave();
  }
  void apply(Change<Player>& self, const Gold& gold) const { self->gold += gold.gold; }

  void decide(const View&, const Self<Player>&, const Drop& drop, Proposals& propose) const {
    propose.self(PutDown{drop.gold});
  }
  // The pile begins empty, and the gold follows as an effect. If the world is full, the gold comes back.
  void apply(Change<Player>& self, const PutDown& put) const {
    if (put.gold == 0 || put.gold > self->gold) return;
    self->gold -= put.gold;
    const EntityId pile = self.make(Pile{}, self.position());
    self.send(pile, Gold{put.gold, self.position()});
  }
  void apply(Change<Pile>& self, const Gold& gold) const { self->gold += gold.gold; }
  void apply(Change<Player>& self, const world::Returned<Gold>& back) const {
    self->gold += back.effect.gold;
  }
  // Neither the player nor the pile is there any more. The world puts the gold back on its place.
  void apply(WorldChange& world, const world::Returned<Gold>& back) const {
    world.send(world.make(Pile{}, back.effect.place), back.effect);
  }
};

}  // namespace law::take
