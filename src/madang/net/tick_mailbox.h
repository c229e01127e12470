// TickMailbox: the ticks of one runner that wait for one gateway. It holds a bounded number of whole ticks.
// If the gateway's worker stands still, more ticks come, and all waiting ticks are merged. Of merged ticks
// the mailbox keeps only the answers to the worker's own sessions, in their order. The updates of cells and
// the shouts are lost.
//
// The runner's thread puts, and the gateway's thread dequeues; a lock guards the mailbox. Merged answers are
// bounded too: each answer needs a command, and a worker that stands still sends no commands.
#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <vector>

#include "madang/net/tick_output.h"

namespace madang::net {

class TickMailbox {
 public:
  TickMailbox(std::size_t ticks_max, std::uint8_t worker) : ticks_max_(ticks_max), worker_(worker) {}

  /// Adds a tick. Precondition: the gateway is one of the readers of the tick. Returns false if the waiting
  /// ticks were merged; then the tick is released. Runner thread only.
  bool put(TickOutput& tick) {
    const std::lock_guard lock(mutex_);
    if (!is_merging_ && ticks_.size() < ticks_max_) {
      ticks_.push_back(&tick);
      return true;
    }
    for (TickOutput* waiting : ticks_) merge(*waiting);
    ticks_.clear();
    merge(tick);
    is_merging_ = true;
    return false;
  }

  /// Replaces the content of both by what waits. Returns whether ticks were merged. The answers of merged
  /// ticks come before the whole ticks. Worker thread only.
  bool dequeue(std::vector<TickOutput*>& ticks, TickOutput::Personal& merged) {
    ticks.clear();
    merged.clear();
    const std::lock_guard lock(mutex_);
    ticks.swap(ticks_);
    std::swap(merged, merged_);
    return std::exchange(is_merging_, false);
  }

 private:
  void merge(TickOutput& tick) {
    merged_.append(tick.personal[worker_]);
    merged_.lost_shout_ticks += static_cast<std::uint32_t>(
        std::ranges::count_if(tick.worlds(), [](const auto& of) { return !of.cells.told_to_all.empty(); }));
    tick.release(Time::min());
  }

  const std::size_t ticks_max_;
  const std::uint8_t worker_;
  std::mutex mutex_;
  std::vector<TickOutput*> ticks_;
  TickOutput::Personal merged_;
  bool is_merging_ = false;
};

}  // namespace madang::net
