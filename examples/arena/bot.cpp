#include "arena/bot.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "arena/shot.h"
#include "arena/way.h"

namespace arena {
namespace {

/// A shot that is further away is not feared.
constexpr std::int32_t danger_ahead = units_per_tile * 4;

auto open_tiles_of(const Sight& sight) {
  return open_tiles([&sight](Position at) { return sight.is_free(tile_of(at)); });
}

/// Returns whether the next tile in this direction is open.
bool leads_on(const Sight& sight, Heading heading) {
  const Tile own = tile_of(sight.position);
  const Sign way = sign_of(heading);
  return open_tiles_of(sight)(own, {own.x + way.x, own.y + way.y});
}

BotDeed steer(const Sight& sight, Heading heading) {
  if (heading == sight.steering) return {};
  return Steer{heading, sight.client_time};
}

/// Returns a direction that leads on, by chance; a stop if none does.
Heading any_way(const Sight& sight, madang::Random& random) {
  const std::uint32_t first = random.below(directions.size());
  for (std::size_t i = 0; i < directions.size(); ++i)
    if (const Heading heading = directions[(first + i) % directions.size()]; leads_on(sight, heading))
      return heading;
  return Heading::stop;
}

/// Returns whether something that flies from `from` passes `at`. `reach` is in units of a straight line.
bool passes(Position from, Heading heading, Position at, std::int32_t half_width, std::int32_t reach) {
  const Bearing bearing = arena::bearing(from, heading, at);
  // A bearing on a diagonal is longer by the root of 2, which is 17/12.
  const std::int32_t scale = unit_cost(sign_of(heading)) == 17 ? 17 : 12;
  return bearing.along > 0 && bearing.along * 12 <= reach * scale &&
         bearing.across * 12 <= half_width * scale;
}

/// Returns a way out of the line of a shot that comes near.
std::optional<Heading> way_out(const Sight& sight, madang::Random& random) {
  for (const Sight::SeenShot& shot : sight.shots) {
    if (shot.heading == Heading::stop) continue;
    if (!passes(shot.position, shot.heading, sight.position, Shot::half_width + 4, danger_ahead)) continue;
    const Sign way = sign_of(shot.heading);
    const Heading left = heading_of(way.y, -way.x);
    const Heading right = heading_of(-way.y, way.x);
    const bool prefers_left = random.chance(1, 2);
    for (const Heading heading : {prefers_left ? left : right, prefers_left ? right : left})
      if (leads_on(sight, heading)) return heading;
  }
  return std::nullopt;
}

/// Returns whether a shot in this direction would reach the fighter.
bool can_hit(const Sight& sight, Heading heading, Position at) {
  constexpr std::int32_t reach = Shot::range / 12;
  if (!passes(sight.position, heading, at, Shot::half_width / 2, reach)) return false;
  const std::int32_t longer = std::max(std::abs(at.x - sight.position.x), std::abs(at.y - sight.position.y));
  const std::uint32_t cost = static_cast<std::uint32_t>(longer) * unit_cost(sign_of(heading));
  return !flight(sight.position, heading, cost, open_tiles_of(sight)).is_stopped;
}

const Sight::SeenFighter* nearest_fighter(const Sight& sight) {
  const auto distance = [&](const Sight::SeenFighter& one) {
    const std::int64_t x = one.position.x - sight.position.x;
    const std::int64_t y = one.position.y - sight.position.y;
    return x * x + y * y;
  };
  const Sight::SeenFighter* nearest = nullptr;
  for (const Sight::SeenFighter& one : sight.fighters)
    if (one.hit_points > 0 && (!nearest || distance(one) < distance(*nearest))) nearest = &one;
  return nearest;
}

/// Returns the direction that leads nearest to a place.
Heading towards(Position from, Position to) {
  const std::int32_t x = to.x - from.x;
  const std::int32_t y = to.y - from.y;
  if (std::abs(x) > 2 * std::abs(y)) return heading_of(x, 0);
  if (std::abs(y) > 2 * std::abs(x)) return heading_of(0, y);
  return heading_of(x, y);
}

}  // namespace

BotDeed decide_as_bot(const Sight& sight, madang::Random& random) {
  if (sight.hit_points == 0) return {};
  if (const auto way = way_out(sight, random); way && random.chance(3, 4)) return steer(sight, *way);
  if (sight.shells > 0) {
    std::optional<Heading> aim;
    for (const Sight::SeenFighter& one : sight.fighters) {
      if (one.hit_points == 0) continue;
      if (can_hit(sight, sight.facing, one.position)) return Fire{sight.client_time};
      for (const Heading heading : directions)
        if (!aim && can_hit(sight, heading, one.position)) aim = heading;
    }
    if (aim) return steer(sight, *aim);
    // Now and then it does something else. Otherwise two bots that are not in a line would wait for each
    // other.
    if (const Sight::SeenFighter* target = nearest_fighter(sight); target && !random.chance(1, 20)) {
      const Heading heading = towards(sight.position, target->position);
      if (heading != Heading::stop && leads_on(sight, heading)) return steer(sight, heading);
    }
  }
  const bool is_stuck = sight.steering == Heading::stop || !leads_on(sight, sight.steering);
  if (is_stuck || random.chance(1, 20)) return steer(sight, any_way(sight, random));
  return {};
}

}  // namespace arena
