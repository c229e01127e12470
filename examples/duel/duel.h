// Duel: a small game. A fighter that is hit three times is beaten, and its session ends. A fighter whose
// player loses the connection stands for ten seconds, so that the player can come back to it.
//
// duel_test.cpp plays it in the simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "madang/world/game_info.h"
#include "madang/world/rules.h"

namespace duel {

namespace wire = madang::wire;
namespace world = madang::world;
using madang::CharacterId;

/// Why a duel ends a session.
enum class Ending : std::uint8_t { beaten };

}  // namespace duel

namespace madang::wire {
template <>
inline constexpr auto enumeration<duel::Ending> =
    Enumeration<1>{"Ending", "Why a duel ends a session.", {{{"beaten", "you are beaten"}}}};
}  // namespace madang::wire

namespace duel {

using Name = madang::ShortText<24>;

struct Entry {
  Name name;
  static constexpr auto table =
      wire::record("Entry", "What a player chooses.", wire::field("name", &Entry::name, "of the player"));
};

struct Fighter {
  Name name;
  std::uint8_t hit_points = 3;
  std::uint64_t next_shot = 0;
  std::uint64_t leaves_at = 0;
  static constexpr auto table = world::attributes(
      "Fighter", "A player.", world::shown("name", &Fighter::name, "of the player"),
      world::shown("hit_points", &Fighter::hit_points, "that are left"),
      world::hidden("next_shot", &Fighter::next_shot, "the tick from which on it may fire"),
      world::hidden("leaves_at", &Fighter::leaves_at, "the tick of its end; 0: its player is here"));
};

struct Fire {
  static constexpr auto table = wire::packet(32, "Fire", "Fires at the nearest fighter.");
};
struct Hit {
  std::uint8_t hit_points = 0;
  static constexpr auto table = wire::packet(160, "Hit", "The fighter of the client is hit.",
                                             wire::field("hit_points", &Hit::hit_points, "that are left"));
};

struct Shot {
  world::EntityId target;
  static constexpr auto table = world::effect("Shot", "A fighter fires.", world::WhenGone::drop,
                                              wire::field("target", &Shot::target, "the other fighter"));
};
struct Wound {
  static constexpr auto table = world::effect("Wound", "A shot hits.", world::WhenGone::drop);
};
struct GoAway {
  static constexpr auto table =
      world::effect("GoAway", "Its player did not come back.", world::WhenGone::drop);
};

struct Parts : world::Parts {
  using Entities = wire::Types<Fighter>;
  using Commands = wire::Types<Fire>;
  using Answers = wire::Types<Hit>;
  using Effects = wire::Types<Shot, Wound, GoAway>;
  using Entry = duel::Entry;
  using CloseReasons = Ending;
};

class Duel : public world::Rules<Parts> {
 public:
  static constexpr std::string_view name = "duel";
  static constexpr std::uint32_t range = 10;          ///< tiles
  static constexpr std::uint64_t shot_interval = 10;  ///< ticks between two shots
  static constexpr std::uint64_t patience = 200;      ///< ticks that a fighter waits for its player

  void enter(WorldChange& world, CharacterId character, const Entry& entry) const {
    const auto side = [&] { return static_cast<std::int32_t>(28 + world.chance().below(8)); };
    world.place(character, Fighter{.name = entry.name}, {side(), side()});
  }

  void decide(const View& view, const Self<Fighter>& self, const Fire&, Proposals& propose) const {
    std::optional<world::EntityId> nearest;
    std::int64_t nearest_distance = 0;
    view.within(self.position, range, [&](const auto& seen) {
      const std::int64_t dx = seen.position.x - self.position.x;
      const std::int64_t dy = seen.position.y - self.position.y;
      const std::int64_t distance = dx * dx + dy * dy;
      if (seen.id == self.id || (nearest && nearest_distance <= distance)) return;
      nearest = seen.id;
      nearest_distance = distance;
    });
    if (nearest) propose.self(Shot{*nearest});
  }
  void decide(const View& view, const Self<Fighter>& self, Clock, Proposals& propose) const {
    if (self->leaves_at != 0 && view.tick() >= self->leaves_at) propose.self(GoAway{});
  }

  // Only applying spends. So a client that sends a hundred commands in one tick fires once.
  void apply(Change<Fighter>& self, const Shot& shot) const {
    if (self.tick() < self->next_shot) return;
    self->next_shot = self.tick() + shot_interval;
    self.send(shot.target, Wound{});
  }
  void apply(Change<Fighter>& self, const Wound&) const {
    if (--self->hit_points == 0) return self.leave(Ending::beaten);
    self.answer(Hit{self->hit_points});
  }
  void apply(Change<Fighter>& self, const world::Left&) const {
    self->leaves_at = self.tick() + patience;
    self.wake_at(self->leaves_at);
  }
  void apply(Change<Fighter>& self, const world::Attached&) const { self->leaves_at = 0; }
  void apply(Change<Fighter>& self, const GoAway&) const { self.leave(); }
};

}  // namespace duel
