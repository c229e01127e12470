// Counters: what a worker has done so far. The worker's thread changes them; any thread may read them. Two
// counters that are read together may be of different moments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "madang/base/close_reason.h"
#include "madang/net/counter.h"
#include "madang/net/time_histogram.h"
#include "madang/wire/session_packets.h"

namespace madang::net {

struct Counters {
  Counter sessions_open;
  Counter sessions_opened;
  Counter frames_in;
  Counter bytes_in;
  Counter bytes_out;
  Counter sends;
  Counter stalls;             ///< frames that had to be retried, each one once
  Counter http_refused;       ///< page connections without a place
  Counter queued_bytes;       ///< bytes that wait for clients now
  TimeHistogram answers;      ///< from the arrival of a move to its answer
  Counter cells_made_stale;   ///< cells that sessions lost sight of, because their budgets were used up
  Counter shouts_suppressed;  ///< deliveries of shouts that sessions did not get, because they or the worker
                              ///< lagged
  std::array<Counter, wire::enumeration<wire::NotSaidReason>.values.size()> words_refused;  ///< by reason
  std::array<Counter, 5> http_responses;          ///< by the first digit of the status
  std::array<Counter, close_reasons_max> closed;  ///< by reason

  Counter& closed_for(CloseReason reason) { return closed[static_cast<std::size_t>(reason)]; }
};

}  // namespace madang::net
