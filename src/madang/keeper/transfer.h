// Transfer: how things and money change their holder. Plain values; any thread.
//
// There are two sorts of kinds of things:
//   - counted: coins, arrows. A holder has a count of them, and one coin is like another.
//   - single: a sword with a name. Each one has a ThingId, and the id never comes back.
//
// Everything is with exactly one holder at any time. A holder is a character, the ground of a world, a
// mailbox, a trade, what is in transit to an entity, or the system. The system issues: its own count of a
// kind is what it has issued, with a minus. So all counts of a kind always have the sum zero (double entry).
// What goes back to the system is gone for ever.
//
// A transfer is a list of movements, and happens whole or not at all. The maker of a transfer makes its id,
// from things that a repetition has in common with it: the world, the tick, the entity and a number
// (world::make_id). So a transfer that comes twice is done once.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "madang/base/ids.h"
#include "madang/wire/id.h"
#include "madang/wire/table.h"

namespace madang::keeper {

/// A world as the store knows it. The store gives each name of a world a number, and never gives it again.
using WorldId = Id<struct WorldTag>;
/// A kind of thing: a number that the game's table gives, from 1 to 65,535.
using KindId = std::uint16_t;
/// A single thing. 0 is the id of none.
using ThingId = wire::Id;
using TransferId = wire::Id;

enum class HolderType : std::uint8_t { system, character, ground, mailbox, trade, transit };

}  // namespace madang::keeper

template <>
inline constexpr auto madang::wire::enumeration<madang::keeper::HolderType> =
    madang::wire::Enumeration<6>{"HolderType",
                                 "What a holder of things is.",
                                 {{
                                     {"system", "issues things, and takes them back for ever"},
                                     {"character", "a character in a world or at rest"},
                                     {"ground", "what lies on the ground of a world"},
                                     {"mailbox", "what came for a character that was away"},
                                     {"trade", "what lies between two that trade"},
                                     {"transit", "what is on the way to an entity"},
                                 }}};

namespace madang::keeper {

struct Holder {
  HolderType type = HolderType::system;
  wire::Id id;  ///< system: zero; character, mailbox: of the character; ground: of the world; else: an entity

  static constexpr Holder system() { return {}; }
  static constexpr Holder of(CharacterId character) { return {HolderType::character, {0, character.value}}; }
  static constexpr Holder mailbox_of(CharacterId character) {
    return {HolderType::mailbox, {0, character.value}};
  }
  static constexpr Holder ground_of(WorldId world) { return {HolderType::ground, {0, world.value}}; }

  constexpr auto operator<=>(const Holder&) const = default;

  static constexpr auto table =
      wire::record("Holder", "Who has things.", wire::field("type", &Holder::type, "what the holder is"),
                   wire::field("id", &Holder::id, "which one of its type"));
};

/// Returns an id for a person to read: decimal digits if it is small, otherwise 32 hexadecimal digits.
std::string text_of(const wire::Id& id);
/// Returns a holder for a person to read: "character 17", "system".
std::string text_of(const Holder& holder);

struct Movement {
  Holder from;
  Holder to;
  KindId kind = 0;
  std::int64_t count = 1;  ///< at least 1; of a single thing: 1
  ThingId thing{};         ///< zero for a counted kind

  constexpr bool operator==(const Movement&) const = default;

  static constexpr auto table =
      wire::record("Movement", "Things that go from one holder to another.",
                   wire::field("from", &Movement::from, "the holder that had them"),
                   wire::field("to", &Movement::to, "the holder that has them now"),
                   wire::field("kind", &Movement::kind, "the kind of thing"),
                   wire::field("count", &Movement::count, "how many"),
                   wire::field("thing", &Movement::thing, "the single thing; zero for a counted kind"));
};

struct Transfer {
  static constexpr std::size_t movements_max = 1'000;
  static constexpr std::size_t reason_bytes_max = 200;

  TransferId id;
  std::uint64_t tick = 0;  ///< of the world in which it happened
  std::string reason{};    ///< for a person who reads the history: "trade", "given by the operator"
  std::vector<Movement> movements{};

  bool operator==(const Transfer&) const = default;
};

}  // namespace madang::keeper
