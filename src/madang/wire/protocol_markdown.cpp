// docs/protocol.md: an introduction for authors of clients, and the packet tables.
#include <fmt/format.h>

#include <iterator>
#include <span>

#include "madang/wire/protocol.h"

namespace madang::wire {

namespace markdown {
namespace {

constexpr std::string_view frames = R"md(
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
the end of a message has no meaning. When the server ends a session, a close frame follows its last packet.

| type | bytes |
|---|---|
| u8, u16, u32, u64 | an unsigned number of 1, 2, 4, 8 bytes |
| i8, i16, i32, i64 | a signed number of 1, 2, 4, 8 bytes, in two's complement |
| f32, f64 | a real number of 4, 8 bytes (IEEE 754), never infinite, and always a number |
| bool | u8, 0 or 1 |
| id | two u64: the upper half, then the lower half |
| text, text of N bytes | u8 length in bytes, at most 255 or N, then that many bytes of UTF-8 |
| blob | u16 length in bytes, then that many bytes |
| enumeration | u8, one of the values in its table |
| a record | its fields, one after the other |
| list | u16 count, then that many items |
| array of N | N items, without a count |
| u8, u16, u32 for LOW to HIGH | a real number in steps: LOW + steps * (HIGH - LOW) / the largest number of the type |

A field with "bit N" is there only if the field `mask` before it has this bit. Bit 0 is the lowest bit.

A packet is bad when its body is shorter or longer than its fields. It is bad when an enumeration has a value that is not
in its table, or when a bool is not 0 or 1. It is also bad when a text is too long, and when a real number is infinite or
not a number. The server ends the session for a bad packet, and for an unknown opcode.
)md";

constexpr std::string_view sessions = R"md(
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
4. A Logout, a closed connection or a Goodbye of the server ends the session. The Goodbye has the reason, such as
   `bad_packet` or `unknown_opcode`.

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

std::string type_of(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::text:
      return type.count == text_bytes_max ? "text" : fmt::format("text of {} bytes", type.count);
    case TypeKind::enumeration: return std::string(type.enumeration->name);
    case TypeKind::record: return std::string(type.record->name);
    case TypeKind::list: return fmt::format("list of {}", type_of(*type.item));
    case TypeKind::array: return fmt::format("array of {} {}", type.count, type_of(*type.item));
    case TypeKind::quantised:
      return fmt::format("{} for {} to {}", name_of(type.quantised->steps), type.quantised->low,
                         type.quantised->high);
    default: return std::string(name_of(type.kind));
  }
}

/// Appends a table of the fields.
void add_fields(std::string& text, std::span<const FieldInfo> fields) {
  if (fields.empty()) {
    text += "\nThere are no fields.\n";
    return;
  }
  text += "\n| field | type | meaning |\n|---|---|---|\n";
  for (const FieldInfo& field : fields) {
    std::string type = type_of(field.type);
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

void add_records(std::string& text, const Protocol& protocol) {
  const std::vector<const RecordInfo*> records = records_of(protocol);
  if (!records.empty()) text += "\n## Records\n";
  for (const RecordInfo* record : records) add_record(text, *record);
}

void add_enumerations(std::string& text, const Protocol& protocol) {
  const std::vector<const EnumInfo*> enumerations = enumerations_of(protocol);
  if (!enumerations.empty()) text += "\n## Enumerations\n";
  for (const EnumInfo* info : enumerations) {
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
}  // namespace markdown

std::string protocol_markdown(const Protocol& protocol) {
  using namespace markdown;
  std::string text = fmt::format(
      "# The protocol {}\n\nThis page describes the messages between a client and the server. It is "
      "generated "
      "from the packet tables of the server.\nThe server's default port is {}.\n",
      protocol.name, protocol.default_port);
  text += frames;
  if (protocol.entry) text += sessions;
  add_packets(text, "Client to server", protocol.client);
  if (protocol.entry) {
    text += "\n## The content of Login.entry\n";
    add_record(text, *protocol.entry);
  }
  add_packets(text, "Server to client", protocol.server);
  add_records(text, protocol);
  add_enumerations(text, protocol);
  add_schema(text, protocol);
  return text;
}

}  // namespace madang::wire
