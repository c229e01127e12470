// BotsDisplay: shows how the bots are doing, while they do. On a terminal a block of lines that is drawn
// again in place; elsewhere a plain line a second, or every five seconds of a long run.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/bots_rates.h"
#include "app/terminal_drawing.h"
#include "base/error.h"
#include "base/time.h"
#include "client/swarm.h"

namespace madang::app {

/// In milliseconds.
struct DelayQuantiles {
  double p50 = 0;
  double p99 = 0;
  double p999 = 0;
  double max = 0;
};
DelayQuantiles quantiles_of(const client::DelayHistogram& histogram);

/// What a moment looks like.
struct BotsProgress {
  client::SwarmStats stats;
  std::uint32_t players_wanted = 0;
  DelayQuantiles delay;  ///< of all moves so far

  // Of the last second.
  BotsRates rates;
  DelayQuantiles delay_lately;

  std::string time;  ///< how long it has lasted, and how long it will
  std::string step;  ///< where the search for the limit stands; empty without one
};

/// "812 B", "1.2 kB", "34.5 MB".
std::string bytes_text(std::uint64_t bytes);

class BotsDisplay {
 public:
  /// To this stream, which outlives it. A long run writes fewer plain lines.
  BotsDisplay(std::FILE* stream, std::string title, bool long_run);
  /// Leaves the last block standing.
  ~BotsDisplay() = default;

  /// Draws on a terminal; may be called as often as it should move.
  void draw(const BotsProgress& progress);
  /// Once a second: writes, where there is no terminal.
  void write(const BotsProgress& progress);
  /// Something that should stay to be read.
  void note(std::string_view line);
  /// Leaves the block standing: what is noted from now on stands below it.
  void end_block();
  /// Why the stream did not accept something. Nothing is shown any more then.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  void print(std::string_view text);
  void draw_block();

  std::FILE* stream_;
  const std::string title_;
  const std::uint32_t seconds_a_line_;
  std::uint32_t seconds_until_line_ = 0;
  TerminalDrawing terminal_;
  std::vector<std::string> block_;
  std::size_t lines_drawn_ = 0;
  std::optional<Error> failure_;
};

}  // namespace madang::app
