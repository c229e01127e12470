#include "madang/server/operator_protocol.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

namespace madang::server {

namespace {

using Json = nlohmann::ordered_json;
using wire::TypeKind;

constexpr std::array<std::string_view, 19> kind_names = {
    "u8",   "u16", "u32",  "u64",  "i8",        "i16",  "i32",    "i64",  "f32",  "f64",
    "bool", "id",  "text", "blob", "quantised", "enum", "record", "list", "array"};
static_assert(static_cast<std::size_t>(TypeKind::array) == kind_names.size() - 1);

Json json_of(const wire::RecordInfo& record);

Json json_of(const wire::TypeInfo& type) {
  Json json = {{"kind", kind_names[static_cast<std::size_t>(type.kind)]}};
  if (type.count > 0) json["count"] = type.count;
  if (type.item) json["item"] = json_of(*type.item);
  if (type.record) json["record"] = json_of(*type.record);
  if (type.quantised)
    json["quantised"] = {{"steps", kind_names[static_cast<std::size_t>(type.quantised->steps)]},
                         {"low", type.quantised->low},
                         {"high", type.quantised->high}};
  if (type.enumeration) {
    Json values = Json::array();
    for (const wire::Value& value : type.enumeration->values)
      values.push_back({{"name", value.name}, {"doc", value.doc}});
    json["values"] = std::move(values);
  }
  return json;
}

Json json_of(const wire::RecordInfo& record) {
  Json fields = Json::array();
  for (const wire::FieldInfo& field : record.fields) {
    Json json = {{"name", field.name}, {"doc", field.doc}, {"type", json_of(field.type)}};
    if (!field.is_always_there()) json["bit"] = field.bit;
    fields.push_back(std::move(json));
  }
  return {{"name", record.name}, {"doc", record.doc}, {"fields", std::move(fields)}};
}

Json json_of(std::span<const wire::PacketInfo> packets) {
  Json all = Json::array();
  for (const wire::PacketInfo& packet : packets) {
    Json json = json_of(packet.record);
    json["opcode"] = packet.opcode;
    all.push_back(std::move(json));
  }
  return all;
}

}  // namespace

Json record_json(const wire::RecordInfo& record) { return json_of(record); }

Json protocol_json(const wire::Protocol& protocol) {
  // JavaScript has no whole numbers of 64 bits, so the schema is a text.
  Json json = {{"name", protocol.name},
               {"schema", fmt::format("{}", protocol.schema)},
               {"frame_bytes_max", wire::frame_size_max},
               {"client", json_of(protocol.client)},
               {"server", json_of(protocol.server)}};
  if (protocol.entry) json["entry"] = json_of(*protocol.entry);
  return json;
}

}  // namespace madang::server
