// The TypeScript codec. The types and the code of each packet come from the packet tables; the readers and
// writers are written by hand.
#include <fmt/format.h>

#include <cctype>
#include <iterator>
#include <span>

#include "madang/wire/packets.h"
#include "madang/wire/protocol.h"

namespace madang::wire {

namespace {

constexpr std::string_view module_head =
    R"ts(// Madang's packets. `madang protocol --typescript` generates this file from the packet tables; do not edit it.
//
// Decoding never throws: bytes that are no packet give a DecodeError. Encoding throws a RangeError for a value that the
// format cannot hold, because that is a mistake of the caller. A decoded packet shares no memory with its bytes.

)ts";

constexpr std::string_view machinery = R"ts(
// ---- Frames

export const frameHeaderBytes = 4;
export const frameSizeMax = 65535;

export type DecodeError = "bad_frame_size" | "unknown_opcode" | "bad_packet";
export type Decoded<Packet> =
  | { readonly ok: true; readonly packet: Packet }
  | { readonly ok: false; readonly error: DecodeError };

/** Cuts a stream of bytes into frames. Keeps an incomplete frame until more bytes have come. */
export class FrameSplitter {
  private rest: Uint8Array = new Uint8Array(0);

  /** Returns the frames that are complete now. After an error, the rest of the stream cannot be read. */
  push(bytes: Uint8Array): { readonly frames: Uint8Array[]; readonly error: DecodeError | undefined } {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    const view = new DataView(all.buffer);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= 2) {
      const size = view.getUint16(at, true);
      if (size < frameHeaderBytes) return { frames, error: "bad_frame_size" };
      if (all.length - at < size) break;
      frames.push(all.subarray(at, at + size));
      at += size;
    }
    this.rest = all.slice(at);
    return { frames, error: undefined };
  }
}

// ---- Decoding

const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads behind the end give nothing (0, "") and are remembered until end(). */
class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;
  private good = true;

  constructor(frame: Uint8Array) {
    this.bytes = frame;
    this.view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  }

  u8(): number {
    const from = this.take(1);
    return this.good ? this.view.getUint8(from) : 0;
  }
  u16(): number {
    const from = this.take(2);
    return this.good ? this.view.getUint16(from, true) : 0;
  }
  u32(): number {
    const from = this.take(4);
    return this.good ? this.view.getUint32(from, true) : 0;
  }
  u64(): bigint {
    const from = this.take(8);
    return this.good ? this.view.getBigUint64(from, true) : 0n;
  }
  text(): string {
    return textDecoder.decode(this.viewOf(this.u8()));
  }
  blob(): Uint8Array {
    return this.viewOf(this.u16()).slice();
  }
  enumeration<T extends number>(values: Readonly<Record<string, T>>): T {
    const value = this.u8() as T;
    if (value >= Object.keys(values).length) this.good = false;
    return value;
  }
  list<T>(item: (from: Reader) => T): T[] {
    const count = this.u16();
    const items: T[] = [];
    for (let i = 0; i < count && this.good; ++i) items.push(item(this));
    return items;
  }
  end<Packet>(packet: Packet): Decoded<Packet> {
    if (!this.good || this.at !== this.bytes.length) return { ok: false, error: "bad_packet" };
    return { ok: true, packet };
  }

  /** Where the next `count` bytes begin. */
  private take(count: number): number {
    const from = this.at;
    if (this.bytes.length - from < count) this.good = false;
    if (this.good) this.at += count;
    return from;
  }
  private viewOf(count: number): Uint8Array {
    const from = this.take(count);
    return this.good ? this.bytes.subarray(from, from + count) : new Uint8Array(0);
  }
}

// ---- Encoding

const textEncoder = new TextEncoder();

class Writer {
  private bytes = new Uint8Array(64);
  private view = new DataView(this.bytes.buffer);
  private size = frameHeaderBytes;

  u8(value: number): void {
    const at = this.extend(1);
    this.view.setUint8(at, checked(value, 0xff));
  }
  u16(value: number): void {
    const at = this.extend(2);
    this.view.setUint16(at, checked(value, 0xffff), true);
  }
  u32(value: number): void {
    const at = this.extend(4);
    this.view.setUint32(at, checked(value, 0xffffffff), true);
  }
  u64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} is not a u64`);
    const at = this.extend(8);
    this.view.setBigUint64(at, value, true);
  }
  text(value: string): void {
    const bytes = textEncoder.encode(value);
    this.u8(bytes.length);
    const at = this.extend(bytes.length);
    this.bytes.set(bytes, at);
  }
  blob(value: Uint8Array): void {
    this.u16(value.length);
    const at = this.extend(value.length);
    this.bytes.set(value, at);
  }
  list<T>(items: readonly T[], item: (to: Writer, value: T) => void): void {
    this.u16(items.length);
    for (const value of items) item(this, value);
  }
  frame(opcode: number): Uint8Array {
    this.view.setUint16(0, checked(this.size, frameSizeMax), true);
    this.view.setUint16(2, opcode, true);
    return this.bytes.slice(0, this.size);
  }

  /** Makes room for `count` more bytes and tells where they begin. It may replace this.bytes and this.view. */
  private extend(count: number): number {
    const from = this.size;
    this.size += count;
    if (this.size > this.bytes.length) {
      const larger = new Uint8Array(this.size * 2);
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return from;
  }
}

function checked(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError(`${value} is not in 0..${max}`);
  return value;
}
)ts";

/// Returns the name in TypeScript: clientTime for client_time.
std::string camel_case(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word = name[i] == '_' && i + 1 < name.size();
    if (begins_word) ++i;
    text += begins_word ? static_cast<char>(std::toupper(name[i])) : name[i];
  }
  return text;
}

std::string type_of(const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::u64: return "bigint";
    case FieldKind::text: return "string";
    case FieldKind::blob: return "Uint8Array";
    case FieldKind::enumeration: return std::string(field.enumeration->name);
    case FieldKind::list: return fmt::format("readonly {}[]", field.item->name);
    default: return "number";
  }
}

void add_enum_types(std::string& text) {
  text += "\n// ---- Enumerations\n";
  for (const EnumInfo& each : enumeration_infos) {
    fmt::format_to(std::back_inserter(text), "\n/** {} */\nexport const {} = {{\n", each.doc, each.name);
    for (std::size_t number = 0; number < each.values.size(); ++number) {
      const Value& value = each.values[number];
      if (!value.doc.empty()) fmt::format_to(std::back_inserter(text), "  /** {} */\n", value.doc);
      fmt::format_to(std::back_inserter(text), "  {}: {},\n", camel_case(value.name), number);
    }
    fmt::format_to(std::back_inserter(text),
                   "}} as const;\nexport type {0} = (typeof {0})[keyof typeof {0}];\n", each.name);
  }
}

void add_interface(std::string& text, const RecordInfo& record, bool is_packet) {
  fmt::format_to(std::back_inserter(text), "\n/** {} */\nexport interface {} {{\n", record.doc, record.name);
  if (is_packet) fmt::format_to(std::back_inserter(text), "  readonly kind: \"{}\";\n", record.name);
  for (const FieldInfo& field : record.fields)
    fmt::format_to(std::back_inserter(text), "  /** {} */\n  readonly {}: {};\n", field.doc,
                   camel_case(field.name), type_of(field));
  text += "}\n";
}

void add_packet_types(std::string& text, std::string_view sender, std::span<const PacketInfo> packets) {
  fmt::format_to(std::back_inserter(text), "\n// ---- Packets of the {}\n",
                 sender == "Client" ? "client" : "server");
  for (const PacketInfo& packet : packets) add_interface(text, packet.record, true);
  fmt::format_to(std::back_inserter(text), "\nexport type {}Packet =", sender);
  for (const PacketInfo& packet : packets)
    fmt::format_to(std::back_inserter(text), "\n  | {}", packet.record.name);
  text += ";\n";
}

/// Appends one property for each field, in the order of the bytes. TypeScript evaluates an object literal in
/// its written order.
void add_reads(std::string& text, const RecordInfo& record, std::string_view indent) {
  for (const FieldInfo& field : record.fields) {
    std::string argument;
    if (field.enumeration) argument = field.enumeration->name;
    if (field.item) argument = fmt::format("read{}", field.item->name);
    fmt::format_to(std::back_inserter(text), "{}{}: from.{}({}),\n", indent, camel_case(field.name),
                   name_of(field.kind), argument);
  }
}

void add_writes(std::string& text, const RecordInfo& record, std::string_view from, std::string_view indent) {
  for (const FieldInfo& field : record.fields) {
    const std::string_view kind = field.enumeration ? "u8" : name_of(field.kind);
    const std::string writer = field.item ? fmt::format(", write{}", field.item->name) : "";
    fmt::format_to(std::back_inserter(text), "{}to.{}({}.{}{});\n", indent, kind, from,
                   camel_case(field.name), writer);
  }
}

void add_list_item_codecs(std::string& text) {
  text += "\n// ---- Records of lists\n";
  for (const RecordInfo& record : list_item_infos) {
    fmt::format_to(std::back_inserter(text), "\nfunction read{0}(from: Reader): {0} {{\n  return {{\n",
                   record.name);
    add_reads(text, record, "    ");
    text += "  };\n}\n";
    fmt::format_to(std::back_inserter(text), "\nfunction write{0}(to: Writer, value: {0}): void {{\n",
                   record.name);
    add_writes(text, record, "value", "  ");
    text += "}\n";
  }
}

void add_decoder(std::string& text, std::string_view sender, std::span<const PacketInfo> packets) {
  fmt::format_to(std::back_inserter(text), R"(
/** The packet that this whole frame holds. */
export function decode{0}Packet(frame: Uint8Array): Decoded<{0}Packet> {{
  const from = new Reader(frame);
  if (frame.length < frameHeaderBytes || from.u16() !== frame.length) return {{ ok: false, error: "bad_frame_size" }};
  switch (from.u16()) {{
)",
                 sender);
  for (const PacketInfo& packet : packets) {
    fmt::format_to(std::back_inserter(text),
                   "    case {}:\n      return from.end({{\n        kind: \"{}\",\n", packet.opcode,
                   packet.record.name);
    add_reads(text, packet.record, "        ");
    text += "      });\n";
  }
  text += "    default:\n      return { ok: false, error: \"unknown_opcode\" };\n  }\n}\n";
}

void add_encoder(std::string& text, std::string_view sender, std::span<const PacketInfo> packets) {
  fmt::format_to(std::back_inserter(text), R"(
/** The packet as one whole frame. */
export function encode{0}Packet(packet: {0}Packet): Uint8Array {{
  const to = new Writer();
  switch (packet.kind) {{
)",
                 sender);
  for (const PacketInfo& packet : packets) {
    fmt::format_to(std::back_inserter(text), "    case \"{}\":\n", packet.record.name);
    add_writes(text, packet.record, "packet", "      ");
    fmt::format_to(std::back_inserter(text), "      return to.frame({});\n", packet.opcode);
  }
  text += "  }\n}\n";
}

}  // namespace

std::string protocol_typescript() {
  std::string text(module_head);
  fmt::format_to(std::back_inserter(text),
                 "/** Names this version of the protocol; it goes into Login. */\nexport const schemaHash = "
                 "0x{:016x}n;\n",
                 schema_hash);
  add_enum_types(text);
  text += "\n// ---- Records of lists\n";
  for (const RecordInfo& record : list_item_infos) add_interface(text, record, false);
  add_packet_types(text, "Client", client_packet_infos);
  add_packet_types(text, "Server", server_packet_infos);
  text += machinery;
  add_list_item_codecs(text);
  text += "\n// ---- Whole packets\n";
  add_encoder(text, "Client", client_packet_infos);
  add_decoder(text, "Client", client_packet_infos);
  add_encoder(text, "Server", server_packet_infos);
  add_decoder(text, "Server", server_packet_infos);
  return text;
}

}  // namespace madang::wire
