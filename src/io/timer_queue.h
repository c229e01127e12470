// TimerQueue: timers in the order of their deadlines; equal deadlines in the order they were started. One
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "base/slot_table.h"
#include "io/port.h"

namespace madang::io {

class TimerQueue {
 public:
  struct Due {
    Timer timer;
    Key key = 0;
  };

  Timer start(Time deadline, Key key) {
    const auto [id, timer] = timers_.emplace(key);
    const std::pair place(deadline, ++started_);
    if (spare_) {
      spare_.key() = place;
      spare_.mapped() = id;
      timer.place = by_deadline_.insert(std::move(spare_)).position;
    } else {
      timer.place = by_deadline_.emplace(place, id).first;
    }
    return id;
  }

  /// Takes a timer out early; false when it is gone already.
  bool take(Timer id, Due& due) {
    Entry* timer = timers_.find(id);
    if (!timer) return false;
    due = {id, timer->key};
    spare_ = by_deadline_.extract(timer->place);
    timers_.erase(id);
    return true;
  }

  /// Takes out the first timer whose deadline is not after `now` and that was among the first `started`.
  bool take_due(Time now, std::uint64_t started, Due& due) {
    if (by_deadline_.empty()) return false;
    const auto& [deadline, number] = by_deadline_.begin()->first;
    return deadline <= now && number <= started && take(by_deadline_.begin()->second, due);
  }

  /// How many timers were started so far.
  std::uint64_t started() const { return started_; }

  /// Time::max() when there is none.
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
  ByDeadline::node_type
      spare_;  // of the last that was taken out: a timer that starts itself again takes no memory
  std::uint64_t started_ = 0;
};

}  // namespace madang::io
