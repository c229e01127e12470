// Count for a quest: the world wants five pelts, and takes exactly five, from the hunters that are first.
#pragma once

#include "law/common.h"

namespace law::quest {

struct Hunter {
  std::uint32_t pelts = 0;
  std::uint32_t credit = 0;
  static constexpr auto table =
      world::attributes("Hunter", "A player.", world::own("pelts", &Hunter::pelts, "in the bag"),
                        world::own("credit", &Hunter::credit, "how many of its pelts were counted"));
};
struct Quest {
  std::uint32_t count = 0;
  EntityId finisher;
  std::uint32_t left_over = 0;
  static constexpr auto table =
      world::attributes("Quest", "The quest of the world.", world::shown("count", &Quest::count, "of pelts"),
                        world::shown("finisher", &Quest::finisher, "the hunter that brought the last one"),
                        world::hidden("left_over", &Quest::left_over, "pelts of hunters that are gone"));
};

struct Deliver {
  static constexpr auto table = wire::packet(2, "Deliver", "Bring a pelt.");
};

struct Pelt {
  static constexpr auto table = world::effect("Pelt", "A pelt on its way.", WhenGone::give_back);
};
struct Counted {
  static constexpr auto table = world::effect("Counted", "A pelt was counted.", WhenGone::drop);
};
struct Bring {
  static constexpr auto table = world::effect("Bring", "A hunter brings a pelt.", WhenGone::drop);
};

struct Parts : world::Parts {
  using Entities = wire::Types<Hunter>;
  using Commands = wire::Types<Deliver>;
  using Effects = wire::Types<Pelt, Counted, Bring>;
  using WorldState = Quest;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint32_t wanted = 5;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Hunter{.pelts = start.supply}, start.position);
  }

  void decide(const View&, const Self<Hunter>&, const Deliver&, Proposals& propose) const {
    propose.self(Bring{});
  }
  void apply(Change<Hunter>& self, const Bring&) const {
    if (self->pelts == 0) return;
    --self->pelts;
    self.send_to_world(Pelt{});
  }
  // The world counts. A pelt too many goes back to its hunter.
  void apply(WorldChange& world, const Pelt& pelt) const {
    if (world->count == wanted) return world.send(world.from(), pelt);
    if (++world->count == wanted) world->finisher = world.from();
    world.send(world.from(), Counted{});
  }
  void apply(Change<Hunter>& self, const Counted&) const { ++self->credit; }
  void apply(Change<Hunter>& self, const Pelt&) const { ++self->pelts; }
  // The hunter is gone, and its pelt with nobody to take it.
  void apply(WorldChange& world, const world::Returned<Pelt>&) const { ++world->left_over; }
};

}  // namespace law::quest
