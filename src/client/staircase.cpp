#include "client/staircase.h"

#include <algorithm>
#include <utility>

namespace madang::client {

namespace {

/// A step adds a tenth of those who are there, and at first a twentieth of all that there may be.
constexpr std::uint32_t step_of_those_there = 10;
constexpr std::uint32_t step_of_all = 20;
constexpr std::uint32_t first_step_max = 100;
constexpr double share_in_time = 0.99;

}  // namespace

Staircase::Staircase(std::uint32_t players_max, std::uint32_t delay_limit_us)
    : players_max_(players_max), delay_limit_us_(delay_limit_us) {
  add_players();
}

void Staircase::on_second(const Second& second) {
  ++seconds_in_phase_;
  switch (phase_) {
    case Phase::adding:
      if (second.all_logged_in) go_to(Phase::settling);
      return;
    case Phase::settling:
      if (seconds_in_phase_ >= settle_seconds) go_to(Phase::measuring);
      return;
    case Phase::measuring:
      measured_.merge(second.delays);
      if (seconds_in_phase_ >= measure_seconds) judge(second.connected);
      return;
    case Phase::finished: return;
  }
}

const char* Staircase::phase_name() const {
  switch (phase_) {
    case Phase::adding: return "adding";
    case Phase::settling: return "settling";
    case Phase::measuring: return "measuring";
    case Phase::finished: return "finished";
  }
  return "?";
}

void Staircase::judge(std::uint32_t connected) {
  // Without a single answer the server has not stood anything.
  const bool stood = measured_.count() > 0 && measured_.quantile(share_in_time) <= delay_limit_us_;
  if (!stood) {
    if (std::exchange(second_try_, true)) return go_to(Phase::finished);
    return go_to(Phase::settling);
  }
  second_try_ = false;
  players_held_ = std::max(players_held_, connected);
  // Where not all came in, or all are in who may, there is nothing to add.
  if (connected < players_wanted_ || players_wanted_ == players_max_) return go_to(Phase::finished);
  add_players();
  go_to(Phase::adding);
}

void Staircase::add_players() {
  const std::uint32_t first_step = std::clamp(players_max_ / step_of_all, 1u, first_step_max);
  const std::uint32_t step = std::max(first_step, players_wanted_ / step_of_those_there);
  players_wanted_ = std::min(players_max_, players_wanted_ + step);
}

void Staircase::go_to(Phase phase) {
  phase_ = phase;
  seconds_in_phase_ = 0;
  measured_.reset();
}

}  // namespace madang::client
