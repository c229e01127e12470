// StatusLine: a line for the log at regular times, with the server's figures since the last line. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "madang/base/cadence.h"
#include "madang/base/time.h"
#include "madang/server/server.h"

namespace madang::server {

class StatusLine {
 public:
  /// The figures at the time of a line, counted from the start of the server.
  struct Figures {
    Server::Totals totals;
    std::uint64_t players = 0;
    std::uint64_t ticks_late = 0;
  };

  /// `interval_s` is the time between two lines in seconds; 0: no lines.
  StatusLine(std::uint32_t interval_s, Time now) : last_(now) {
    if (interval_s > 0) cadence_.emplace(std::chrono::seconds(interval_s), now);
  }

  bool is_due(Time now) const { return cadence_ && cadence_->is_due(now); }
  /// Returns the line, with rates for the time since the last line. Precondition: is_due(now).
  std::string line(Time now, const Figures& figures);

 private:
  std::optional<Cadence> cadence_;  // none: no lines
  Time last_;
  Server::Totals before_;
};

}  // namespace madang::server
