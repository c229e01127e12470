#include "madang/world/entity_id.h"

#include <fmt/core.h>

#include <array>
#include <charconv>

#include "madang/base/sip_hash.h"

namespace madang::world {

EntityId make_id(WorldKey world, EntityId maker, std::uint64_t tick, std::uint32_t number) {
  const std::array<std::uint64_t, 4> what{maker.high, maker.low, tick, number};
  const Hash128 hash = sip_hash({world.seed, world.number}, what);
  return {hash.first | std::uint64_t{1} << 63, hash.second};
}

std::string text_of(EntityId id) { return fmt::format("{:016x}{:016x}", id.high, id.low); }

std::optional<EntityId> entity_id_in(std::string_view text) {
  constexpr std::size_t half = 16;
  if (text.size() != 2 * half) return std::nullopt;
  const auto number_in = [](std::string_view digits, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + half, number, 16);
    return error == std::errc{} && end == digits.data() + half;
  };
  EntityId id;
  if (!number_in(text, id.high) || !number_in(text.substr(half), id.low)) return std::nullopt;
  return id;
}

}  // namespace madang::world
