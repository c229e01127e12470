#include "movers.h"

#include <utility>

#include "madang/base/check.h"

namespace madang::micro {

using board::Direction;
using board::neighbour;
using world::Position;

namespace {

Direction back(Direction direction) {
  switch (direction) {
    case Direction::up: return Direction::down;
    case Direction::down: return Direction::up;
    case Direction::left: return Direction::right;
    case Direction::right: return Direction::left;
  }
  return direction;
}

}  // namespace

std::string_view name_of(Way way) {
  switch (way) {
    case Way::within: return "within";
    case Way::across: return "across";
    case Way::walk: return "walk";
  }
  return "?";
}

Movers::Movers(Way way, const world::Grid& grid, const Contender& contender, std::uint64_t seed)
    : way_(way), grid_(grid), random_(seed), steps_a_tick_(contender.size() / 20) {
  for (std::uint32_t who = 0; who < contender.size(); ++who) add_if_it_can(who, contender.position(who));
  shuffle();
  MADANG_CHECK(steps_a_tick_ <= movers_.size(), "some would have to move twice in a tick");
}

std::span<const Step> Movers::next(std::size_t ticks) {
  steps_.resize(ticks * steps_a_tick_);
  for (Step& step : steps_) {
    Mover& mover = movers_[next_];
    if (++next_ == movers_.size()) next_ = 0;
    if (way_ == Way::walk) turn(mover);
    step = {mover.who, mover.heading};
    mover.position = neighbour(mover.position, mover.heading);
    if (way_ != Way::walk) mover.heading = back(mover.heading);
  }
  return steps_;
}

void Movers::add_if_it_can(std::uint32_t who, Position position) {
  const bool at_right = (position.x + 1u) % grid_.cell_size() == 0;
  const bool at_left = position.x % grid_.cell_size() == 0;
  Direction heading = Direction::up;
  switch (way_) {
    case Way::within: heading = at_right ? Direction::left : Direction::right; break;
    case Way::across:
      if (!at_left && !at_right) return;
      heading = at_left ? Direction::left : Direction::right;
      if (!is_inside(neighbour(position, heading))) return;
      break;
    case Way::walk: heading = board::directions[random_.below(board::directions.size())]; break;
  }
  movers_.push_back({who, position, heading});
}

void Movers::shuffle() {
  for (std::size_t i = movers_.size(); i > 1; --i)
    std::swap(movers_[i - 1], movers_[random_.below(static_cast<std::uint32_t>(i))]);
}

void Movers::turn(Mover& mover) {
  if (random_.chance(1, 10)) mover.heading = board::directions[random_.below(board::directions.size())];
  if (!is_inside(neighbour(mover.position, mover.heading))) mover.heading = back(mover.heading);
}

bool Movers::is_inside(Position position) const {
  return static_cast<std::uint32_t>(position.x) < grid_.width() &&
         static_cast<std::uint32_t>(position.y) < grid_.height();
}

}  // namespace madang::micro
