// Attributes, effects and plain records of a game: structs with a table, as packets have.
//
//   struct Tank {
//     std::uint8_t hit_points = 100;
//     std::uint16_t shells = 20;
//     std::uint64_t next_shot = 0;
//     static constexpr auto table =
//         attributes("Tank", "The vehicle of a player.",
//                    shown("hit_points", &Tank::hit_points, "0: destroyed"),
//                    own("shells", &Tank::shells, "that are left"),
//                    hidden("next_shot", &Tank::next_shot, "the tick from which on it may fire"));
//   };
//
// A table names all members of its struct. From it the engine makes the hash, the snapshot, the comparison
// and the packets of an entity, so a game's author cannot forget a member. A member is a whole number, a
// bool, an enumeration, a ShortText, a record, or an array of these. There is no floating point: its results
// differ between machines. A game stores a fraction as a number of small units.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "madang/wire/codec.h"
#include "madang/wire/table.h"
#include "madang/world/state_hash.h"

namespace madang::world {

/// The clients that get to know an attribute.
enum class Audience : std::uint8_t {
  everybody,  ///< all clients that watch the entity's cell
  owner,      ///< the client of the entity's own character
  nobody,     ///< only the rules
};

/// An attribute of the world may be a metric of the server: the sum of all its worlds.
enum class Metric : std::uint8_t {
  none,
  counter,  ///< it never falls; the worlds that have ended count, too
  gauge,    ///< it rises and falls; of the worlds that run
};

template <class Struct, class T>
struct Attribute : wire::Field<Struct, T> {
  Audience audience;
  Metric metric = Metric::none;
  bool is_kept = false;
};

template <class Struct, class T>
constexpr Attribute<Struct, T> shown(std::string_view name, T Struct::* member, std::string_view doc) {
  return {{name, member, doc}, Audience::everybody};
}
template <class Struct, class T>
constexpr Attribute<Struct, T> own(std::string_view name, T Struct::* member, std::string_view doc) {
  return {{name, member, doc}, Audience::owner};
}
template <class Struct, class T>
constexpr Attribute<Struct, T> hidden(std::string_view name, T Struct::* member, std::string_view doc) {
  return {{name, member, doc}, Audience::nobody};
}
/// Hidden attributes of the world that are metrics: "arena_kills_total", "arena_fighters". The `doc` is the
/// help text of the metric.
template <class Struct, std::unsigned_integral T>
  requires(!std::same_as<T, bool>)
constexpr Attribute<Struct, T> counter(std::string_view name, T Struct::* member, std::string_view doc) {
  return {{name, member, doc}, Audience::nobody, Metric::counter};
}
template <class Struct, std::unsigned_integral T>
  requires(!std::same_as<T, bool>)
constexpr Attribute<Struct, T> gauge(std::string_view name, T Struct::* member, std::string_view doc) {
  return {{name, member, doc}, Audience::nobody, Metric::gauge};
}
/// An attribute that is still there when its character comes back (world/kept.h).
template <class Struct, class T>
constexpr Attribute<Struct, T> kept(Attribute<Struct, T> attribute) {
  attribute.is_kept = true;
  return attribute;
}
template <class... Fields>
constexpr wire::RecordTable<Fields...> attributes(std::string_view name, std::string_view doc,
                                                  Fields... fields) {
  return wire::record(name, doc, fields...);
}

/// What happens to an effect whose addressee is gone.
enum class WhenGone : std::uint8_t {
  drop,       ///< nothing: a hit on an entity that has left
  give_back,  ///< it returns to its source in the next tick, as Returned<Effect>: a thing, or money
};

template <class... Fields>
struct EffectTable : wire::RecordTable<Fields...> {
  WhenGone when_gone;
};
template <class... Fields>
constexpr EffectTable<Fields...> effect(std::string_view name, std::string_view doc, WhenGone when_gone,
                                        Fields... fields) {
  return {wire::record(name, doc, fields...), when_gone};
}

/// Returns whether T can be a part of the state of a world.
template <class T>
consteval bool is_state() {
  if constexpr (wire::Record<T>) {
    return std::is_trivially_copyable_v<T> && wire::member_count<T>() == wire::field_count<T> &&
           wire::names_each_member_once<T>() &&
           std::apply(
               [](const auto&... fields) {
                 return (is_state<typename std::remove_cvref_t<decltype(fields)>::Type>() && ...);
               },
               T::table.fields);
  } else if constexpr (wire::is_array<T>) {
    return is_state<typename T::value_type>();
  } else {
    return wire::Number<T> || wire::Enumerated<T> || std::same_as<T, bool> || wire::is_short_text<T>;
  }
}

template <class T>
concept State = wire::Record<T> && is_state<T>();

/// Adds a value of the state to a hash.
template <class T>
void add_to(StateHash& hash, const T& value) {
  if constexpr (wire::Record<T>) {
    wire::for_each_field<T>([&](const auto& field) { add_to(hash, value.*(field.member)); });
  } else if constexpr (wire::is_array<T>) {
    for (const auto& item : value) add_to(hash, item);
  } else if constexpr (wire::is_short_text<T>) {
    hash.add(value.view());
  } else {
    hash.add(static_cast<std::uint64_t>(value));
  }
}

}  // namespace madang::world
