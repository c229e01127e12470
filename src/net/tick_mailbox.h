// TickMailbox: the ticks that wait for one gateway. A number of them whole; when more come, because the
// gateway's worker stands still, they are merged: of merged ticks only the answers to the worker's own
// sessions are kept, in their order, and the gateway must take every cell for changed.
//
// The zone's thread puts, the gateway's takes; a lock guards the box. It is bounded: an answer needs a
// command before, and a worker that stands still reads none from its clients. So no more answers are merged
// than commands were in the zone's queue and on this worker's hands when it stopped.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "net/tick_output.h"

namespace madang::net {

class TickMailbox {
 public:
  TickMailbox(std::size_t ticks_max, std::uint8_t worker) : ticks_max_(ticks_max), worker_(worker) {}

  /// The zone's thread. The gateway is one of the readers of `tick`; of a merged one it is none any more.
  /// False: it was merged.
  bool put(TickOutput& tick) {
    const std::lock_guard lock(mutex_);
    if (!merging_ && ticks_.size() < ticks_max_) {
      ticks_.push_back(&tick);
      return true;
    }
    for (TickOutput* waiting : ticks_) merge(*waiting);
    ticks_.clear();
    merge(tick);
    merging_ = true;
    return false;
  }

  /// The gateway's thread: replaces both with what waits. True: ticks were merged; their answers come before
  /// anything else, and there are no whole ones.
  bool take(std::vector<TickOutput*>& ticks, TickOutput::Personal& merged) {
    ticks.clear();
    merged.clear();
    const std::lock_guard lock(mutex_);
    ticks.swap(ticks_);
    std::swap(merged, merged_);
    return std::exchange(merging_, false);
  }

 private:
  void merge(TickOutput& tick) {
    merged_.append(tick.personal[worker_]);
    tick.release(Time::min());
  }

  const std::size_t ticks_max_;
  const std::uint8_t worker_;
  std::mutex mutex_;
  std::vector<TickOutput*> ticks_;
  TickOutput::Personal merged_;
  bool merging_ = false;
};

}  // namespace madang::net
