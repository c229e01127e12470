// Follow in file: a duck steps to the tile on which the duck before it stood.
#pragma once

#include "law/common.h"

namespace law::follow {

struct Duck {
  EntityId before;
  EntityId behind;
  bool is_asking = false;
  static constexpr auto table = world::attributes(
      "Duck", "A player.", world::shown("before", &Duck::before, "the duck that it follows"),
      world::shown("behind", &Duck::behind, "the duck that follows it"),
      world::hidden("is_asking", &Duck::is_asking, "it does not follow yet"));
};

struct Follow {
  EntityId duck;
  static constexpr auto table =
      wire::packet(2, "Follow", "Follow a duck.", wire::field("duck", &Follow::duck, "which"));
};

struct Stood {
  Position position;
  static constexpr auto table = world::effect("Stood", "The duck before has stepped away.", WhenGone::drop,
                                              wire::field("position", &Stood::position, "where it stood"));
};
struct Answer {
  bool may_follow = false;
  static constexpr auto table =
      world::effect("Answer", "Whether a duck may follow.", WhenGone::drop,
                    wire::field("may_follow", &Answer::may_follow, "false: it walks by itself"));
};
struct Join {
  Position position;
  static constexpr auto table = world::effect("Join", "A duck wants to follow.", WhenGone::give_back,
                                              wire::field("position", &Join::position, "where it stands"));
};
struct Parted {
  static constexpr auto table = world::effect("Parted", "The duck behind has left.", WhenGone::drop);
};
struct Ask {
  EntityId duck;
  static constexpr auto table = world::effect("Ask", "A duck wants to follow.", WhenGone::drop,
                                              wire::field("duck", &Ask::duck, "which"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Duck>;
  using Commands = wire::Types<Walk, Follow>;
  using Effects = wire::Types<Stood, Answer, Join, Parted, Walk, Ask>;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.place(character, Duck{}, start.position);
  }

  void apply(Change<Duck>& self, const Walk& step) const {
    const Position to = moved(self.position(), step.x, step.y);
    if (!self->before && is_small(step) && self.is_free(to)) go(self, to);
  }
  void apply(Change<Duck>& self, const Stood& stood) const { go(self, stood.position); }

  // Only a duck that walks alone may ask. While it asks, nobody may follow it. So no file is a ring.
  void decide(const View&, const Self<Duck>& self, const Follow& follow, Proposals& propose) const {
    if (follow.duck != self.id) propose.self(Ask{follow.duck});
  }
  void apply(Change<Duck>& self, const Ask& ask) const {
    if (self->before || self->behind) return;
    self->before = ask.duck;
    self->is_asking = true;
    self.send(ask.duck, Join{self.position()});
  }
  void apply(Change<Duck>& self, const Join& join) const {
    const bool may_follow = !self->behind && !self->is_asking && is_near(self.position(), join.position, 1);
    if (may_follow) self->behind = self.from();
    self.send(self.from(), Answer{may_follow});
  }
  void apply(Change<Duck>& self, const Answer& answer) const {
    self->is_asking = false;
    if (!answer.may_follow) self->before = {};
  }
  void apply(Change<Duck>& self, const world::Returned<Join>&) const {
    self->is_asking = false;
    self->before = {};
  }
  void apply(WorldChange&, const world::Returned<Join>&) const {}

  // A duck that leaves cuts the file: the duck behind it walks by itself.
  void apply(Change<Duck>& self, const world::Left&) const {
    if (self->before) self.send(self->before, Parted{});
    if (self->behind) self.send(self->behind, Answer{false});
    self.leave();
  }
  void apply(Change<Duck>& self, const Parted&) const {
    if (self->behind == self.from()) self->behind = {};
  }

 private:
  static void go(Change<Duck>& self, Position to) {
    if (self->behind) self.send(self->behind, Stood{self.position()});
    self.move_to(to);
  }
};

}  // namespace law::follow
