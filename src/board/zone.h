// Zone: the simulation of one map. It gets commands, and returns events.
//
// A deterministic state machine: (state, tick number, ordered commands) -> (state, events). The result is the
// same on every platform, because a zone has no I/O, no clock, and no random numbers except those of its
// seed. The cost of a tick depends on its commands, and not on the pieces that stand still. One thread.
//
// The rules:
//   - A newcomer appears on a free tile around the middle of the map (board/arrivals.h). The zone
//   refuses a
//     newcomer (world_full) if the map has no free tile, or if it has `players_max` pieces. A piece that
//     leaves counts until the end of the tick. An owner has one piece: a second enter is ignored.
//   - A move goes one tile in one of four directions, but not onto an obstacle and not over the edge. Pieces
//     may share a tile. A piece may move once in `move_interval_ticks` on average. A move may come up to
//     `move_slack_ticks` early; then the next move must wait longer. In one tick a piece takes at most one
//     step, however long the tick is.
//   - An owner watches a rectangle of cells: each cell within `view_radius` of its piece, and no cell beyond
//     `leave_radius`.
//   - A leave has no effect if its owner has no piece. A move, a say or a shout has no effect if its alias is
//     not that of a piece of its owner.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "board/arrivals.h"
#include "board/command.h"
#include "board/entity_table.h"
#include "board/events.h"
#include "board/names.h"
#include "board/zone_config.h"
#include "madang/base/ids.h"

namespace madang::board {

/// A view of a piece. `name` is valid until the next tick.
struct Piece {
  Alias alias;
  PieceId id;
  Position position;
  std::uint8_t looks;
  std::string_view name;
  SessionId owner;
};

class Zone {
 public:
  /// Precondition: find_problem() finds nothing in the configuration (CHECK).
  explicit Zone(const ZoneConfig& config);
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

  /// Applies the commands, and replaces the content of `events`. Moves the texts out of the commands. The
  /// tick is as long as `length` ordinary ticks; a server in overload makes longer ticks.
  void tick(std::span<Command> commands, TickEvents& events, std::uint32_t length = 1);

  const ZoneConfig& config() const { return config_; }
  const Map& map() const { return map_; }
  const Grid& grid() const { return grid_; }
  /// Returns the number of the last tick: 0 before the first one. A tick of length N raises it by N.
  std::uint64_t tick_number() const { return tick_; }
  std::uint32_t player_count() const { return entities_.size(); }

  bool has(Alias alias) const { return entities_.find(alias) != nullptr; }
  /// Precondition: has(alias) (CHECK).
  Piece piece(Alias alias) const;
  /// Replaces the content of `aliases` by the pieces in a cell, ordered by slot.
  void pieces_in(CellIndex cell, std::vector<Alias>& aliases) const;
  /// Calls visit(Alias, Position) for every piece, ordered by slot.
  template <class Visit>
  void for_each_piece(Visit visit) const {
    for (std::uint32_t slot = 0; slot < entities_.slot_end(); ++slot)
      if (const Body& body = entities_.body(slot); body.is_here) visit(entities_.alias(slot), body.position);
  }
  /// Calls visit(Alias, Position) for the pieces in the slots [first, end). A caller that must be short
  /// visits the pieces in several parts.
  template <class Visit>
  void for_each_piece(std::uint32_t first, std::uint32_t end, Visit visit) const {
    for (std::uint32_t slot = first; slot < std::min(end, entities_.slot_end()); ++slot)
      if (const Body& body = entities_.body(slot); body.is_here) visit(entities_.alias(slot), body.position);
  }
  /// Returns one more than the highest slot that was ever used.
  std::uint32_t slot_end() const { return entities_.slot_end(); }
  /// Returns the area of interest of the piece's owner. Precondition: has(alias) (CHECK).
  CellRect watch_of(Alias alias) const;

  /// Returns a hash of the whole state. Equal histories have equal hashes, on every platform. Visits every
  /// piece.
  std::uint64_t hash() const;
  /// Returns how often a cell was looked up so far. A test uses it: the number depends on the players that
  /// move, and not on the size of the map.
  std::uint64_t cell_lookups() const { return members_.lookups(); }
  /// Returns roughly how many bytes of memory the state needs.
  std::size_t memory_bytes() const;

 private:
  void apply(Command& command, TickEvents& events);
  void enter(Command& command, TickEvents& events);
  void leave(const Command& command);
  void move(const Command& command, TickEvents& events);
  void say(Command& command, TickEvents& events);
  void shout(Command& command, TickEvents& events);

  Body* own_piece(const Command& command);
  MoveResult try_move(Body& body, std::uint32_t slot, Direction direction);
  void touch(std::uint32_t slot);

  void settle(TickEvents& events);
  void settle_words(TickEvents& events);
  void settle_piece(std::uint32_t slot, TickEvents& events);
  void settle_watch(std::uint32_t slot, TickEvents& events);

  ZoneConfig config_;
  Map map_;
  Grid grid_;
  Arrivals arrivals_;
  std::uint64_t tick_ = 0;
  std::uint64_t next_entity_id_ = 1;
  EntityTable entities_;
  CellMembers members_;
  std::unordered_map<SessionId, std::uint32_t> slot_of_owner_;  // looked up, never iterated
  std::vector<std::uint32_t> touched_;                          // slots of pieces that this tick has changed
};

}  // namespace madang::board
