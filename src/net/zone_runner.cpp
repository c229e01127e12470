#include "net/zone_runner.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "net/gateway.h"

namespace madang::net {

namespace {

/// So many ticks are made up for after a pause of the machine; what is more is left out.
constexpr int ticks_behind_max = 5;
/// Where the pieces of a thinned cell stand is told again after so long.
constexpr Duration tell_again_after = 1500ms;
/// Blocks of so many cells a side come at once, so that what one session waits for comes in few ticks.
constexpr std::uint32_t tell_again_block = 4;

std::string describe(const Overload& overload) {
  if (overload.step() == 0) return "everything is told again, at the full rate";
  return fmt::format("steps are told of a player's own cell only, {} ticks a second",
                     overload.ticks_per_second());
}

}  // namespace

ZoneRunner::ZoneRunner(const world::ZoneConfig& config, const Limits& limits)
    : zone_(config),
      commands_(limits.command_queue_max),
      thinned_cells_(zone_.grid().cell_count()),
      overload_(config.tick_rate) {
  stats_.ticks_per_second.set(config.tick_rate);
}

void ZoneRunner::set_gateways(std::vector<Gateway*> gateways) { gateways_ = std::move(gateways); }

Time ZoneRunner::turn(Time now) {
  if (!deliver()) return now + 1ms;
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
  return deliver() ? next_tick_ : now + 1ms;
}

/// How long did the last tick take, until all had handed it out?
void ZoneRunner::watch_load(Time now) {
  Duration took{};
  if (const TickOutput* last = std::exchange(last_, nullptr))
    took = (last->is_free() ? last->released_at() : now) - last_due_;
  if (zone_.tick_number() > 0) stats_.tick_time.add(took);
  const Overload::Change change = overload_.on_tick(took, now);
  if (change == Overload::Change::none) return;
  const bool up = change == Overload::Change::up;
  (up ? stats_.overload_steps_up : stats_.overload_steps_down).add();
  stats_.overload_step.set(overload_.step());
  stats_.ticks_per_second.set(overload_.ticks_per_second());
  log_warning("overload: step {} of {}, {}: {}", overload_.step(), overload_.step_max(),
              up ? "for ticks take too long" : "for it is calm", describe(overload_));
}

void ZoneRunner::tick(Time due) {
  taken_.clear();
  world::Command command;
  while (taken_.size() < commands_.capacity() && commands_.pop(command)) taken_.push_back(std::move(command));

  zone_.tick(taken_, events_, overload_.stride());

  find_cells_to_tell_again();
  TickOutput& output = free_output();
  encoder_.encode(zone_, events_, tell_again_, output);
  output.thin = overload_.thins();
  stats_.ticks.add();
  stats_.commands.add(taken_.size());
  stats_.commands_waiting.set(taken_.size());
  stats_.players.set(zone_.player_count());
  std::function<void(const world::Zone&)> question;
  while (questions_.pop(question)) question(zone_);
  if (output.empty() && taken_.empty()) return;  // nothing happened: nobody is woken
  last_due_ = due;
  last_ = &output;
  output.hold(static_cast<std::uint32_t>(gateways_.size()));
  undelivered_ = &output;
  waiting_for_ = gateways_;
}

/// The thinned cells whose turn it is.
void ZoneRunner::find_cells_to_tell_again() {
  tell_again_.clear();
  ++ticks_made_;
  if (!thinned_cells_.any()) return;
  const std::uint64_t period = std::max<std::int64_t>(tell_again_after / overload_.interval(), 1);
  const world::Grid& grid = zone_.grid();
  const std::uint64_t blocks_a_row = grid.columns() / tell_again_block + 1;
  for (world::CellIndex cell; cell.value < grid.cell_count(); ++cell.value) {
    if (!thinned_cells_.any(cell)) continue;
    const std::uint64_t block =
        grid.row(cell) / tell_again_block * blocks_a_row + grid.column(cell) / tell_again_block;
    if (block % period == ticks_made_ % period) tell_again_.push_back(cell);
  }
}

/// Hands the last tick to those who have not got it yet; true when all have.
bool ZoneRunner::deliver() {
  std::erase_if(waiting_for_, [&](Gateway* gateway) { return gateway->offer(undelivered_); });
  return waiting_for_.empty();
}

TickOutput& ZoneRunner::free_output() {
  for (TickOutput& output : outputs_)
    if (output.is_free()) return output;
  TickOutput& output = outputs_.emplace_back();
  output.personal.resize(gateways_.size());
  return output;
}

}  // namespace madang::net
