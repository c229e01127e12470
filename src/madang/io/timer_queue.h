// TimerQueue: the timers of a port, in the order of their deadlines. Timers with equal deadlines keep the
// order of their start. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "madang/base/slot_table.h"
#include "madang/io/port.h"

namespace madang::io {

class TimerQueue {
 public:
  struct Due {
    Timer timer;
    Key key = 0;
  };

  /// Starts a timer and returns its id.
  Timer start(Time deadline, Key key) {
    const auto [id, timer] = timers_.emplace(key);
    const std::pair place(deadline, ++started_count_);
    if (spare_) {
      spare_.key() = place;
      spare_.mapped() = id;
      timer.place = by_deadline_.insert(std::move(spare_)).position;
    } else {
      timer.place = by_deadline_.emplace(place, id).first;
    }
    return id;
  }

  /// Removes a timer and describes it in `due`. Returns false when there is no such timer.
  bool remove(Timer id, Due& due) {
    Entry* timer = timers_.find(id);
    if (!timer) return false;
    due = {id, timer->key};
    spare_ = by_deadline_.extract(timer->place);
    timers_.erase(id);
    return true;
  }

  /// Removes the first timer whose deadline is not after `now`, if it is among the first `started_count`
  /// timers that were started. Returns false when there is none.
  bool pop_due(Time now, std::uint64_t started_count, Due& due) {
    if (by_deadline_.empty()) return false;
    const auto& [deadline, number] = by_deadline_.begin()->first;
    return deadline <= now && number <= started_count && remove(by_deadline_.begin()->second, due);
  }

  /// Returns the number of timers that were started so far.
  std::uint64_t started_count() const { return started_count_; }

  /// Returns the first deadline; Time::max() when there is no timer.
  Time next_deadline() const {
    return by_deadline_.empty() ? Time::max() : by_deadline_.begin()->first.first;
  }
  std::size_t size() const { return timers_.size(); }

 private:
  using ByDeadline = std::map<std::pair<Time, std::uint64_t>, Timer>;
  struct Entry {
    explicit Entry(Key k) : key(k) {}
    Key key;
    ByDeadline::iterator place;
  };

  SlotTable<Entry, Timer> timers_{Timer::index_max};
  ByDeadline by_deadline_;
  /// Node of the last timer that was removed. A timer that starts itself again allocates no memory.
  ByDeadline::node_type spare_;
  std::uint64_t started_count_ = 0;
};

}  // namespace madang::io
