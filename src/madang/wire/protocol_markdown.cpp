// docs/protocol.md: an introduction for authors of clients, and the packet tables.
#include <fmt/format.h>

#include <iterator>
#include <span>

#include "madang/wire/protocol.h"

namespace madang::wire {

namespace {

constexpr std::string_view introduction = R"md(# The protocol

This page describes the messages between a client and the server. `madang protocol --markdown` generates it from tables, and
a test compares it with them: the packets of a session (`src/madang/wire/session_packets.h`), the packets about cells
(`src/madang/wire/cell_packets.h`), and the packets and entities of the game. The same tables give a TypeScript codec
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
| i8, i16, i32, i64 | a signed number of 1, 2, 4, 8 bytes, in two's complement |
| bool | u8, 0 or 1 |
| id | two u64: the upper half, then the lower half |
| text | u8 length in bytes, then that many bytes of UTF-8 |
| blob | u16 length in bytes, then that many bytes |
| enumeration | u8, one of the values in its table |
| list of a record | u16 count, then that many records, field by field |

A field with "bit N" is there only if the field `mask` before it has this bit. Bit 0 is the lowest bit.

A packet is bad when its body is shorter or longer than its fields. It is bad when an enumeration has a value that is not
in its table. The server ends the session with the Goodbye `bad_packet` then. For an unknown opcode, the Goodbye is
`unknown_opcode`.

## A session

1. The client connects and sends Login with the schema hash below. When the server has another hash, the client gets the
   Goodbye `stale_client`, because its tables are of another version. So two things never change: Login has opcode 1 and
   begins with the hash, and Goodbye keeps its opcode and its layout. The field `entry` of Login holds the record that is
   described below as its content.
2. The server answers with Welcome. A tick later, it sends for each cell around the client's entity a CellBegin with the
   obstacles, and the entities in the cell.
3. After each tick, the server sends the changes in these cells. The client may send Say, Shout, Ping and the commands of
   the game at any time. Each of them has a budget. A client that exceeds a budget of commands or of Ping gets the Goodbye
   `flooding`; a Say or Shout beyond its budget is answered with NotSaid. Very many refused messages also lead to
   `flooding`.
4. A Logout, a closed connection or a Goodbye of the server ends the session. The Goodbye has the reason.

## What a client sees

The map is divided into square cells. A client watches the cells around its entity. It gets the changes in these cells
only.

- An entity comes into sight with a CellEnter packet of its kind, which has its id and its *alias*. No other entity ever
  has the same id. All later packets about the cell name the entity by its alias. The same alias in another cell names
  another entity.
- An entity that goes to another watched cell enters that cell with an alias of that cell. The CellLeave of the old cell
  comes after that, or one tick later if the client itself is about to watch other cells. Until then, the client holds the
  entity in both cells, and the later news is right. When the CellLeave has come, the entity is still in sight, because it
  is in the new cell.
- A client ignores a CellLeave of an alias that it does not hold. An alias that became free may be given to another entity
  two ticks later.
- CellForget ends the sight of a cell. All entities whose latest news was of this cell are out of sight.
- Positions count from the upper left corner of the cell. The position on the map is `cell_x * cell_size + x`,
  `cell_y * cell_size + y`.
- The client's own entity is in these packets like any other entity: its id is in the Welcome.
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
    if (!field.is_always_there()) type += fmt::format(", bit {}", field.bit);
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

void add_record(std::string& text, const RecordInfo& record) {
  fmt::format_to(std::back_inserter(text), "\n### {}\n\n{}\n", record.name, record.doc);
  add_fields(text, record.fields);
}

void add_list_items(std::string& text, const Protocol& protocol) {
  text += "\n## Records of lists\n";
  for (const RecordInfo* record : list_items_of(protocol)) add_record(text, *record);
}

void add_enumerations(std::string& text, const Protocol& protocol) {
  text += "\n## Enumerations\n";
  for (const EnumInfo* info : enumerations_of(protocol)) {
    const EnumInfo& each = *info;
    fmt::format_to(std::back_inserter(text), "\n### {}\n\n{}\n\n| value | name | meaning |\n|---|---|---|\n",
                   each.name, each.doc);
    for (std::size_t number = 0; number < each.values.size(); ++number)
      fmt::format_to(std::back_inserter(text), "| {} | {} | {} |\n", number, each.values[number].name,
                     each.values[number].doc);
  }
}

void add_schema(std::string& text, const Protocol& protocol) {
  fmt::format_to(std::back_inserter(text), R"(
## The schema hash

The schema hash is `0x{:016x}`. It is the 64-bit FNV-1a hash of these lines, each with its line feed. The lines hold
everything that defines the format.

```
{}```
)",
                 protocol.schema, protocol_schema(protocol));
}

}  // namespace

std::string protocol_markdown(const Protocol& protocol) {
  std::string text(introduction);
  add_packets(text, "Client to server", protocol.client);
  text += "\n## The content of Login.entry\n";
  add_record(text, protocol.entry);
  add_packets(text, "Server to client", protocol.server);
  add_list_items(text, protocol);
  add_enumerations(text, protocol);
  add_schema(text, protocol);
  return text;
}

}  // namespace madang::wire
