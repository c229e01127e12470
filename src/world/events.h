// TickEvents: all that a tick has to tell, in lists that are used again by the next tick.
//
// Filled by Zone::tick, read on the same thread before the next one. Owns what it shows; the spans in `cells`
// point into its own lists, so it cannot be copied.
//
// The lists say how the tick's end differs from its beginning: a piece that came and went within one tick is
// in none of the public ones. They are made for this order at a watcher:
//   1. forget the cells that it stops to watch (WatchChanged: in `before`, not in `now`), and all in them;
//   2. for each cell that it watched before and still watches: enters, says, steps. An enter of a piece that
//      the watcher knows already means that the piece stepped over from another cell. Steps may be held back
//      from a watcher who is told where the cell's pieces stand a while later;
//   3. for each cell that it newly watches: the full state (obstacles, all pieces) from the zone;
//   4. for each cell of point 2: leaves. A leave counts only when the piece is, for the watcher, still in
//      that cell: one that stepped over to another cell in sight has been seen there in point 2 or 3.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/close_reason.h"
#include "base/ids.h"
#include "world/alias.h"
#include "world/cells.h"
#include "world/position.h"

namespace madang::world {

// ---- In a cell: for all who watch it ----

/// Something that a piece did in a cell. `position` is where it stands now; of a leave, where it stood.
struct CellEvent {
  CellIndex cell;
  Alias alias;
  Position position;
  bool operator==(const CellEvent&) const = default;
};

/// Words to those near. A speaker who has left by the end of the tick is heard where it stood at the tick's
/// beginning; its leave comes after.
struct Said {
  CellIndex cell;
  Alias alias;
  std::uint32_t order;  ///< words of one cell come in the order of their commands
  std::string text;
  bool operator==(const Said&) const = default;
};

/// One cell in which something happened.
struct CellChanges {
  CellIndex cell;
  std::span<const CellEvent> enters;  ///< by slot, as are steps and leaves; the rest by Zone::piece
  std::span<const CellEvent> steps;
  std::span<const Said> says;
  std::span<const CellEvent> leaves;
};

// ---- For everybody ----

/// Words to all; most of them do not see the speaker, so its name is here.
struct Shouted {
  Alias alias;
  EntityId id;
  std::string name;
  std::string text;
  bool operator==(const Shouted&) const = default;
};

// ---- For one owner, in the order of the commands ----

struct Entered {
  SessionId owner;
  Alias alias;
  EntityId id;
  Position position;
  bool operator==(const Entered&) const = default;
};

struct EnterRefused {
  SessionId owner;
  CloseReason reason;
  bool operator==(const EnterRefused&) const = default;
};

enum class MoveResult : std::uint8_t { moved, blocked, too_soon };

/// The answer to a move, whatever came of it. `position` is where the piece stands after it.
struct Moved {
  SessionId owner;
  std::uint32_t client_time;
  Position position;
  MoveResult result;
  bool operator==(const Moved&) const = default;
};

/// What an owner watches from now on; by slot, at most one an owner and tick. `before` is empty for one who
/// has just entered. Of one who leaves there is none: the worker knows it, and what it watched.
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
  /// The cells that somebody newly watches and that must be encoded in full; ascending, each once.
  std::vector<CellIndex> newly_watched;

  // What `cells` shows parts of, each sorted by cell.
  std::vector<CellEvent> enters;
  std::vector<CellEvent> steps;
  std::vector<Said> says;
  std::vector<CellEvent> leaves;

  void clear();
  /// Sorts the four lists above and makes `cells` from them.
  void group_by_cell();
};

}  // namespace madang::world
