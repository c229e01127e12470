// FanOut: sends the updates of cells to the sessions that watch them. It knows which sessions watch which
// cells of which worlds, and decides what each session gets.
//
// A cell is in one of three states for a session that watches it:
//   - live: the session gets everything.
//   - throttled: moves are suppressed (CellThrottled), until a CellPositions brings the positions of the
//     entities.
//   - stale: the session gets nothing, and the client has forgotten the cell. When the session's lag allows
//     it, the cell begins again with its full state. The nearest cells come first.
// The state depends on the session's lag (Worker::lag), and on the distance of the cell from the session's
// entity. So a session gets no more than session_kbit_per_second, whatever other clients do.
//
// Owned by a gateway; worker thread only. Its memory depends on the sessions and on the cells that they
// watch.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "madang/net/tick_output.h"
#include "madang/net/worker.h"
#include "madang/net/world_info.h"
#include "madang/world/cell_map.h"
#include "madang/world/cells.h"

namespace madang::net {

class FanOut {
 public:
  using WatchChange = TickOutput::Personal::WatchChange;

  explicit FanOut(Worker& worker) : worker_(worker) {}

  /// The session is in this world from now on, and its entity stands in this cell. The world must outlive the
  /// end of the session here. Precondition: the session is open.
  void enter(std::uint32_t session, WorldInfo& world, world::CellIndex cell);
  /// Sets the cell in which the session's entity stands. Precondition: the session is in a world.
  void set_cell(std::uint32_t session, world::CellIndex cell) { viewer_of(session).cell = cell; }
  /// Removes a session that has ended, or that has left its world. Its client is not told.
  void end(std::uint32_t session);

  /// Fans out a tick, in the order that world::WorldOutput demands. `changes` and `unsettled` are those of
  /// this worker's sessions.
  void fan_out(const TickOutput& output, std::span<const WatchChange> changes,
               std::span<const SessionId> unsettled);

  /// Makes every cell of these worlds stale for every session, because the updates of merged ticks are lost.
  template <class IsOne>
  void make_all_stale(IsOne is_one) {
    watchers_.for_each([&](WorldCell cell, Watchers& watchers) {
      if (!is_one(*viewers_[watchers.front().index].world)) return;
      for (Watcher& watcher : watchers)
        if (watcher.state != State::stale) make_stale(watcher, cell.cell());
    });
  }
  /// Changes the areas of interest after make_all_stale(). New cells begin stale.
  void change_watches(std::span<const WatchChange> changes);

  /// Requests the states of stale cells from the world, for sessions whose lag allows it. Looks at a bounded
  /// number of sessions.
  void request_states();

  /// Returns whether the session's budget allows these bytes, which belong to no cell.
  bool may_get(const Session& session, std::size_t bytes) const;
  /// Returns the number of stale cells, summed over all sessions.
  std::uint64_t stale_count() const { return stale_count_; }
  /// Returns the number of cells that at least one session watches.
  std::size_t watched_cell_count() const { return watchers_.size(); }

 private:
  enum class State : std::uint32_t {
    live,
    throttled,
    stale,
    begun,  ///< its full state was sent in this tick, so the leaves of this tick are not sent; then live
  };
  struct Watcher {
    Watcher(std::uint32_t session, State its_state) : index(session & ((1u << 30) - 1)), state(its_state) {}
    std::uint32_t index : 30;  ///< of the session
    State state : 2;
  };
  using Watchers = std::vector<Watcher>;
  /// The state of a session, at the session's index.
  struct Viewer {
    WorldInfo* world = nullptr;  ///< null: the session is in no world
    world::CellRect watch;
    world::CellIndex cell;                ///< of the session's entity
    std::vector<world::CellIndex> stale;  ///< of the watched cells
    bool is_waiting = false;              ///< is in waiting_
    bool must_be_calm = false;            ///< the last state was larger than the rest of the budget, so the
                                          ///< next request waits for a small lag
    // Of the tick that is fanned out:
    bool has_change = false;    ///< watches other cells than before
    bool is_unsettled = false;  ///< watches other cells in the next tick, and gets the leaves then
  };

  void leave_cells(const WatchChange& change);
  void send_forgets();
  void begin_cells(const WatchChange& change, const world::WorldOutput* output);
  void fan_out(const TickOutput::OfWorld& of_world, std::span<const WatchChange> changes);
  void send_updates(const TickOutput::OfWorld& of_world);
  void send_states(const TickOutput::OfWorld& of_world);
  void send_positions(const TickOutput::OfWorld& of_world);
  void send_leaves(const TickOutput::OfWorld& of_world);
  template <class Gets>
  void send_leaves(const TickOutput::OfWorld& of_world, std::span<const world::WorldOutput::CellPart> leaves,
                   Gets gets);
  void make_begun_live(const TickOutput::OfWorld& of_world);

  /// Returns 0 for the cell of the session's entity, 1 for the eight cells around it, 2 for all others.
  std::uint32_t nearness(std::uint32_t session, world::CellIndex cell) const;
  bool may_get_moves(const Session& session, world::CellIndex cell, std::size_t bytes) const;
  bool may_get_update(const Session& session, world::CellIndex cell, std::size_t bytes) const;
  bool may_get_state(const Session& session, world::CellIndex cell, std::size_t bytes) const;
  Duration lag_with(const Session& session, std::size_t bytes) const;

  void begin(Watcher& watcher, Session& session, Bytes state);
  void throttle(Watcher& watcher, world::CellIndex cell);
  void unthrottle(Watcher& watcher, world::CellIndex cell);
  void make_stale(Watcher& watcher, world::CellIndex cell);
  void note_stale(std::uint32_t session, world::CellIndex cell);
  void note_not_stale(std::uint32_t session, world::CellIndex cell);
  State stop_watching(world::CellIndex cell, std::uint32_t session);
  Watchers& watchers_for(WorldCell cell);
  /// Returns null if no session of this worker watches the cell.
  Watchers* watchers_of(WorldId world, world::CellIndex cell) {
    return watchers_.find(WorldCell::of(world, cell));
  }
  Viewer& viewer_of(std::uint32_t session);
  Viewer* viewer_of(const WatchChange& change);

  Worker& worker_;
  world::CellMap<Watchers, WorldCell> watchers_;  // none is empty
  std::vector<Watchers> spare_;  // lists of cells that no session watches any more; they keep their memory
  world::CellMap<std::uint32_t, WorldCell> throttled_in_;  // number of sessions; never 0
  std::vector<Viewer> viewers_;                            // by the index of the session
  std::vector<std::uint32_t> waiting_;                     // sessions with stale cells
  std::size_t next_waiting_ = 0;                           // index in waiting_
  std::uint64_t stale_count_ = 0;
  std::vector<Watchers*> found_;  // of this tick: the watchers of the cells that have updates; null: none
  std::vector<std::pair<std::uint32_t, world::CellIndex>> forgets_;  // of this tick: session and cell
  bool is_own_cell_only_ = false;  // overload: only moves in a player's own cell are sent
};

}  // namespace madang::net
