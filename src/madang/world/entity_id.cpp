#include "madang/world/entity_id.h"

#include <array>

#include "madang/base/sip_hash.h"

namespace madang::world {

EntityId make_id(WorldKey world, EntityId maker, std::uint64_t tick, std::uint32_t number) {
  const std::array<std::uint64_t, 4> what{maker.high, maker.low, tick, number};
  const Hash128 hash = sip_hash({world.seed, world.number}, what);
  return {hash.first | std::uint64_t{1} << 63, hash.second};
}

}  // namespace madang::world
