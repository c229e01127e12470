// StatusLine: one line a while about what happened since the last one. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/server.h"
#include "base/cadence.h"
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
  StatusLine(std::uint32_t interval_s, Time now) : last_(now) {
    if (interval_s > 0) cadence_.emplace(std::chrono::seconds(interval_s), now);
  }

  bool is_due(Time now) const { return cadence_ && cadence_->is_due(now); }
  /// The line of this moment, with rates over the time since the last one. Precondition: it is due.
  std::string line(Time now, const Figures& figures);

 private:
  std::optional<Cadence> cadence_;  ///< none: never
  Time last_;
  Server::Totals before_;
};

}  // namespace madang::app
