// Heading: a stop, or one of eight directions. Tile: a square of the map. And how they lie in units.
//
// A position of the world counts units, of which a tile has 64. A unit of a diagonal is as long as 17/12
// units of a straight line. So what a way costs is counted in twelfths of a unit: 12 straight, 17 diagonal.
// Nothing here needs a fraction, and a diagonal is as fast as a straight line. Plain values; any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "madang/wire/table.h"
#include "madang/world/position.h"

namespace arena {

namespace wire = madang::wire;
namespace world = madang::world;
using world::Position;

enum class Heading : std::uint8_t {
  stop,
  north,
  north_east,
  east,
  south_east,
  south,
  south_west,
  west,
  north_west,
};
inline constexpr std::array<Heading, 8> directions = {
    Heading::north, Heading::north_east, Heading::east, Heading::south_east,
    Heading::south, Heading::south_west, Heading::west, Heading::north_west};

/// The signs of a way: -1, 0 or 1 along each axis.
struct Sign {
  std::int32_t x = 0;
  std::int32_t y = 0;
  constexpr bool operator==(const Sign&) const = default;
};

constexpr Sign sign_of(Heading heading) {
  constexpr std::array<Sign, 9> signs = {Sign{0, 0}, {0, -1}, {1, -1}, {1, 0},  {1, 1},
                                         {0, 1},     {-1, 1}, {-1, 0}, {-1, -1}};
  return signs[static_cast<std::size_t>(heading)];
}

/// Returns the heading whose signs are those of the two numbers.
constexpr Heading heading_of(std::int32_t x, std::int32_t y) {
  const Sign sign{(x > 0) - (x < 0), (y > 0) - (y < 0)};
  for (const Heading heading : directions)
    if (sign_of(heading) == sign) return heading;
  return Heading::stop;
}

/// Returns what a unit of this way costs, in twelfths. Precondition: the way is no stop.
constexpr std::uint32_t unit_cost(Sign way) { return way.x != 0 && way.y != 0 ? 17 : 12; }

constexpr Position moved(Position from, Sign way, std::int32_t units = 1) {
  return {from.x + way.x * units, from.y + way.y * units};
}

inline constexpr std::int32_t units_per_tile = 64;
inline constexpr std::int32_t tiles_per_cell = 8;  ///< a side; the ground of a cell has one bit a tile

/// A square of the map, by its column and its row.
struct Tile {
  std::int32_t x = 0;
  std::int32_t y = 0;
  constexpr auto operator<=>(const Tile&) const = default;
  static constexpr auto table =
      wire::record("Tile", "A square of the map.", wire::field("x", &Tile::x, "its column"),
                   wire::field("y", &Tile::y, "its row"));
};

/// Returns the tile of a position. A position beyond the left or upper edge has a negative tile.
constexpr Tile tile_of(Position position) {
  constexpr auto shift = 6;
  static_assert(1 << shift == units_per_tile);
  return {position.x >> shift, position.y >> shift};
}
constexpr Position centre_of(Tile tile) {
  return {tile.x * units_per_tile + units_per_tile / 2, tile.y * units_per_tile + units_per_tile / 2};
}

}  // namespace arena

namespace madang::wire {

template <>
inline constexpr auto enumeration<arena::Heading> = Enumeration<9>{"Heading",
                                                                   "A stop, or one of eight directions.",
                                                                   {{{"stop", ""},
                                                                     {"north", "y falls"},
                                                                     {"north_east", ""},
                                                                     {"east", "x rises"},
                                                                     {"south_east", ""},
                                                                     {"south", "y rises"},
                                                                     {"south_west", ""},
                                                                     {"west", "x falls"},
                                                                     {"north_west", ""}}}};

}  // namespace madang::wire
