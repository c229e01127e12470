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
  if (overload.step() == 0) return "players get all steps again, at the full tick rate";
  return fmt::format("players get steps of their own cells only, {} ticks a second",
                     overload.ticks_per_second());
}

}  // namespace

ZoneRunner::ZoneRunner(const board::ZoneConfig& config, const Limits& limits)
    : zone_(config),
      commands_(limits.command_queue_max),
      overload_(config.tick_rate),
      chat_(limits.chat_lines_kept) {
  stats_.ticks_per_second.set(config.tick_rate);
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
  tick_commands_.clear();
  board::Command command;
  while (tick_commands_.size() < commands_.capacity() && commands_.pop(command))
    tick_commands_.push_back(std::move(command));

  chat_.record(zone_, tick_commands_, due);
  zone_.tick(tick_commands_, events_, overload_.tick_length());

  choose_cells_for_positions();
  throttled_cells_.dequeue_requests(states_a_tick_max, events_.newly_watched);
  std::ranges::sort(events_.newly_watched);
  const auto repeated = std::ranges::unique(events_.newly_watched);
  events_.newly_watched.erase(repeated.begin(), repeated.end());
  TickOutput& output = free_output();
  encoder_.encode(zone_, events_, position_cells_, output);
  output.is_own_cell_only = overload_.is_own_cell_only();
  stats_.ticks.add();
  stats_.commands.add(tick_commands_.size());
  stats_.commands_waiting.set(tick_commands_.size());
  stats_.players.set(zone_.player_count());
  std::function<void(const board::Zone&)> question;
  while (questions_.pop(question)) question(zone_);
  last_took_ = {};
  if (!output.empty() || !tick_commands_.empty()) return deliver(output, due);
  stats_.tick_time.add(last_took_);  // nothing has happened, so no worker is woken
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
  const board::Grid& grid = zone_.grid();
  const std::uint64_t blocks_a_row = grid.columns() / positions_block_side + 1;
  std::erase_if(position_cells_, [&](board::CellIndex cell) {
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
