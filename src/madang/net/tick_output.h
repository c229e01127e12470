// TickOutput: the result of a tick of the zone, encoded once. Every worker fans it out to its sessions.
//
// The zone's thread fills it, and the workers' threads read it. It does not change until the last reader has
// released it. Then the zone's thread uses it for another tick.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "board/events.h"
#include "board/names.h"
#include "madang/base/buffer.h"
#include "madang/base/time.h"

namespace madang::net {

class TickOutput {
 public:
  /// A part of `bytes` that consists of whole frames.
  struct Part {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct CellPart {
    board::CellIndex cell;
    Part part;
  };
  /// The enters and words of a cell, then the steps.
  struct CellUpdate {
    board::CellIndex cell;
    Part all;
    std::uint32_t steps_begin = 0;
    Part without_steps() const { return {all.begin, steps_begin}; }
    bool has_steps() const { return steps_begin < all.end; }
  };
  /// The zone's events for the sessions of one worker, in the order of the zone.
  struct Personal {
    std::vector<board::Entered> entered;
    std::vector<board::EnterRefused> enter_refused;
    std::vector<board::Moved> moved;
    std::vector<board::WatchChanged> watch_changes;
    std::uint32_t lost_shout_ticks = 0;  ///< merged ticks that had shouts (see TickMailbox)

    bool empty() const {
      return entered.empty() && enter_refused.empty() && moved.empty() && watch_changes.empty();
    }
    void clear();
    /// Appends the events of a later tick.
    void append(const Personal& later);
  };

  Bytes bytes_of(Part part) const { return bytes.bytes().subspan(part.begin, part.end - part.begin); }
  /// Returns the full state of a cell. Precondition: a session newly watches the cell, so the state is there.
  Part state_of(board::CellIndex cell) const {
    return std::lower_bound(
               states.begin(), states.end(), cell,
               [](const CellPart& state, board::CellIndex wanted) { return state.cell < wanted; })
        ->part;
  }
  bool empty() const;
  void clear();

  Buffer bytes;
  std::vector<CellUpdate> updates;  ///< for sessions that watched the cell before
  std::vector<CellPart> positions;  ///< of all pieces of a cell, for sessions with suppressed steps
  std::vector<CellPart> states;     ///< everything in a cell, for sessions that newly watch it, or for which
                                    ///< it is stale; ascending
  std::vector<CellPart> leaves;     ///< for sessions that watched the cell before, appended last
  Part for_all;                     ///< shouts
  std::vector<Personal> personal;   ///< by worker
  /// Overload: players get steps of their own cells only.
  bool is_own_cell_only = false;

  // --- Readers ---

  /// Sets the number of readers. `due` is the time at which the tick was due: released_at() is never earlier.
  void hold(std::uint32_t readers, Time due = Time::min()) {
    released_at_.store(due, std::memory_order_relaxed);
    readers_.store(readers, std::memory_order_release);
  }
  /// Notes that a reader is done at the time `now`. Any thread.
  void release(Time now) {
    Time last = released_at_.load(std::memory_order_relaxed);
    while (last < now && !released_at_.compare_exchange_weak(last, now, std::memory_order_relaxed)) {
    }
    readers_.fetch_sub(1, std::memory_order_acq_rel);
  }
  /// Returns whether there are no readers.
  bool is_free() const { return readers_.load(std::memory_order_acquire) == 0; }
  /// Returns when the last reader was done. Precondition: is_free().
  Time released_at() const { return released_at_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> readers_{0};
  std::atomic<Time> released_at_{Time::min()};
};

}  // namespace madang::net
