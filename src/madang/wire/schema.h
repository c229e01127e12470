// PacketInfo and its parts: the packet tables as plain data, for the schema hash and the generators.
//
// This file knows no packet. It makes the data from tables at compile time. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/wire/codec.h"
#include "madang/wire/id.h"
#include "madang/wire/list.h"
#include "madang/wire/table.h"

namespace madang::wire {

enum class FieldKind : std::uint8_t {
  u8,
  u16,
  u32,
  u64,
  i8,
  i16,
  i32,
  i64,
  boolean,
  id,
  text,
  blob,
  enumeration,
  list,
};

struct EnumInfo {
  std::string_view name;
  std::string_view doc;
  std::span<const Value> values;
};

struct RecordInfo;

struct FieldInfo {
  std::string_view name;
  std::string_view doc;
  FieldKind kind = FieldKind::u8;
  const EnumInfo* enumeration = nullptr;  ///< only for an enumeration
  const RecordInfo* item = nullptr;       ///< only for a list
  std::int8_t bit = no_bit;               ///< the field is there if the field "mask" before it has this bit

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
constexpr FieldKind field_kind() {
  if constexpr (std::same_as<T, std::uint8_t>) return FieldKind::u8;
  if constexpr (std::same_as<T, std::uint16_t>) return FieldKind::u16;
  if constexpr (std::same_as<T, std::uint32_t>) return FieldKind::u32;
  if constexpr (std::same_as<T, std::uint64_t>) return FieldKind::u64;
  if constexpr (std::same_as<T, std::int8_t>) return FieldKind::i8;
  if constexpr (std::same_as<T, std::int16_t>) return FieldKind::i16;
  if constexpr (std::same_as<T, std::int32_t>) return FieldKind::i32;
  if constexpr (std::same_as<T, std::int64_t>) return FieldKind::i64;
  if constexpr (std::same_as<T, bool>) return FieldKind::boolean;
  if constexpr (std::same_as<T, Id>) return FieldKind::id;
  if constexpr (std::same_as<T, std::string_view> || is_short_text<T>) return FieldKind::text;
  if constexpr (std::same_as<T, Bytes>) return FieldKind::blob;
  if constexpr (Enumerated<T>) return FieldKind::enumeration;
  if constexpr (is_list<T>) return FieldKind::list;
  static_assert(Number<T> || Enumerated<T> || std::same_as<T, bool> || std::same_as<T, Id> ||
                    std::same_as<T, std::string_view> || is_short_text<T> || std::same_as<T, Bytes> ||
                    is_list<T>,
                "a field of a packet is a number, a bool, an id, a text, a blob, an enumeration or a list");
}

template <Record R>
struct InfoOf;

template <class Struct, class T>
constexpr FieldInfo field_info(const Field<Struct, T>& field) {
  FieldInfo info{field.name, field.doc, field_kind<T>(), nullptr, nullptr, FieldInfo::no_bit};
  if constexpr (Enumerated<T>) info.enumeration = &enum_info<T>;
  if constexpr (is_list<T>) info.item = &InfoOf<typename T::Item>::record;
  return info;
}

template <Record R>
struct InfoOf {
  static constexpr std::array<FieldInfo, field_count<R>> fields = std::apply(
      [](const auto&... each) { return std::array<FieldInfo, field_count<R>>{field_info(each)...}; },
      R::table.fields);
  static constexpr RecordInfo record{R::table.name, R::table.doc, fields};
};

template <Packet... Packets>
constexpr std::array<PacketInfo, sizeof...(Packets)> packet_infos(Types<Packets...>) {
  return {PacketInfo{opcode_of<Packets>, InfoOf<Packets>::record}...};
}

constexpr std::string_view name_of(FieldKind kind) {
  constexpr std::string_view names[] = {"u8",  "u16",  "u32", "u64",  "i8",   "i16",         "i32",
                                        "i64", "bool", "id",  "text", "blob", "enumeration", "list"};
  return names[static_cast<std::size_t>(kind)];
}

template <class Write>
constexpr void write_number(std::uint16_t number, Write& write) {
  if (number >= 10) write_number(number / 10, write);
  const char digit = static_cast<char>('0' + number % 10);
  write(std::string_view(&digit, 1));
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
    if (field.enumeration) {
      write(field.enumeration->name);
      std::string_view separator = "(";
      for (const Value& value : field.enumeration->values) {
        write(separator);
        write(value.name);
        separator = ",";
      }
      write(")");
    } else if (field.item) {
      write("[");
      write_fields(*field.item, write);
      write("]");
    } else {
      write(name_of(field.kind));
    }
  }
}

/// Writes the schema as canonical text. The text holds everything that defines the format, and nothing else.
/// Calls write(text) for each part of it.
///
///   entry Entry looks:Looks(king,queen,rook,bishop,knight,pawn)
///   client 32 Move direction:Direction(up,down,left,right) client_time:u32
///   server 142 CellMove cell_x:u16 cell_y:u16 steps:[Step alias:u16 x:u8 y:u8]
///
/// A field that is there only if its mask has a bit: looks?0:u8.
template <class Write>
constexpr void write_schema(std::span<const PacketInfo> client, std::span<const PacketInfo> server,
                            const RecordInfo& entry, Write&& write) {
  const auto write_packets = [&](std::string_view sender, std::span<const PacketInfo> packets) {
    for (const PacketInfo& packet : packets) {
      write(sender);
      write_number(packet.opcode, write);
      write(" ");
      write_fields(packet.record, write);
      write("\n");
    }
  };
  write("entry ");
  write_fields(entry, write);
  write("\n");
  write_packets("client ", client);
  write_packets("server ", server);
}

/// Returns the 64-bit FNV-1a hash of the canonical text. Its arithmetic is modulo 2^64 on purpose.
constexpr std::uint64_t hash_schema(std::span<const PacketInfo> client, std::span<const PacketInfo> server,
                                    const RecordInfo& entry) {
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
