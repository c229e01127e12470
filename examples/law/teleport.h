// Teleport: a traveller goes through a gate to another gate, far out of sight, which takes one at a time.
#pragma once

#include "law/common.h"

namespace law::teleport {

struct Traveller {
  std::uint32_t journeys = 0;
  static constexpr auto table = world::attributes(
      "Traveller", "A player.", world::own("journeys", &Traveller::journeys, "how many it has made"));
};
struct Gate {
  EntityId exit;
  std::uint64_t free_from = 0;
  static constexpr auto table = world::attributes(
      "Gate", "Where travellers depart and arrive.", world::hidden("exit", &Gate::exit, "where it leads"),
      world::shown("free_from", &Gate::free_from, "the tick from which on the next one may arrive"));
};
struct Begun {
  bool has_begun = false;
  static constexpr auto table = world::attributes(
      "Begun", "The world.", world::hidden("has_begun", &Begun::has_begun, "the gates are built"));
};

struct Travel {
  static constexpr auto table = wire::packet(2, "Travel", "Go through the gate.");
};

struct Arrive {
  Position departure;
  Position arrival;
  static constexpr auto table = world::effect("Arrive", "A gate lets a traveller arrive.", WhenGone::drop,
                                              wire::field("departure", &Arrive::departure, "from where"),
                                              wire::field("arrival", &Arrive::arrival, "where to"));
};
struct Knock {
  Position departure;
  static constexpr auto table = world::effect("Knock", "A traveller wants to arrive.", WhenGone::drop,
                                              wire::field("departure", &Knock::departure, "from where"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Traveller, Gate>;
  using Commands = wire::Types<Walk, Travel>;
  using Effects = wire::Types<Arrive, Knock, Walk>;
  using WorldState = Begun;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  static constexpr std::uint64_t gate_interval = 10;
  static constexpr Position entrance{4, 4};

  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    if (!world->has_begun) begin(world);
    world.place(character, Traveller{}, start.position);
  }

  // A traveller cannot see the other gate, so it asks the gate.
  void decide(const View& view, const Self<Traveller>& self, const Travel&, Proposals& propose) const {
    view.at(self.position, [&](const View::Seen& seen) {
      if (const Gate* gate = seen.as<Gate>()) propose.to(gate->exit, Knock{self.position});
    });
  }
  void apply(Change<Gate>& self, const Knock& knock) const {
    if (self.tick() < self->free_from) return;
    self->free_from = self.tick() + gate_interval;
    self.send(self.from(), Arrive{knock.departure, self.position()});
  }
  // The answer comes two ticks after the question. A traveller that has walked away stays here.
  void apply(Change<Traveller>& self, const Arrive& arrive) const {
    if (self.position() != arrive.departure) return;
    ++self->journeys;
    self.move_to(arrive.arrival);
  }

  void apply(Change<Traveller>& self, const Walk& step) const {
    const Position to = moved(self.position(), step.x, step.y);
    if (is_small(step) && self.is_free(to)) self.move_to(to);
  }

 private:
  static void begin(WorldChange& world) {
    world->has_begun = true;
    const Position far{static_cast<std::int32_t>(world.width()) - 5,
                       static_cast<std::int32_t>(world.height()) - 5};
    world.make(Gate{.exit = world.make(Gate{}, far)}, entrance);
  }
};

}  // namespace law::teleport
