// Shot: an entity without a session. It flies, hits the first fighter on its way, and ends.
#pragma once

#include "arena/packets.h"
#include "madang/world/attributes.h"

namespace arena {

struct Shot {
  static constexpr std::uint32_t range = 12 * 64 * 10;   ///< ten tiles straight, in twelfths of a unit
  static constexpr std::uint32_t speed = 12 * 51;        ///< a tick, in twelfths of a unit
  static constexpr std::uint32_t ticks_at_once_max = 4;  ///< a longer tick does not make it see further
  static constexpr std::uint8_t damage = 25;
  static constexpr std::uint32_t half_width = 20;  ///< in units

  EntityId shooter;
  Heading heading = Heading::south;
  std::uint8_t colour = 0;
  std::uint32_t range_left = range;

  static constexpr auto table = world::attributes(
      "Shot", "A shot in the air.", world::hidden("shooter", &Shot::shooter, "the fighter that has fired it"),
      world::shown("heading", &Shot::heading, "where it flies"),
      world::shown("colour", &Shot::colour, "of the fighter that has fired it"),
      world::hidden("range_left", &Shot::range_left, "in twelfths of a unit"));
};

}  // namespace arena
