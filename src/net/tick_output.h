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
  /// The zone's events for those who live on one worker, in the order of the zone.
  struct Personal {
    std::vector<world::Entered> entered;
    std::vector<world::EnterRefused> enter_refused;
    std::vector<world::Moved> moved;
    std::vector<world::WatchChanged> watch_changes;
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
  std::vector<CellPart> updates;   ///< enters, steps and words, for those who watched the cell before
  std::vector<CellPart> states;    ///< everything in it, for those who newly watch it; ascending
  std::vector<CellPart> leaves;    ///< for those who watched the cell before; to be appended last
  Part for_all;                    ///< shouts
  std::vector<Personal> personal;  ///< by worker

  // --- Who still reads it ---

  void hold(std::uint32_t readers) { readers_.store(readers, std::memory_order_release); }
  void release() { readers_.fetch_sub(1, std::memory_order_acq_rel); }
  bool is_free() const { return readers_.load(std::memory_order_acquire) == 0; }

 private:
  std::atomic<std::uint32_t> readers_{0};
};

}  // namespace madang::net
