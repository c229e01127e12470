// Identifiers: 64 bits, strongly typed, never used again.
//
// An id made by a SlotTable holds the slot's index in its low 24 bits and the slot's generation in the other
// 40, so that it finds its object in one step, and an id of something that is gone finds nothing. The
// generation's upper 8 bits are the table's series (of sessions, the worker's number); the lower 32 count. A
// slot that has counted to their end, after 50 days at a thousand uses a second, is retired, and another
// takes its place.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace madang {

template <class Tag>
struct Id {
  static constexpr std::uint32_t index_bits = 24;
  static constexpr std::uint64_t index_max = (1u << index_bits) - 1;

  std::uint64_t value = 0;  ///< 0 is nobody.

  static constexpr Id from(std::uint32_t index, std::uint64_t generation) {
    return Id{generation << index_bits | index};
  }
  constexpr std::uint32_t index() const { return static_cast<std::uint32_t>(value & index_max); }
  constexpr std::uint64_t generation() const { return value >> index_bits; }
  constexpr std::uint8_t series() const { return static_cast<std::uint8_t>(value >> 56); }
  static constexpr std::uint64_t first_generation(std::uint8_t series) {
    return std::uint64_t{series} << 32 | 1;
  }
  static constexpr bool is_last_generation(std::uint64_t generation) {
    return (generation & UINT32_MAX) == UINT32_MAX;
  }
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Id&) const = default;
};

/// One client's presence on one worker, from accept to the last completion.
using SessionId = Id<struct SessionTag>;

/// Whatever stands in the world. Counted up from 1 by its zone; not a slot.
using EntityId = Id<struct EntityTag>;

}  // namespace madang

template <class Tag>
struct std::hash<madang::Id<Tag>> {
  std::size_t operator()(madang::Id<Tag> id) const noexcept { return std::hash<std::uint64_t>{}(id.value); }
};
