// Ways: how far a fighter walks and a shot flies, unit by unit, and which tile is next. Pure functions; any
// thread.
//
// `is_open(from, to)` says whether a way may lead from a tile to its neighbour. open_tiles() makes it from a
// question about obstacles.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "arena/heading.h"

namespace arena {

/// Returns the usual `is_open`: the tile is no obstacle, and no diagonal squeezes between two obstacles.
/// `is_free(position)` returns whether there is no obstacle.
template <class IsFree>
auto open_tiles(IsFree is_free) {
  return [is_free](Tile from, Tile to) {
    const auto has_no_obstacle = [&](Tile tile) { return is_free(centre_of(tile)); };
    if (!has_no_obstacle(to)) return false;
    return from.x == to.x || from.y == to.y || has_no_obstacle({to.x, from.y}) ||
           has_no_obstacle({from.x, to.y});
  };
}

/// Returns the way of the next unit. A diagonal way slides along a tile that is not open. Returns {0, 0} if
/// there is no way.
template <class IsOpen>
Sign next_way(Position from, Heading heading, const IsOpen& is_open) {
  const Sign way = sign_of(heading);
  const Tile own = tile_of(from);
  const Tile next = tile_of(moved(from, way));
  if (next == own || is_open(own, next)) return way;
  for (const Sign slide : {Sign{way.x, 0}, Sign{0, way.y}}) {
    if (slide == way || slide == Sign{}) continue;
    const Tile beside = tile_of(moved(from, slide));
    if (beside == own || is_open(own, beside)) return slide;
  }
  return {};
}

/// How far a fighter walks, and which tiles are then the next ones on its way.
struct Stride {
  Position to;
  std::array<std::optional<Tile>, 2> next;  ///< nothing if no other tile is near
  bool needs(Tile tile) const { return next[0] == tile || next[1] == tile; }
};

/// How far a fighter looks, in twelfths of a unit.
struct LookAhead {
  std::uint32_t to_next = 0;  ///< to the next tile
  std::uint32_t beyond = 0;   ///< from there to the tile after it
};

/// Walks as far as `cost` allows, within the own tile and the tiles for which `is_mine(tile)` is true. Then
/// looks for the next tiles. Costs are in twelfths of a unit. Precondition: the heading is no stop.
template <class IsMine, class IsOpen>
Stride stride(Position from, Heading heading, std::uint32_t cost, LookAhead look, const IsMine& is_mine,
              const IsOpen& is_open) {
  Stride result{from, {}};
  Position at = from;
  bool walks = true;
  std::size_t found = 0;
  std::uint32_t left = cost;
  while (true) {
    const Sign way = next_way(at, heading, is_open);
    if (way == Sign{}) return result;
    if (walks && left < unit_cost(way)) {
      walks = false;
      left = look.to_next;
    }
    if (left < unit_cost(way)) return result;
    left -= unit_cost(way);
    at = moved(at, way);
    const Tile tile = tile_of(at);
    walks = walks && (tile == tile_of(result.to) || is_mine(tile));
    if (walks) {
      result.to = at;
    } else if (tile != tile_of(found == 0 ? result.to : moved(at, {-way.x, -way.y}))) {
      result.next[found++] = tile;
      if (found == result.next.size()) return result;
      left = look.beyond;
    }
  }
}

/// How far a shot flies.
struct Flight {
  Position to;
  std::uint32_t cost = 0;   ///< of the way, in twelfths of a unit
  bool is_stopped = false;  ///< by an obstacle or the edge of the map
};

/// Flies as far as `cost` allows. Precondition: the heading is no stop.
template <class IsOpen>
Flight flight(Position from, Heading heading, std::uint32_t cost, const IsOpen& is_open) {
  const Sign way = sign_of(heading);
  Flight result{from};
  while (result.cost + unit_cost(way) <= cost) {
    const Position to = moved(result.to, way);
    if (tile_of(to) != tile_of(result.to) && !is_open(tile_of(result.to), tile_of(to))) {
      result.is_stopped = true;
      return result;
    }
    result.to = to;
    result.cost += unit_cost(way);
  }
  return result;
}

/// Returns how far `at` lies before `from` in a direction, and how far beside the way. Both are in units if
/// the direction is straight, and in units times the root of 2 if it is diagonal.
struct Bearing {
  std::int32_t along = 0;   ///< negative: it lies behind
  std::int32_t across = 0;  ///< never negative
};
constexpr Bearing bearing(Position from, Heading heading, Position at) {
  const Sign way = sign_of(heading);
  const std::int32_t x = at.x - from.x;
  const std::int32_t y = at.y - from.y;
  const std::int32_t across = x * way.y - y * way.x;
  return {x * way.x + y * way.y, across < 0 ? -across : across};
}

}  // namespace arena
