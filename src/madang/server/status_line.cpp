#include "madang/server/status_line.h"

#include <fmt/core.h>

#include <utility>

namespace madang::server {

std::string StatusLine::line(Time now, const Figures& figures) {
  const Server::Totals& totals = figures.totals;
  const double seconds = std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  const auto rate = [&](std::uint64_t after, std::uint64_t before) {
    return seconds > 0 ? static_cast<double>(after - before) / seconds : 0;
  };
  std::string line = fmt::format(
      "status: sessions {}, players {}, packets in {:.0f}/s, sends {:.0f}/s, in {:.1f} kB/s, out {:.1f} "
      "kB/s, "
      "late ticks {}",
      totals.sessions_open, figures.players, rate(totals.frames_in, before_.frames_in),
      rate(totals.sends, before_.sends), rate(totals.bytes_in, before_.bytes_in) / 1000,
      rate(totals.bytes_out, before_.bytes_out) / 1000, figures.ticks_late);
  before_ = totals;
  if (cadence_) cadence_->done(now);
  return line;
}

}  // namespace madang::server
