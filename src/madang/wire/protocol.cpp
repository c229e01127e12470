#include "madang/wire/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "madang/wire/frame.h"

namespace madang::wire {

namespace {

/// Calls visit(field) for all fields of a record, and then of the records in its lists.
template <class Visit>
void visit_fields(const RecordInfo& record, Visit& visit) {
  for (const FieldInfo& field : record.fields) {
    visit(field);
    if (field.item) visit_fields(*field.item, visit);
  }
}
template <class Visit>
void visit_fields(const Protocol& protocol, Visit visit) {
  for (const PacketInfo& packet : protocol.client) visit_fields(packet.record, visit);
  visit_fields(protocol.entry, visit);
  for (const PacketInfo& packet : protocol.server) visit_fields(packet.record, visit);
}

template <class Info>
void add_once(std::vector<const Info*>& infos, const Info* info) {
  if (info && std::ranges::none_of(infos, [&](const Info* known) { return known->name == info->name; }))
    infos.push_back(info);
}

/// Returns the number of bytes of a field that is zero, or empty.
std::size_t zero_bytes(const FieldInfo& field) {
  if (!field.is_always_there()) return 0;
  switch (field.kind) {
    case FieldKind::u8:
    case FieldKind::i8:
    case FieldKind::boolean:
    case FieldKind::enumeration:
    case FieldKind::text: return 1;
    case FieldKind::u16:
    case FieldKind::i16:
    case FieldKind::blob:
    case FieldKind::list: return 2;
    case FieldKind::u32:
    case FieldKind::i32: return 4;
    case FieldKind::u64:
    case FieldKind::i64: return 8;
    case FieldKind::id: return 16;
  }
  return 0;
}

}  // namespace

std::vector<const RecordInfo*> list_items_of(const Protocol& protocol) {
  std::vector<const RecordInfo*> items;
  visit_fields(protocol, [&](const FieldInfo& field) { add_once(items, field.item); });
  return items;
}

std::vector<const EnumInfo*> enumerations_of(const Protocol& protocol) {
  std::vector<const EnumInfo*> enumerations;
  visit_fields(protocol, [&](const FieldInfo& field) { add_once(enumerations, field.enumeration); });
  return enumerations;
}

std::string protocol_schema(const Protocol& protocol) {
  std::string text;
  write_schema(protocol.client, protocol.server, protocol.entry,
               [&](std::string_view piece) { text += piece; });
  return text;
}

std::string protocol_dictionary(const Protocol& protocol) {
  std::string text = "# One frame for each packet, generated from the packet tables.\n";
  const auto add_entry = [&](const PacketInfo& packet) {
    std::size_t size = frame_header_bytes;
    for (const FieldInfo& field : packet.record.fields) size += zero_bytes(field);
    fmt::format_to(std::back_inserter(text), "{}=\"", packet.record.name);
    for (const std::size_t number : {size, std::size_t{packet.opcode}})
      fmt::format_to(std::back_inserter(text), "\\x{:02x}\\x{:02x}", number % 256, number / 256);
    for (std::size_t i = frame_header_bytes; i < size; ++i) text += "\\x00";
    text += "\"\n";
  };
  for (const PacketInfo& packet : protocol.client) add_entry(packet);
  for (const PacketInfo& packet : protocol.server) add_entry(packet);
  return text;
}

}  // namespace madang::wire
