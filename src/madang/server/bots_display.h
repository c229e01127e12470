// BotsDisplay: prints the progress of the bots. On a terminal, one block of lines is drawn again in the same
// place. Elsewhere, a line is printed every second, or every five seconds of a long run. One thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/error.h"
#include "madang/base/time.h"
#include "madang/client/any_bots.h"
#include "madang/server/bots_rates.h"
#include "madang/server/terminal_drawing.h"

namespace madang::server {

/// In milliseconds.
struct DelayQuantiles {
  double p50 = 0;
  double p99 = 0;
  double p999 = 0;
  double max = 0;
};
DelayQuantiles quantiles_of(const client::DelayHistogram& histogram);

/// The figures of one moment.
struct BotsProgress {
  client::BotsStats stats;
  std::uint32_t players_wanted = 0;
  DelayQuantiles delay;  ///< of all answers so far

  // Figures of the last second.
  BotsRates rates;
  DelayQuantiles delay_lately;

  std::string time;  ///< time since the start, and time until the end
  std::string step;  ///< state of the search of --until-delay, or empty
};

/// "moves refused", of the counter "moves_refused".
std::string words_of(std::string_view counter);
/// "812 B", "1.2 kB", "34.5 MB".
std::string bytes_text(std::uint64_t bytes);

class BotsDisplay {
 public:
  /// `stream` and `counters` outlive this object.
  BotsDisplay(std::FILE* stream, std::string title, std::span<const std::string_view> counters,
              bool long_run);
  /// The last block stays on the screen.
  ~BotsDisplay() = default;

  /// Draws the block, if the stream is a terminal.
  void draw(const BotsProgress& progress);
  /// Prints a line, if the stream is not a terminal. To be called once a second.
  void write(const BotsProgress& progress);
  /// Prints a line that stays above the block.
  void note(std::string_view line);
  /// Ends the block: it stays on the screen, and later notes are printed below it.
  void end_block();
  /// Returns the error of the stream, or none. After an error nothing more is printed.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  void print(std::string_view text);
  void draw_block();
  std::string line_of(const BotsProgress& progress) const;

  std::FILE* stream_;
  const std::string title_;
  const std::span<const std::string_view> counters_;
  const std::uint32_t seconds_a_line_;
  std::uint32_t seconds_until_line_ = 0;
  TerminalDrawing terminal_;
  std::vector<std::string> block_;
  std::size_t lines_drawn_ = 0;
  std::optional<Error> failure_;
};

}  // namespace madang::server
