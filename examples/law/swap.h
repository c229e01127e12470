// Swap places: two dancers that both want it change their tiles in one tick. Otherwise neither moves.
//
// An offer is a promise for one tick: a dancer that has sent it stands still, and stays, until the next
// tick's offers are applied. A dancer has a partner exactly while an offer to the partner is on its way.
#pragma once

#include "law/common.h"

namespace law::swap {

struct Dancer {
  EntityId partner;
  std::uint64_t patience_ends = 0;
  bool is_leaving = false;
  static constexpr auto table = world::attributes(
      "Dancer", "A player.", world::shown("partner", &Dancer::partner, "with whom it wants to swap"),
      world::hidden("patience_ends", &Dancer::patience_ends, "the tick at which it gives up"),
      world::hidden("is_leaving", &Dancer::is_leaving, "the player has left"));
};

struct Swap {
  EntityId with;
  static constexpr auto table =
      wire::packet(2, "Swap", "Swap places.", wire::field("with", &Swap::with, "the other dancer"));
};

struct Offer {
  Position position;
  static constexpr auto table = world::effect("Offer", "A dancer is ready in this tick.", WhenGone::drop,
                                              wire::field("position", &Offer::position, "where it stands"));
};
struct GiveUp {
  static constexpr auto table = world::effect("GiveUp", "A dancer waits no longer.", WhenGone::drop);
};
struct Wish {
  EntityId with;
  static constexpr auto table =
      world::effect("Wish", "A dancer wants to swap in the next tick.", WhenGone::drop,
                    wire::field("with", &Wish::with, "the other dancer"));
};
struct Insist {
  static constexpr auto table = world::effect("Insist", "A dancer still wants to swap.", WhenGone::drop);
};

struct Parts : world::Parts {
  using Entities = wire::Types<Dancer>;
  using Commands = wire::Types<Walk, Swap>;
  // Offers come first, and a dancer offers itself last. So it stands still from its offer to the answer.
  using Effects = wire::Types<Offer, GiveUp, Walk, Wish, Insist>;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint64_t patience = 20;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Dancer{}, start.position);
  }

  void decide(const View&, const Self<Dancer>&, const Swap& swap, Proposals& propose) const {
    propose.self(Wish{swap.with});
  }
  void decide(const View& view, const Self<Dancer>& self, Clock, Proposals& propose) const {
    if (!self->partner) return;
    if (self->is_leaving || view.tick() >= self->patience_ends) return propose.self(GiveUp{});
    propose.self(Insist{});
  }
  void apply(Change<Dancer>& self, const Wish& wish) const {
    if (self->partner || self->is_leaving || wish.with == self.id()) return;
    self->partner = wish.with;
    self->patience_ends = self.tick() + patience;
    offer(self);
  }
  void apply(Change<Dancer>& self, const Insist&) const {
    if (self->partner) offer(self);
  }
  // Both have sent an offer in the tick before, so both get one now, and both do the same.
  void apply(Change<Dancer>& self, const Offer& offer) const {
    if (!self->partner || self.from() != self->partner) return;
    self->partner = {};
    if (is_near(self.position(), offer.position, 1)) self.move_to(offer.position);
  }
  void apply(Change<Dancer>& self, const GiveUp&) const {
    self->partner = {};
    if (self->is_leaving) self.leave();
  }
  // A dancer keeps its promise before it leaves.
  void apply(Change<Dancer>& self, const world::Left&) const {
    if (!self->partner) return self.leave();
    self->is_leaving = true;
  }

  void apply(Change<Dancer>& self, const Walk& step) const {
    const Position to = moved(self.position(), step.x, step.y);
    if (is_small(step) && self.is_free(to)) self.move_to(to);
  }

 private:
  static void offer(Change<Dancer>& self) {
    self.send(self->partner, Offer{self.position()});
    self.wake_at(self.tick() + 1);
  }
};

}  // namespace law::swap
