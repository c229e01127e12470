#include "madang/net/hosted_world.h"

#include <algorithm>
#include <utility>

#include "madang/base/log.h"

namespace madang::net {

namespace {

/// Time between two CellPositions of a throttled cell.
constexpr Duration positions_interval = 1500ms;
/// Side of a block of cells, in cells. The CellPositions of a block are encoded in the same tick, so those of
/// one session come in few ticks.
constexpr std::uint32_t positions_block_side = 4;
/// Requested states that are encoded in one tick, beside the states of newly watched cells.
constexpr std::size_t states_a_tick_max = 32;

}  // namespace

HostedWorld::HostedWorld(const world::GameInfo& game, std::shared_ptr<WorldInfo> info,
                         std::unique_ptr<world::AnyWorld> world, Whereabouts& whereabouts)
    : game_(game), info_(std::move(info)), world_(std::move(world)), whereabouts_(whereabouts) {}

// --- From the sessions ---

SessionId HostedWorld::enter(const Request& request) {
  const EnterBody body(request, game_);
  const SessionId before = routes_.attach(request.character, request.session, body.name);
  const bool is_leaving = std::ranges::find(leaving_, request.character) != leaving_.end();
  if (is_here(request.character) && !is_leaving) {
    take_over(request.character, request.session);
  } else {
    inputs_.push_back({world::Input::Kind::enter, request.character, 0, body.entry});
  }
  return before;
}

/// The session gets what it would know if it had entered long ago. What another session has asked for in this
/// tick is dropped, because the answers would come to this one.
void HostedWorld::take_over(CharacterId character, SessionId session) {
  std::erase_if(take_overs_, [&](const TakeOver& earlier) { return earlier.character == character; });
  std::erase_if(inputs_, [&](const world::Input& input) { return input.character == character; });
  inputs_.push_back({world::Input::Kind::attach, character, 0, {}});
  const world::CellRect watch = world_->find_row(character)->watch;
  take_overs_.push_back({character, session, watch});
  world_->grid().for_each(watch, [&](world::CellIndex cell) { state_cells_.push_back(cell); });
}

void HostedWorld::operate(std::uint16_t action, std::string body) {
  const std::string& kept = action_bodies_.emplace_back(std::move(body));
  inputs_.push_back({world::Input::Kind::operate, {}, action, as_bytes(kept)});
}

void HostedWorld::leave(const Request& request) {
  if (routes_.find(request.character) != request.session) return;
  if (request.is_travel) {
    departing_.push_back({request.character, request.session});
  } else {
    routes_.detach(request.character, request.session);
  }
  leaving_.push_back(request.character);
  inputs_.push_back({world::Input::Kind::leave, request.character, 0, {}});
}

void HostedWorld::add(const Request& request, ChatLog& chat, Time now) {
  if (routes_.find(request.character) != request.session) return;
  inputs_.push_back({request.kind, request.character, request.opcode, as_bytes(request.body)});
  if (request.kind == world::Input::Kind::command) return;
  if (const world::Row* row = world_->find_row(request.character))
    chat.record(inputs_.back(), request.session, info_->name, *row, now);
}

// --- Ticks ---

void HostedWorld::tick(const Turn& turn, TickOutput& output) {
  if (world_->broken().empty()) {
    choose_cells(turn);
    world_->request(state_cells_, position_cells_);
    world_->tick(inputs_, turn.length);
    if (recorder_) recorder_->on_tick(*world_, inputs_, turn.length);
    if (world_->broken().empty()) {
      const auto world_number = static_cast<std::uint32_t>(output.worlds().size());
      world::WorldOutput& made = output.add(info_->id);
      world_->swap_output(made);
      address(output, made, world_number);
      if (made.empty() && take_overs_.empty()) output.remove_last();
    } else {
      log_error("the world \"{}\" is closed: {}", info_->name, world_->broken());
      end(CloseReason::world_closed, output);
    }
  }
  inputs_.clear();
  action_bodies_.clear();
  leaving_.clear();
  take_overs_.clear();
  state_cells_.clear();
  empty_ticks_ = routes_.size() == 0 ? empty_ticks_ + 1 : 0;
}

/// Chooses the throttled cells whose CellPositions this tick encodes, and the cells whose states it encodes.
/// Each block of cells has its turn once in positions_interval.
void HostedWorld::choose_cells(const Turn& turn) {
  info_->throttled_cells.dequeue_requests(states_a_tick_max, state_cells_);
  info_->throttled_cells.list(position_cells_);
  const std::uint64_t period = std::max<std::int64_t>(positions_interval / turn.interval, 1);
  const world::Grid& grid = world_->grid();
  const std::uint64_t blocks_a_row = grid.columns() / positions_block_side + 1;
  std::erase_if(position_cells_, [&](world::CellIndex cell) {
    const std::uint64_t block =
        grid.row(cell) / positions_block_side * blocks_a_row + grid.column(cell) / positions_block_side;
    return block % period != turn.number % period;
  });
}

void HostedWorld::end(CloseReason reason, TickOutput& output) {
  routes_.for_each(
      [&](CharacterId, SessionId session) { of(output, session).closed.push_back({session, reason}); });
  routes_.clear();
  // Also the characters without a player, and those that left or entered in a tick that broke the world.
  whereabouts_.end(info_->name);
}

// --- To the sessions ---

/// Gives what the world has for characters to the workers of their sessions.
void HostedWorld::address(TickOutput& output, const world::WorldOutput& made, std::uint32_t world_number) {
  address_entered(output, made);
  for (const auto& crossing : made.crossings)
    if (const SessionId session = routes_.find(crossing.character))
      of(output, session).crossings.push_back({session, crossing.cell});
  for (const auto& answer : made.answers) routes_.prefetch(answer.character);
  for (const auto& answer : made.answers)
    if (const SessionId session = routes_.find(answer.character))
      of(output, session).answer(session, made.bytes_of(answer.part));
  for (const auto& refused : made.refused) {
    whereabouts_.refuse(refused.character, info_->name);
    const SessionId session = routes_.find(refused.character);
    if (session && routes_.detach(refused.character, session))
      of(output, session).refused.push_back({session, refused.reason});
  }
  address_left(output, made);
  // A character that entered may have left in the same tick, without a trace.
  for (const world::Input& input : inputs_)
    if (input.kind == world::Input::Kind::enter && !is_here(input.character))
      whereabouts_.leave(input.character, info_->name);
  address_watch_changes(output, made, world_number);
}

void HostedWorld::address_entered(TickOutput& output, const world::WorldOutput& made) {
  for (const auto& entered : made.entered)
    if (const SessionId session = routes_.find(entered.character))
      of(output, session).entered.push_back({session, info_, entered.id, entered.position});
  for (const TakeOver& take_over : take_overs_) {
    const world::Row* row = world_->find_row(take_over.character);
    if (!row) continue;  // it has left in this tick
    of(output, take_over.session).entered.push_back({take_over.session, info_, row->id, row->position});
  }
}

/// A character that has left and entered again in this tick goes on.
void HostedWorld::address_left(TickOutput& output, const world::WorldOutput& made) {
  for (const auto& left : made.left) {
    if (is_here(left.character)) continue;
    const SessionId session = routes_.find(left.character);
    const auto departing = std::ranges::find_if(departing_, [&](const Departing& one) {
      return one.character == left.character && one.session == session;
    });
    if (departing != departing_.end()) {
      whereabouts_.depart(left.character, info_->name, session);
      of(output, session).departed.push_back({session, left.character});
    } else if (session) {
      of(output, session).closed.push_back({session, left.reason});
    }
    whereabouts_.leave(left.character, info_->name);
    if (session) routes_.detach(left.character, session);
    std::erase_if(departing_, [&](const Departing& one) { return one.character == left.character; });
  }
}

/// A session that has taken over knows nothing yet, whatever its character watched before.
void HostedWorld::address_watch_changes(TickOutput& output, const world::WorldOutput& made,
                                        std::uint32_t world_number) {
  for (const auto& change : made.watch_changes) {
    const auto is_of = [&](const TakeOver& take_over) { return take_over.character == change.character; };
    if (std::ranges::any_of(take_overs_, is_of)) continue;
    if (const SessionId session = routes_.find(change.character))
      of(output, session).watch_changes.push_back({session, change.before, change.now, world_number});
  }
  for (const CharacterId character : made.unsettled)
    if (const SessionId session = routes_.find(character)) of(output, session).unsettled.push_back(session);
  for (const TakeOver& take_over : take_overs_)
    of(output, take_over.session)
        .watch_changes.push_back({take_over.session, {}, take_over.watch, world_number});
}

}  // namespace madang::net
