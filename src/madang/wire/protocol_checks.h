// Checks of a protocol at compile time. A mistake in a table does not compile, and the error says what is
// wrong. So the generated texts need no checks.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "madang/wire/frame.h"
#include "madang/wire/schema.h"
#include "madang/wire/table.h"

namespace madang::wire {

/// Returns the number of bytes of a T with one item in each list, and with nothing in texts and blobs.
template <class T>
consteval std::size_t least_bytes() {
  if constexpr (is_list<T>) {
    return sizeof(std::uint16_t) + least_bytes<typename T::Item>();
  } else if constexpr (is_array<T>) {
    return std::tuple_size_v<T> * least_bytes<typename T::value_type>();
  } else if constexpr (Record<T>) {
    return std::apply(
        [](const auto&... fields) {
          return (least_bytes<typename std::remove_cvref_t<decltype(fields)>::Type>() + ... + 0);
        },
        T::table.fields);
  } else {
    return size_of(T{});
  }
}

template <Packet P>
consteval void check_packet() {
  static_assert(member_count<P>() == field_count<P> && names_each_member_once<P>(),
                "the table of a packet names each member of its struct once");
  static_assert(frame_header_bytes + least_bytes<P>() <= frame_size_max,
                "a packet with one item in each of its lists is larger than a frame: 65,535 bytes");
}
template <Packet One, Packet Next>
consteval void check_order() {
  static_assert(opcode_of<One> < opcode_of<Next>,
                "the opcodes of a sender's packets rise from packet to packet, so none is there twice");
}

/// Returns true. Does not compile if something is wrong with a packet, or with the opcodes, which are at
/// least `first` and at most `last`.
template <std::uint16_t first, std::uint16_t last, class... P>
consteval bool check_packets(Types<P...>) {
  static_assert((Packet<P> && ...), "a packet is a struct with a table that wire::packet() has made");
  (check_packet<P>(), ...);
  using List = std::tuple<P...>;
  constexpr std::size_t pairs = sizeof...(P) == 0 ? 0 : sizeof...(P) - 1;
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (check_order<std::tuple_element_t<i, List>, std::tuple_element_t<i + 1, List>>(), ...);
  }(std::make_index_sequence<pairs>{});
  static_assert(
      ((opcode_of<P> >= first && opcode_of<P> <= last) && ...),
      "an opcode is 0, or it belongs to the engine: a game with worlds has 32 to 127 for clients and 160 to "
      "255 for the server");
  return true;
}

// ---- Names

/// Returns whether it is a name like CellMove.
constexpr bool is_type_name(std::string_view name) {
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name[0] >= 'A' && name[0] <= 'Z' && std::ranges::all_of(name, is_letter_or_digit);
}
/// Returns whether it is a name like cell_x.
constexpr bool is_value_name(std::string_view name) {
  char before = '_';
  for (const char c : name) {
    const bool is_letter = c >= 'a' && c <= 'z';
    if (!is_letter && (before == '_' || !((c >= '0' && c <= '9') || c == '_'))) return false;
    before = c;
  }
  return before != '_';
}

/// Returns whether the words of a table can stand in a comment and in a table of a page.
constexpr bool is_doc(std::string_view doc) {
  const auto breaks_texts = [](char c) { return c == '|' || (c >= 0 && c < ' '); };
  return std::ranges::none_of(doc, breaks_texts) && doc.find("*/") == doc.npos;
}
constexpr void check_doc(std::string_view doc) {
  if (!is_doc(doc))
    throw "the words of a table are one line without | and */, because generated texts show them";
}

/// Names that the generated texts use themselves.
inline constexpr std::array<std::string_view, 35> reserved_names = {"Action",        "ArgumentException",
                                                                    "Array",         "BigInt",
                                                                    "BitConverter",  "ClientPacket",
                                                                    "DataView",      "Decoded",
                                                                    "DecodeError",   "DecodeException",
                                                                    "Encoding",      "Exception",
                                                                    "FrameSplitter", "Func",
                                                                    "IClientPacket", "IEquatable",
                                                                    "IServerPacket", "Id",
                                                                    "List",          "Madang",
                                                                    "Math",          "Number",
                                                                    "Object",        "Protocol",
                                                                    "RangeError",    "Readonly",
                                                                    "Reader",        "Record",
                                                                    "ServerPacket",  "System",
                                                                    "TextDecoder",   "TextEncoder",
                                                                    "UTF8",          "Uint8Array",
                                                                    "Writer"};

/// All names of a protocol.
class Names {
 public:
  constexpr void add(const PacketInfo& packet) {
    add(packet.record, packet.opcode);
    for (const FieldInfo& field : packet.record.fields)
      if (field.name == "kind")
        throw "a packet has no field \"kind\", because generated codecs name packets so";
  }
  constexpr void add(const RecordInfo& record, std::uint16_t opcode = 0) {
    if (!add(record.name, record.fields.data(), opcode)) return;
    check_doc(record.doc);
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      const FieldInfo& field = record.fields[i];
      if (!is_value_name(field.name)) throw "the name of a field has small letters, digits and single _";
      for (std::size_t other = 0; other < i; ++other)
        if (record.fields[other].name == field.name) throw "two fields of a record have the same name";
      check_doc(field.doc);
      add(field.type);
    }
  }

 private:
  struct Named {
    std::string_view name;
    const void* data;
    std::uint16_t opcode;
  };

  constexpr void add(const TypeInfo& type) {
    if (type.item) add(*type.item);
    if (type.record) add(*type.record);
    if (!type.enumeration || !add(type.enumeration->name, type.enumeration->values.data(), 0)) return;
    check_doc(type.enumeration->doc);
    for (const Value& value : type.enumeration->values) {
      if (!is_value_name(value.name)) throw "the name of a value has small letters, digits and single _";
      check_doc(value.doc);
    }
  }
  /// Returns false when it is known.
  constexpr bool add(std::string_view name, const void* data, std::uint16_t opcode) {
    if (!is_type_name(name))
      throw "the name of a packet, record or enumeration is letters and digits: CellMove";
    if (std::ranges::find(reserved_names, name) != reserved_names.end())
      throw "a packet, record or enumeration has a name that generated codecs use: see reserved_names";
    for (const Named& known : known_) {
      if (known.name != name) continue;
      if (known.data == data && known.opcode == opcode) return false;
      throw "two packets, records or enumerations of a protocol have the same name; docs/protocol.md has those "
            "of the engine, such as Step and Say";
    }
    known_.push_back({name, data, opcode});
    return true;
  }

  std::vector<Named> known_;
};

/// Does not compile if a name is wrong, or used twice. The error shows the line that says why.
consteval void check_names(std::string_view name, std::span<const PacketInfo> client,
                           std::span<const PacketInfo> server, const RecordInfo* entry) {
  if (!is_value_name(name)) throw "the name of a protocol has small letters, digits and single _";
  Names names;
  for (const PacketInfo& packet : client) names.add(packet);
  if (entry) names.add(*entry);
  for (const PacketInfo& packet : server) names.add(packet);
}

}  // namespace madang::wire
