// BruteForce: for each step, checks all players to find those that see the step.
//
// It keeps no view lists. Players within the radius of the old tile saw the piece before the step, and
// players within the radius of the new tile see it after the step. The x and y of all players are in separate
// arrays. 64 of them are checked together, which the compiler turns into vector instructions. Only if one of
// these is near, each of them is checked alone.
#pragma once

#include <vector>

#include "contender.h"
#include "madang/world/map.h"
#include "sightings.h"

namespace madang::micro {

class BruteForce final : public Contender {
 public:
  BruteForce(std::uint32_t pieces, int radius, std::uint64_t seed);

  void tick(std::span<const Step> steps) override;
  std::uint32_t size() const override { return size_; }
  world::Position position(std::uint32_t who) const override { return {x_[who], y_[who]}; }
  std::uint32_t others_in_sight(std::uint32_t who) const override;
  std::uint64_t bytes_told() const override { return mail_.bytes_told(); }
  const Mail& mail() const { return mail_; }

 private:
  void move(Step step);
  void put(std::uint32_t who, world::Position position) {
    x_[who] = static_cast<std::uint16_t>(position.x);
    y_[who] = static_cast<std::uint16_t>(position.y);
  }
  void find_near(world::Position from, world::Position to);

  std::uint32_t size_;
  world::Map map_;
  int radius_;
  Sightings sightings_;
  std::vector<std::uint16_t> x_;  // padded to whole blocks with tiles that are far from all players
  std::vector<std::uint16_t> y_;
  std::vector<std::uint32_t> near_;
  Mail mail_;
};

}  // namespace madang::micro
