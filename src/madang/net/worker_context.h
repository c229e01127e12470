// WorkerContext: the objects that all parts of a worker share. Owned by the worker. Worker thread only.
#pragma once

#include "madang/base/buffer.h"
#include "madang/base/limits.h"
#include "madang/io/port.h"
#include "madang/net/admission.h"
#include "madang/net/counters.h"
#include "madang/net/worker_clock.h"

namespace madang::net {

/// Deadlines are checked, and rates renewed, once an interval. A timer for each connection would cost more
/// memory than the connection.
inline constexpr Duration sweep_interval = 100ms;

/// Returns how often something may happen between two sweeps. Unused parts are not saved, because a crowd
/// that comes at once would use up the time of the clients that play.
constexpr std::uint32_t share_of_a_sweep(std::uint32_t a_second) {
  const auto share = static_cast<std::uint32_t>(a_second * sweep_interval / 1s);
  return share > 0 ? share : 1;
}

struct WorkerContext {
  const Limits& limits;
  Admission& admission;
  io::Port& port;
  WorkerClock& clock;
  BufferPool& pool;
  Counters& counters;

  /// Returns the time that is `ms` milliseconds from now, by WorkerClock::awake().
  Time deadline(std::uint32_t ms) const { return clock.awake() + std::chrono::milliseconds(ms); }
};

}  // namespace madang::net
