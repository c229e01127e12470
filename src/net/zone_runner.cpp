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
/// Cells whose full state is encoded in one tick, beside those that somebody newly watches.
constexpr std::size_t states_a_tick_max = 32;

std::string describe(const Overload& overload) {
  if (overload.step() == 0) return "everything is told again, at the full rate";
  return fmt::format("steps are told of a player's own cell only, {} ticks a second",
                     overload.ticks_per_second());
}

}  // namespace

ZoneRunner::ZoneRunner(const world::ZoneConfig& config, const Limits& limits)
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

/// How long did the last tick take, until all had handed it out? One that is not finished takes at least
/// until now.
void ZoneRunner::watch_load(Time now) {
  measure_finished_ticks();
  const Duration took = unfinished_.empty() ? last_took_ : now - unfinished_.back().due;
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

  chat_.take_down(zone_, taken_, due);
  zone_.tick(taken_, events_, overload_.stride());

  find_cells_to_tell_again();
  thinned_cells_.take_asked(states_a_tick_max, events_.newly_watched);
  std::ranges::sort(events_.newly_watched);
  const auto repeated = std::ranges::unique(events_.newly_watched);
  events_.newly_watched.erase(repeated.begin(), repeated.end());
  TickOutput& output = free_output();
  encoder_.encode(zone_, events_, tell_again_, output);
  output.thin = overload_.thins();
  stats_.ticks.add();
  stats_.commands.add(taken_.size());
  stats_.commands_waiting.set(taken_.size());
  stats_.players.set(zone_.player_count());
  std::function<void(const world::Zone&)> question;
  while (questions_.pop(question)) question(zone_);
  last_took_ = {};
  if (!output.empty() || !taken_.empty()) return deliver(output, due);
  stats_.tick_time.add(last_took_);  // nothing happened: nobody is woken
}

void ZoneRunner::deliver(TickOutput& output, Time due) {
  output.hold(static_cast<std::uint32_t>(gateways_.size()), due);
  unfinished_.push_back({&output, due});
  bool merged = false;
  for (Gateway* gateway : gateways_) merged |= !gateway->offer(output);
  if (merged) stats_.ticks_merged.add();
}

void ZoneRunner::measure_finished_ticks() {
  std::erase_if(unfinished_, [&](const Unfinished& tick) {
    if (!tick.output->is_free()) return false;
    last_took_ = tick.output->released_at() - tick.due;
    stats_.tick_time.add(last_took_);
    return true;
  });
}

/// The thinned cells whose turn it is.
void ZoneRunner::find_cells_to_tell_again() {
  thinned_cells_.list(tell_again_);
  ++ticks_made_;
  const std::uint64_t period = std::max<std::int64_t>(tell_again_after / overload_.interval(), 1);
  const world::Grid& grid = zone_.grid();
  const std::uint64_t blocks_a_row = grid.columns() / tell_again_block + 1;
  std::erase_if(tell_again_, [&](world::CellIndex cell) {
    const std::uint64_t block =
        grid.row(cell) / tell_again_block * blocks_a_row + grid.column(cell) / tell_again_block;
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
