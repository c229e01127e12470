// The arena: fighters walk in eight directions, and shoot at each other. docs/law.md explains decide and
// apply. Positions are in units, of which a tile has 64.
#pragma once

#include <algorithm>
#include <memory>

#include "madang/world/game_info.h"
#include "madang/world/world.h"

namespace arena {

namespace wire = madang::wire;
namespace world = madang::world;
using madang::CharacterId;
using wire::field, world::effect, world::hidden, world::shown, world::EntityId, world::Position,
    world::WhenGone;
using Name = madang::ShortText<24>;

// ---- What players and the arena say to each other

struct Heading {
  std::int8_t x = 0, y = 0;
  bool operator==(const Heading&) const = default;
  static constexpr auto table = wire::record("Heading", "A direction, or a stop if both are 0.",
                                             field("x", &Heading::x, "-1: west, 1: east"),
                                             field("y", &Heading::y, "-1: north, 1: south"));
};
struct Entry {
  Name name;
  static constexpr auto table =
      wire::record("Entry", "What a player chooses.", field("name", &Entry::name, "of the fighter"));
};
struct Steer {
  Heading heading;
  static constexpr auto table = wire::packet(32, "Steer", "The fighter walks until the next Steer.",
                                             field("heading", &Steer::heading, "where to"));
};
struct Fire {
  std::uint32_t client_time = 0;
  static constexpr auto table = wire::packet(33, "Fire", "The fighter fires where it looks.",
                                             field("client_time", &Fire::client_time, "comes back in Fired"));
};
struct Fired {
  std::uint32_t client_time = 0;
  bool has_fired = false;
  static constexpr auto table = wire::packet(
      160, "Fired", "The answer to Fire.", field("client_time", &Fired::client_time, "of the Fire"),
      field("has_fired", &Fired::has_fired, "false: down, or too soon"));
};
struct Killed {
  wire::Id killer;
  static constexpr auto table = wire::packet(161, "Killed", "The fighter that tells this goes down.",
                                             field("killer", &Killed::killer, "the one that has fired"));
};

// ---- What there is in a room

struct Fighter {
  static constexpr std::uint8_t hit_points_max = 100;
  Name name;
  std::uint8_t hit_points = hit_points_max;
  std::uint16_t kills = 0;
  Heading facing{0, 1}, steering{};
  std::uint64_t rises_at = 0, fires_at = 0;
  bool is_up() const { return hit_points > 0; }
  static constexpr auto table = world::attributes(
      "Fighter", "The entity of a player.", shown("name", &Fighter::name, "as the player chose it"),
      shown("hit_points", &Fighter::hit_points, "that are left; 0: it is down, and shots fly through it"),
      shown("kills", &Fighter::kills, "since it has come"),
      shown("facing", &Fighter::facing, "where it looks and fires; never a stop"),
      hidden("steering", &Fighter::steering, "where it walks"),
      hidden("rises_at", &Fighter::rises_at, "the tick from which on it may come up again"),
      hidden("fires_at", &Fighter::fires_at, "the tick from which on it may fire again"));
};
struct Shot {
  EntityId shooter;
  Heading heading;
  std::uint64_t ends_at = 0;
  static constexpr auto table =
      world::attributes("Shot", "A shot in the air.", shown("heading", &Shot::heading, "where it flies"),
                        hidden("shooter", &Shot::shooter, "the fighter that has fired it"),
                        hidden("ends_at", &Shot::ends_at, "the last tick of its flight"));
};
struct Room {
  std::uint64_t kills = 0;
  static constexpr auto table =
      world::attributes("Room", "A room.", world::counter("kills", &Room::kills, "Kills in all rooms"));
};

// ---- What fighters, shots and the room do to themselves and to each other

struct Hurt {
  EntityId shooter;
  static constexpr auto table = effect("Hurt", "A shot hits a fighter.", WhenGone::drop,
                                       field("shooter", &Hurt::shooter, "the one that has fired"));
};
struct Kill {
  static constexpr auto table = effect("Kill", "A killer and the room count a kill.", WhenGone::drop);
};
struct Live {
  static constexpr auto table = effect("Live", "A fighter walks or rises.", WhenGone::drop);
};
struct Fly {
  Position to;
  bool ends = false;
  static constexpr auto table =
      effect("Fly", "A shot flies on, or ends.", WhenGone::drop, field("to", &Fly::to, "where it is then"),
             field("ends", &Fly::ends, "whether it ends there"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Fighter, Shot>;
  using Commands = wire::Types<Steer, Fire>;
  using Answers = wire::Types<Fired, Killed>;
  using Effects = wire::Types<Hurt, Kill, Steer, Live, Fire, Fly>;  // a tick applies them in this order
  using WorldState = Room;
  using Entry = arena::Entry;
  using Offset = std::uint16_t;  // a cell has 512 units a side
};

// ---- The rules

class Arena : public world::Rules<Parts> {
 public:
  static constexpr std::string_view name = "arena";
  static constexpr std::uint16_t default_port = 7790;
  // In units a tick, in units, in ticks, and in hit points.
  static constexpr std::int32_t tile = 64, walk_speed = 17, shot_speed = 51, shot_half_width = 20;
  static constexpr std::uint64_t shot_ticks = 13, fire_interval = 10, down_ticks = 40;
  static constexpr std::uint8_t shot_damage = 25;

  static world::WorldConfig config(world::WorldKey key, std::uint32_t players_max) {
    return {.key = key,
            .units_per_tile = tile,
            .cell_size = tile * 8,
            .sight = shot_speed + shot_half_width,
            .view_radius = tile * 10,
            .leave_radius = tile * 14,
            .players_max = players_max};
  }

  void enter(WorldChange& world, CharacterId character, const Entry& entry) const {
    world.place(character, Fighter{.name = entry.name}, world.any_free_position());
  }

  // One step in each tick. A server that is overloaded makes fewer ticks, so all walk more slowly.
  void decide(const View&, const Self<Fighter>&, Clock, Proposals& propose) const { propose.self(Live{}); }
  void apply(Change<Fighter>& self, const Live&) const {
    if (self->is_up()) return walk(self);
    if (self.tick() < self->rises_at) return;
    self->hit_points = Fighter::hit_points_max;
    self.move_to(self.any_free_position());
  }
  void apply(Change<Fighter>& self, const Steer& steer) const {
    if (std::max(std::abs(steer.heading.x), std::abs(steer.heading.y)) > 1) return;
    self->steering = steer.heading;
    if (steer.heading.x != 0 || steer.heading.y != 0) self->facing = steer.heading;
  }
  // Only applying spends. So a client that sends a hundred Fires in one tick fires once.
  void apply(Change<Fighter>& self, const Fire& fire) const {
    const bool may_fire = self->is_up() && self.tick() >= self->fires_at;
    self.answer(Fired{fire.client_time, may_fire});
    if (!may_fire) return;
    self->fires_at = self.tick() + fire_interval;
    self.make(Shot{self.id(), self->facing, self.tick() + shot_ticks}, self.position());
  }

  // A shot sees the fighters where they stood when the tick began, and hits the nearest one on its way.
  void decide(const View& view, const Self<Shot>& self, Clock clock, Proposals& propose) const {
    const Position to = moved(self.position, self->heading, shot_speed);
    const auto is_target = [&](const View::Seen& seen, const Fighter& fighter) {
      return fighter.is_up() && seen.id != self->shooter;
    };
    const auto hit = view.nearest_along<Fighter>(self.position, to, shot_half_width, is_target);
    if (hit) propose.to(hit->id, Hurt{self->shooter});
    propose.self(Fly{to, hit || !view.is_free(to) || clock.tick >= self->ends_at});
  }
  void apply(Change<Shot>& self, const Fly& fly) const {
    if (fly.ends) return self.leave();
    self.move_to(fly.to);
    self.wake_at(self.tick() + 1);  // it flies where no player watches, too
  }
  void apply(Change<Fighter>& self, const Hurt& hurt) const {
    if (!self->is_up()) return;  // two shots of one tick kill once
    self->hit_points -= std::min(self->hit_points, shot_damage);
    if (self->is_up()) return;
    self->rises_at = self.tick() + down_ticks;
    self.tell(Killed{hurt.shooter.wire()});
    self.send(hurt.shooter, Kill{});
    self.send_to_world(Kill{});
  }
  void apply(Change<Fighter>& self, const Kill&) const { ++self->kills; }
  void apply(WorldChange& world, const Kill&) const { ++world->kills; }

 private:
  static Position moved(Position from, Heading heading, std::int32_t units) {
    if (heading.x != 0 && heading.y != 0) units = units * 12 / 17;  // as far on a diagonal
    return {from.x + heading.x * units, from.y + heading.y * units};
  }
  /// Walks one step, or slides along an obstacle.
  static void walk(Change<Fighter>& self) {
    const Heading way = self->steering;
    for (const Heading slide : {way, Heading{way.x, 0}, Heading{0, way.y}})
      if (const Position to = moved(self.position(), slide, walk_speed); self.is_free(to))
        return self.move_to(to);
  }
};

/// Makes a room. Each block of 8 x 8 tiles has a wall in its middle, so every free tile can be reached.
inline std::unique_ptr<world::AnyWorld> make_room(const world::WorldConfig& config, std::uint32_t side) {
  const auto is_wall = [](std::uint32_t x, std::uint32_t y) { return x % 8 == 4 && y % 8 >= 2; };
  return std::make_unique<world::World<Arena>>(config, world::Map::of(side, side, is_wall), Arena());
}

}  // namespace arena
