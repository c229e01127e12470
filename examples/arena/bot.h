// A bot: decides what a client sends, from what the client knows. A pure function of its arguments; any
// thread. So a bot runs over a socket and in a test.
#pragma once

#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "arena/packets.h"
#include "madang/base/random.h"

namespace arena {

/// What a client knows when its bot decides.
struct Sight {
  struct SeenFighter {
    EntityId id;
    Position position;
    std::uint8_t hit_points = 0;
  };
  struct SeenShot {
    Position position;
    Heading heading = Heading::stop;
  };

  std::uint32_t client_time = 0;  ///< for the packet
  Position position;              ///< of its own fighter, as the next ones
  std::uint8_t hit_points = 0;
  std::uint8_t shells = 0;
  Heading facing = Heading::south;
  Heading steering = Heading::stop;   ///< of the last Steer that the client has sent
  std::vector<SeenFighter> fighters;  ///< all others in sight
  std::vector<SeenShot> shots;        ///< all in sight, the client's own ones too
  /// Returns false for an obstacle, for a tile beyond the map, and for a tile that is not in sight.
  std::function<bool(Tile)> is_free;
};

using BotDeed = std::variant<std::monostate, Steer, Fire>;

/// Returns what the client sends now; nothing if it waits. In this order: it steps out of the way of a shot,
/// fires at a fighter in its line, turns to one, walks towards the nearest, or wanders.
BotDeed decide_as_bot(const Sight& sight, madang::Random& random);

}  // namespace arena
