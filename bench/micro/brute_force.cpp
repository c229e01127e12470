#include "brute_force.h"

#include "starting_tiles.h"

namespace madang::micro {

using world::Position;

namespace {

constexpr std::size_t block = 64;
constexpr std::uint16_t nowhere = 40'000;

/// The tiles from which the start or the end of a step is in sight. The coordinates wrap around at 2^16, so
/// that one comparison is enough for each axis, also at the edges of the map.
struct Box {
  std::uint16_t left;
  std::uint16_t top;
  std::uint16_t width;
  std::uint16_t height;

  Box(Position a, Position b, int radius)
      : left(static_cast<std::uint16_t>(std::min(a.x, b.x) - radius)),
        top(static_cast<std::uint16_t>(std::min(a.y, b.y) - radius)),
        width(static_cast<std::uint16_t>(std::abs(a.x - b.x) + 2 * radius)),
        height(static_cast<std::uint16_t>(std::abs(a.y - b.y) + 2 * radius)) {}

  bool contains(std::uint16_t x, std::uint16_t y) const {
    return (static_cast<std::uint16_t>(x - left) <= width) & (static_cast<std::uint16_t>(y - top) <= height);
  }
};

}  // namespace

BruteForce::BruteForce(std::uint32_t pieces, int radius, std::uint64_t seed)
    : size_(pieces), map_(starting_map(pieces)), radius_(radius), sightings_(grid_for(pieces), pieces) {
  x_.assign((pieces + block - 1) / block * block, nowhere);
  y_ = x_;
  const std::vector<Position> tiles = starting_tiles(map_, pieces, seed);
  for (std::uint32_t who = 0; who < pieces; ++who) put(who, tiles[who]);
}

void BruteForce::tick(std::span<const Step> steps) {
  mail_.clear();
  for (const Step& step : steps) move(step);
}

void BruteForce::move(Step step) {
  const std::uint32_t who = step.who;
  const Position from = position(who);
  const Position to = board::neighbour(from, step.direction);
  if (!map_.is_free(to)) return mail_.deliver(who, sightings_.moved(mail_, from));
  put(who, to);

  StepNews news(sightings_, mail_, who, to);
  find_near(from, to);
  for (const std::uint32_t other : near_) {
    if (other == who) continue;
    const Position there = position(other);
    const bool saw = in_sight(from, there, radius_);
    const bool sees = in_sight(to, there, radius_);
    if (saw && sees) {
      news.stays(other);
    } else if (sees) {
      news.appears(other, there);
    } else if (saw) {
      news.disappears(other, there);
    }
  }
}

void BruteForce::find_near(Position from, Position to) {
  const Box box(from, to, radius_);
  near_.clear();
  for (std::size_t begin = 0; begin < x_.size(); begin += block) {
    const std::uint16_t* x = &x_[begin];
    const std::uint16_t* y = &y_[begin];
    std::uint16_t any = 0;
    for (std::size_t i = 0; i < block; ++i) any |= box.contains(x[i], y[i]);
    if (!any) continue;
    for (std::size_t i = 0; i < block; ++i)
      if (box.contains(x[i], y[i])) near_.push_back(static_cast<std::uint32_t>(begin + i));
  }
}

std::uint32_t BruteForce::others_in_sight(std::uint32_t who) const {
  std::uint32_t count = 0;
  for (std::uint32_t other = 0; other < size(); ++other)
    count += other != who && in_sight(position(who), position(other), radius_);
  return count;
}

}  // namespace madang::micro
