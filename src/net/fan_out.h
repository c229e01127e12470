// FanOut: which sessions watch which cells, and what of each cell's news a session gets.
//
// A watched cell is for a session in one of three states:
//   live       everything is sent;
//   throttled  steps are suppressed (CellThin); CellPositions makes that right a while later;
//   stale      nothing is sent: for the client the cell is forgotten. When the session's lag allows it, the
//              cell begins again with its full state, the nearest cells first.
// Which one follows from the session's lag (Worker::lag) and from how far the cell is from its piece. So what
// a session gets stays within session_kbit_per_second, whatever other clients do.
//
// A gateway's; on its worker's thread. Its memory follows the sessions and the cells that they watch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/thinned_cells.h"
#include "net/tick_output.h"
#include "net/worker.h"
#include "world/cell_map.h"
#include "world/cells.h"

namespace madang::net {

class FanOut {
 public:
  FanOut(Worker& worker, const world::Grid& grid, ThinnedCells& thinned_cells)
      : worker_(worker), grid_(grid), thinned_cells_(thinned_cells) {}

  /// Where the piece of this open session stands.
  void set_place(std::uint32_t session, world::CellIndex cell) { viewer_of(session).cell = cell; }
  /// The session has ended.
  void end(std::uint32_t session);

  /// Fans out a tick, in the order that world/events.h asks for. `changes` are those of this worker.
  void fan_out(const TickOutput& output, std::span<const world::WatchChanged> changes);

  /// For ticks whose news of cells were missed: first every cell becomes stale, for every session ...
  void make_all_stale();
  /// ... and then the watches of sessions change, without any state.
  void change_watches(std::span<const world::WatchChanged> changes);

  /// Asks for the states of stale cells of sessions whose lag allows it; of a bounded number of them.
  void ask_for_states();

  /// Whether these bytes, which concern no cell, are within the session's means.
  bool may_get(const Session& session, std::size_t bytes) const;
  /// Cells that are stale now, of all sessions.
  std::uint64_t stale_count() const { return stale_count_; }
  /// Lists by cell that it keeps: as many as cells are watched.
  std::size_t watched_cell_count() const { return watchers_.size(); }

 private:
  enum class State : std::uint32_t {
    live,
    throttled,
    stale,
    begun,  ///< live from the next tick on: its state has been sent in this one
  };
  struct Watcher {
    Watcher(std::uint32_t session, State its_state) : index(session & ((1u << 30) - 1)), state(its_state) {}
    std::uint32_t index : 30;  ///< of the session
    State state : 2;
  };
  using Watchers = std::vector<Watcher>;
  /// What is known of a session; stands at the session's index.
  struct Viewer {
    world::CellRect watch;
    world::CellIndex cell;                ///< where its piece stands
    std::vector<world::CellIndex> stale;  ///< those of its watched cells that are
    bool waits = false;                   ///< stands in waiting_
    bool wants_calm = false;              ///< a state was too large for what was left of its means
  };

  void forget_cells(const world::WatchChanged& change);
  void begin_cells(const world::WatchChanged& change, const TickOutput* output);
  void send_updates(const TickOutput& output);
  void send_states(const TickOutput& output);
  void send_positions(const TickOutput& output);
  void send_leaves(const TickOutput& output);
  void make_begun_live(const TickOutput& output);

  std::uint32_t nearness(std::uint32_t session, world::CellIndex cell) const;
  bool may_get_steps(const Session& session, world::CellIndex cell, std::size_t bytes) const;
  bool may_get_news(const Session& session, world::CellIndex cell, std::size_t bytes) const;
  bool may_get_state(const Session& session, world::CellIndex cell, std::size_t bytes) const;
  Duration lag_with(const Session& session, std::size_t bytes) const;

  void begin(Watcher& watcher, Session& session, Bytes state);
  void throttle(Watcher& watcher, world::CellIndex cell);
  void unthrottle(Watcher& watcher, world::CellIndex cell);
  void make_stale(Watcher& watcher, world::CellIndex cell);
  void note_stale(std::uint32_t session, world::CellIndex cell);
  void note_not_stale(std::uint32_t session, world::CellIndex cell);
  State stop_watching(world::CellIndex cell, std::uint32_t session);
  Watchers& watchers_for(world::CellIndex cell);
  Viewer& viewer_of(std::uint32_t session);

  Worker& worker_;
  const world::Grid grid_;
  ThinnedCells& thinned_cells_;
  world::CellMap<Watchers> watchers_;           // by cell; none is empty
  std::vector<Watchers> spare_;                 // of cells that nobody watches any more, for the memory
  world::CellMap<std::uint32_t> throttled_in_;  // sessions, by cell; none is 0
  std::vector<Viewer> viewers_;                 // by the index of the session
  std::vector<std::uint32_t> waiting_;          // sessions with stale cells
  std::size_t next_waiting_ = 0;                // who is looked at next
  std::uint64_t stale_count_ = 0;
  bool own_cell_only_ = false;  // the server is short of time: other cells' steps are suppressed
};

}  // namespace madang::net
