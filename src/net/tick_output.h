// TickOutput: all that a tick of the zone has to tell, encoded once, for every worker to hand out.
//
// Made by the zone's thread, read by the workers' threads, and written again only when the last reader has
// released it: until then it does not change.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "base/buffer.h"
#include "base/time.h"
#include "world/cells.h"
#include "world/events.h"

namespace madang::net {

class TickOutput {
 public:
  /// A part of `bytes`: some whole frames.
  struct Part {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct CellPart {
    world::CellIndex cell;
    Part part;
  };
  /// Enters and words in a cell, and behind them its steps.
  struct CellUpdate {
    world::CellIndex cell;
    Part all;
    std::uint32_t steps_begin = 0;
    Part without_steps() const { return {all.begin, steps_begin}; }
    bool has_steps() const { return steps_begin < all.end; }
  };
  /// The zone's events for those who live on one worker, in the order of the zone.
  struct Personal {
    std::vector<world::Entered> entered;
    std::vector<world::EnterRefused> enter_refused;
    std::vector<world::Moved> moved;
    std::vector<world::WatchChanged> watch_changes;

    bool empty() const {
      return entered.empty() && enter_refused.empty() && moved.empty() && watch_changes.empty();
    }
    void clear();
    /// Adds those of a later tick.
    void append(const Personal& later);
  };

  Bytes bytes_of(Part part) const { return bytes.bytes().subspan(part.begin, part.end - part.begin); }
  /// The full state of a cell that somebody newly watches: always there.
  Part state_of(world::CellIndex cell) const {
    return std::lower_bound(
               states.begin(), states.end(), cell,
               [](const CellPart& state, world::CellIndex wanted) { return state.cell < wanted; })
        ->part;
  }
  bool empty() const;
  void clear();

  Buffer bytes;
  std::vector<CellUpdate> updates;  ///< for those who watched the cell before
  std::vector<CellPart> positions;  ///< of all pieces in it, for those from whom steps were held back
  std::vector<CellPart> states;     ///< everything in it, for those who newly watch it; ascending
  std::vector<CellPart> leaves;     ///< for those who watched the cell before; to be appended last
  Part for_all;                     ///< shouts
  std::vector<Personal> personal;   ///< by worker
  /// The server is short of time: steps are told of a player's own cell only.
  bool thin = false;

  // --- Who still reads it ---

  /// `due`: when its tick was; no reader can be done before.
  void hold(std::uint32_t readers, Time due = Time::min()) {
    released_at_.store(due, std::memory_order_relaxed);
    readers_.store(readers, std::memory_order_release);
  }
  void release(Time now) {
    Time last = released_at_.load(std::memory_order_relaxed);
    while (last < now && !released_at_.compare_exchange_weak(last, now, std::memory_order_relaxed)) {
    }
    readers_.fetch_sub(1, std::memory_order_acq_rel);
  }
  bool is_free() const { return readers_.load(std::memory_order_acquire) == 0; }
  /// When the last reader was done with it; for one that is free.
  Time released_at() const { return released_at_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> readers_{0};
  std::atomic<Time> released_at_{Time::min()};
};

}  // namespace madang::net
