// Overload: decides how much less a server does when its ticks take too long, and when it does more again.
//
// Its input is the duration of each tick: from the time at which the tick was due until every worker has sent
// it. When half of the last few ticks took longer than the time between two ticks, it goes one
// step up:
//   step 1: a player gets steps of its own cell only; for other cells, positions about once a second;
//   step 2 and higher: each step halves the tick rate, but not below five ticks a second.
// After some time in which no tick took too long, it goes one step down. If that was too early, it goes up
// again, and waits twice as long before the next step down. Pure: no clock, no thread.
#pragma once

#include <cstdint>

#include "madang/base/time.h"

namespace madang::net {

class Overload {
 public:
  static constexpr std::uint32_t tick_rate_min = 5;
  static constexpr std::uint32_t window = 8;  ///< number of last ticks that are judged together
  static constexpr Duration patience_min = 5s;
  static constexpr Duration patience_max = 80s;

  explicit Overload(std::uint32_t tick_rate) : tick_rate_(tick_rate) {}

  enum class Change : std::uint8_t { none, up, down };
  /// Judges a tick. Returns whether the step has changed.
  Change on_tick(Duration took, Time now);

  /// Returns the step; 0: no overload.
  std::uint32_t step() const { return step_; }
  /// Returns whether players get steps of their own cells only.
  bool is_own_cell_only() const { return step_ >= 1; }
  /// Returns how many ordinary ticks one tick replaces.
  std::uint32_t tick_length() const { return step_ <= 1 ? 1 : 1u << (step_ - 1); }
  std::uint32_t ticks_per_second() const { return tick_rate_ / tick_length(); }
  /// Returns the time between two ticks.
  Duration interval() const { return Duration(1s) * tick_length() / tick_rate_; }
  std::uint32_t step_max() const;

 private:
  void go_to(std::uint32_t step, Time now);

  const std::uint32_t tick_rate_;
  std::uint32_t step_ = 0;
  std::uint32_t recent_ = 0;  ///< one bit for each of the last ticks: 1: it took too long
  Time calm_since_ = Time::min();
  Time went_down_at_ = Time::min();
  Duration patience_ = patience_min;
};

}  // namespace madang::net
