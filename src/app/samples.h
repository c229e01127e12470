// Samples: what the server was doing in each of the last seconds, for the operator's charts.
//
// Taken once a second by one thread, read by any. The fields are those of Sample in
// clients/web/src/operator/state.ts, which says what each means.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "app/observed.h"
#include "app/server.h"
#include "app/system.h"
#include "net/time_histogram.h"

namespace madang::app {

struct Sample {
  struct Worker {
    std::uint64_t sessions = 0;
    double load = 0;
    std::uint64_t queued_bytes = 0;
  };

  std::uint64_t number = 0;
  std::int64_t at_ms = 0;  ///< since 1970

  std::uint64_t players = 0;
  std::uint64_t commands_waiting = 0;
  std::uint64_t overload_step = 0;
  std::uint64_t ticks_per_second = 0;
  std::uint64_t throttled_cells = 0;
  std::vector<Worker> workers;
  double zone_load = 0;

  std::uint64_t ticks = 0;
  std::uint64_t ticks_late = 0;
  std::uint64_t ticks_skipped = 0;
  std::uint64_t overload_steps_up = 0;
  Server::Totals totals;
  net::TimeHistogram::Counts tick_time{};
};

class Samples {
 public:
  static constexpr std::size_t kept = 300;

  /// One thread, about once a second.
  void take(const Observed& observed, Time now);
  /// Those that are kept with a higher number, oldest first.
  std::vector<Sample> after(std::uint64_t number) const;
  /// Of the last sample, or from before the first one.
  ProcessFacts process() const;

 private:
  /// The share of a core since the last sample.
  double load_of(std::size_t thread, Duration processor_time, Duration passed);

  mutable std::mutex mutex_;
  std::deque<Sample> samples_;
  ProcessFacts process_ = process_facts();
  std::uint64_t taken_ = 0;
  Time last_ = Time::min();
  std::vector<Duration> processor_times_;  // the zone's, and then those of the workers
};

}  // namespace madang::app
