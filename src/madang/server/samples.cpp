#include "madang/server/samples.h"

#include <algorithm>
#include <chrono>
#include <ranges>
#include <utility>

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
  std::size_t number = 0;
  const auto add_zone_threads = [&](const std::vector<ThreadClock>& clocks) {
    for (const ThreadClock& clock : clocks)
      sample.zone_load = std::max(sample.zone_load, load_of(number++, clock.processor_time(), passed));
  };
  add_zone_threads(observed.runner_clocks);
  if (observed.crew) add_zone_threads(observed.crew->clocks());
  for (std::size_t i = 0; i < observed.server.workers().size(); ++i) {
    const net::Counters& counters = observed.server.workers()[i]->counters();
    sample.workers.push_back({.sessions = counters.sessions_open.get(),
                              .load = load_of(number++, observed.server.clocks()[i].processor_time(), passed),
                              .queued_bytes = counters.queued_bytes.get()});
  }
  std::vector<double> zone_loads;
  for (std::size_t zone = 0; observed.crew && zone < observed.crew->zones(); ++zone)
    zone_loads.push_back(load_of(number++, observed.crew->busy(zone), passed));
  sample.ticks = runners.ticks;
  sample.ticks_late = runners.ticks_late;
  sample.ticks_skipped = runners.ticks_skipped;
  sample.overload_steps_up = runners.overload_steps_up;
  sample.totals = observed.server.totals();
  sample.tick_time = runners.tick_time;

  const ProcessFacts process = process_facts();
  const std::lock_guard lock(mutex_);
  process_ = process;
  zone_loads_ = std::move(zone_loads);
  samples_.push_back(std::move(sample));
  if (samples_.size() > kept) samples_.pop_front();
}

double Samples::load_of(std::size_t number, Duration time, Duration passed) {
  if (number >= times_.size()) times_.resize(number + 1);
  const Duration before = std::exchange(times_[number], time);
  return passed > Duration::zero() ? std::chrono::duration<double>(time - before) / passed : 0;
}

ProcessFacts Samples::process() const {
  const std::lock_guard lock(mutex_);
  return process_;
}

std::vector<double> Samples::zone_loads() const {
  const std::lock_guard lock(mutex_);
  return zone_loads_;
}

std::vector<Sample> Samples::after(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  std::vector<Sample> found;
  for (const Sample& sample : samples_)
    if (sample.number > number) found.push_back(sample);
  return found;
}

}  // namespace madang::server
