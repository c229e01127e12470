#include "madang/net/world_runners.h"

#include <algorithm>

namespace madang::net {

WorldRunners::Totals WorldRunners::totals() const {
  Totals totals;
  totals.ticks_per_second = tick_rate_;
  for (const auto& runner : runners_) {
    const WorldRunner::Stats& stats = runner->stats();
    totals.ticks += stats.ticks.get();
    totals.ticks_late += stats.ticks_late.get();
    totals.ticks_skipped += stats.ticks_skipped.get();
    totals.ticks_merged += stats.ticks_merged.get();
    stats.tick_time.add_to(totals.tick_time);
    totals.tick_time_us += stats.tick_time.sum_us();
    totals.requests_waiting += stats.requests_waiting.get();
    totals.players += stats.players.get();
    totals.worlds += stats.worlds.get();
    totals.worlds_made += stats.worlds_made.get();
    totals.worlds_ended += stats.worlds_ended.get();
    totals.worlds_broken += stats.worlds_broken.get();
    totals.zone_messages += stats.zone_messages.get();
    totals.zone_message_bytes += stats.zone_message_bytes.get();
    totals.zone_crossings += stats.zone_crossings.get();
    totals.throttled_cells += stats.throttled_cells.get();
    totals.ticks_per_second = std::min(totals.ticks_per_second, stats.ticks_per_second.get());
    totals.overload_step = std::max(totals.overload_step, stats.overload_step.get());
    totals.overload_steps_up += stats.overload_steps_up.get();
    totals.overload_steps_down += stats.overload_steps_down.get();
  }
  return totals;
}

std::vector<std::uint64_t> WorldRunners::metrics() const {
  std::vector<std::uint64_t> sums(game_.metrics.size());
  for (const auto& runner : runners_) runner->add_metrics(sums);
  return sums;
}

}  // namespace madang::net
