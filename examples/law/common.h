// What the examples of docs/law.md share: short names, a character that enters, and a step.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "madang/world/world.h"

namespace law {

namespace wire = madang::wire;
namespace world = madang::world;
using madang::CharacterId;
using world::EntityId;
using world::Position;
using world::WhenGone;

/// What a character brings with it. A real game places a newcomer by itself.
struct Start {
  Position position;
  std::uint32_t supply = 0;
  static constexpr auto table =
      wire::record("Start", "What a character brings with it.",
                   wire::field("position", &Start::position, "where it wants to stand"),
                   wire::field("supply", &Start::supply, "how much gold, or how many things"));
};

/// A client asks for a step. The games list it among their effects, because there is nothing to decide.
struct Walk {
  std::int8_t x = 0;
  std::int8_t y = 0;
  static constexpr auto table = wire::packet(1, "Walk", "A client asks for a step.",
                                             wire::field("x", &Walk::x, "-1: to the left, 1: to the right"),
                                             wire::field("y", &Walk::y, "-1: up, 1: down"));
};

/// Returns whether a step leads to one of the eight neighbours, or stays.
constexpr bool is_small(const auto& step) {
  return step.x >= -1 && step.x <= 1 && step.y >= -1 && step.y <= 1;
}

constexpr Position moved(Position from, std::int32_t x, std::int32_t y) { return {from.x + x, from.y + y}; }

/// Returns whether two positions are at most `reach` apart, along both axes.
inline bool is_near(Position a, Position b, std::int64_t reach) {
  return std::abs(std::int64_t{a.x} - b.x) <= reach && std::abs(std::int64_t{a.y} - b.y) <= reach;
}

}  // namespace law
