// Counters: what a worker has done so far. The worker writes, any thread may read; each number is right by
// itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/close_reason.h"
#include "net/counter.h"
#include "net/time_histogram.h"
#include "wire/packets.h"

namespace madang::net {

struct Counters {
  Counter sessions_open;
  Counter sessions_opened;
  Counter frames_in;
  Counter bytes_in;
  Counter bytes_out;
  Counter sends;
  Counter stalls;            ///< frames that had to wait for room
  Counter http_refused;      ///< connections for pages that found no place
  Counter queued_bytes;      ///< that wait for clients, now
  TimeHistogram answers;     ///< from a move's arrival to its answer
  Counter cells_made_stale;  ///< a session lost sight of a cell, because its means ran out
  std::array<Counter, wire::enumeration<wire::NotSaidReason>.values.size()> words_refused;  ///< by reason
  std::array<Counter, 5> http_responses;  ///< by the first digit of their status
  std::array<Counter, static_cast<std::size_t>(CloseReason::count_)> closed;  ///< by reason

  Counter& closed_for(CloseReason reason) { return closed[static_cast<std::size_t>(reason)]; }
};

}  // namespace madang::net
