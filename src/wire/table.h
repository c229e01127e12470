// The words in which packets.h describes the packets: a table that is known at compile time, from which the
// codec and every generated text are derived.
//
// A packet is a plain struct with a table of its fields beside it. A field is a number, an enumeration, a
// text (std::string_view), a blob (Bytes) or a List of records; a record is a plain struct with a table, too.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "base/bytes.h"

namespace madang::wire {

template <class Struct, class T>
struct Field {
  std::string_view name;
  T Struct::* member;
  std::string_view doc;
};

template <class Struct, class T>
constexpr Field<Struct, T> field(std::string_view name, T Struct::* member, std::string_view doc) {
  return {name, member, doc};
}

/// What stands in lists: a struct without an opcode.
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

/// A value of an enumeration; its number is its place in the table.
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

/// To be specialised for each enumeration that travels.
template <class E>
inline constexpr std::nullptr_t enumeration = nullptr;

/// A list of packets, or of other types, as one type.
template <class... T>
struct Types {};

template <class T>
concept Number = std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> ||
                 std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t>;

template <class T>
concept Enumerated = std::is_enum_v<T> && std::same_as<std::underlying_type_t<T>, std::uint8_t> &&
                     !std::same_as<decltype(enumeration<T>), const std::nullptr_t>;

template <class T>
concept Record = requires { std::tuple_size<decltype(T::table.fields)>::value; };

template <class T>
concept Packet = Record<T> && requires { T::table.opcode; };

template <Packet P>
inline constexpr std::uint16_t opcode_of = P::table.opcode;

/// Calls `visit(field)` for each field of the record, in the order of the wire.
template <Record T, class Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... fields) { (visit(fields), ...); }, T::table.fields);
}

template <Record T>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(T::table.fields)>;

}  // namespace madang::wire
