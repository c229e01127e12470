// Samples: the state of the server in each of the last seconds, for the charts of the operator's page.
//
// One thread takes a sample every second. Any thread may read them. The fields are those of Sample in
// clients/web/src/operator/state.ts, which explains each field.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "madang/net/time_histogram.h"
#include "madang/server/observed.h"
#include "madang/server/server.h"
#include "madang/server/system.h"

namespace madang::server {

struct Sample {
  struct Worker {
    std::uint64_t sessions = 0;
    double load = 0;
    std::uint64_t queued_bytes = 0;
  };

  std::uint64_t number = 0;
  std::int64_t at_ms = 0;  ///< milliseconds since 1970

  std::uint64_t players = 0;
  std::uint64_t worlds = 0;
  std::uint64_t commands_waiting = 0;
  std::uint64_t overload_step = 0;
  std::uint64_t ticks_per_second = 0;
  std::uint64_t throttled_cells = 0;
  std::vector<Worker> workers;
  double zone_load = 0;  ///< of the busiest thread that ticks worlds

  std::uint64_t ticks = 0;
  std::uint64_t ticks_late = 0;
  std::uint64_t ticks_skipped = 0;
  std::uint64_t overload_steps_up = 0;
  Server::Totals totals;
  net::TimeHistogram::Counts tick_time{};
};

class Samples {
 public:
  static constexpr std::size_t kept = 300;  ///< maximum number of samples

  /// Takes a sample. Always the same thread, about once a second.
  void take(const Observed& observed, Time now);
  /// Returns the samples with a number above `number`. The oldest sample is the first.
  std::vector<Sample> after(std::uint64_t number) const;
  /// Returns the facts of the last sample, or those of the start before there is a sample.
  ProcessFacts process() const;
  /// Returns, for each zone of the main world, the share of the time between the last two samples in which a
  /// thread worked for it. None if the world is not cut.
  std::vector<double> zone_loads() const;

 private:
  /// Returns by which share of the time `passed` a time has grown since the last sample. `number` is that of
  /// the time in times_.
  double load_of(std::size_t number, Duration time, Duration passed);

  mutable std::mutex mutex_;
  std::deque<Sample> samples_;
  ProcessFacts process_ = process_facts();
  std::uint64_t taken_ = 0;
  std::vector<double> zone_loads_;
  Time last_ = Time::min();
  // Processor times: of each runner's thread, of the crew's threads, and of each worker's. Then for each zone
  // the time that threads worked for it.
  std::vector<Duration> times_;
};

}  // namespace madang::server
