// WorldNumbers: gives the worlds of one runner their numbers and ids. The number of a world is its own for as
// long as the process lives. Its WorldId is shorter, so that it fits into the keys of fan-out: it is used
// again after 2^24 worlds, but never while a world has it. Owned by a runner; one thread.
#pragma once

#include <cstdint>

#include "madang/net/world_info.h"

namespace madang::net {

class WorldNumbers {
 public:
  /// `made` worlds have numbers already.
  explicit WorldNumbers(std::uint8_t runner, std::uint64_t made = 0) : runner_(runner), made_(made) {}

  /// Returns the number of the next world: not 0, and different in each runner.
  std::uint64_t number() const { return (made_ << 8) + runner_ + 1; }

  /// Returns the id of the next world; the one after it is the next one from now on. `is_used(id)` returns
  /// whether a world has this id now. Precondition: fewer than WorldId::a_runner_max worlds have one.
  template <class IsUsed>
  WorldId take(IsUsed is_used) {
    for (;;) {
      const WorldId id = WorldId::from(runner_, static_cast<std::uint32_t>(made_ % WorldId::a_runner_max));
      const bool is_first_round = made_ < WorldId::a_runner_max;
      ++made_;
      if (is_first_round || !is_used(id)) return id;
    }
  }

 private:
  const std::uint8_t runner_;
  std::uint64_t made_;
};

}  // namespace madang::net
