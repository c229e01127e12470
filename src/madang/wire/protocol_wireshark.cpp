// The Wireshark dissector: the packet tables as Lua tables, and a short Lua program that reads them.
#include <fmt/format.h>

#include <iterator>
#include <span>

#include "madang/wire/protocol.h"

namespace madang::wire {

namespace {

constexpr std::string_view script_head =
    R"lua(-- The packets of Madang and its game in Wireshark and tshark, on TCP port 7777. `madang protocol --wireshark` generates this file from the
-- packet tables; do not edit it. Load it with -X lua_script:madang.lua, or put it into the folder of personal Lua
-- plugins. For another port use "Decode As", or -d tcp.port==PORT,madang.

local madang = Proto("madang", "Madang")

)lua";

constexpr std::string_view walker = R"lua(
-- Every field of every record becomes a field of Wireshark: madang.login.name, madang.step.alias, and so on.
local opcodes = {}
for opcode, packet in pairs(packets) do opcodes[opcode] = packet.name end

local size_field = ProtoField.uint16("madang.size", "size", base.DEC)
local opcode_field = ProtoField.uint16("madang.opcode", "opcode", base.DEC, opcodes)
local protocol_fields = { size_field, opcode_field }

local function make_field(record, field)
  local filter = "madang." .. record.name:lower() .. "." .. field.name
  if field.kind == "u8" then return ProtoField.uint8(filter, field.name, base.DEC, field.values) end
  if field.kind == "u16" then return ProtoField.uint16(filter, field.name, base.DEC) end
  if field.kind == "u32" then return ProtoField.uint32(filter, field.name, base.DEC) end
  if field.kind == "u64" then return ProtoField.uint64(filter, field.name, base.DEC_HEX) end
  if field.kind == "i8" then return ProtoField.int8(filter, field.name, base.DEC) end
  if field.kind == "i16" then return ProtoField.int16(filter, field.name, base.DEC) end
  if field.kind == "i32" then return ProtoField.int32(filter, field.name, base.DEC) end
  if field.kind == "i64" then return ProtoField.int64(filter, field.name, base.DEC) end
  if field.kind == "bool" then return ProtoField.uint8(filter, field.name, base.DEC) end
  if field.kind == "id" then return ProtoField.bytes(filter, field.name) end
  if field.kind == "text" then return ProtoField.string(filter, field.name, base.UNICODE) end
  if field.kind == "blob" then return ProtoField.bytes(filter, field.name) end
  return ProtoField.uint16(filter, field.name, base.DEC) -- the count of a list
end

local function make_fields(record)
  if record.made then return end
  record.made = true
  for _, field in ipairs(record.fields) do
    field.field = make_field(record, field)
    table.insert(protocol_fields, field.field)
    if field.item then make_fields(field.item) end
  end
end
for _, packet in pairs(packets) do make_fields(packet) end
madang.fields = protocol_fields

local bad_packet = ProtoExpert.new("madang.bad_packet", "The body of the packet does not match its opcode",
  expert.group.MALFORMED, expert.severity.ERROR)
local unknown_opcode = ProtoExpert.new("madang.unknown_opcode", "An opcode that is not known",
  expert.group.PROTOCOL, expert.severity.WARN)
local bad_frame_size = ProtoExpert.new("madang.bad_frame_size", "A frame smaller than its own header",
  expert.group.MALFORMED, expert.severity.ERROR)
madang.experts = { bad_packet, unknown_opcode, bad_frame_size }

local number_bytes = { u8 = 1, u16 = 2, u32 = 4, u64 = 8, i8 = 1, i16 = 2, i32 = 4, i64 = 8, bool = 1, id = 16 }

-- Adds the record's fields to the tree, beginning at `at`. Returns the end of the record, or nothing when the frame is
-- too short.
local function add_record(record, frame, tree, at)
  local mask = 0
  for _, field in ipairs(record.fields) do
    local left = frame:len() - at
    local bytes = number_bytes[field.kind]
    if field.bit and math.floor(mask / 2 ^ field.bit) % 2 == 0 then
      -- the mask says that this field is not here
    elseif bytes then
      if left < bytes then return nil end
      if field.name == "mask" then mask = frame(at, bytes):le_uint() end
      tree:add_le(field.field, frame(at, bytes))
      at = at + bytes
    elseif field.kind == "list" then
      if left < 2 then return nil end
      local count = frame(at, 2):le_uint()
      local list = tree:add_le(field.field, frame(at, 2))
      at = at + 2
      for index = 1, count do
        local item = list:add(madang, frame(at, 0), field.item.name .. " " .. index)
        local from = at
        at = add_record(field.item, frame, item, at)
        if not at then return nil end
        item:set_len(at - from)
      end
    else
      local prefix = field.kind == "text" and 1 or 2
      if left < prefix then return nil end
      local length = frame(at, prefix):le_uint()
      if left < prefix + length then return nil end
      tree:add(field.field, frame(at + prefix, length))
      at = at + prefix + length
    end
  end
  return at
end

local function dissect_frame(frame, pinfo, tree)
  pinfo.cols.protocol = "Madang"
  local subtree = tree:add(madang, frame())
  if frame:len() < 4 or frame(0, 2):le_uint() < 4 then
    subtree:add_proto_expert_info(bad_frame_size)
    pinfo.cols.info:append(" (bad size)")
    return frame:len()
  end
  local opcode = frame(2, 2):le_uint()
  local packet = packets[opcode]
  local name = packet and packet.name or "opcode " .. opcode
  subtree:append_text(", " .. name)
  pinfo.cols.info:append(" " .. name)
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

DissectorTable.get("tcp.port"):add(7777, madang)
)lua";

void add_value_tables(std::string& text, const Protocol& protocol) {
  for (const EnumInfo* info : enumerations_of(protocol)) {
    const EnumInfo& each = *info;
    fmt::format_to(std::back_inserter(text), "local {} = {{\n", each.name);
    for (std::size_t number = 0; number < each.values.size(); ++number)
      fmt::format_to(std::back_inserter(text), "  [{}] = \"{}\",\n", number, each.values[number].name);
    text += "}\n";
  }
}

void add_fields(std::string& text, std::span<const FieldInfo> fields, std::string_view indent) {
  for (const FieldInfo& field : fields) {
    // For Wireshark, an enumeration is a number with named values.
    const std::string_view kind = field.enumeration ? "u8" : name_of(field.kind);
    fmt::format_to(std::back_inserter(text), "{}{{ name = \"{}\", kind = \"{}\"", indent, field.name, kind);
    if (field.enumeration) fmt::format_to(std::back_inserter(text), ", values = {}", field.enumeration->name);
    if (field.item) fmt::format_to(std::back_inserter(text), ", item = {}", field.item->name);
    if (!field.is_always_there()) fmt::format_to(std::back_inserter(text), ", bit = {}", field.bit);
    text += " },\n";
  }
}

void add_item_tables(std::string& text, const Protocol& protocol) {
  for (const RecordInfo* info : list_items_of(protocol)) {
    const RecordInfo& record = *info;
    fmt::format_to(std::back_inserter(text), "local {0} = {{ name = \"{0}\", fields = {{\n", record.name);
    add_fields(text, record.fields, "  ");
    text += "} }\n";
  }
}

void add_packets(std::string& text, std::span<const PacketInfo> packets) {
  for (const PacketInfo& packet : packets) {
    fmt::format_to(std::back_inserter(text), "  [{}] = {{ name = \"{}\", fields = {{\n", packet.opcode,
                   packet.record.name);
    add_fields(text, packet.record.fields, "    ");
    text += "  } },\n";
  }
}

}  // namespace

std::string protocol_wireshark(const Protocol& protocol) {
  std::string text(script_head);
  add_value_tables(text, protocol);
  add_item_tables(text, protocol);
  text += "local packets = {\n";
  add_packets(text, protocol.client);
  add_packets(text, protocol.server);
  text += "}\n";
  text += walker;
  return text;
}

}  // namespace madang::wire
