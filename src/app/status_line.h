// StatusLine: one line a while about what happened since the last one. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/server.h"
#include "base/time.h"

namespace madang::app {

class StatusLine {
 public:
  /// What there was until a line.
  struct Figures {
    Server::Totals totals;
    std::uint64_t players = 0;
    std::uint64_t ticks_late = 0;
  };

  /// `interval_s`: 0 for never.
  StatusLine(std::uint32_t interval_s, Time now)
      : interval_(std::chrono::seconds(interval_s)), next_(now + interval_), last_(now) {}

  bool is_due(Time now) const { return interval_ > Duration::zero() && now >= next_; }
  /// The line of this moment, with rates over the time since the last one. After a pause of the whole process
  /// the lines that were missed are left out.
  std::string line(Time now, const Figures& figures);

 private:
  const Duration interval_;
  Time next_;
  Time last_;
  Server::Totals before_;
};

}  // namespace madang::app
