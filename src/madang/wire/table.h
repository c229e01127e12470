// PacketTable and its parts: a protocol describes each of its packets with them. The codec and all generated
// texts are made from these tables at compile time.
//
// A packet is a plain struct with a table of its fields. Types of fields:
//
//   std::uint8_t ... std::int64_t, bool      float, double: never infinite, and always a number
//   Quantised                                a real number in few bytes (wire/quantised.h)
//   an enumeration with a table              enum class E : std::uint8_t
//   std::string_view, ShortText              a text of at most 255 bytes
//   Bytes                                    a blob of at most 65,535 bytes
//   Id                                       128 bits (wire/id.h)
//   a record                                 a plain struct with a table, but without an opcode
//   List<T>, std::array<T, count>            of any of these, of lists and arrays too
//
// A field of another type does not compile, and the first error says why.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "madang/base/bytes.h"
#include "madang/base/short_text.h"
#include "madang/wire/list.h"
#include "madang/wire/quantised.h"

namespace madang::wire {

template <class Struct, class T>
struct Field {
  using Type = T;
  std::string_view name;
  T Struct::* member;
  std::string_view doc;
};

template <class Struct, class T>
constexpr Field<Struct, T> field(std::string_view name, T Struct::* member, std::string_view doc);

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

/// An enumeration to which each game may add values of its own. A decoder accepts every number.
template <class E>
inline constexpr bool is_open = false;

/// A list of types as one type.
template <class... T>
struct Types {};

template <class T>
concept Number =
    std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t> ||
    std::same_as<T, std::uint64_t> || std::same_as<T, std::int8_t> || std::same_as<T, std::int16_t> ||
    std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t>;

template <class T>
concept Real = std::same_as<T, float> || std::same_as<T, double>;

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

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<List<T>> = true;

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t count>
inline constexpr bool is_array<std::array<T, count>> = true;

template <class T>
inline constexpr bool is_short_text = false;
template <std::size_t capacity>
inline constexpr bool is_short_text<ShortText<capacity>> = true;

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

/// Returns whether no two fields of the table name the same member. (Then another one would be forgotten.)
template <Record T>
consteval bool names_each_member_once() {
  const auto is_same = [](auto one, auto other) {
    if constexpr (std::same_as<decltype(one), decltype(other)>) return one == other;
    return false;
  };
  return std::apply(
      [&](const auto&... fields) {
        [[maybe_unused]] const auto count = [&](auto member) {
          return (int{is_same(member, fields.member)} + ... + 0);
        };
        return ((count(fields.member) == 1) && ...);
      },
      T::table.fields);
}

/// Does not compile if no packet can carry a T. The error says why.
template <class T>
consteval bool explain_field_type() {
  if constexpr (is_list<T>) {
    return explain_field_type<typename T::Item>();
  } else if constexpr (is_array<T>) {
    static_assert(std::tuple_size_v<T> > 0 && std::tuple_size_v<T> <= 65535,
                  "an array of a packet has 1 to 65,535 items");
    return explain_field_type<typename T::value_type>();
  } else if constexpr (std::is_enum_v<T>) {
    static_assert(std::same_as<std::underlying_type_t<T>, std::uint8_t>,
                  "the enumeration of a field is an enum class E : std::uint8_t");
    static_assert(
        Enumerated<T>,
        "the enumeration of a field has no table: specialise wire::enumeration<E> before the packet");
    return true;
  } else if constexpr (std::is_class_v<T>) {
    static_assert(Record<T> || is_quantised<T> || is_short_text<T> || std::same_as<T, std::string_view> ||
                      std::same_as<T, Bytes>,
                  "the struct of a field has no table: give it one with wire::record(). (A text is a "
                  "std::string_view or ShortText, a blob is Bytes, a list is a wire::List.)");
    static_assert(!Packet<T>,
                  "a field is a packet: give its struct a table without an opcode, wire::record()");
    if constexpr (Record<T>)
      static_assert(member_count<T>() == field_count<T>,
                    "the table of a record names all members of its struct");
    return true;
  } else {
    static_assert(
        Number<T> || Real<T> || std::same_as<T, bool>,
        "a number of a packet is std::uint8_t to std::uint64_t, std::int8_t to std::int64_t, float or "
        "double");
    return true;
  }
}

template <class Struct, class T>
constexpr Field<Struct, T> field(std::string_view name, T Struct::* member, std::string_view doc) {
  static_assert(explain_field_type<T>());
  return {name, member, doc};
}

}  // namespace madang::wire
