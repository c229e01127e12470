// TickRecorder: gets the inputs of each tick of a world, to record them.
#pragma once

#include <cstdint>
#include <span>

#include "madang/world/any_world.h"

namespace madang::net {

class TickRecorder {
 public:
  virtual ~TickRecorder() = default;

  /// Is called after each tick, also after one in which the world has broken. The inputs are valid during the
  /// call. Must not wait. Runner thread.
  virtual void on_tick(const world::AnyWorld& world, std::span<const world::Input> inputs,
                       std::uint32_t length) = 0;
};

}  // namespace madang::net
