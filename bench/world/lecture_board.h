// Board: the map and the positions of all players: the sector grid of the lecture's design.
//
// A sector is the square of tiles that the protocol calls a cell. Each sector has a mutex and the ids of the
// players in it. One atomic word for each slot holds the id and the exact tile. Any thread. A sector's mutex
// is locked only while the ids of the sector are copied or changed, and no other lock is taken during that
// time.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/base/random.h"
#include "madang/world/cells.h"
#include "madang/world/map.h"
#include "madang/world/position.h"
#include "player_id.h"

namespace madang::lecture {

using world::CellIndex;
using world::CellRect;
using world::Grid;
using world::Position;

struct BoardOptions {
  std::uint32_t width = 1000;
  std::uint32_t height = 1000;
  std::uint32_t cell_size = 8;
  std::uint64_t seed = 1;
  std::uint32_t obstacle_percent = 8;
  std::uint32_t view_radius = 16;
};

/// The player of a slot and its position. Without a player, the slot is free.
struct Presence {
  PlayerId id;
  Position position;
};

class Board {
 public:
  Board(const BoardOptions& options, std::uint32_t slots);

  const world::Map& map() const { return map_; }
  const Grid& grid() const { return grid_; }
  /// Returns the size in tiles.
  std::uint32_t view_radius() const { return view_radius_; }
  /// Returns the obstacles of a cell, one bit for each tile, as in CellBegin.
  Bytes obstacles_of(CellIndex cell) const;
  /// Returns a free tile, if possible with a free neighbour. Returns none if all tiles are obstacles.
  std::optional<Position> spawn_position(Random& random) const;

  /// Returns true if players on these two tiles see each other. Either both see the other, or none.
  bool in_view(Position a, Position b) const;
  /// Returns the cells that a client must know at this position, if it knows `before` already.
  CellRect watch_from(Position position, const CellRect& before) const;

  Presence presence(std::uint32_t slot) const { return unpack(presences_[slot].load()); }
  bool is_here(PlayerId id) const { return presence(id.slot()).id == id; }
  void enter(PlayerId id, Position position);
  void move(PlayerId id, Position from, Position to);
  void leave(PlayerId id, Position position);
  /// Appends all players in view, without `self`. A player that changes its sector meanwhile may appear
  /// twice.
  void find_near(PlayerId self, Position position, std::vector<PlayerId>& near) const;

 private:
  /// One cache line. A mutex for several readers would gain nothing, because the lock is very short.
  struct Sector {
    mutable std::mutex mutex;
    std::vector<PlayerId> ids;
  };

  static std::uint64_t pack(PlayerId id, Position position) {
    const auto tile = static_cast<std::uint32_t>(position.x) << 16 | static_cast<std::uint32_t>(position.y);
    return std::uint64_t{id.value} << 32 | tile;
  }
  static Presence unpack(std::uint64_t word) {
    return {PlayerId{static_cast<std::uint32_t>(word >> 32)},
            Position{static_cast<std::uint16_t>(word >> 16), static_cast<std::uint16_t>(word)}};
  }
  Sector& sector_at(Position position) { return sectors_[grid_.cell_of(position).value]; }
  static void add(Sector& sector, PlayerId id);
  static void remove(Sector& sector, PlayerId id);

  const std::uint32_t view_radius_;
  const world::Map map_;
  const Grid grid_;
  std::vector<std::byte> obstacles_;  // of all cells, one after the other
  std::vector<Sector> sectors_;
  std::vector<std::atomic<std::uint64_t>> presences_;  // by slot
};

}  // namespace madang::lecture
