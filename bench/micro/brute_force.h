// BruteForce: each step finds who sees it by looking at everybody.
//
// Nothing is remembered about who sees whom: before the step those within the radius of the old tile did,
// after it those within the radius of the new one do. The x and the y of all stand in arrays of their own, 64
// are looked at together, which the compiler makes vectors of, and only where one of them is near are they
// looked at one by one.
#pragma once

#include <vector>

#include "contender.h"
#include "sightings.h"
#include "world/map.h"

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
  void find_near(world::Position from, world::Position to);

  std::uint32_t size_;
  world::Map map_;
  int radius_;
  Sightings sightings_;
  std::vector<std::uint16_t> x_;  // filled up to whole blocks with tiles that nobody is near to
  std::vector<std::uint16_t> y_;
  std::vector<std::uint32_t> near_;
  Mail mail_;
};

}  // namespace madang::micro
