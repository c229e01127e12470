// Movers: who goes where in each tick, the same for every contender, from a seed.
//
// A twentieth of all pieces moves in each tick, as when everybody takes a step a second at 20 ticks a second;
// in an order that has nothing to do with where they stand.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "contender.h"
#include "world/cells.h"

namespace madang::micro {

enum class Way : std::uint8_t {
  within,  ///< to and fro, never over the border of a cell
  across,  ///< to and fro over the border of a cell, in each step; only those who stand at one move
  walk,    ///< straight on for ten tiles or so, then in another direction: what players do
};
std::string_view name_of(Way way);

class Movers {
 public:
  Movers(Way way, const world::Grid& grid, const Contender& contender, std::uint64_t seed);

  std::size_t steps_a_tick() const { return steps_a_tick_; }
  /// The steps of so many ticks, one after the other; valid until the next call. Each can be taken: none ends
  /// outside of the map.
  std::span<const Step> next(std::size_t ticks);

 private:
  struct Mover {
    std::uint32_t who;
    world::Position position;
    world::Direction heading;
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
