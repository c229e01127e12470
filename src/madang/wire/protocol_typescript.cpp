// The TypeScript codec. The types and the code of each packet come from the packet tables; the readers and
// writers are written by hand.
#include <fmt/format.h>

#include <iterator>
#include <span>

#include "madang/wire/generated_names.h"
#include "madang/wire/protocol.h"

namespace madang::wire {

namespace typescript {
namespace {

constexpr std::string_view module_head =
    R"ts(// The packets of a protocol of Madang. This file is generated from the packet tables; do not edit it.
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
  private lastMask = 0;

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
  i8(): number {
    return (this.u8() << 24) >> 24;
  }
  i16(): number {
    return (this.u16() << 16) >> 16;
  }
  i32(): number {
    return this.u32() | 0;
  }
  i64(): bigint {
    return BigInt.asIntN(64, this.u64());
  }
  f32(): number {
    const from = this.take(4);
    return this.finite(this.good ? this.view.getFloat32(from, true) : 0);
  }
  f64(): number {
    const from = this.take(8);
    return this.finite(this.good ? this.view.getFloat64(from, true) : 0);
  }
  quantised(bits: 8 | 16 | 32, low: number, high: number): number {
    return low + this.unsigned(bits) * ((high - low) / (2 ** bits - 1));
  }
  bool(): boolean {
    const value = this.u8();
    if (value > 1) this.good = false;
    return value === 1;
  }
  id(): bigint {
    const high = this.u64();
    return (high << 64n) | this.u64();
  }
  /** Reads the mask of the fields that follow; has() asks for its bits. */
  mask(bits: 8 | 16 | 32): number {
    this.lastMask = this.unsigned(bits);
    return this.lastMask;
  }
  has(bit: number): boolean {
    return ((this.lastMask >>> bit) & 1) === 1;
  }
  text(bytesMax: number): string {
    const size = this.u8();
    if (size > bytesMax) this.good = false;
    return textDecoder.decode(this.viewOf(size));
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
    return this.array(this.u16(), item);
  }
  array<T>(count: number, item: (from: Reader) => T): T[] {
    const items: T[] = [];
    for (let i = 0; i < count && this.good; ++i) items.push(item(this));
    return items;
  }
  end<Packet>(packet: Packet): Decoded<Packet> {
    if (!this.good || this.at !== this.bytes.length) return { ok: false, error: "bad_packet" };
    return { ok: true, packet };
  }

  private unsigned(bits: 8 | 16 | 32): number {
    return bits === 8 ? this.u8() : bits === 16 ? this.u16() : this.u32();
  }
  private finite(value: number): number {
    if (!Number.isFinite(value)) this.good = false;
    return value;
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
  i8(value: number): void {
    this.u8(unsigned(value, 8));
  }
  i16(value: number): void {
    this.u16(unsigned(value, 16));
  }
  i32(value: number): void {
    this.u32(unsigned(value, 32));
  }
  i64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is not an i64`);
    this.u64(BigInt.asUintN(64, value));
  }
  f32(value: number): void {
    const at = this.extend(4);
    this.view.setFloat32(at, finite(value, Math.fround(value)), true);
  }
  f64(value: number): void {
    const at = this.extend(8);
    this.view.setFloat64(at, finite(value, value), true);
  }
  /** The nearest step. A value beyond the range becomes its end. */
  quantised(value: number, bits: 8 | 16 | 32, low: number, high: number): void {
    const part = (Math.min(Math.max(finite(value, value), low), high) - low) / (high - low);
    const steps = Math.floor(part * (2 ** bits - 1) + 0.5);
    if (bits === 8) this.u8(steps);
    else if (bits === 16) this.u16(steps);
    else this.u32(steps);
  }
  bool(value: boolean): void {
    this.u8(value ? 1 : 0);
  }
  id(value: bigint): void {
    this.u64(value >> 64n);
    this.u64(BigInt.asUintN(64, value));
  }
  text(value: string, bytesMax: number): void {
    const bytes = textEncoder.encode(value);
    this.u8(checked(bytes.length, bytesMax));
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
  array<T>(items: readonly T[], count: number, item: (to: Writer, value: T) => void): void {
    if (items.length !== count) throw new RangeError(`${items.length} items, and not ${count}`);
    for (const value of items) item(this, value);
  }
  frame(opcode: number): Uint8Array {
    this.view.setUint16(0, checked(this.size, frameSizeMax), true);
    this.view.setUint16(2, opcode, true);
    return this.bytes.slice(0, this.size);
  }

  /** The bytes without a header. */
  body(): Uint8Array {
    return this.bytes.slice(frameHeaderBytes, this.size);
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

/** The bits of a signed number as an unsigned one. */
function unsigned(value: number, bits: number): number {
  const half = 2 ** (bits - 1);
  if (!Number.isInteger(value) || value < -half || value >= half) throw new RangeError(`${value} is not an i${bits}`);
  return value < 0 ? value + 2 * half : value;
}

/** `stored` is the value as the format holds it. */
function finite(value: number, stored: number): number {
  if (!Number.isFinite(stored)) throw new RangeError(`${value} is infinite, not a number, or too large for its field`);
  return stored;
}

function checked(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError(`${value} is not in 0..${max}`);
  return value;
}
)ts";

std::string type_of(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::u64:
    case TypeKind::i64:
    case TypeKind::id: return "bigint";
    case TypeKind::boolean: return "boolean";
    case TypeKind::text: return "string";
    case TypeKind::blob: return "Uint8Array";
    case TypeKind::enumeration: return std::string(type.enumeration->name);
    case TypeKind::record: return std::string(type.record->name);
    case TypeKind::list:
    case TypeKind::array:
      return type.item->item ? fmt::format("readonly ({})[]", type_of(*type.item))
                             : fmt::format("readonly {}[]", type_of(*type.item));
    default: return "number";
  }
}

/// Returns the last arguments for a quantised number: its bits and its range.
std::string range_of(const QuantisedInfo& info) {
  return fmt::format("{}, {}, {}", name_of(info.steps).substr(1), info.low, info.high);
}

/// Returns an expression that reads a value from `from`.
std::string read_of(const TypeInfo& type) {
  const auto item_reader = [&] {
    return type.item->record ? fmt::format("read{}", type.item->record->name)
                             : fmt::format("(from) => {}", read_of(*type.item));
  };
  switch (type.kind) {
    case TypeKind::text: return fmt::format("from.text({})", type.count);
    case TypeKind::enumeration: return fmt::format("from.enumeration({})", type.enumeration->name);
    case TypeKind::quantised: return fmt::format("from.quantised({})", range_of(*type.quantised));
    case TypeKind::record: return fmt::format("read{}(from)", type.record->name);
    case TypeKind::list: return fmt::format("from.list({})", item_reader());
    case TypeKind::array: return fmt::format("from.array({}, {})", type.count, item_reader());
    default: return fmt::format("from.{}()", name_of(type.kind));
  }
}

/// Returns a call that writes a value to `to`.
std::string write_of(const TypeInfo& type, std::string_view value) {
  const auto item_writer = [&] {
    return type.item->record ? fmt::format("write{}", type.item->record->name)
                             : fmt::format("(to, item) => {}", write_of(*type.item, "item"));
  };
  switch (type.kind) {
    case TypeKind::text: return fmt::format("to.text({}, {})", value, type.count);
    case TypeKind::enumeration: return fmt::format("to.u8({})", value);
    case TypeKind::quantised: return fmt::format("to.quantised({}, {})", value, range_of(*type.quantised));
    case TypeKind::record: return fmt::format("write{}(to, {})", type.record->name, value);
    case TypeKind::list: return fmt::format("to.list({}, {})", value, item_writer());
    case TypeKind::array: return fmt::format("to.array({}, {}, {})", value, type.count, item_writer());
    default: return fmt::format("to.{}({})", name_of(type.kind), value);
  }
}

void add_enum_types(std::string& text, const Protocol& protocol) {
  text += "\n// ---- Enumerations\n";
  for (const EnumInfo* info : enumerations_of(protocol)) {
    const EnumInfo& each = *info;
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
    fmt::format_to(std::back_inserter(text), "  /** {} */\n  readonly {}: {}{};\n", field.doc,
                   camel_case(field.name), type_of(field.type),
                   field.is_always_there() ? "" : " | undefined");
  text += "}\n";
}

void add_packet_union(std::string& text, std::string_view sender, std::span<const PacketInfo> packets) {
  fmt::format_to(std::back_inserter(text), "\nexport type {}Packet =", sender);
  for (const PacketInfo& packet : packets)
    fmt::format_to(std::back_inserter(text), "\n  | {}", packet.record.name);
  text += packets.empty() ? " never;\n" : ";\n";
}

/// Appends one property for each field, in the order of the bytes. TypeScript evaluates an object literal in
/// its written order.
void add_reads(std::string& text, const RecordInfo& record, std::string_view indent) {
  for (const FieldInfo& field : record.fields) {
    std::string read = read_of(field.type);
    if (is_mask(record, field)) read = fmt::format("from.mask({})", name_of(field.type.kind).substr(1));
    if (!field.is_always_there()) read = fmt::format("from.has({}) ? {} : undefined", field.bit, read);
    fmt::format_to(std::back_inserter(text), "{}{}: {},\n", indent, camel_case(field.name), read);
  }
}

void add_writes(std::string& text, const RecordInfo& record, std::string_view from, std::string_view indent) {
  for (const FieldInfo& field : record.fields) {
    const std::string value = fmt::format("{}.{}", from, camel_case(field.name));
    const std::string check = field.is_always_there() ? "" : fmt::format("if ({} !== undefined) ", value);
    fmt::format_to(std::back_inserter(text), "{}{}{};\n", indent, check, write_of(field.type, value));
  }
}

/// Returns what the parameters of a record's functions begin with. TypeScript takes a parameter that is never
/// read for a mistake, unless its name begins with _.
std::string_view mark_of_parameters(const RecordInfo& record) { return record.fields.empty() ? "_" : ""; }

void add_record_writer(std::string& text, const RecordInfo& record) {
  fmt::format_to(std::back_inserter(text), "\nfunction write{0}({1}to: Writer, {1}value: {0}): void {{\n",
                 record.name, mark_of_parameters(record));
  add_writes(text, record, "value", "  ");
  text += "}\n";
}

void add_record_codecs(std::string& text, std::span<const RecordInfo* const> records) {
  if (!records.empty()) text += "\n// ---- Records\n";
  for (const RecordInfo* info : records) {
    const RecordInfo& record = *info;
    fmt::format_to(std::back_inserter(text), "\nfunction read{0}({1}from: Reader): {0} {{\n  return {{\n",
                   record.name, mark_of_parameters(record));
    add_reads(text, record, "    ");
    text += "  };\n}\n";
    add_record_writer(text, record);
  }
}

void add_entry_encoder(std::string& text, const RecordInfo& entry) {
  add_record_writer(text, entry);
  fmt::format_to(std::back_inserter(text), R"(
/** The bytes of Login.entry. */
export function encodeEntry(entry: {0}): Uint8Array {{
  const to = new Writer();
  write{0}(to, entry);
  return to.body();
}}
)",
                 entry.name);
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
}  // namespace typescript

std::string protocol_typescript(const Protocol& protocol) {
  using namespace typescript;
  const std::vector<const RecordInfo*> records = records_of(protocol);
  std::string text(module_head);
  fmt::format_to(std::back_inserter(text), R"(export const protocolName = "{}";
export const defaultPort = {};
/** Names this version of the protocol{}. */
export const schemaHash = 0x{:016x}n;
)",
                 protocol.name, protocol.default_port, protocol.entry ? "; it goes into Login" : "",
                 protocol.schema);
  add_enum_types(text, protocol);
  text += "\n// ---- Records\n";
  for (const RecordInfo* record : records) add_interface(text, *record, false);
  if (protocol.entry) add_interface(text, *protocol.entry, false);
  text += "\n// ---- Packets\n";
  for (const PacketInfo* packet : packets_of(protocol)) add_interface(text, packet->record, true);
  add_packet_union(text, "Client", protocol.client);
  add_packet_union(text, "Server", protocol.server);
  text += machinery;
  add_record_codecs(text, records);
  if (protocol.entry) add_entry_encoder(text, *protocol.entry);
  text += "\n// ---- Whole packets\n";
  add_encoder(text, "Client", protocol.client);
  add_decoder(text, "Client", protocol.client);
  add_encoder(text, "Server", protocol.server);
  add_decoder(text, "Server", protocol.server);
  return text;
}

}  // namespace madang::wire
