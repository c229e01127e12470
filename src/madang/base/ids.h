// Id: a 64-bit identifier with a type of its own. An id is never used again. Any thread.
//
// A SlotTable makes ids of three parts:
//
//   8 bits   table        number of the table that made the id; for a session, the number of its worker
//   32 bits  generation   number of objects that the slot has held, this one included
//   24 bits  index        number of the slot in the table
//
// So an id finds its object in one step, and the id of an erased object finds nothing. A slot whose
// generation is at its maximum is not used again. At a thousand uses a second that takes 50 days.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace madang {

template <class Tag>
struct Id {
  static constexpr std::uint32_t index_bits = 24;
  static constexpr std::uint32_t index_max = (1u << index_bits) - 1;
  static constexpr std::uint32_t generation_bits = 32;
  static constexpr std::uint32_t generation_max = UINT32_MAX;

  std::uint64_t value = 0;  ///< 0 is the id of nothing

  static constexpr Id from(std::uint8_t table, std::uint32_t generation, std::uint32_t index) {
    return Id{std::uint64_t{table} << (generation_bits + index_bits) |
              std::uint64_t{generation} << index_bits | index};
  }
  constexpr std::uint8_t table() const {
    return static_cast<std::uint8_t>(value >> (generation_bits + index_bits));
  }
  constexpr std::uint32_t generation() const { return static_cast<std::uint32_t>(value >> index_bits); }
  constexpr std::uint32_t index() const { return static_cast<std::uint32_t>(value & index_max); }
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Id&) const = default;
};

/// A client on one worker, from the accept of its connection to the last completion.
using SessionId = Id<struct SessionTag>;

/// Returns the number of the worker that the session lives on.
constexpr std::uint8_t worker_of(SessionId session) { return session.table(); }

/// A character: what a player is in a world, on every connection and in every run of the server.
using CharacterId = Id<struct CharacterTag>;

}  // namespace madang

template <class Tag>
struct std::hash<madang::Id<Tag>> {
  std::size_t operator()(madang::Id<Tag> id) const noexcept { return std::hash<std::uint64_t>{}(id.value); }
};
