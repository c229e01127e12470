#include "madang/net/zone_runner.h"

#include <algorithm>
#include <utility>

#include "madang/base/log.h"
#include "madang/net/gateway.h"

namespace madang::net {

namespace {

/// After a pause of the machine, at most this number of late ticks is made up for. If more ticks are late,
/// all of them are left out.
constexpr int ticks_behind_max = 5;
/// Time between two CellPositions of a throttled cell.
constexpr Duration positions_interval = 1500ms;
/// Side of a block of cells, in cells. The CellPositions of a block are encoded in the same tick, so those of
/// one session come in few ticks.
constexpr std::uint32_t positions_block_side = 4;
/// Requested states that are encoded in one tick, beside the states of newly watched cells.
constexpr std::size_t states_a_tick_max = 32;

std::string describe(const Overload& overload) {
  if (overload.step() == 0) return "players get all moves again, at the full tick rate";
  return fmt::format("players get moves in their own cells only, {} ticks a second",
                     overload.ticks_per_second());
}

}  // namespace

ZoneRunner::ZoneRunner(const world::GameInfo& game, std::unique_ptr<world::AnyWorld> world,
                       std::uint32_t tick_rate, const Limits& limits)
    : game_(game),
      world_(std::move(world)),
      tick_rate_(tick_rate),
      requests_(limits.command_queue_max),
      overload_(tick_rate),
      chat_(limits.chat_lines_kept) {
  stats_.ticks_per_second.set(tick_rate);
}

void ZoneRunner::set_gateways(std::vector<Gateway*> gateways) { gateways_ = std::move(gateways); }

Time ZoneRunner::turn(Time now) {
  if (next_tick_ == Time::min()) next_tick_ = now;
  if (now < next_tick_) return next_tick_;

  watch_load(now);
  const Duration interval = overload_.interval();
  const std::int64_t behind = (now - next_tick_) / interval;
  if (behind >= 1) stats_.ticks_late.add();
  if (behind > ticks_behind_max) {
    stats_.ticks_skipped.add(static_cast<std::uint64_t>(behind));
    next_tick_ += behind * interval;
  }
  const Time due = next_tick_;
  next_tick_ += interval;
  tick(due);
  return next_tick_;
}

/// Gives overload control the duration of the last tick: until every worker had sent it. A tick that is not
/// finished has taken at least until now.
void ZoneRunner::watch_load(Time now) {
  measure_finished_ticks();
  const Duration took = unfinished_.empty() ? last_took_ : now - unfinished_.back().due;
  const Overload::Change change = overload_.on_tick(took, now);
  if (change == Overload::Change::none) return;
  const bool is_up = change == Overload::Change::up;
  if (is_up) {
    stats_.overload_steps_up.add();
  } else {
    stats_.overload_steps_down.add();
  }
  stats_.overload_step.set(overload_.step());
  stats_.ticks_per_second.set(overload_.ticks_per_second());
  log_warning("overload: step {} of {}, {}: {}", overload_.step(), overload_.step_max(),
              is_up ? "because ticks take too long" : "because ticks are short again", describe(overload_));
}

void ZoneRunner::tick(Time due) {
  take_requests(due);
  TickOutput& output = free_output();
  output.clear();
  if (world_->broken().empty()) {
    choose_cells_for_positions();
    throttled_cells_.dequeue_requests(states_a_tick_max, state_cells_);
    world_->request(state_cells_, position_cells_);
    world_->tick(inputs_, overload_.tick_length());
    if (recorder_) recorder_->on_tick(*world_, inputs_, overload_.tick_length());
    if (!world_->broken().empty()) log_error("the world is closed: {}", world_->broken());
    world_->swap_output(output.cells);
    address(output);
  }
  if (!world_->broken().empty()) close_world(output);
  for (const TickOutput::Personal::Closed& closed : closed_)
    of(output, closed.session).closed.push_back(closed);
  output.is_own_cell_only = overload_.is_own_cell_only();
  stats_.ticks.add();
  stats_.requests.add(tick_requests_.size());
  stats_.requests_waiting.set(tick_requests_.size());
  stats_.players.set(routes_.size());
  std::function<void(const world::AnyWorld&)> question;
  while (questions_.pop(question)) question(*world_);
  last_took_ = {};
  if (!output.empty() || !tick_requests_.empty()) return deliver(output, due);
  stats_.tick_time.add(last_took_);  // nothing has happened, so no worker is woken
}

// --- From the sessions ---

/// Dequeues the requests, and makes inputs of those whose sessions are attached to their characters.
void ZoneRunner::take_requests(Time now) {
  tick_requests_.clear();
  inputs_.clear();
  leaving_.clear();
  take_overs_.clear();
  closed_.clear();
  state_cells_.clear();
  Request dequeued;
  while (tick_requests_.size() < requests_.capacity() && requests_.pop(dequeued))
    tick_requests_.push_back(std::move(dequeued));
  for (const Request& request : tick_requests_) {
    using enum world::Input::Kind;
    if (request.kind == enter) {
      take_enter(request);
    } else if (request.kind == leave) {
      take_leave(request);
    } else if (routes_.find(request.character) == request.session) {
      add_input(request);
      const std::uint32_t slot = world_->registry().find(request.character);
      if (request.kind != command && slot != world::Registry::none)
        chat_.record(inputs_.back(), request.session, world_->registry().row(slot), now);
    }
  }
}

void ZoneRunner::take_enter(const Request& request) {
  if (const SessionId before = routes_.attach(request.character, request.session, name_in(request)))
    closed_.push_back({before, CloseReason::replaced});
  const bool is_here = world_->registry().find(request.character) != world::Registry::none;
  const bool is_leaving = std::ranges::find(leaving_, request.character) != leaving_.end();
  if (is_here && !is_leaving) return take_over(request.character, request.session);
  add_input(request);
}

/// The session gets what it would know if it had entered long ago. What another session has asked for in this
/// tick is dropped, because the answers would come to this one.
void ZoneRunner::take_over(CharacterId character, SessionId session) {
  std::erase_if(take_overs_, [&](const TakeOver& earlier) { return earlier.character == character; });
  std::erase_if(inputs_, [&](const world::Input& input) { return input.character == character; });
  inputs_.push_back({world::Input::Kind::attach, character, 0, {}});
  const world::CellRect watch = world_->registry().row(world_->registry().find(character)).watch;
  take_overs_.push_back({character, session, watch});
  world_->grid().for_each(watch, [&](world::CellIndex cell) { state_cells_.push_back(cell); });
}

void ZoneRunner::take_leave(const Request& request) {
  if (!routes_.detach(request.character, request.session)) return;
  leaving_.push_back(request.character);
  add_input(request);
}

void ZoneRunner::add_input(const Request& request) {
  const bool is_enter = request.kind == world::Input::Kind::enter;
  inputs_.push_back({request.kind, request.character, request.opcode,
                     is_enter ? entry_in(request, game_) : as_bytes(request.body)});
}

// --- To the sessions ---

/// Gives what the world has for characters to the workers of their sessions.
void ZoneRunner::address(TickOutput& output) {
  const world::WorldOutput& made = output.cells;
  for (const auto& entered : made.entered)
    if (const SessionId session = routes_.find(entered.character))
      of(output, session).entered.push_back({session, entered.id, entered.position});
  for (const TakeOver& take_over : take_overs_) {
    const std::uint32_t slot = world_->registry().find(take_over.character);
    if (slot == world::Registry::none) continue;  // it has left in this tick
    const world::Row& row = world_->registry().row(slot);
    of(output, take_over.session).entered.push_back({take_over.session, row.id, row.position});
  }
  for (const auto& crossing : made.crossings)
    if (const SessionId session = routes_.find(crossing.character))
      of(output, session).crossings.push_back({session, crossing.cell});
  for (const auto& answer : made.answers)
    if (const SessionId session = routes_.find(answer.character))
      of(output, session).answer(session, made.bytes_of(answer.part));
  address_watch_changes(output);
  const auto close = [&](CharacterId character, CloseReason reason) {
    const SessionId session = routes_.find(character);
    if (session && routes_.detach(character, session)) closed_.push_back({session, reason});
  };
  for (const auto& refused : made.refused) close(refused.character, refused.reason);
  // A character that has left and entered again in this tick goes on.
  for (const auto& left : made.left)
    if (world_->registry().find(left.character) == world::Registry::none)
      close(left.character, CloseReason::left_world);
}

/// A session that has taken over knows nothing yet, whatever its character watched before.
void ZoneRunner::address_watch_changes(TickOutput& output) {
  for (const auto& change : output.cells.watch_changes) {
    const auto is_of = [&](const TakeOver& take_over) { return take_over.character == change.character; };
    if (std::ranges::any_of(take_overs_, is_of)) continue;
    if (const SessionId session = routes_.find(change.character))
      of(output, session).watch_changes.push_back({session, change.before, change.now});
  }
  for (const TakeOver& take_over : take_overs_)
    of(output, take_over.session).watch_changes.push_back({take_over.session, {}, take_over.watch});
}

void ZoneRunner::close_world(TickOutput& output) {
  output.clear();
  routes_.for_each(
      [&](CharacterId, SessionId session) { closed_.push_back({session, CloseReason::world_closed}); });
  routes_.clear();
}

void ZoneRunner::deliver(TickOutput& output, Time due) {
  output.hold(static_cast<std::uint32_t>(gateways_.size()), due);
  unfinished_.push_back({&output, due});
  bool was_merged = false;
  for (Gateway* gateway : gateways_)
    if (!gateway->offer(output)) was_merged = true;
  if (was_merged) stats_.ticks_merged.add();
}

void ZoneRunner::measure_finished_ticks() {
  std::erase_if(unfinished_, [&](const Unfinished& tick) {
    if (!tick.output->is_free()) return false;
    last_took_ = tick.output->released_at() - tick.due;
    stats_.tick_time.add(last_took_);
    return true;
  });
}

/// Chooses the throttled cells whose CellPositions this tick encodes. Each block of cells has its turn once
/// in positions_interval.
void ZoneRunner::choose_cells_for_positions() {
  throttled_cells_.list(position_cells_);
  ++ticks_made_;
  const std::uint64_t period = std::max<std::int64_t>(positions_interval / overload_.interval(), 1);
  const world::Grid& grid = world_->grid();
  const std::uint64_t blocks_a_row = grid.columns() / positions_block_side + 1;
  std::erase_if(position_cells_, [&](world::CellIndex cell) {
    const std::uint64_t block =
        grid.row(cell) / positions_block_side * blocks_a_row + grid.column(cell) / positions_block_side;
    return block % period != ticks_made_ % period;
  });
}

TickOutput& ZoneRunner::free_output() {
  for (TickOutput& output : outputs_)
    if (output.is_free() && std::ranges::find(unfinished_, &output, &Unfinished::output) == unfinished_.end())
      return output;
  TickOutput& output = outputs_.emplace_back();
  output.personal.resize(gateways_.size());
  return output;
}

}  // namespace madang::net
