// Overload: what the server does less of when a tick takes longer than it may, and how it finds back.
//
// Fed once a tick with how long the tick took, from when it was due until every worker had handed it out.
// When half of the last few took longer than the time between two ticks, it goes one step up:
//   step 1: steps are told of a player's own cell only; of the others, positions about once a second;
//   step 2 and on: the tick rate is halved, again and again, but not below five ticks a second.
// After a while without any that took too long it goes one step down. If that was too early, it comes back
// up, and the next try waits twice as long. Pure: no clock, no thread.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace madang::net {

class Overload {
 public:
  static constexpr std::uint32_t tick_rate_min = 5;
  static constexpr std::uint32_t window = 8;  ///< ticks that are looked at together
  static constexpr Duration patience_min = 5s;
  static constexpr Duration patience_max = 80s;

  explicit Overload(std::uint32_t tick_rate) : tick_rate_(tick_rate) {}

  enum class Change : std::uint8_t { none, up, down };
  Change on_tick(Duration took, Time now);

  std::uint32_t step() const { return step_; }
  bool thins() const { return step_ >= 1; }
  /// A tick stands for so many of the world's.
  std::uint32_t stride() const { return step_ <= 1 ? 1 : 1u << (step_ - 1); }
  std::uint32_t ticks_per_second() const { return tick_rate_ / stride(); }
  Duration interval() const { return Duration(1s) * stride() / tick_rate_; }
  std::uint32_t step_max() const;

 private:
  void go_to(std::uint32_t step, Time now);

  const std::uint32_t tick_rate_;
  std::uint32_t step_ = 0;
  std::uint32_t recent_ = 0;  ///< of the last ticks, a bit each: took too long
  Time calm_since_ = Time::min();
  Time went_down_at_ = Time::min();
  Duration patience_ = patience_min;
};

}  // namespace madang::net
