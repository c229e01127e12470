#include "madang/client/staircase.h"

#include <algorithm>
#include <utility>

namespace madang::client {

namespace {

/// A step adds a tenth of the present players. At first it adds a twentieth of the maximum.
constexpr std::uint32_t divisor_of_present = 10;
constexpr std::uint32_t divisor_of_max = 20;
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
      if (second.have_all_logged_in) go_to(Phase::settling);
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
  // A server that answered no move has failed.
  const bool has_succeeded = measured_.count() > 0 && measured_.quantile(share_in_time) <= delay_limit_us_;
  if (!has_succeeded) {
    if (std::exchange(is_second_try_, true)) return go_to(Phase::finished);
    return go_to(Phase::settling);
  }
  is_second_try_ = false;
  players_held_ = std::max(players_held_, connected);
  // If not all players could log in, or if all have, no more are added.
  if (connected < players_wanted_ || players_wanted_ == players_max_) return go_to(Phase::finished);
  add_players();
  go_to(Phase::adding);
}

void Staircase::add_players() {
  const std::uint32_t first_step = std::clamp(players_max_ / divisor_of_max, 1u, first_step_max);
  const std::uint32_t step = std::max(first_step, players_wanted_ / divisor_of_present);
  players_wanted_ = std::min(players_max_, players_wanted_ + step);
}

void Staircase::go_to(Phase phase) {
  phase_ = phase;
  seconds_in_phase_ = 0;
  measured_.reset();
}

}  // namespace madang::client
