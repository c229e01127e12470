// Staircase: how many players does a server stand? Adds players in steps until the delay of their moves
// passes a limit.
//
// After each step it waits until all have logged in, lets things settle, and measures. A step that fails is
// measured a second time, so that a hiccup of the machine does not decide. Fed once a second; pure.
#pragma once

#include <cstdint>

#include "client/delay_histogram.h"

namespace madang::client {

class Staircase {
 public:
  static constexpr int settle_seconds = 2;
  static constexpr int measure_seconds = 4;

  Staircase(std::uint32_t players_max, std::uint32_t delay_limit_us);

  /// What there was in the last second.
  struct Second {
    bool all_logged_in = false;    ///< everybody has an answer to the login
    std::uint32_t connected = 0;   ///< players in the world
    const DelayHistogram& delays;  ///< of the moves
  };
  void on_second(const Second& second);

  /// How many there shall be now.
  std::uint32_t players_wanted() const { return players_wanted_; }
  /// The most that stood so far.
  std::uint32_t players_held() const { return players_held_; }
  bool finished() const { return phase_ == Phase::finished; }
  /// "adding", "settling", "measuring" or "finished".
  const char* phase_name() const;

 private:
  enum class Phase : std::uint8_t { adding, settling, measuring, finished };

  void judge(std::uint32_t connected);
  void add_players();
  void go_to(Phase phase);

  const std::uint32_t players_max_;
  const std::uint32_t delay_limit_us_;
  std::uint32_t players_wanted_ = 0;
  std::uint32_t players_held_ = 0;
  Phase phase_ = Phase::adding;
  int seconds_in_phase_ = 0;
  bool second_try_ = false;
  DelayHistogram measured_;
};

}  // namespace madang::client
