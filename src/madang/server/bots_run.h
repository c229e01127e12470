// BotsRun: one run of `bots`, from the first login to the last goodbye, with its display.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "madang/base/cadence.h"
#include "madang/base/error.h"
#include "madang/base/time.h"
#include "madang/client/any_bots.h"
#include "madang/client/staircase.h"
#include "madang/server/bots_command.h"
#include "madang/server/bots_display.h"
#include "madang/server/stop_signal.h"

namespace madang::server {

double seconds_of(Duration duration);

/// Main thread only. Options, bots and stream outlive it.
class BotsRun {
 public:
  BotsRun(std::string_view program, const BotsOptions& options, client::AnyBots& bots,
          std::FILE* progress_stream);

  void run(StopSignal& stop_signal);
  /// Prints a line that stays below or above the progress.
  void print_note(std::string_view line) { display_.note(line); }
  void end_display() { display_.end_block(); }
  /// Returns why the progress cannot be printed any more, or none.
  const std::optional<Error>& display_failure() const { return display_.failure(); }

  /// Returns the figures of the measured time. That time begins when all bots have logged in, or else at the
  /// start. It ends when the bots begin to log out. Violations and errors are those of the whole run.
  client::BotsStats measured() const;
  const DelayQuantiles& measured_delay() const { return delay_before_leaving_; }
  Duration measured_duration() const { return left_at_ - all_in_at_.value_or(started_at_); }
  Duration duration() const { return left_at_ - started_at_; }
  /// Returns the largest number of players with an acceptable delay, or none without --until-delay.
  std::optional<std::uint32_t> players_held() const {
    return staircase_ ? std::optional(staircase_->players_held()) : std::nullopt;
  }

 private:
  bool is_over(Time now) const;
  void on_frame(Time now);
  void on_second(Time now);
  void print_new_findings();
  void leave(StopSignal& stop_signal);
  std::string time_text(Time now) const;
  std::string step_text() const;

  const BotsOptions& options_;
  client::AnyBots& bots_;
  std::optional<client::Staircase> staircase_;
  BotsDisplay display_;
  BotsProgress progress_;
  client::BotsStats stats_a_second_ago_;
  Time a_second_ago_;
  client::BotsStats stats_when_all_in_;
  client::BotsStats stats_before_leaving_;
  DelayQuantiles delay_before_leaving_;
  std::size_t violations_printed_ = 0;
  std::set<std::string> errors_printed_;

  const Time started_at_;
  Time next_frame_;
  Cadence next_second_;
  std::optional<Time> all_in_at_;
  Time left_at_;
};

}  // namespace madang::server
