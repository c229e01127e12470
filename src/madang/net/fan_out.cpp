#include "madang/net/fan_out.h"

#include <algorithm>
#include <array>
#include <utility>

#include "madang/base/check.h"
#include "madang/wire/cell_packets.h"

namespace madang::net {

namespace {

// The largest lag at which a session gets moves, and at which it gets other updates. By the distance of the
// cell: the player's own cell, the eight cells around it, all others. Near cells keep their updates longest.
constexpr std::array<Duration, 3> moves_lag_max = {600ms, 450ms, 300ms};
constexpr std::array<Duration, 3> update_lag_max = {900ms, 750ms, 600ms};
/// A state that is larger than a whole budget is sent when the lag is below this value.
constexpr Duration calm_lag_max = 50ms;
/// Sessions that one request_states() looks at.
constexpr std::size_t requests_max = 64;
constexpr std::size_t spare_max = 1024;

template <class Packet>
Packet about(const world::Grid& grid, world::CellIndex cell) {
  return {static_cast<std::uint16_t>(grid.column(cell)), static_cast<std::uint16_t>(grid.row(cell))};
}

}  // namespace

void FanOut::enter(std::uint32_t session, WorldInfo& world, world::CellIndex cell) {
  Viewer& viewer = viewer_of(session);
  MADANG_CHECK(viewer.watch.empty(), "session {} still watches cells of another world", session);
  viewer.world = &world;
  viewer.cell = cell;
}

void FanOut::end(std::uint32_t session) {
  if (session >= viewers_.size() || !viewers_[session].world) return;
  Viewer& viewer = viewers_[session];
  viewer.world->grid.for_each(viewer.watch, [&](world::CellIndex cell) { stop_watching(cell, session); });
  // The index stays in waiting_ until request_states() removes it. The next session may use it.
  viewer = {.is_waiting = viewer.is_waiting};
}

void FanOut::fan_out(const TickOutput& output, std::span<const WatchChange> changes,
                     std::span<const SessionId> unsettled) {
  is_own_cell_only_ = output.is_own_cell_only;
  for (const SessionId session : unsettled)
    if (worker_.find(session)) viewer_of(session.index()).is_unsettled = true;
  for (std::uint32_t number = 0; number < output.worlds().size(); ++number) {
    const auto after = std::ranges::find_if(
        changes, [&](const WatchChange& change) { return change.world_number != number; });
    const auto count = static_cast<std::size_t>(after - changes.begin());
    fan_out(output.worlds()[number], changes.first(count));
    changes = changes.subspan(count);
  }
  for (const SessionId session : unsettled)
    if (worker_.find(session)) viewer_of(session.index()).is_unsettled = false;
}

/// Positions come after the states. A state may contain an entity that came out of a throttled cell, from a
/// place that the client does not know. The client accepts such a jump as long as the cell is throttled for
/// it.
void FanOut::fan_out(const TickOutput::OfWorld& of_world, std::span<const WatchChange> changes) {
  for (const WatchChange& change : changes) {
    if (Viewer* viewer = viewer_of(change)) viewer->has_change = true;
    leave_cells(change);
  }
  send_updates(of_world);
  for (const WatchChange& change : changes) begin_cells(change, &of_world.cells);
  send_states(of_world);
  send_positions(of_world);
  send_leaves(of_world);
  make_begun_live(of_world);
  send_forgets();
  for (const WatchChange& change : changes)
    if (Viewer* viewer = viewer_of(change)) viewer->has_change = false;
}

void FanOut::change_watches(std::span<const WatchChange> changes) {
  for (const WatchChange& change : changes) {
    leave_cells(change);
    begin_cells(change, nullptr);
  }
  send_forgets();
}

// --- Watching ---

/// Ends the watching of cells. The client is told at the end of the tick: until then it holds an entity that
/// goes from such a cell to one that begins.
void FanOut::leave_cells(const WatchChange& change) {
  Viewer* viewer = viewer_of(change);
  if (!viewer) return;
  viewer->world->grid.for_each_without(change.before, change.now, [&](world::CellIndex cell) {
    if (stop_watching(cell, change.session.index()) != State::stale)
      forgets_.push_back({change.session.index(), cell});
  });
}

void FanOut::send_forgets() {
  for (const auto& [session, cell] : forgets_)
    wire::append(worker_.out(worker_.at(session)),
                 about<wire::CellForget>(viewers_[session].world->grid, cell));
  forgets_.clear();
}

/// Begins the new cells of a session, the nearest first, as long as its budget lasts. The other cells begin
/// stale. Without an output there are no states, so all cells begin stale.
void FanOut::begin_cells(const WatchChange& change, const world::WorldOutput* output) {
  Viewer* viewer = viewer_of(change);
  if (!viewer) return;
  const std::uint32_t index = change.session.index();
  Session& session = worker_.at(index);
  const WorldInfo& world = *viewer->world;
  viewer->watch = change.now;
  for (std::uint32_t near = 0; near < moves_lag_max.size(); ++near)
    world.grid.for_each_without(change.now, change.before, [&](world::CellIndex cell) {
      if (nearness(index, cell) != near) return;
      Watchers& watchers = watchers_for(WorldCell::of(world.id, cell));
      watchers.emplace_back(index, State::stale);
      const Bytes state = output ? output->bytes_of(output->state_of(cell)) : Bytes();
      if (output && may_get_state(session, cell, state.size())) return begin(watchers.back(), session, state);
      note_stale(index, cell);
    });
}

FanOut::State FanOut::stop_watching(world::CellIndex cell, std::uint32_t session) {
  const WorldCell key = WorldCell::of(viewers_[session].world->id, cell);
  Watchers* watchers = watchers_.find(key);
  MADANG_CHECK(watchers != nullptr, "no session watches cell {}", cell.value);
  const auto at = std::ranges::find_if(*watchers, [&](const Watcher& w) { return w.index == session; });
  MADANG_CHECK(at != watchers->end(), "session {} does not watch cell {}", session, cell.value);
  const State state = at->state;
  if (state == State::throttled) unthrottle(*at, cell);
  if (state == State::stale) note_not_stale(session, cell);
  *at = watchers->back();
  watchers->pop_back();
  if (watchers->empty()) {
    if (spare_.size() < spare_max) spare_.push_back(std::move(*watchers));
    watchers_.erase(key);
  }
  return state;
}

FanOut::Watchers& FanOut::watchers_for(WorldCell cell) {
  if (Watchers* watchers = watchers_.find(cell)) return *watchers;
  Watchers fresh;
  if (!spare_.empty()) {
    fresh = std::move(spare_.back());
    spare_.pop_back();
  }
  return watchers_.get(cell, std::move(fresh));
}

/// Returns null if the session is over, or in no world any more.
FanOut::Viewer* FanOut::viewer_of(const WatchChange& change) {
  if (!worker_.find(change.session)) return nullptr;
  Viewer& viewer = viewer_of(change.session.index());
  return viewer.world ? &viewer : nullptr;
}

FanOut::Viewer& FanOut::viewer_of(std::uint32_t session) {
  if (session >= viewers_.size()) viewers_.resize(session + 1);
  return viewers_[session];
}

// --- The updates of a tick ---

/// The memory of the sessions is out of the caches. So the lists of watchers are found first, and the
/// sessions of a cell are fetched while those of the cell before get their updates.
void FanOut::send_updates(const TickOutput::OfWorld& of_world) {
  const std::vector<world::WorldOutput::CellUpdate>& updates = of_world.cells.updates;
  for (const world::WorldOutput::CellUpdate& update : updates)
    watchers_.prefetch(WorldCell::of(of_world.world, update.cell));
  found_.clear();
  for (const world::WorldOutput::CellUpdate& update : updates) {
    found_.push_back(watchers_of(of_world.world, update.cell));
    if (found_.back()) __builtin_prefetch(found_.back()->data());
  }
  for (std::size_t i = 0; i < updates.size(); ++i) {
    if (i + 1 < updates.size() && found_[i + 1])
      for (const Watcher& next : *found_[i + 1]) worker_.prefetch_session(next.index);
    Watchers* watchers = found_[i];
    if (!watchers) continue;
    const world::WorldOutput::CellUpdate& update = updates[i];
    const Bytes all = of_world.cells.bytes_of(update.all);
    const Bytes without_moves = of_world.cells.bytes_of(update.without_moves());
    for (Watcher& watcher : *watchers) {
      if (watcher.state == State::stale) continue;
      Session& session = worker_.at(watcher.index);
      if (watcher.state == State::live && update.has_moves() &&
          !may_get_moves(session, update.cell, all.size()))
        throttle(watcher, update.cell);
      const Bytes bytes = watcher.state == State::throttled ? without_moves : all;
      if (bytes.empty()) continue;
      if (may_get_update(session, update.cell, bytes.size())) {
        worker_.out(session).append(bytes);
      } else {
        make_stale(watcher, update.cell);
      }
    }
  }
}

/// Sends a full state to each session for which the cell is stale, if the budget of the session allows it
/// now.
void FanOut::send_states(const TickOutput::OfWorld& of_world) {
  if (stale_count_ == 0) return;
  for (const world::WorldOutput::CellPart& part : of_world.cells.states) {
    Watchers* watchers = watchers_of(of_world.world, part.cell);
    if (!watchers) continue;
    const Bytes state = of_world.cells.bytes_of(part.part);
    for (Watcher& watcher : *watchers) {
      if (watcher.state != State::stale) continue;
      Session& session = worker_.at(watcher.index);
      Viewer& viewer = viewers_[watcher.index];
      viewer.must_be_calm = !may_get_state(session, part.cell, state.size());
      if (viewer.must_be_calm) continue;
      note_not_stale(watcher.index, part.cell);
      begin(watcher, session, state);
    }
  }
}

/// Sends the positions of all entities of throttled cells. A session whose budget does not allow them waits
/// for the next CellPositions.
void FanOut::send_positions(const TickOutput::OfWorld& of_world) {
  for (const world::WorldOutput::CellPart& positions : of_world.cells.positions) {
    Watchers* watchers = watchers_of(of_world.world, positions.cell);
    if (!watchers) continue;
    const Bytes bytes = of_world.cells.bytes_of(positions.part);
    for (Watcher& watcher : *watchers) {
      if (watcher.state != State::throttled) continue;
      Session& session = worker_.at(watcher.index);
      if (!may_get_update(session, positions.cell, bytes.size()) && worker_.lag(session) > calm_lag_max)
        continue;
      worker_.out(session).append(bytes);
      unthrottle(watcher, positions.cell);
      if (!may_get_moves(session, positions.cell, 0)) throttle(watcher, positions.cell);
    }
  }
}

/// Sends all leaves, also to a session whose budget is used up: a leave is small, a tenth of an enter. A
/// session that has got the full state in this tick does not need them.
void FanOut::send_leaves(const TickOutput::OfWorld& of_world) {
  send_leaves(of_world, of_world.cells.late_leaves, [](const Viewer& viewer) { return viewer.has_change; });
  send_leaves(of_world, of_world.cells.leaves, [](const Viewer& viewer) { return !viewer.is_unsettled; });
}

/// `gets(viewer)` returns whether the session gets these leaves.
template <class Gets>
void FanOut::send_leaves(const TickOutput::OfWorld& of_world,
                         std::span<const world::WorldOutput::CellPart> leaves, Gets gets) {
  for (const world::WorldOutput::CellPart& part : leaves) {
    const Watchers* watchers = watchers_of(of_world.world, part.cell);
    if (!watchers) continue;
    const Bytes bytes = of_world.cells.bytes_of(part.part);
    for (const Watcher& watcher : *watchers)
      if ((watcher.state == State::live || watcher.state == State::throttled) &&
          gets(viewers_[watcher.index]))
        worker_.out(worker_.at(watcher.index)).append(bytes);
  }
}

void FanOut::make_begun_live(const TickOutput::OfWorld& of_world) {
  for (const world::WorldOutput::CellPart& state : of_world.cells.states)
    if (Watchers* watchers = watchers_of(of_world.world, state.cell))
      for (Watcher& watcher : *watchers)
        if (watcher.state == State::begun) watcher.state = State::live;
}

// --- What the budget of a session allows ---

std::uint32_t FanOut::nearness(std::uint32_t session, world::CellIndex cell) const {
  const Viewer& viewer = viewers_[session];
  return std::min<std::uint32_t>(viewer.world->grid.distance(cell, viewer.cell), moves_lag_max.size() - 1);
}

Duration FanOut::lag_with(const Session& session, std::size_t bytes) const {
  return worker_.lag(session) +
         ByteBudget::time_of(bytes, ByteBudget::byte_time(worker_.limits().session_kbit_per_second));
}

bool FanOut::may_get_moves(const Session& session, world::CellIndex cell, std::size_t bytes) const {
  const Duration lag = lag_with(session, bytes);
  if (lag <= moves_lag_max.back() && !is_own_cell_only_) return true;
  const std::uint32_t near = nearness(session.id().index(), cell);
  return (near == 0 || !is_own_cell_only_) && lag <= moves_lag_max[near];
}

bool FanOut::may_get_update(const Session& session, world::CellIndex cell, std::size_t bytes) const {
  const Duration lag = lag_with(session, bytes);
  return lag <= update_lag_max.back() || lag <= update_lag_max[nearness(session.id().index(), cell)];
}

bool FanOut::may_get_state(const Session& session, world::CellIndex cell, std::size_t bytes) const {
  return worker_.lag(session) <= calm_lag_max ||
         lag_with(session, bytes) <= moves_lag_max[nearness(session.id().index(), cell)];
}

bool FanOut::may_get(const Session& session, std::size_t bytes) const {
  return lag_with(session, bytes) <= update_lag_max.front();
}

// --- From state to state ---

void FanOut::begin(Watcher& watcher, Session& session, Bytes state) {
  worker_.out(session).append(state);
  watcher.state = State::begun;
}

void FanOut::throttle(Watcher& watcher, world::CellIndex cell) {
  WorldInfo& world = *viewers_[watcher.index].world;
  watcher.state = State::throttled;
  if (++throttled_in_.get(WorldCell::of(world.id, cell)) == 1) world.throttled_cells.add(cell);
  wire::append(worker_.out(worker_.at(watcher.index)), about<wire::CellThrottled>(world.grid, cell));
}

void FanOut::unthrottle(Watcher& watcher, world::CellIndex cell) {
  WorldInfo& world = *viewers_[watcher.index].world;
  const WorldCell key = WorldCell::of(world.id, cell);
  watcher.state = State::live;
  if (--throttled_in_.get(key) > 0) return;
  throttled_in_.erase(key);
  world.throttled_cells.remove(cell);
}

void FanOut::make_stale(Watcher& watcher, world::CellIndex cell) {
  if (watcher.state == State::throttled) unthrottle(watcher, cell);
  watcher.state = State::stale;
  note_stale(watcher.index, cell);
  wire::append(worker_.out(worker_.at(watcher.index)),
               about<wire::CellForget>(viewers_[watcher.index].world->grid, cell));
}

void FanOut::note_stale(std::uint32_t session, world::CellIndex cell) {
  Viewer& viewer = viewers_[session];
  viewer.stale.push_back(cell);
  ++stale_count_;
  worker_.counters().cells_made_stale.add();
  if (!std::exchange(viewer.is_waiting, true)) waiting_.push_back(session);
}

void FanOut::note_not_stale(std::uint32_t session, world::CellIndex cell) {
  std::vector<world::CellIndex>& stale = viewers_[session].stale;
  const auto at = std::ranges::find(stale, cell);
  MADANG_CHECK(at != stale.end(), "cell {} is not stale for session {}", cell.value, session);
  *at = stale.back();
  stale.pop_back();
  --stale_count_;
}

void FanOut::request_states() {
  for (std::size_t left = std::min(requests_max, waiting_.size()); left > 0; --left) {
    if (next_waiting_ >= waiting_.size()) next_waiting_ = 0;
    const std::uint32_t index = waiting_[next_waiting_];
    Viewer& viewer = viewers_[index];
    if (viewer.stale.empty()) {
      viewer.is_waiting = false;
      waiting_[next_waiting_] = waiting_.back();
      waiting_.pop_back();
      continue;
    }
    ++next_waiting_;
    const world::CellIndex nearest = *std::ranges::min_element(viewer.stale, {}, [&](world::CellIndex cell) {
      return std::pair(viewer.world->grid.distance(cell, viewer.cell), cell);
    });
    const Duration lag_max = viewer.must_be_calm ? calm_lag_max : moves_lag_max[nearness(index, nearest)];
    if (worker_.lag(worker_.at(index)) <= lag_max) viewer.world->throttled_cells.request_state(nearest);
  }
}

}  // namespace madang::net
