// Board: the ground, and where everybody stands: the sector grid of the lecture's design.
//
// A sector is the square of tiles that the protocol calls a cell. Each has a mutex and the ids of those who
// stand in it; beside them one atomic word an id holds the exact tile. The ids are aliases: a slot, and how
// often it has been used. Any thread; a sector's mutex is held only while its few ids are copied or changed,
// and no other lock is ever taken meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "world/alias.h"
#include "world/cells.h"
#include "world/map.h"
#include "world/position.h"

namespace madang::lecture {

using world::Alias;
using world::CellIndex;
using world::CellRect;
using world::Position;

struct BoardOptions {
  std::uint32_t width = 1000;
  std::uint32_t height = 1000;
  std::uint32_t cell_size = 8;
  std::uint64_t seed = 1;
  std::uint32_t obstacle_percent = 8;
  std::uint32_t view_radius = 16;
};

/// Who stands in a slot, and where. Nobody: no alias.
struct Presence {
  Alias alias;
  Position position;
};

class Board {
 public:
  Board(const BoardOptions& options, std::uint32_t slots);

  const world::Map& map() const { return map_; }
  const world::Grid& grid() const { return grid_; }
  /// In tiles.
  std::uint32_t view_radius() const { return view_radius_; }
  /// One bit a tile, as CellBegin carries it.
  Bytes obstacles_of(CellIndex cell) const;
  /// A free tile with a way out, if one is easily found. None: the map is nothing but obstacles.
  std::optional<Position> spawn_position(Random& random) const;

  /// Whether those who stand on these tiles see each other: always both or neither.
  bool in_view(Position a, Position b) const;
  /// The cells that a client who stands there has to know, given those that it knows already.
  CellRect watch_from(Position position, const CellRect& before) const;

  Presence presence(std::uint32_t slot) const { return unpack(presences_[slot].load()); }
  bool is_here(Alias alias) const { return presence(alias.slot()).alias == alias; }
  void enter(Alias alias, Position position);
  void move(Alias alias, Position from, Position to);
  void leave(Alias alias, Position position);
  /// Appends all but `self` who are in view of it. One who changes sectors meanwhile may be told of twice.
  void find_near(Alias self, Position position, std::vector<Alias>& near) const;

 private:
  /// One cache line: the mutex is held so shortly that one for many readers would gain nothing.
  struct Sector {
    mutable std::mutex mutex;
    std::vector<Alias> ids;
  };

  static std::uint64_t pack(Alias alias, Position position) {
    return std::uint64_t{alias.value} << 32 | std::uint32_t{position.x} << 16 | position.y;
  }
  static Presence unpack(std::uint64_t word) {
    return {Alias{static_cast<std::uint32_t>(word >> 32)},
            Position{static_cast<std::uint16_t>(word >> 16), static_cast<std::uint16_t>(word)}};
  }
  Sector& sector_at(Position position) { return sectors_[grid_.cell_of(position).value]; }
  static void add(Sector& sector, Alias alias);
  static void remove(Sector& sector, Alias alias);

  const std::uint32_t view_radius_;
  const world::Map map_;
  const world::Grid grid_;
  std::vector<std::byte> obstacles_;  // of all cells, one after the other
  std::vector<Sector> sectors_;
  std::vector<std::atomic<std::uint64_t>> presences_;  // by slot
};

}  // namespace madang::lecture
