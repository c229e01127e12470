// TickEvents: all events of a tick, in lists that the next tick uses again.
//
// Zone::tick() fills the lists. They are read on the same thread before the next tick. The spans in `cells`
// point into the other lists, so a TickEvents cannot be copied.
//
// The lists by cell describe how the end of the tick differs from its beginning. A piece that enters and
// leaves within one tick is in none of them. A watcher must get the lists in this order:
//   1. The cells that it does not watch any more (WatchChanged: in `before`, but not in `now`). The client
//      forgets them and all pieces in them.
//   2. For each cell that it watched before and still watches: enters, says, steps. If the client already
//      knows a piece that enters, then the piece has come from another cell. Steps may be suppressed for a
//      watcher that gets the positions of the cell's pieces later.
//   3. For each cell that it newly watches: the full state (obstacles, all pieces) from the zone.
//   4. For each cell of point 2: leaves. A leave counts only if the client still has the piece in that
//      cell. A piece that has gone to another watched cell was in point 2 or 3 already.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "board/alias.h"
#include "board/names.h"
#include "board/position.h"
#include "madang/base/close_reason.h"
#include "madang/base/ids.h"

namespace madang::board {

// ---- In a cell: for all its watchers ----

/// An enter, a step or a leave. `position` is the position at the end of the tick. For a leave it is the
/// position at the beginning, which is in the cell that the piece has left.
struct CellEvent {
  CellIndex cell;
  Alias alias;
  Position position;
  bool operator==(const CellEvent&) const = default;
};

/// Words for the watchers of the speaker's cell. If the speaker has left by the end of the tick, this is its
/// cell at the tick's beginning; the leave comes after the words.
struct Said {
  CellIndex cell;
  Alias alias;
  std::uint32_t order;  ///< the words of one cell are in the order of their commands
  std::string text;
  bool operator==(const Said&) const = default;
};

/// One cell in which something happened. Enters, steps and leaves are ordered by slot. Zone::piece() has the
/// names of the pieces that entered.
struct CellChanges {
  CellIndex cell;
  std::span<const CellEvent> enters;
  std::span<const CellEvent> steps;
  std::span<const Said> says;
  std::span<const CellEvent> leaves;
};

// ---- For all players ----

/// Words for all players. Most of them do not see the speaker, so its name is part of the event.
struct Shouted {
  Alias alias;
  PieceId id;
  std::string name;
  std::string text;
  bool operator==(const Shouted&) const = default;
};

// ---- For one owner. Entered, EnterRefused and Moved are in the order of the commands ----

struct Entered {
  SessionId owner;
  Alias alias;
  PieceId id;
  Position position;
  bool operator==(const Entered&) const = default;
};

struct EnterRefused {
  SessionId owner;
  CloseReason reason;
  bool operator==(const EnterRefused&) const = default;
};

enum class MoveResult : std::uint8_t { moved, blocked, too_soon };

/// The answer to a move with any result. `position` is the position of the piece after the move.
struct Moved {
  SessionId owner;
  std::uint32_t client_time;
  Position position;
  MoveResult result;
  bool operator==(const Moved&) const = default;
};

/// A change of an owner's area of interest. Ordered by slot; at most one for an owner in a tick. `before` is
/// empty for a newcomer. There is none for a player that leaves, because the worker knows what it watched.
struct WatchChanged {
  SessionId owner;
  Alias alias;
  CellRect before;
  CellRect now;
  bool operator==(const WatchChanged&) const = default;
};

struct TickEvents {
  TickEvents() = default;
  TickEvents(TickEvents&&) = default;
  TickEvents& operator=(TickEvents&&) = default;

  std::uint64_t tick = 0;
  std::vector<CellChanges> cells;  ///< ascending
  std::vector<Shouted> shouts;
  std::vector<Entered> entered;
  std::vector<EnterRefused> enter_refused;
  std::vector<Moved> moved;
  std::vector<WatchChanged> watch_changes;
  /// The cells that an owner newly watches, so their full states must be encoded; ascending, each one once.
  std::vector<CellIndex> newly_watched;

  // The lists that the spans in `cells` point into, each one sorted by cell.
  std::vector<CellEvent> enters;
  std::vector<CellEvent> steps;
  std::vector<Said> says;
  std::vector<CellEvent> leaves;

  void clear();
  /// Sorts the four lists above, and fills `cells` with their parts.
  void group_by_cell();
};

}  // namespace madang::board
