// Movers: the steps of each tick, from a seed. They are the same for every contender.
//
// A twentieth of all pieces moves in each tick, as if every player made one step a second at 20 ticks a
// second. The order of the pieces does not depend on their positions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "contender.h"
#include "madang/base/random.h"

namespace madang::micro {

enum class Way : std::uint8_t {
  within,  ///< back and forth, never over the border of a cell
  across,  ///< back and forth over the border of a cell in each step; only pieces at a border move
  walk,    ///< straight for about ten tiles, and then in another direction, like players
};
std::string_view name_of(Way way);

class Movers {
 public:
  Movers(Way way, const world::Grid& grid, const Contender& contender, std::uint64_t seed);

  std::size_t steps_a_tick() const { return steps_a_tick_; }
  /// Returns the steps of a number of ticks, one after the other. They are valid until the next call. No step
  /// ends outside of the map.
  std::span<const Step> next(std::size_t ticks);

 private:
  struct Mover {
    std::uint32_t who;
    world::Position position;
    board::Direction heading;
  };

  void add_if_it_can(std::uint32_t who, world::Position position);
  void shuffle();
  void turn(Mover& mover);
  bool is_inside(world::Position position) const;

  Way way_;
  world::Grid grid_;
  Random random_;
  std::vector<Mover> movers_;
  std::size_t steps_a_tick_;
  std::size_t next_ = 0;
  std::vector<Step> steps_;
};

}  // namespace madang::micro
