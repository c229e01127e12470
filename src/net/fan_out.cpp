#include "net/fan_out.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "wire/packets.h"

namespace madang::net {

namespace {

// By how near a cell is: the one in which the player stands, the eight around it, farther ones. The nearer,
// the longer it stays while a session's means run out. A line of half the agreed rate takes twice these
// times.
constexpr std::array<Duration, 3> steps_lag_max = {600ms, 450ms, 300ms};
constexpr std::array<Duration, 3> news_lag_max = {900ms, 750ms, 600ms};
/// A state that is larger than all this waits for as little lag as that.
constexpr Duration calm_lag_max = 50ms;
/// Sessions whose stale cells are looked at in one go.
constexpr std::size_t asks_max = 64;
constexpr std::size_t spare_max = 1024;

template <class Packet>
Packet about(const world::Grid& grid, world::CellIndex cell) {
  return {static_cast<std::uint16_t>(grid.column(cell)), static_cast<std::uint16_t>(grid.row(cell))};
}

}  // namespace

void FanOut::end(std::uint32_t session) {
  if (session >= viewers_.size()) return;
  Viewer& viewer = viewers_[session];
  grid_.for_each(viewer.watch, [&](world::CellIndex cell) { stop_watching(cell, session); });
  // Its place in waiting_ stays until it is looked at: the next session at this index may use it.
  viewer = {.waits = viewer.waits};
}

/// Positions come before the leaves, because a piece that has left may not be among them, and after the
/// states: a piece that has gone over to a cell that begins has come out of the throttled one.
void FanOut::fan_out(const TickOutput& output, std::span<const world::WatchChanged> changes) {
  own_cell_only_ = output.thin;
  for (const world::WatchChanged& change : changes) forget_cells(change);
  send_updates(output);
  for (const world::WatchChanged& change : changes) begin_cells(change, &output);
  send_states(output);
  send_positions(output);
  send_leaves(output);
  make_begun_live(output);
}

void FanOut::make_all_stale() {
  for (std::uint32_t session = 0; session < viewers_.size(); ++session)
    grid_.for_each(viewers_[session].watch, [&](world::CellIndex cell) {
      Watchers& watchers = *watchers_.find(cell);
      const auto at = std::ranges::find_if(watchers, [&](const Watcher& w) { return w.index == session; });
      if (at->state != State::stale) make_stale(*at, cell);
    });
}

void FanOut::change_watches(std::span<const world::WatchChanged> changes) {
  for (const world::WatchChanged& change : changes) {
    forget_cells(change);
    begin_cells(change, nullptr);
  }
}

// --- Watching ---

void FanOut::forget_cells(const world::WatchChanged& change) {
  Session* session = worker_.find(change.owner);
  if (!session) return;
  grid_.for_each_without(change.before, change.now, [&](world::CellIndex cell) {
    if (stop_watching(cell, change.owner.index()) == State::stale) return;
    wire::append(worker_.out(*session), about<wire::CellForget>(grid_, cell));
  });
}

/// The nearest come first, as long as the session's means suffice. What does not fit is stale from the
/// beginning, as is everything where there is no output with its state.
void FanOut::begin_cells(const world::WatchChanged& change, const TickOutput* output) {
  Session* session = worker_.find(change.owner);
  if (!session) return;
  const std::uint32_t index = change.owner.index();
  viewer_of(index).watch = change.now;
  for (std::uint32_t near = 0; near < steps_lag_max.size(); ++near)
    grid_.for_each_without(change.now, change.before, [&](world::CellIndex cell) {
      if (nearness(index, cell) != near) return;
      Watchers& watchers = watchers_for(cell);
      watchers.emplace_back(index, State::stale);
      const Bytes state = output ? output->bytes_of(output->state_of(cell)) : Bytes();
      if (output && may_get_state(*session, cell, state.size()))
        return begin(watchers.back(), *session, state);
      note_stale(index, cell);
    });
}

FanOut::State FanOut::stop_watching(world::CellIndex cell, std::uint32_t session) {
  Watchers* watchers = watchers_.find(cell);
  CHECK(watchers != nullptr, "nobody watches cell {}", cell.value);
  const auto at = std::ranges::find_if(*watchers, [&](const Watcher& w) { return w.index == session; });
  CHECK(at != watchers->end(), "session {} does not watch cell {}", session, cell.value);
  const State state = at->state;
  if (state == State::throttled) unthrottle(*at, cell);
  if (state == State::stale) note_not_stale(session, cell);
  *at = watchers->back();
  watchers->pop_back();
  if (watchers->empty()) {
    if (spare_.size() < spare_max) spare_.push_back(std::move(*watchers));
    watchers_.erase(cell);
  }
  return state;
}

FanOut::Watchers& FanOut::watchers_for(world::CellIndex cell) {
  if (Watchers* watchers = watchers_.find(cell)) return *watchers;
  Watchers fresh;
  if (!spare_.empty()) {
    fresh = std::move(spare_.back());
    spare_.pop_back();
  }
  return watchers_.get(cell, std::move(fresh));
}

FanOut::Viewer& FanOut::viewer_of(std::uint32_t session) {
  if (session >= viewers_.size()) viewers_.resize(session + 1);
  return viewers_[session];
}

// --- A tick's news ---

void FanOut::send_updates(const TickOutput& output) {
  for (const TickOutput::CellUpdate& update : output.updates) {
    Watchers* watchers = watchers_.find(update.cell);
    if (!watchers) continue;
    const Bytes all = output.bytes_of(update.all);
    const Bytes without_steps = output.bytes_of(update.without_steps());
    for (Watcher& watcher : *watchers) {
      if (watcher.state == State::stale) continue;
      Session& session = worker_.at(watcher.index);
      if (watcher.state == State::live && update.has_steps() &&
          !may_get_steps(session, update.cell, all.size()))
        throttle(watcher, update.cell);
      const Bytes bytes = watcher.state == State::throttled ? without_steps : all;
      if (bytes.empty()) continue;
      if (may_get_news(session, update.cell, bytes.size())) {
        worker_.out(session).append(bytes);
      } else {
        make_stale(watcher, update.cell);
      }
    }
  }
}

/// To those for whom the cell has become stale, if their means suffice by now.
void FanOut::send_states(const TickOutput& output) {
  if (stale_count_ == 0) return;
  for (const TickOutput::CellPart& part : output.states) {
    Watchers* watchers = watchers_.find(part.cell);
    if (!watchers) continue;
    const Bytes state = output.bytes_of(part.part);
    for (Watcher& watcher : *watchers) {
      if (watcher.state != State::stale) continue;
      Session& session = worker_.at(watcher.index);
      Viewer& viewer = viewers_[watcher.index];
      viewer.wants_calm = !may_get_state(session, part.cell, state.size());
      if (viewer.wants_calm) continue;
      note_not_stale(watcher.index, part.cell);
      begin(watcher, session, state);
    }
  }
}

/// Makes right what was suppressed. A session whose means do not suffice waits for the next time.
void FanOut::send_positions(const TickOutput& output) {
  for (const TickOutput::CellPart& positions : output.positions) {
    Watchers* watchers = watchers_.find(positions.cell);
    if (!watchers) continue;
    const Bytes bytes = output.bytes_of(positions.part);
    for (Watcher& watcher : *watchers) {
      if (watcher.state != State::throttled) continue;
      Session& session = worker_.at(watcher.index);
      if (!may_get_news(session, positions.cell, bytes.size()) && worker_.lag(session) > calm_lag_max)
        continue;
      worker_.out(session).append(bytes);
      unthrottle(watcher, positions.cell);
      if (!may_get_steps(session, positions.cell, 0)) throttle(watcher, positions.cell);
    }
  }
}

/// Always: a cell that became stale here would take along pieces whose leave from another cell is still to
/// come. A leave is a tenth of the enter that was sent before.
void FanOut::send_leaves(const TickOutput& output) {
  for (const TickOutput::CellPart& leaves : output.leaves) {
    const Watchers* watchers = watchers_.find(leaves.cell);
    if (!watchers) continue;
    const Bytes bytes = output.bytes_of(leaves.part);
    for (const Watcher& watcher : *watchers)
      if (watcher.state == State::live || watcher.state == State::throttled)
        worker_.out(worker_.at(watcher.index)).append(bytes);
  }
}

void FanOut::make_begun_live(const TickOutput& output) {
  for (const TickOutput::CellPart& state : output.states)
    if (Watchers* watchers = watchers_.find(state.cell))
      for (Watcher& watcher : *watchers)
        if (watcher.state == State::begun) watcher.state = State::live;
}

// --- What a session's means allow ---

std::uint32_t FanOut::nearness(std::uint32_t session, world::CellIndex cell) const {
  return std::min<std::uint32_t>(grid_.distance(cell, viewers_[session].cell), steps_lag_max.size() - 1);
}

Duration FanOut::lag_with(const Session& session, std::size_t bytes) const {
  return worker_.lag(session) +
         ByteBudget::time_of(bytes, ByteBudget::byte_time(worker_.limits().session_kbit_per_second));
}

bool FanOut::may_get_steps(const Session& session, world::CellIndex cell, std::size_t bytes) const {
  const Duration lag = lag_with(session, bytes);
  if (lag <= steps_lag_max.back() && !own_cell_only_) return true;
  const std::uint32_t near = nearness(session.id().index(), cell);
  return (near == 0 || !own_cell_only_) && lag <= steps_lag_max[near];
}

bool FanOut::may_get_news(const Session& session, world::CellIndex cell, std::size_t bytes) const {
  const Duration lag = lag_with(session, bytes);
  return lag <= news_lag_max.back() || lag <= news_lag_max[nearness(session.id().index(), cell)];
}

bool FanOut::may_get_state(const Session& session, world::CellIndex cell, std::size_t bytes) const {
  return worker_.lag(session) <= calm_lag_max ||
         lag_with(session, bytes) <= steps_lag_max[nearness(session.id().index(), cell)];
}

bool FanOut::may_get(const Session& session, std::size_t bytes) const {
  return lag_with(session, bytes) <= news_lag_max.front();
}

// --- From state to state ---

void FanOut::begin(Watcher& watcher, Session& session, Bytes state) {
  worker_.out(session).append(state);
  watcher.state = State::begun;
}

void FanOut::throttle(Watcher& watcher, world::CellIndex cell) {
  watcher.state = State::throttled;
  if (++throttled_in_.get(cell) == 1) thinned_cells_.add(cell);
  wire::append(worker_.out(worker_.at(watcher.index)), about<wire::CellThin>(grid_, cell));
}

void FanOut::unthrottle(Watcher& watcher, world::CellIndex cell) {
  watcher.state = State::live;
  if (--throttled_in_.get(cell) > 0) return;
  throttled_in_.erase(cell);
  thinned_cells_.remove(cell);
}

void FanOut::make_stale(Watcher& watcher, world::CellIndex cell) {
  if (watcher.state == State::throttled) unthrottle(watcher, cell);
  watcher.state = State::stale;
  note_stale(watcher.index, cell);
  wire::append(worker_.out(worker_.at(watcher.index)), about<wire::CellForget>(grid_, cell));
}

void FanOut::note_stale(std::uint32_t session, world::CellIndex cell) {
  Viewer& viewer = viewers_[session];
  viewer.stale.push_back(cell);
  ++stale_count_;
  worker_.counters().cells_made_stale.add();
  if (!std::exchange(viewer.waits, true)) waiting_.push_back(session);
}

void FanOut::note_not_stale(std::uint32_t session, world::CellIndex cell) {
  std::vector<world::CellIndex>& stale = viewers_[session].stale;
  const auto at = std::ranges::find(stale, cell);
  CHECK(at != stale.end(), "cell {} is not stale for session {}", cell.value, session);
  *at = stale.back();
  stale.pop_back();
  --stale_count_;
}

void FanOut::ask_for_states() {
  for (std::size_t left = std::min(asks_max, waiting_.size()); left > 0; --left) {
    if (next_waiting_ >= waiting_.size()) next_waiting_ = 0;
    const std::uint32_t index = waiting_[next_waiting_];
    Viewer& viewer = viewers_[index];
    if (viewer.stale.empty()) {
      viewer.waits = false;
      waiting_[next_waiting_] = waiting_.back();
      waiting_.pop_back();
      continue;
    }
    ++next_waiting_;
    const world::CellIndex nearest = *std::ranges::min_element(viewer.stale, {}, [&](world::CellIndex cell) {
      return std::pair(grid_.distance(cell, viewer.cell), cell);
    });
    const Duration lag_max = viewer.wants_calm ? calm_lag_max : steps_lag_max[nearness(index, nearest)];
    if (worker_.lag(worker_.at(index)) <= lag_max) thinned_cells_.ask_for_state(nearest);
  }
}

}  // namespace madang::net
