// A bot: decides what a client sends, from what the client knows. A pure function of its arguments; any
// thread. So a bot runs over a socket and in a test.
#pragma once

#include <cstdint>
#include <map>
#include <variant>
#include <vector>

#include "arena/packets.h"
#include "madang/base/random.h"

namespace arena {

/// The tiles of the cells that a client has seen. A client gets the obstacles of a cell with CellBegin.
class KnownTiles {
 public:
  /// Learns a cell. `obstacles` has one bit a tile, row by row; 1 is an obstacle or beyond the map.
  void learn(std::uint16_t column, std::uint16_t row, std::uint64_t obstacles) {
    cells_[{column, row}] = obstacles;
  }
  void clear() { cells_.clear(); }
  /// Returns false for an obstacle, for a tile beyond the map, and for a tile that was never seen.
  bool is_free(Tile tile) const {
    const auto cell = cells_.find(cell_of(tile));
    if (cell == cells_.end()) return false;
    const std::int32_t bit =
        (tile.y & (tiles_per_cell - 1)) * tiles_per_cell + (tile.x & (tiles_per_cell - 1));
    return (cell->second >> bit & 1) == 0;
  }

 private:
  static Tile cell_of(Tile tile) { return {tile.x >> 3, tile.y >> 3}; }
  static_assert(1 << 3 == tiles_per_cell);
  std::map<Tile, std::uint64_t> cells_;  // by column and row
};

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
  const KnownTiles* tiles = nullptr;  ///< never null when the bot decides
};

using BotDeed = std::variant<std::monostate, Steer, Fire>;

/// Returns what the client sends now; nothing if it waits. In this order: it steps out of the way of a shot,
/// fires at a fighter in its line, turns to one, walks towards the nearest, or wanders.
BotDeed decide_as_bot(const Sight& sight, madang::Random& random);

}  // namespace arena
