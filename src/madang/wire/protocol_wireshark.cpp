// The Wireshark dissector: the packet tables as Lua tables, and a short Lua program that reads them.
#include <fmt/format.h>

#include <iterator>
#include <span>

#include "madang/wire/generated_names.h"
#include "madang/wire/protocol.h"

namespace madang::wire {

namespace wireshark {
namespace {

constexpr std::string_view script_head =
    R"lua(-- The protocol {0} in Wireshark and tshark, on TCP port {1}. This file is generated from the packet tables; do not edit it.
-- Load it with -X lua_script:{0}.lua, or put it into the folder of personal Lua plugins. For another port use
-- "Decode As", or -d tcp.port==PORT,{0}.

local name = "{0}"
local port = {1}
local madang = Proto(name, "Madang: {0}")

)lua";

constexpr std::string_view walker = R"lua(
-- Every field of every record becomes a field of Wireshark, such as NAME.login.name or NAME.step.alias. An item of a list
-- or array that is no record is NAME.packet.field.item.
local opcodes = {}
for _, packets in ipairs({ from_client, from_server }) do
  for opcode, packet in pairs(packets) do opcodes[opcode] = packet.name end
end

local size_field = ProtoField.uint16(name .. ".size", "size", base.DEC)
local opcode_field = ProtoField.uint16(name .. ".opcode", "opcode", base.DEC, opcodes)
local protocol_fields = { size_field, opcode_field }

local number_bytes = { u8 = 1, u16 = 2, u32 = 4, u64 = 8, i8 = 1, i16 = 2, i32 = 4, i64 = 8, f32 = 4, f64 = 8, bool = 1, id = 16 }

local function field_of(filter, label, type)
  local kind = type.kind
  if kind == "u8" then return ProtoField.uint8(filter, label, base.DEC, type.values) end
  if kind == "u32" then return ProtoField.uint32(filter, label, base.DEC) end
  if kind == "u64" then return ProtoField.uint64(filter, label, base.DEC_HEX) end
  if kind == "i8" then return ProtoField.int8(filter, label, base.DEC) end
  if kind == "i16" then return ProtoField.int16(filter, label, base.DEC) end
  if kind == "i32" then return ProtoField.int32(filter, label, base.DEC) end
  if kind == "i64" then return ProtoField.int64(filter, label, base.DEC) end
  if kind == "f32" then return ProtoField.float(filter, label) end
  if kind == "f64" then return ProtoField.double(filter, label) end
  if kind == "bool" then return ProtoField.uint8(filter, label, base.DEC) end
  if kind == "id" then return ProtoField.bytes(filter, label) end
  if kind == "text" then return ProtoField.string(filter, label) end
  if kind == "blob" then return ProtoField.bytes(filter, label) end
  return ProtoField.uint16(filter, label, base.DEC) -- a u16, or the number of items
end

local make_fields
local function make_field(filter, label, type)
  if type.record then return make_fields(type.record) end
  type.field = field_of(filter, label, type)
  table.insert(protocol_fields, type.field)
  if type.item then make_field(filter .. ".item", "item", type.item) end
end
function make_fields(record)
  if record.is_made then return end
  record.is_made = true
  for _, field in ipairs(record.fields) do
    make_field(name .. "." .. record.name:lower() .. "." .. field.name, field.name, field.type)
  end
end
for _, packets in ipairs({ from_client, from_server }) do
  for _, packet in pairs(packets) do make_fields(packet) end
end
madang.fields = protocol_fields

local bad_packet = ProtoExpert.new(name .. ".bad_packet", "The body of the packet does not match its opcode",
  expert.group.MALFORMED, expert.severity.ERROR)
local unknown_opcode = ProtoExpert.new(name .. ".unknown_opcode", "An opcode that is not known",
  expert.group.PROTOCOL, expert.severity.WARN)
local bad_frame_size = ProtoExpert.new(name .. ".bad_frame_size", "A frame smaller than its own header",
  expert.group.MALFORMED, expert.severity.ERROR)
madang.experts = { bad_packet, unknown_opcode, bad_frame_size }

local function is_finite(value) return value == value and value ~= math.huge and value ~= -math.huge end

-- Adds a number to the tree. Returns whether its bytes are valid.
local function add_number(type, range, tree)
  local item = tree:add_le(type.field, range)
  if type.low then
    local steps_max = 256 ^ range:len() - 1
    item:append_text(string.format(" (%g)", type.low + range:le_uint() * ((type.high - type.low) / steps_max)))
  end
  if type.kind == "f32" or type.kind == "f64" then return is_finite(range:le_float()) end
  return not type.limit or range:le_uint() < type.limit
end

-- Each of these adds something to the tree, beginning at `at`. They return its end, or nothing when the bytes are no such
-- thing.
local add_record
local function add_value(type, label, frame, tree, at)
  local left = frame:len() - at
  local bytes = number_bytes[type.kind]
  if bytes then
    if left < bytes or not add_number(type, frame(at, bytes), tree) then return nil end
    return at + bytes
  end
  if type.record then
    local item = tree:add(madang, frame(at, 0), label)
    local after = add_record(type.record, frame, item, at)
    if after then item:set_len(after - at) end
    return after
  end
  if type.item then
    local count, items = type.count, nil
    if count then
      items = tree:add(type.field, count)
      items:set_generated()
    else
      if left < 2 then return nil end
      count = frame(at, 2):le_uint()
      items = tree:add_le(type.field, frame(at, 2))
      at = at + 2
    end
    for index = 1, count do
      local item_label = (type.item.record and type.item.record.name or "item") .. " " .. index
      at = add_value(type.item, item_label, frame, items, at)
      if not at then return nil end
    end
    return at
  end
  local prefix = type.kind == "text" and 1 or 2
  if left < prefix then return nil end
  local length = frame(at, prefix):le_uint()
  if left < prefix + length or (type.limit and length > type.limit) then return nil end
  if type.kind == "text" then
    tree:add_packet_field(type.field, frame(at + prefix, length), ENC_UTF_8)
  else
    tree:add(type.field, frame(at + prefix, length))
  end
  return at + prefix + length
end
function add_record(record, frame, tree, at)
  local mask = 0
  for _, field in ipairs(record.fields) do
    local is_here = not field.bit or math.floor(mask / 2 ^ field.bit) % 2 == 1
    if is_here then
      local after = add_value(field.type, field.name, frame, tree, at)
      if not after then return nil end
      if field.is_mask then mask = frame(at, after - at):le_uint() end
      at = after
    end
  end
  return at
end

-- Clients and the server may use the same opcode for different packets. On another port, the
-- sender is not known.
local function packet_of(opcode, pinfo)
  if pinfo.dst_port == port then return from_client[opcode] end
  if pinfo.src_port == port then return from_server[opcode] end
  return from_client[opcode] or from_server[opcode]
end

local function dissect_frame(frame, pinfo, tree)
  pinfo.cols.protocol = name
  local subtree = tree:add(madang, frame())
  if frame:len() < 4 or frame(0, 2):le_uint() < 4 then
    subtree:add_proto_expert_info(bad_frame_size)
    pinfo.cols.info:append(" (bad size)")
    return frame:len()
  end
  local opcode = frame(2, 2):le_uint()
  local packet = packet_of(opcode, pinfo)
  local packet_name = packet and packet.name or "opcode " .. opcode
  subtree:append_text(", " .. packet_name)
  pinfo.cols.info:append(" " .. packet_name)
  subtree:add_le(size_field, frame(0, 2))
  subtree:add_le(opcode_field, frame(2, 2))
  if not packet then
    subtree:add_proto_expert_info(unknown_opcode)
  elseif add_record(packet, frame, subtree, 4) ~= frame:len() then
    subtree:add_proto_expert_info(bad_packet)
  end
  return frame:len()
end

-- A size below 4 is wrong. The rest of the segment is shown as one bad frame then.
local function frame_size(tvb, _, offset)
  local size = tvb(offset, 2):le_uint()
  return size >= 4 and size or tvb:len() - offset
end

function madang.dissector(tvb, pinfo, tree)
  pinfo.cols.info:clear()
  pinfo.cols.info:append(pinfo.src_port .. " -> " .. pinfo.dst_port)
  dissect_tcp_pdus(tvb, tree, 2, frame_size, dissect_frame)
  return tvb:len()
end

DissectorTable.get("tcp.port"):add(port, madang)
)lua";

void add_enumerations(std::string& text, const Protocol& protocol) {
  text += "local enumerations = {}\n";
  for (const EnumInfo* info : enumerations_of(protocol)) {
    fmt::format_to(std::back_inserter(text), "enumerations.{} = {{\n", info->name);
    for (std::size_t number = 0; number < info->values.size(); ++number)
      fmt::format_to(std::back_inserter(text), "  [{}] = \"{}\",\n", number, info->values[number].name);
    text += "}\n";
  }
}

/// Returns a type as a Lua table. For Wireshark, an enumeration is a number with named values.
std::string type_of(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::enumeration:
      return fmt::format("{{ kind = \"u8\", values = enumerations.{}, limit = {} }}", type.enumeration->name,
                         type.enumeration->values.size());
    case TypeKind::text: return fmt::format("{{ kind = \"text\", limit = {} }}", type.count);
    case TypeKind::boolean: return "{ kind = \"bool\", limit = 2 }";
    case TypeKind::quantised:
      return fmt::format("{{ kind = \"{}\", low = {}, high = {} }}", name_of(type.quantised->steps),
                         type.quantised->low, type.quantised->high);
    case TypeKind::record:
      return fmt::format("{{ kind = \"record\", record = records.{} }}", type.record->name);
    case TypeKind::list: return fmt::format("{{ kind = \"list\", item = {} }}", type_of(*type.item));
    case TypeKind::array:
      return fmt::format("{{ kind = \"array\", count = {}, item = {} }}", type.count, type_of(*type.item));
    default: return fmt::format("{{ kind = \"{}\" }}", name_of(type.kind));
  }
}

void add_fields(std::string& text, const RecordInfo& record) {
  for (const FieldInfo& field : record.fields) {
    fmt::format_to(std::back_inserter(text), "  {{ name = \"{}\", type = {}", field.name,
                   type_of(field.type));
    if (is_mask(record, field)) text += ", is_mask = true";
    if (!field.is_always_there()) fmt::format_to(std::back_inserter(text), ", bit = {}", field.bit);
    text += " },\n";
  }
}

void add_records(std::string& text, const Protocol& protocol) {
  text += "local records = {}\n";
  for (const RecordInfo* record : records_of(protocol)) {
    fmt::format_to(std::back_inserter(text), "records.{0} = {{ name = \"{0}\", fields = {{\n", record->name);
    add_fields(text, *record);
    text += "} }\n";
  }
}

void add_packets(std::string& text, std::string_view table, std::span<const PacketInfo> packets) {
  fmt::format_to(std::back_inserter(text), "local {} = {{}}\n", table);
  for (const PacketInfo& packet : packets) {
    fmt::format_to(std::back_inserter(text), "{}[{}] = {{ name = \"{}\", fields = {{\n", table, packet.opcode,
                   packet.record.name);
    add_fields(text, packet.record);
    text += "} }\n";
  }
}

}  // namespace
}  // namespace wireshark

std::string protocol_wireshark(const Protocol& protocol) {
  using namespace wireshark;
  std::string text = fmt::format(script_head, protocol.name, protocol.default_port);
  add_enumerations(text, protocol);
  add_records(text, protocol);
  add_packets(text, "from_client", protocol.client);
  add_packets(text, "from_server", protocol.server);
  text += walker;
  return text;
}

}  // namespace madang::wire
