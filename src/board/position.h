// Position and Direction: the tile on which a piece stands, and the four directions of a step. Plain values;
// any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "madang/world/position.h"

namespace madang::board {

/// A tile: a world::Position in 4 bytes. A map of the board has at most 16,384 tiles a side.
struct Position {
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  constexpr auto operator<=>(const Position&) const = default;
  constexpr operator world::Position() const { return {x, y}; }
};

/// Returns the tile at a position of the map.
constexpr Position tile_at(world::Position position) {
  return {static_cast<std::uint16_t>(position.x), static_cast<std::uint16_t>(position.y)};
}

enum class Direction : std::uint8_t { up, down, left, right };
inline constexpr std::array directions = {Direction::up, Direction::down, Direction::left, Direction::right};

/// Returns the neighbouring tile. Beyond the upper or left edge the coordinate wraps round to 65535, which is
/// outside of every map (see ZoneConfig::side_max).
constexpr Position neighbour(Position from, Direction direction) {
  switch (direction) {
    case Direction::up: return {from.x, static_cast<std::uint16_t>(from.y - 1)};
    case Direction::down: return {from.x, static_cast<std::uint16_t>(from.y + 1)};
    case Direction::left: return {static_cast<std::uint16_t>(from.x - 1), from.y};
    case Direction::right: return {static_cast<std::uint16_t>(from.x + 1), from.y};
  }
  return from;
}

}  // namespace madang::board
