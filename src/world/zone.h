// Zone: the simulation of one map. Commands in, events out.
//
// A deterministic state machine: (state, tick number, ordered commands) -> (state, events), the same on every
// platform. No I/O, no clock, no chance but what follows from its seed. One thread; what the views show is
// valid until the next tick. The cost of a tick grows with its commands, never with the pieces that stand
// still.
//
// The rules:
//   - A newcomer appears on a free tile around the middle of the map (world/arrivals.h). Refused (world_full)
//     when the map has no free tile or `players_max` stand on it; the place of one who leaves is free from
//     the next tick on. An owner has one piece: a second enter is ignored.
//   - A move goes one tile in one of four directions, never into an obstacle or over the edge. Pieces may
//     share a tile. One move in `move_interval_ticks` on average; one may come `move_slack_ticks` early, and
//     those after it pay for it. In no tick does a piece take more than one step, however long the tick is.
//   - An owner watches a rectangle of cells: all within `view_radius` of its piece, none beyond
//   `leave_radius`.
//   - A command from an owner who has no piece, or with an alias that is not its own, does nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "world/arrivals.h"
#include "world/cell_members.h"
#include "world/cells.h"
#include "world/command.h"
#include "world/entity_table.h"
#include "world/events.h"
#include "world/map.h"
#include "world/zone_config.h"

namespace madang::world {

/// What there is to know about a piece.
struct Piece {
  Alias alias;
  EntityId id;
  Position position;
  std::uint8_t looks;
  std::string_view name;
  SessionId owner;
};

class Zone {
 public:
  /// The configuration has no problem (find_problem): CHECK.
  explicit Zone(const ZoneConfig& config);
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

  /// One step of time, as long as `length` ordinary ones: a zone that is short of time takes longer steps.
  /// Takes the texts out of the commands; replaces what `events` held.
  void tick(std::span<Command> commands, TickEvents& events, std::uint32_t length = 1);

  const ZoneConfig& config() const { return config_; }
  const Map& map() const { return map_; }
  const Grid& grid() const { return grid_; }
  /// Counts up from 0; the first tick is 1. Skips where a tick was longer.
  std::uint64_t tick_number() const { return tick_; }
  std::uint32_t player_count() const { return entities_.size(); }

  bool has(Alias alias) const { return entities_.find(alias) != nullptr; }
  /// A piece that is there: CHECK.
  Piece piece(Alias alias) const;
  /// The pieces in a cell, by slot; replaces what `aliases` held.
  void pieces_in(CellIndex cell, std::vector<Alias>& aliases) const;
  /// Calls visit(Alias, Position) for every piece, by slot.
  template <class Visit>
  void for_each_piece(Visit visit) const {
    for (std::uint32_t slot = 0; slot < entities_.slot_end(); ++slot)
      if (const Body& body = entities_.body(slot); body.here) visit(entities_.alias(slot), body.position);
  }
  /// As for_each_piece, of the slots [first, end): for those who may not look at all of them at once.
  template <class Visit>
  void for_each_piece(std::uint32_t first, std::uint32_t end, Visit visit) const {
    for (std::uint32_t slot = first; slot < std::min(end, entities_.slot_end()); ++slot)
      if (const Body& body = entities_.body(slot); body.here) visit(entities_.alias(slot), body.position);
  }
  /// One more than the highest slot used so far.
  std::uint32_t slot_end() const { return entities_.slot_end(); }
  /// What the owner of a piece watches.
  CellRect watch_of(Alias alias) const;

  /// A hash of the whole state: equal for equal histories, on every platform. Visits everything.
  std::uint64_t hash() const;
  /// Returns how often a cell was looked up so far. It follows the players that move, not the map.
  std::uint64_t cell_lookups() const { return members_.lookups(); }
  /// How many bytes of memory the state takes, roughly.
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
  std::vector<std::uint32_t> touched_;                          // slots that this tick did something to
};

}  // namespace madang::world
