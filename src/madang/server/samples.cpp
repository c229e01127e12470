#include "madang/server/samples.h"

#include <algorithm>
#include <chrono>
#include <ranges>

namespace madang::server {

void Samples::take(const Observed& observed, Time now) {
  const net::WorldRunners::Totals runners = observed.runners.totals();
  const Duration passed = last_ == Time::min() ? Duration::zero() : now - last_;
  last_ = now;

  Sample sample;
  sample.number = ++taken_;
  sample.at_ms = to_ms(std::chrono::system_clock::now().time_since_epoch());
  sample.players = runners.players;
  sample.commands_waiting = runners.requests_waiting;
  sample.overload_step = runners.overload_step;
  sample.ticks_per_second = runners.ticks_per_second;
  sample.throttled_cells = runners.throttled_cells;
  sample.worlds = runners.worlds;
  std::size_t thread = 0;
  for (const ThreadClock& clock : observed.runner_clocks)
    sample.zone_load = std::max(sample.zone_load, load_of(thread++, clock.processor_time(), passed));
  for (std::size_t i = 0; i < observed.server.workers().size(); ++i) {
    const net::Counters& counters = observed.server.workers()[i]->counters();
    sample.workers.push_back({.sessions = counters.sessions_open.get(),
                              .load = load_of(thread++, observed.server.clocks()[i].processor_time(), passed),
                              .queued_bytes = counters.queued_bytes.get()});
  }
  sample.ticks = runners.ticks;
  sample.ticks_late = runners.ticks_late;
  sample.ticks_skipped = runners.ticks_skipped;
  sample.overload_steps_up = runners.overload_steps_up;
  sample.totals = observed.server.totals();
  sample.tick_time = runners.tick_time;

  const ProcessFacts process = process_facts();
  const std::lock_guard lock(mutex_);
  process_ = process;
  samples_.push_back(std::move(sample));
  if (samples_.size() > kept) samples_.pop_front();
}

double Samples::load_of(std::size_t thread, Duration processor_time, Duration passed) {
  if (thread >= processor_times_.size()) processor_times_.resize(thread + 1);
  const Duration before = std::exchange(processor_times_[thread], processor_time);
  return passed > Duration::zero() ? std::chrono::duration<double>(processor_time - before) / passed : 0;
}

ProcessFacts Samples::process() const {
  const std::lock_guard lock(mutex_);
  return process_;
}

std::vector<Sample> Samples::after(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  std::vector<Sample> found;
  for (const Sample& sample : samples_)
    if (sample.number > number) found.push_back(sample);
  return found;
}

}  // namespace madang::server
