// PacketTable and its parts: packets.h describes each packet with them. The codec and all generated texts are
// made from these tables at compile time.
//
// A packet is a plain struct with a table of its fields. A field is a number, an enumeration, a text
// (std::string_view), a blob (Bytes) or a List of records. A record is a plain struct with a table, too.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "madang/base/bytes.h"

namespace madang::wire {

template <class Struct, class T>
struct Field {
  using Type = T;
  std::string_view name;
  T Struct::* member;
  std::string_view doc;
};

template <class Struct, class T>
constexpr Field<Struct, T> field(std::string_view name, T Struct::* member, std::string_view doc) {
  return {name, member, doc};
}

/// The table of a record: an element of a list, without an opcode.
template <class... Fields>
struct RecordTable {
  std::string_view name;
  std::string_view doc;
  std::tuple<Fields...> fields;
};

template <class... Fields>
constexpr RecordTable<Fields...> record(std::string_view name, std::string_view doc, Fields... fields) {
  return {name, doc, {fields...}};
}

template <class... Fields>
struct PacketTable : RecordTable<Fields...> {
  std::uint16_t opcode;
};

template <class... Fields>
constexpr PacketTable<Fields...> packet(std::uint16_t opcode, std::string_view name, std::string_view doc,
                                        Fields... fields) {
  return {{name, doc, {fields...}}, opcode};
}

/// A value of an enumeration. Its number is its index in the table.
struct Value {
  std::string_view name;
  std::string_view doc;
};

template <std::size_t count>
struct Enumeration {
  std::string_view name;
  std::string_view doc;
  std::array<Value, count> values;
};

/// The table of an enumeration. It is specialised for each enumeration of a packet.
template <class E>
inline constexpr std::nullptr_t enumeration = nullptr;

/// A list of types as one type.
template <class... T>
struct Types {};

template <class T>
concept Number =
    std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t> ||
    std::same_as<T, std::uint64_t> || std::same_as<T, std::int8_t> || std::same_as<T, std::int16_t> ||
    std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t>;

template <class T>
concept Enumerated = std::is_enum_v<T> && std::same_as<std::underlying_type_t<T>, std::uint8_t> &&
                     !std::same_as<decltype(enumeration<T>), const std::nullptr_t>;

template <class T>
concept Record = requires { std::tuple_size<decltype(T::table.fields)>::value; };

template <class T>
concept Packet = Record<T> && requires { T::table.opcode; };

template <Packet P>
inline constexpr std::uint16_t opcode_of = P::table.opcode;

/// Calls visit(field) for each field of the record, in the order of the bytes.
template <Record T, class Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... fields) { (visit(fields), ...); }, T::table.fields);
}

template <Record T>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(T::table.fields)>;

// ---- Checks of a table

/// Converts to every type, so that member_count() can make any aggregate.
struct Anything {
  template <class T>
  constexpr operator T() const;
};

/// Returns the number of members of an aggregate: the largest number of values that it can be made from.
template <class T, class... Members>
consteval std::size_t member_count() {
  if constexpr (requires { T{Members{}..., Anything{}}; }) {
    return member_count<T, Members..., Anything>();
  } else {
    return sizeof...(Members);
  }
}

/// Returns whether each table has all members of its struct.
template <Record... Records>
consteval bool are_described_in_full(Types<Records...>) {
  return ((member_count<Records>() == field_count<Records>) && ...);
}

/// Returns whether the opcodes rise from packet to packet, from `first` to at most `last`. So no opcode is
/// used twice.
template <Packet... Packets>
consteval bool have_rising_opcodes(Types<Packets...>, std::uint16_t first, std::uint16_t last) {
  const std::uint16_t opcodes[] = {opcode_of<Packets>...};
  return opcodes[0] == first && opcodes[sizeof...(Packets) - 1] <= last &&
         std::ranges::adjacent_find(opcodes, std::ranges::greater_equal{}) == std::end(opcodes);
}

}  // namespace madang::wire
