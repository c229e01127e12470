// Staircase: measures how many players a server can serve. It adds players in steps, until the delay of their
// moves exceeds a limit.
//
// After each step it waits until all players have logged in, waits some seconds more, and then measures. A
// step that fails is measured a second time, because the first failure may be a short disturbance of the
// machine. Called once a second. Pure; one thread.
#pragma once

#include <cstdint>

#include "madang/client/delay_histogram.h"

namespace madang::client {

class Staircase {
 public:
  static constexpr int settle_seconds = 2;
  static constexpr int measure_seconds = 4;

  Staircase(std::uint32_t players_max, std::uint32_t delay_limit_us);

  /// The results of the last second.
  struct Second {
    bool have_all_logged_in = false;  ///< every login has an answer
    std::uint32_t connected = 0;      ///< players in the world
    const DelayHistogram& delays;     ///< of the moves
  };
  void on_second(const Second& second);

  /// Returns how many players there should be now.
  std::uint32_t players_wanted() const { return players_wanted_; }
  /// Returns the highest number of players with which a step succeeded.
  std::uint32_t players_held() const { return players_held_; }
  bool is_finished() const { return phase_ == Phase::finished; }
  /// Returns "adding", "settling", "measuring" or "finished".
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
  bool is_second_try_ = false;
  DelayHistogram measured_;
};

}  // namespace madang::client
