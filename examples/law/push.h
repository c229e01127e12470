// Push: wrestlers push each other. The pushes of one tick are added, and move a wrestler by one tile.
#pragma once

#include <algorithm>

#include "law/common.h"

namespace law::push {

struct Wrestler {
  std::int32_t force_x = 0;
  std::int32_t force_y = 0;
  std::uint64_t next_push = 0;
  static constexpr auto table = world::attributes(
      "Wrestler", "A player.", world::hidden("force_x", &Wrestler::force_x, "all pushes of this tick"),
      world::hidden("force_y", &Wrestler::force_y, "all pushes of this tick"),
      world::hidden("next_push", &Wrestler::next_push, "the tick from which on it may push"));
};

struct Push {
  std::int8_t x = 0;
  std::int8_t y = 0;
  static constexpr auto table =
      wire::packet(2, "Push", "Push the neighbour away.", wire::field("x", &Push::x, "-1, 0 or 1"),
                   wire::field("y", &Push::y, "-1, 0 or 1"));
};

struct Step {
  std::int8_t x = 0;
  std::int8_t y = 0;
  static constexpr auto table =
      wire::record("Step", "A way to a neighbouring tile.", wire::field("x", &Step::x, "-1, 0 or 1"),
                   wire::field("y", &Step::y, "-1, 0 or 1"));
};
struct Pushed {
  Step step;
  static constexpr auto table = world::effect("Pushed", "A push that arrives.", WhenGone::drop,
                                              wire::field("step", &Pushed::step, "where to"));
};
struct Slide {
  static constexpr auto table = world::effect("Slide", "A wrestler gives way.", WhenGone::drop);
};
struct Shove {
  EntityId neighbour;
  Step step;
  static constexpr auto table = world::effect("Shove", "A wrestler pushes.", WhenGone::drop,
                                              wire::field("neighbour", &Shove::neighbour, "which"),
                                              wire::field("step", &Shove::step, "where to"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Wrestler>;
  using Commands = wire::Types<Push>;
  using Effects = wire::Types<Pushed, Slide, Shove>;  // first all pushes, then the slide
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint64_t push_interval = 4;

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Wrestler{}, start.position);
  }

  void decide(const View& view, const Self<Wrestler>& self, const Push& push, Proposals& propose) const {
    const Step step{push.x, push.y};
    if (!is_small(step)) return;
    view.at(moved(self.position, step.x, step.y), [&](const View::Seen& neighbour) {
      if (neighbour.id != self.id) propose.self(Shove{neighbour.id, step});
    });
  }
  void apply(Change<Wrestler>& self, const Shove& shove) const {
    if (self.tick() < self->next_push) return;
    self->next_push = self.tick() + push_interval;
    self.send(shove.neighbour, Pushed{shove.step});
  }

  // A sum does not depend on the order of its parts. Opposite pushes cancel each other.
  void apply(Change<Wrestler>& self, const Pushed& pushed) const {
    self->force_x += pushed.step.x;
    self->force_y += pushed.step.y;
  }
  // A wrestler is awake when a push arrives, so it decides in the same tick. Slide comes after all pushes.
  void decide(const View&, const Self<Wrestler>&, Clock, Proposals& propose) const { propose.self(Slide{}); }
  void apply(Change<Wrestler>& self, const Slide&) const {
    const Position to =
        moved(self.position(), std::clamp(self->force_x, -1, 1), std::clamp(self->force_y, -1, 1));
    self->force_x = 0;
    self->force_y = 0;
    if (self.is_free(to)) self.move_to(to);
  }
};

}  // namespace law::push
