#include "madang/net/overload.h"

#include <algorithm>
#include <bit>

namespace madang::net {

Overload::Change Overload::on_tick(Duration took, Time now) {
  const bool is_late = took > interval();
  recent_ = (recent_ << 1 | (is_late ? 1u : 0u)) & ((1u << window) - 1);
  if (is_late || calm_since_ == Time::min()) calm_since_ = now;

  if (static_cast<std::uint32_t>(std::popcount(recent_)) >= window / 2 && step_ < step_max()) {
    const bool was_too_early = went_down_at_ != Time::min() && now - went_down_at_ < patience_;
    patience_ = was_too_early ? std::min(patience_ * 2, patience_max) : patience_min;
    go_to(step_ + 1, now);
    return Change::up;
  }
  if (step_ > 0 && now - calm_since_ >= patience_) {
    went_down_at_ = now;
    go_to(step_ - 1, now);
    return Change::down;
  }
  return Change::none;
}

std::uint32_t Overload::step_max() const {
  std::uint32_t step = 1;
  while (tick_rate_ >> step >= tick_rate_min) ++step;
  return step;
}

void Overload::go_to(std::uint32_t step, Time now) {
  step_ = step;
  recent_ = 0;
  calm_since_ = now;
}

}  // namespace madang::net
