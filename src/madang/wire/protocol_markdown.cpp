// docs/protocol.md: an introduction for authors of clients, and the packet tables.
#include <fmt/format.h>

#include <iterator>
#include <span>

#include "madang/wire/packets.h"
#include "madang/wire/protocol.h"

namespace madang::wire {

namespace {

constexpr std::string_view introduction = R"md(# The protocol

This page describes the messages between a client and the server. `madang protocol --markdown` generates it from the
packet tables in `src/madang/wire/packets.h`, and a test compares it with them. The same tables give a TypeScript codec
(`madang protocol --typescript`) and a dissector for Wireshark (`madang protocol --wireshark > madang.lua`, then
`wireshark -X lua_script:madang.lua`).

## Frames

A connection carries frames, one after the other:

| bytes | meaning |
|---|---|
| u16 | size of the whole frame, these two bytes included: 4 to 65535 |
| u16 | opcode: the kind of the packet |
| size - 4 | the body: the packet's fields in the order of its table, without padding |

All numbers are little-endian. A read may bring several frames, or a part of one. A client keeps an incomplete frame until
more bytes have come. The server accepts only small frames from a client (1024 bytes by default).

A TCP connection carries these bytes and nothing else. A browser sends and receives the same bytes in the binary messages
of a WebSocket (RFC 6455, at /socket of the HTTP port, without text messages and extensions). The messages are one stream:
the end of a message has no meaning. When the server ends a session, a close frame follows the Goodbye.

| type | bytes |
|---|---|
| u8, u16, u32, u64 | an unsigned number of 1, 2, 4, 8 bytes |
| text | u8 length in bytes, then that many bytes of UTF-8 |
| blob | u16 length in bytes, then that many bytes |
| enumeration | u8, one of the values in its table |
| list of a record | u16 count, then that many records, field by field |

A packet is bad when its body is shorter or longer than its fields. It is bad when an enumeration has a value that is not
in its table. The server ends the session with the Goodbye `bad_packet` then. For an unknown opcode, the Goodbye is
`unknown_opcode`.

## A session

1. The client connects and sends Login with the schema hash below. When the server has another hash, the client gets the
   Goodbye `stale_client`, because its tables are of another version. So two things never change: Login has opcode 1 and
   begins with the hash, and Goodbye keeps its opcode and its layout.
2. The server answers with Welcome. For each cell around the piece, it sends a CellBegin with the obstacles and a CellEnter
   with the pieces in the cell.
3. After each tick, the server sends the changes in these cells. The client may send Move, Say, Shout and Ping at any time.
   Each of them has a budget. A client that exceeds a budget of Move or Ping gets the Goodbye `flooding`; a Say or Shout
   beyond its budget is answered with NotSaid. Very many refused messages also lead to `flooding`.
4. A Logout, a closed connection or a Goodbye of the server ends the session. The Goodbye has the reason.

## What a client sees

The map is divided into square cells. A client watches the cell of its piece and the cells around it. It gets the
changes in these cells only.

- A piece comes into sight with a CellEnter that names it. All later packets name the piece by its *alias*. Its *entity* is
  its id; no other piece ever has the same id.
- A piece that walks to another watched cell is in the CellEnter of the new cell and in the CellLeave of the old cell. The
  two packets come in either order. So a CellLeave counts only for a piece that the client still holds to be in that cell.
- CellForget ends the sight of a cell and of all pieces in it.
- Positions are absolute. In the packets of a cell they count from the first tile of the cell. The tile on the map is
  `cell_x * cell_size + x`, `cell_y * cell_size + y`.
- The client's own piece is in these packets like any other piece. The client alone gets Moved. Moved brings the client's
  own time back, so the client can measure the duration of a move.
)md";

/// Appends a table of the fields.
void add_fields(std::string& text, std::span<const FieldInfo> fields) {
  if (fields.empty()) {
    text += "\nThis packet has no fields.\n";
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
  text += "\n## Records of lists\n";
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

The schema hash is `0x{:016x}`. It is the 64-bit FNV-1a hash of these lines, each with its line feed. The lines hold
everything that defines the format.

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
