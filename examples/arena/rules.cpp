#include "arena/rules.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace arena {
namespace {

using FighterChange = Arena::Change<Fighter>;

/// Returns a tile without an obstacle, by chance. Returns nothing if a number of tries finds none.
std::optional<Tile> any_tile(world::Changing<ArenaParts>& change) {
  for (int tries = 0; tries < 100; ++tries) {
    const auto x = static_cast<std::int32_t>(change.chance().below(change.width()));
    const auto y = static_cast<std::int32_t>(change.chance().below(change.height()));
    if (change.is_free({x, y})) return tile_of({x, y});
  }
  return std::nullopt;
}

/// Returns the claim on a tile. Throws if there is none: then the ground has answered what was not asked.
Claim& claim_on(FighterChange& self, Tile tile) {
  if (Claim* claim = self->claim_on(tile)) return *claim;
  throw std::logic_error("a tile without a claim");
}
/// Claims a tile, unless it is claimed already or two others are.
void claim(FighterChange& self, Tile tile) {
  if (self->claim_on(tile)) return;
  for (Claim& claim : self->claims)
    if (claim.state == ClaimState::none) {
      claim = {ClaimState::asked, tile};
      return self.send(centre_of(tile), ClaimTile{tile});
    }
}
void free_tile(FighterChange& self, Tile tile) { self.send(centre_of(tile), TileFreed{tile}); }
/// Frees the tiles that were granted, and that the way does not need. A tile that was asked for comes later.
void free_granted(FighterChange& self, const Stride& way = {}) {
  for (Claim& claim : self->claims)
    if (claim.state == ClaimState::granted && !way.needs(claim.tile)) {
      free_tile(self, claim.tile);
      claim = {};
    }
}
/// Frees what belongs to the fighter.
void free_all(FighterChange& self) {
  if (self->is_up()) free_tile(self, tile_of(self.position()));
  free_granted(self);
}

}  // namespace

world::WorldConfig Arena::config(world::WorldKey key, std::uint32_t entities_max) {
  world::WorldConfig config;
  config.key = key;
  config.units_per_tile = units_per_tile;
  config.cell_size = units_per_tile * tiles_per_cell;
  config.sight = units_per_tile * 4;  // a shot sees the way of its tick
  static_assert(Shot::speed * Shot::ticks_at_once_max / 12 + Shot::half_width <= units_per_tile * 4);
  config.view_radius = units_per_tile * 10;
  config.leave_radius = units_per_tile * 14;
  config.entities_max = entities_max;
  return config;
}

// ---- Coming and going

void Arena::enter(WorldChange& world, CharacterId character, const Entry& entry) const {
  if (world->fighters >= fighters_max_) return world.refuse(character, madang::CloseReason::world_full);
  const auto tile = any_tile(world);
  if (!tile) return world.refuse(character, madang::CloseReason::world_full);
  place(world, character, entry, *tile);
}

void Arena::place(WorldChange& world, CharacterId character, const Entry& entry, Tile tile) {
  Fighter fighter;
  fighter.name = entry.name;
  fighter.colour = entry.colour;
  fighter.round = world->round;
  ++world->fighters;
  world.send(world.place(character, fighter, centre_of(tile)), Arrive{tile});
  world.answer(character, Leads{world->round, world->best_score, world->best_name});
}

void Arena::apply(Change<Fighter>& self, const Arrive& arrive) const { claim(self, arrive.tile); }

void Arena::apply(Change<Fighter>& self, const Rise&) const {
  if (self->has_claim(ClaimState::asked)) return;  // it has just arrived, and has claimed its tile
  if (const auto tile = any_tile(self)) claim(self, *tile);
}

void Arena::apply(Change<Fighter>& self, const world::Left&) const {
  free_all(self);
  self.send_to_world(Quit{});
  self.leave();
}

// ---- What a fighter decides

void Arena::decide(const View&, const Self<Fighter>&, const Steer& steer, Proposals& propose) const {
  propose.self(Turn{steer.heading, steer.client_time});
}

void Arena::decide(const View&, const Self<Fighter>&, const Fire& fire, Proposals& propose) const {
  propose.self(Shoot{fire.client_time});
}

void Arena::decide(const View& view, const Self<Fighter>& self, Clock clock, Proposals& propose) const {
  if (self->round != view.world().round) propose.self(BeginRound{view.world().round});
  if (!self->is_up()) {
    if (!self->has_claim(ClaimState::asked) && clock.tick >= self->rises_at) propose.self(Rise{});
    return;
  }
  if (self->steering != Heading::stop || self->has_claim(ClaimState::granted))
    propose.self(Walk{clock.length});
  if (self->shells < Fighter::shells_max && clock.tick >= self->next_shell) propose.self(Reload{});
}

// ---- Walking

void Arena::apply(Change<Fighter>& self, const Turn& turn) const {
  self->steering = turn.heading;
  if (turn.heading != Heading::stop) self->facing = turn.heading;
  self.answer(Steered{turn.client_time});
}

void Arena::apply(Change<Fighter>& self, const Walk& walk) const {
  if (!self->is_up()) return;
  if (self->steering == Heading::stop) return free_granted(self);
  const auto is_mine = [&](Tile tile) { return self->is_granted(tile); };
  const auto is_open = open_tiles([&](Position at) { return self.is_free(at); });
  const Stride way =
      stride(self.position(), self->steering, speed * walk.length, look_ahead, is_mine, is_open);
  if (const Tile before = tile_of(self.position()); tile_of(way.to) != before) {
    free_tile(self, before);
    claim_on(self, tile_of(way.to)) = {};  // the fighter stands on it now
  }
  self.move_to(way.to);
  free_granted(self, way);
  if (way.next[0]) claim(self, *way.next[0]);
  if (way.next[1] && is_mine(*way.next[0])) claim(self, *way.next[1]);
}

// The tile is used later in this tick, by Walk. A fighter that is down comes up on it.
void Arena::apply(Change<Fighter>& self, const TileGranted& granted) const {
  Claim& claim = claim_on(self, granted.tile);
  claim.state = ClaimState::granted;
  if (self->is_up()) return;
  if (self.tick() < self->rises_at) return free_granted(self);  // it went down while it waited
  claim = {};
  self->hit_points = Fighter::hit_points_max;
  self->shells = Fighter::shells_max;
  self.move_to(centre_of(granted.tile));
}

void Arena::apply(Change<Fighter>& self, const TileRefused& refused) const {
  claim_on(self, refused.tile) = {};
}

// ---- The ground

// The ground keeps the tile for the fighter from now on, so that no other fighter gets it meanwhile.
void Arena::apply(GroundChange& ground, const ClaimTile& claim) const {
  const std::uint64_t bit = Floor::bit_of(ground.origin(), claim.tile);
  if (ground->taken & bit) return ground.send(ground.from(), TileRefused{claim.tile});
  ground->taken |= bit;
  ground.send(ground.from(), TileGranted{claim.tile});
}

void Arena::apply(GroundChange& ground, const TileFreed& freed) const {
  ground->taken &= ~Floor::bit_of(ground.origin(), freed.tile);
}

void Arena::apply(GroundChange& ground, const world::Returned<TileGranted>& back) const {
  ground->taken &= ~Floor::bit_of(ground.origin(), back.effect.tile);
}

void Arena::apply(WorldChange&, const world::Returned<TileGranted>&) const {}  // a ground is never gone

// ---- Shooting

// Only applying spends. So a client that sends a hundred Fires in one tick fires once.
void Arena::apply(Change<Fighter>& self, const Shoot& shoot) const {
  const bool may_fire = self->is_up() && self->shells > 0 && self.tick() >= self->next_shot;
  self.answer(Fired{shoot.client_time, may_fire});
  if (!may_fire) return;
  self->next_shot = self.tick() + shot_interval;
  if (self->shells == Fighter::shells_max) self->next_shell = self.tick() + shell_interval;
  --self->shells;
  const Shot shot{.shooter = self.id(), .heading = self->facing, .colour = self->colour};
  self.make(shot, self.position());
}

// A fighter decides once a tick, and only Shoot has changed its shells since.
void Arena::apply(Change<Fighter>& self, const Reload&) const {
  ++self->shells;
  self->next_shell = self.tick() + shell_interval;
}

// A shot sees all fighters where they stood when the tick began, and hits the nearest one on its way.
void Arena::decide(const View& view, const Self<Shot>& self, Clock clock, Proposals& propose) const {
  const std::uint32_t ticks = std::min(clock.length, Shot::ticks_at_once_max);
  const auto is_open = open_tiles([&](Position at) { return view.is_free(at); });
  const Flight way =
      flight(self.position, self->heading, std::min(Shot::speed * ticks, self->range_left), is_open);
  EntityId nearest;
  Bearing nearest_bearing;
  view.along(self.position, way.to, Shot::half_width, [&](const View::Seen& seen) {
    const Fighter* fighter = seen.as<Fighter>();
    if (!fighter || !fighter->is_up() || seen.id == self->shooter) return;
    const Bearing at = bearing(self.position, self->heading, seen.position);
    if (at.along < 0) return;  // the shot has passed it
    if (nearest && std::tie(at.along, at.across) >= std::tie(nearest_bearing.along, nearest_bearing.across))
      return;
    nearest = seen.id;
    nearest_bearing = at;
  });
  if (nearest) propose.to(nearest, Impact{self->shooter, Shot::damage});
  if (nearest || way.is_stopped || way.cost == 0) return propose.self(Burst{});
  propose.self(Fly{way.to, way.cost});
}

void Arena::apply(Change<Shot>& self, const Fly& fly) const {
  self->range_left -= fly.cost;
  self.move_to(fly.to);
  self.wake_at(self.tick() + 1);  // it flies where no player watches, too
}

void Arena::apply(Change<Shot>& self, const Burst&) const { self.leave(); }

// ---- Hit points and scores

void Arena::apply(Change<Fighter>& self, const Impact& impact) const {
  if (!self->is_up()) return;  // two shots of one tick kill once
  self.tell(Hit{impact.shooter.wire(), impact.damage});
  if (impact.damage < self->hit_points) {
    self->hit_points -= impact.damage;
    return;
  }
  free_all(self);
  self->hit_points = 0;
  ++self->deaths;
  self->rises_at = self.tick() + down_ticks;
  self.tell(Killed{impact.shooter.wire(), self->name});
  self.send(impact.shooter, Credit{});
  self.send_to_world(Fell{});
}

void Arena::apply(Change<Fighter>& self, const Credit&) const {
  ++self->kills;
  ++self->score;
  self.send_to_world(Scored{self->round, self->score, self->name});
}

void Arena::apply(Change<Fighter>& self, const BeginRound& begin) const {
  self->round = begin.round;
  self->score = 0;
}

void Arena::apply(WorldChange& world, const Fell&) const { ++world->deaths; }

void Arena::apply(WorldChange& world, const Quit&) const { --world->fighters; }

void Arena::apply(WorldChange& world, const Scored& scored) const {
  ++world->kills;
  if (scored.round != world->round || scored.score <= world->best_score) return;
  world->best_score = scored.score;
  world->best_name = scored.name;
  world.tell_all(Leads{scored.round, scored.score, scored.name});
  if (scored.score < Match::score_to_win) return;
  world.tell_all(RoundWon{scored.round, scored.name});
  begin_round(world);
}

void Arena::operate(WorldChange& world, const NewRound&) const { begin_round(world); }

void Arena::begin_round(WorldChange& world) {
  ++world->round;
  world->best_score = 0;
  world->best_name = {};
}

}  // namespace arena
