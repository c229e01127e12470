// docs/protocol.md: an introduction for whoever writes a client, and the packet table.
#include <fmt/format.h>

#include <iterator>
#include <span>

#include "wire/packets.h"
#include "wire/protocol.h"

namespace madang::wire {

namespace {

constexpr std::string_view introduction = R"md(# The protocol

How a client and the server speak with each other. This page is generated from the packet table in
`src/wire/packets.h` by `madang protocol --markdown`, and a test keeps it true. From the same table come a TypeScript
codec (`madang protocol --typescript`) and a dissector for Wireshark (`madang protocol --wireshark > madang.lua`, then
`wireshark -X lua_script:madang.lua`).

## Frames

All that travels is frames, one behind the other:

| bytes | what |
|---|---|
| u16 | size of the whole frame, these two bytes included: 4 to 65535 |
| u16 | opcode: which packet the body is |
| size - 4 | the body: the packet's fields in the order of its table, without padding |

All numbers are little-endian. A read may bring several frames, or a part of one: keep what is not whole until more has
come. The server takes only small frames from a client (1024 bytes unless it is set otherwise).

Over TCP these bytes are all there is. A browser sends and gets the same bytes in the binary messages of a WebSocket
(RFC 6455, at /socket of the HTTP port; no text, no extension): they are one stream, and it means nothing where a message
ends. When the server ends a session, a close frame follows the Goodbye.

| type | on the wire |
|---|---|
| u8, u16, u32, u64 | an unsigned number of 1, 2, 4, 8 bytes |
| text | u8 length in bytes, then that many bytes of UTF-8 |
| blob | u16 length in bytes, then that many bytes |
| an enumeration | u8, one of the values in its table |
| list of a record | u16 count, then that many records, field by field |

A body that is shorter or longer than its fields, or an enumeration that holds none of its values, is a bad packet: the
server ends the session with a Goodbye that says so. So it does for an opcode that it does not know.

## A session

1. The client connects and sends Login, with the schema hash below. A client whose hash is not the server's is told
   `stale_client`: its tables are of another version. For this, two things never change: Login has opcode 1 and begins
   with the hash, and Goodbye is what it is.
2. The server answers Welcome, and begins to show the cells around the piece: for each a CellBegin with its obstacles,
   and a CellEnter with the pieces in it.
3. From then on, each tick of the server brings what changed in these cells, and the client may send Move, Say, Shout
   and Ping when it likes, in measure: all of them have budgets, and who exceeds one is told `flooding`.
4. Logout, a closed connection or a Goodbye from the server ends it. The reason stands in the Goodbye.

## What a client sees

The map is cut into square cells. A client watches the cells around its piece, its own among them, and hears of
nothing outside of them.

- A piece is in sight from the CellEnter that names it. Its *alias* names it in all that follows; its *entity* is
  its id, which is never given to another.
- A piece that walks to another watched cell is in that cell's CellEnter and in the old cell's CellLeave, in either
  order. So a CellLeave counts only for a piece that the client still holds to be in the cell that it names.
- CellForget ends the sight of a cell and of all that the client holds to be in it.
- Positions are absolute. In a cell's packets they count from the cell's first tile: the tile on the map is
  `cell_x * cell_size + x`, `cell_y * cell_size + y`.
- A client's own piece is in these packets like any other. Moved is its private answer, which brings the client's own
  time back, so that it can measure how long a move takes.
)md";

/// A sentence for one field, a table for several.
void add_fields(std::string& text, std::span<const FieldInfo> fields) {
  if (fields.empty()) {
    text += "\nIt has no fields.\n";
    return;
  }
  text += "\n| field | type | meaning |\n|---|---|---|\n";
  for (const FieldInfo& field : fields) {
    std::string type(name_of(field.kind));
    if (field.enumeration) type = field.enumeration->name;
    if (field.item) type = fmt::format("list of {}", field.item->name);
    fmt::format_to(std::back_inserter(text), "| {} | {} | {} |\n", field.name, type, field.doc);
  }
}

void add_packets(std::string& text, std::string_view heading, std::span<const PacketInfo> packets) {
  fmt::format_to(std::back_inserter(text), "\n## {}\n", heading);
  for (const PacketInfo& packet : packets) {
    fmt::format_to(std::back_inserter(text), "\n### {} {}\n\n{}\n", packet.opcode, packet.record.name,
                   packet.record.doc);
    add_fields(text, packet.record.fields);
  }
}

void add_list_items(std::string& text) {
  text += "\n## What stands in lists\n";
  for (const RecordInfo& record : list_item_infos) {
    fmt::format_to(std::back_inserter(text), "\n### {}\n\n{}\n", record.name, record.doc);
    add_fields(text, record.fields);
  }
}

void add_enumerations(std::string& text) {
  text += "\n## Enumerations\n";
  for (const EnumInfo& each : enumeration_infos) {
    fmt::format_to(std::back_inserter(text), "\n### {}\n\n{}\n\n| value | name | meaning |\n|---|---|---|\n",
                   each.name, each.doc);
    for (std::size_t number = 0; number < each.values.size(); ++number)
      fmt::format_to(std::back_inserter(text), "| {} | {} | {} |\n", number, each.values[number].name,
                     each.values[number].doc);
  }
}

void add_schema(std::string& text) {
  fmt::format_to(std::back_inserter(text), R"(
## The schema hash

`0x{:016x}`: 64-bit FNV-1a over these lines, each with its line feed. They hold all that decides what travels.

```
{}```
)",
                 schema_hash, protocol_schema());
}

}  // namespace

std::string protocol_markdown() {
  std::string text(introduction);
  add_packets(text, "Client to server", client_packet_infos);
  add_packets(text, "Server to client", server_packet_infos);
  add_list_items(text);
  add_enumerations(text);
  add_schema(text);
  return text;
}

}  // namespace madang::wire
