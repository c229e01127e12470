// PacketInfo and its parts: the packet tables as plain data, for the schema hash and the generators.
//
// This file knows no packet. It makes the data from tables at compile time. Any thread.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/wire/codec.h"
#include "madang/wire/id.h"
#include "madang/wire/list.h"
#include "madang/wire/table.h"

namespace madang::wire {

/// What a field holds: see wire/table.h.
enum class TypeKind : std::uint8_t {
  u8,
  u16,
  u32,
  u64,
  i8,
  i16,
  i32,
  i64,
  f32,
  f64,
  boolean,
  id,
  text,
  blob,
  quantised,
  enumeration,
  record,
  list,
  array,
};

struct EnumInfo {
  std::string_view name;
  std::string_view doc;
  std::span<const Value> values;
};

struct RecordInfo;
struct TypeInfo;

struct QuantisedInfo {
  TypeKind steps = TypeKind::u8;  ///< u8, u16 or u32
  double low = 0;
  double high = 0;
};

/// The type of a field. An item of a list or array has a type, too.
struct TypeInfo {
  TypeKind kind = TypeKind::u8;
  const EnumInfo* enumeration = nullptr;     ///< only for an enumeration
  const RecordInfo* record = nullptr;        ///< only for a record
  const TypeInfo* item = nullptr;            ///< only for a list or an array
  std::uint16_t count = 0;                   ///< the items of an array; the largest number of bytes of a text
  const QuantisedInfo* quantised = nullptr;  ///< only for a quantised number
};

struct FieldInfo {
  std::string_view name;
  std::string_view doc;
  TypeInfo type;
  std::int8_t bit = no_bit;  ///< the field is there if the field "mask" before it has this bit

  static constexpr std::int8_t no_bit = -1;
  constexpr bool is_always_there() const { return bit == no_bit; }
};

struct RecordInfo {
  std::string_view name;
  std::string_view doc;
  std::span<const FieldInfo> fields;
};

struct PacketInfo {
  std::uint16_t opcode = 0;
  RecordInfo record;
};

template <Enumerated E>
inline constexpr EnumInfo enum_info{enumeration<E>.name, enumeration<E>.doc, enumeration<E>.values};

template <class T>
constexpr TypeKind kind_of() {
  if constexpr (std::same_as<T, std::uint8_t>) return TypeKind::u8;
  if constexpr (std::same_as<T, std::uint16_t>) return TypeKind::u16;
  if constexpr (std::same_as<T, std::uint32_t>) return TypeKind::u32;
  if constexpr (std::same_as<T, std::uint64_t>) return TypeKind::u64;
  if constexpr (std::same_as<T, std::int8_t>) return TypeKind::i8;
  if constexpr (std::same_as<T, std::int16_t>) return TypeKind::i16;
  if constexpr (std::same_as<T, std::int32_t>) return TypeKind::i32;
  if constexpr (std::same_as<T, std::int64_t>) return TypeKind::i64;
  if constexpr (std::same_as<T, float>) return TypeKind::f32;
  if constexpr (std::same_as<T, double>) return TypeKind::f64;
  if constexpr (std::same_as<T, bool>) return TypeKind::boolean;
  if constexpr (std::same_as<T, Id>) return TypeKind::id;
  if constexpr (std::same_as<T, std::string_view> || is_short_text<T>) return TypeKind::text;
  if constexpr (std::same_as<T, Bytes>) return TypeKind::blob;
  if constexpr (is_quantised<T>) return TypeKind::quantised;
  if constexpr (Enumerated<T>) return TypeKind::enumeration;
  if constexpr (is_list<T>) return TypeKind::list;
  if constexpr (is_array<T>) return TypeKind::array;
  return TypeKind::record;
}

template <Record R>
struct InfoOf;

template <class T>
inline constexpr QuantisedInfo quantised_info{kind_of<typename T::Steps>(), T::low, T::high};

/// The type of a field as plain data.
template <class T>
inline constexpr TypeInfo type_info = [] {
  static_assert(explain_field_type<T>());
  TypeInfo info{.kind = kind_of<T>()};
  if constexpr (Enumerated<T>) info.enumeration = &enum_info<T>;
  if constexpr (is_quantised<T>) info.quantised = &quantised_info<T>;
  if constexpr (std::same_as<T, std::string_view>) info.count = text_bytes_max;
  if constexpr (is_short_text<T>) info.count = T::capacity;
  if constexpr (is_list<T>) info.item = &type_info<typename T::Item>;
  if constexpr (is_array<T>) {
    info.item = &type_info<typename T::value_type>;
    info.count = static_cast<std::uint16_t>(std::tuple_size_v<T>);
  }
  if constexpr (kind_of<T>() == TypeKind::record) info.record = &InfoOf<T>::record;
  return info;
}();

template <class Struct, class T>
constexpr FieldInfo field_info(const Field<Struct, T>& field) {
  return {field.name, field.doc, type_info<T>, FieldInfo::no_bit};
}

template <Record R>
struct InfoOf {
  static constexpr std::array<FieldInfo, field_count<R>> fields = std::apply(
      [](const auto&... each) { return std::array<FieldInfo, field_count<R>>{field_info(each)...}; },
      R::table.fields);
  static constexpr RecordInfo record{R::table.name, R::table.doc, fields};
};

template <class Packets>
inline constexpr auto packet_infos_of = nullptr;
template <Packet... Packets>
inline constexpr std::array<PacketInfo, sizeof...(Packets)> packet_infos_of<Types<Packets...>> = {
    PacketInfo{opcode_of<Packets>, InfoOf<Packets>::record}...};

template <Packet... Packets>
constexpr std::array<PacketInfo, sizeof...(Packets)> packet_infos(Types<Packets...>) {
  return packet_infos_of<Types<Packets...>>;
}

constexpr std::string_view name_of(TypeKind kind) {
  constexpr std::string_view names[] = {"u8",        "u16",         "u32",    "u64",  "i8",   "i16",  "i32",
                                        "i64",       "f32",         "f64",    "bool", "id",   "text", "blob",
                                        "quantised", "enumeration", "record", "list", "array"};
  return names[static_cast<std::size_t>(kind)];
}

template <class Write>
constexpr void write_number(std::uint16_t number, Write& write) {
  if (number >= 10) write_number(number / 10, write);
  const char digit = static_cast<char>('0' + number % 10);
  write(std::string_view(&digit, 1));
}

template <class Write>
constexpr void write_bits(double value, Write& write) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (int shift = 60; shift >= 0; shift -= 4) {
    const char digit = "0123456789abcdef"[bits >> shift & 0xf];
    write(std::string_view(&digit, 1));
  }
}

template <class Write>
constexpr void write_fields(const RecordInfo& record, Write& write);

template <class Write>
constexpr void write_type(const TypeInfo& type, Write& write) {
  if (type.enumeration) {
    write(type.enumeration->name);
    std::string_view separator = "(";
    for (const Value& value : type.enumeration->values) {
      write(separator);
      write(value.name);
      separator = ",";
    }
    write(")");
  } else if (type.record) {
    write("[");
    write_fields(*type.record, write);
    write("]");
  } else if (type.item) {
    if (type.kind == TypeKind::array) write_number(type.count, write);
    write("*");
    write_type(*type.item, write);
  } else if (type.quantised) {
    write(name_of(type.quantised->steps));
    write("(");
    write_bits(type.quantised->low, write);
    write(",");
    write_bits(type.quantised->high, write);
    write(")");
  } else {
    write(name_of(type.kind));
    if (type.kind == TypeKind::text && type.count != text_bytes_max) {
      write("(");
      write_number(type.count, write);
      write(")");
    }
  }
}

template <class Write>
constexpr void write_fields(const RecordInfo& record, Write& write) {
  write(record.name);
  for (const FieldInfo& field : record.fields) {
    write(" ");
    write(field.name);
    if (!field.is_always_there()) {
      write("?");
      write_number(static_cast<std::uint16_t>(field.bit), write);
    }
    write(":");
    write_type(field.type, write);
  }
}

/// Writes the schema as canonical text. The text holds everything that defines the format, and nothing else.
/// Calls write(text) for each part of it. `entry` is nullptr for a protocol without logins.
///
///   entry Entry looks:Looks(king,queen,rook,bishop,knight,pawn)
///   client 32 Move direction:Direction(up,down,left,right) client_time:u32
///   server 142 CellMove cell_x:u16 cell_y:u16 steps:*[Step alias:u16 x:u8 y:u8]
///
/// A record is in brackets. A list is *TYPE, and an array of three is 3*TYPE. A text of at most 24 bytes is
/// text(24). A quantised number has the bits of its two doubles: u16(c080000000000000,4080000000000000). A
/// field that is there only if its mask has a bit: looks?0:u8.
template <class Write>
constexpr void write_schema(std::span<const PacketInfo> client, std::span<const PacketInfo> server,
                            const RecordInfo* entry, Write&& write) {
  const auto write_packets = [&](std::string_view sender, std::span<const PacketInfo> packets) {
    for (const PacketInfo& packet : packets) {
      write(sender);
      write_number(packet.opcode, write);
      write(" ");
      write_fields(packet.record, write);
      write("\n");
    }
  };
  if (entry) {
    write("entry ");
    write_fields(*entry, write);
    write("\n");
  }
  write_packets("client ", client);
  write_packets("server ", server);
}

/// Returns the 64-bit FNV-1a hash of the canonical text. Its arithmetic is modulo 2^64 on purpose.
constexpr std::uint64_t hash_schema(std::span<const PacketInfo> client, std::span<const PacketInfo> server,
                                    const RecordInfo* entry) {
  std::uint64_t hash = 0xcbf29ce484222325;
  write_schema(client, server, entry, [&](std::string_view text) {
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3;
    }
  });
  return hash;
}

}  // namespace madang::wire
