#include "madang/wire/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "madang/wire/frame.h"

namespace madang::wire {

namespace {

/// Calls visit(type) for the types of all fields of a record, after the types that they consist of.
template <class Visit>
void visit_types(const RecordInfo& record, Visit& visit);
template <class Visit>
void visit_type(const TypeInfo& type, Visit& visit) {
  if (type.item) visit_type(*type.item, visit);
  if (type.record) visit_types(*type.record, visit);
  visit(type);
}
template <class Visit>
void visit_types(const RecordInfo& record, Visit& visit) {
  for (const FieldInfo& field : record.fields) visit_type(field.type, visit);
}
template <class Visit>
void visit_types(const Protocol& protocol, Visit visit) {
  for (const PacketInfo& packet : protocol.client) visit_types(packet.record, visit);
  if (protocol.entry) visit_types(*protocol.entry, visit);
  for (const PacketInfo& packet : protocol.server) visit_types(packet.record, visit);
}

template <class Info>
void add_once(std::vector<const Info*>& infos, const Info* info) {
  if (info && std::ranges::none_of(infos, [&](const Info* known) { return known->name == info->name; }))
    infos.push_back(info);
}

/// Returns the number of bytes of a value that is zero, or empty.
std::size_t zero_bytes(const RecordInfo& record);
std::size_t zero_bytes(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::u8:
    case TypeKind::i8:
    case TypeKind::boolean:
    case TypeKind::enumeration:
    case TypeKind::text: return 1;
    case TypeKind::u16:
    case TypeKind::i16:
    case TypeKind::blob:
    case TypeKind::list: return 2;
    case TypeKind::u32:
    case TypeKind::i32:
    case TypeKind::f32: return 4;
    case TypeKind::u64:
    case TypeKind::i64:
    case TypeKind::f64: return 8;
    case TypeKind::id: return 16;
    case TypeKind::quantised: return zero_bytes(TypeInfo{.kind = type.quantised->steps});
    case TypeKind::record: return zero_bytes(*type.record);
    case TypeKind::array: return type.count * zero_bytes(*type.item);
  }
  return 0;
}
std::size_t zero_bytes(const RecordInfo& record) {
  std::size_t bytes = 0;
  for (const FieldInfo& field : record.fields)
    if (field.is_always_there()) bytes += zero_bytes(field.type);
  return bytes;
}

/// Writes the text to a file, or to the standard output. Returns the exit code.
int write(const std::string& text, const char* path) {
  std::FILE* out = path ? std::fopen(path, "wb") : stdout;
  bool is_written =
      out && std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
  int error = errno;
  if (path && out && std::fclose(out) != 0 && is_written) {
    is_written = false;
    error = errno;
  }
  if (is_written) return 0;
  fmt::print(stderr, "could not write {}: {}\n", path ? path : "the text", std::strerror(error));
  return 1;
}

constexpr std::array all_formats = {
    Format{"markdown", "a page for authors of clients: frames, packets and their fields", &protocol_markdown},
    Format{"typescript", "a TypeScript module that encodes and decodes all packets", &protocol_typescript},
    Format{"csharp", "a C# file that encodes and decodes all packets (Unity, Godot, .NET)", &protocol_csharp},
    Format{"wireshark", "a dissector for Wireshark: wireshark -X lua_script:FILE", &protocol_wireshark},
    Format{"dictionary", "a dictionary for libFuzzer: a frame of each packet", &protocol_dictionary},
    Format{"schema", "the lines whose hash a client sends when it logs in", &protocol_schema},
};

}  // namespace

std::vector<const RecordInfo*> records_of(const Protocol& protocol) {
  std::vector<const RecordInfo*> records;
  visit_types(protocol, [&](const TypeInfo& type) { add_once(records, type.record); });
  return records;
}

std::vector<const EnumInfo*> enumerations_of(const Protocol& protocol) {
  std::vector<const EnumInfo*> enumerations;
  visit_types(protocol, [&](const TypeInfo& type) { add_once(enumerations, type.enumeration); });
  return enumerations;
}

std::vector<const PacketInfo*> packets_of(const Protocol& protocol) {
  std::vector<const PacketInfo*> packets;
  for (const auto& all : {protocol.client, protocol.server})
    for (const PacketInfo& packet : all)
      if (std::ranges::none_of(
              packets, [&](const PacketInfo* known) { return known->record.name == packet.record.name; }))
        packets.push_back(&packet);
  return packets;
}

std::string protocol_schema(const Protocol& protocol) {
  std::string text;
  write_schema(protocol.client, protocol.server, protocol.entry,
               [&](std::string_view piece) { text += piece; });
  return text;
}

std::string protocol_dictionary(const Protocol& protocol) {
  std::string text = "# One frame for each packet, generated from the packet tables.\n";
  for (const PacketInfo* packet : packets_of(protocol)) {
    const std::size_t size = frame_header_bytes + zero_bytes(packet->record);
    fmt::format_to(std::back_inserter(text), "{}=\"", packet->record.name);
    for (const std::size_t number : {size, std::size_t{packet->opcode}})
      fmt::format_to(std::back_inserter(text), "\\x{:02x}\\x{:02x}", number % 256, number / 256);
    for (std::size_t i = frame_header_bytes; i < size; ++i) text += "\\x00";
    text += "\"\n";
  }
  return text;
}

std::span<const Format> formats() { return all_formats; }

int protocol_main(const Protocol& protocol, int argc, const char* const* argv) {
  const std::string_view wanted = argc == 2 || argc == 3 ? argv[1] : "";
  const auto format = std::ranges::find_if(
      all_formats, [&](const Format& each) { return wanted == fmt::format("--{}", each.name); });
  if (format != all_formats.end()) return write(format->generate(protocol), argc == 3 ? argv[2] : nullptr);
  const bool asks_for_help = wanted == "--help" || wanted == "-h";
  std::FILE* out = asks_for_help ? stdout : stderr;
  if (!wanted.empty() && !asks_for_help) fmt::print(out, "{} is no format\n", wanted);
  fmt::print(out,
             "usage: {} --FORMAT [FILE]\nPrints the protocol {}, or writes it to a file, in one format:\n",
             argv[0], protocol.name);
  for (const Format& each : all_formats) fmt::print(out, "  --{:<11} {}\n", each.name, each.doc);
  return asks_for_help ? 0 : 2;
}

}  // namespace madang::wire
