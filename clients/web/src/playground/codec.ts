// Bytes of any protocol, read and written by its tables. Numbers are little-endian; docs/protocol.md describes all types.
import type { Field, PacketTable, Protocol, RecordTable, Type } from "./tables";

/** What a form holds: a text for each number, text, blob and enumeration. */
export type Value = string | boolean | readonly Value[] | { readonly [name: string]: Value };

/** A field as it was read: its value, the value as a person reads it, and where its bytes are in the frame. */
export interface Part {
  readonly name: string;
  readonly doc: string;
  readonly type: Type;
  readonly value: Value;
  readonly text: string;
  readonly at: number;
  readonly size: number;
  readonly parts: readonly Part[];
}

/** A frame as it was read. `problem` says where the bytes are not what the tables say; the parts before it are there.
 * `fault` is the reason of the Goodbye that a server says for it. */
export interface Packet {
  readonly table: PacketTable | undefined;
  readonly opcode: number;
  readonly parts: readonly Part[];
  readonly problem: string | undefined;
  readonly fault: "bad_frame_size" | "unknown_opcode" | "bad_packet" | undefined;
}

export const headBytes = 4;

class BadPacket extends Error {}

class Reader {
  at = headBytes;
  constructor(
    private readonly view: DataView,
    private readonly protocol: Protocol,
  ) {}

  get left(): number {
    return this.view.byteLength - this.at;
  }

  take(bytes: number): number {
    if (bytes > this.left) throw new BadPacket(`${bytes} bytes are wanted here, and ${this.left} are left`);
    const from = this.at;
    this.at += bytes;
    return from;
  }
  number(kind: string): number | bigint {
    const bytes = Number(kind.slice(1)) / 8;
    const at = this.take(bytes);
    switch (kind) {
      case "u8":
        return this.view.getUint8(at);
      case "i8":
        return this.view.getInt8(at);
      case "u16":
        return this.view.getUint16(at, true);
      case "i16":
        return this.view.getInt16(at, true);
      case "u32":
        return this.view.getUint32(at, true);
      case "i32":
        return this.view.getInt32(at, true);
      case "f32":
        return this.view.getFloat32(at, true);
      case "f64":
        return this.view.getFloat64(at, true);
      case "i64":
        return this.view.getBigInt64(at, true);
      default:
        return this.view.getBigUint64(at, true);
    }
  }
  bytes(count: number): Uint8Array {
    const at = this.take(count);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + at, count);
  }

  /** Adds the fields to `parts` as far as they can be read. */
  fields(table: RecordTable, parts: Part[]): void {
    let mask = 0;
    for (const field of table.fields) {
      if (field.bit !== undefined && (mask & (1 << field.bit)) === 0) continue;
      const part = this.field(field);
      if (field.name === "mask") mask = Number(part.value);
      parts.push(part);
    }
  }

  private field(field: Field): Part {
    const at = this.at;
    const parts: Part[] = [];
    const { value, text } = this.value(field, parts);
    return { name: field.name, doc: field.doc, type: field.type, value, text, at, size: this.at - at, parts };
  }

  private value(field: Field, parts: Part[]): { value: Value; text: string } {
    const same = (text: string) => ({ value: text, text });
    const { type } = field;
    switch (type.kind) {
      case "bool": {
        const number = Number(this.number("u8"));
        if (number > 1) throw new BadPacket(`${field.name}: a bool is 0 or 1, and this is ${number}`);
        return { value: number === 1, text: number === 1 ? "true" : "false" };
      }
      case "enum": {
        const number = Number(this.number("u8"));
        const known = type.values![number];
        if (!known) throw new BadPacket(`${field.name}: there is no value ${number}`);
        return { value: String(number), text: known.doc ? `${number} ${known.name}: ${known.doc}` : `${number} ${known.name}` };
      }
      case "id":
        return same([this.number("u64"), this.number("u64")].map((half) => half.toString(16).padStart(16, "0")).join(""));
      case "quantised": {
        const { steps, low, high } = type.quantised!;
        const number = Number(this.number(steps));
        const real = low + (number * (high - low)) / (2 ** Number(steps.slice(1)) - 1);
        return { value: String(real), text: `${real} (${number} steps)` };
      }
      case "text": {
        const length = Number(this.number("u8"));
        if (length > type.count!) throw new BadPacket(`${field.name}: ${length} bytes of text, and at most ${type.count} are allowed`);
        const value = new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes(length));
        return { value, text: JSON.stringify(value) };
      }
      case "blob":
        return this.blob(field, parts);
      case "record":
        this.fields(type.record!, parts);
        return { value: valuesOf(parts), text: "" };
      case "list":
      case "array": {
        const count = type.kind === "array" ? type.count! : Number(this.number("u16"));
        for (let i = 0; i < count; ++i) parts.push(this.field({ name: `${i}`, doc: "", type: type.item! }));
        return { value: parts.map((part) => part.value), text: type.kind === "list" ? `${count} items` : "" };
      }
      case "f32":
      case "f64": {
        const number = Number(this.number(type.kind));
        if (!Number.isFinite(number)) throw new BadPacket(`${field.name}: this is not a number, or it is infinite`);
        return same(Object.is(number, -0) ? "-0" : String(number));
      }
      default:
        return same(String(this.number(type.kind)));
    }
  }

  /** A blob may hold fields of the game, or a whole packet of the server. */
  private blob(field: Field, parts: Part[]): { value: Value; text: string } {
    const size = Number(this.number("u16"));
    const begin = this.at;
    const value = hexOf(this.bytes(size));
    const inner = new Reader(new DataView(this.view.buffer, this.view.byteOffset, begin + size), this.protocol);
    inner.at = begin;
    if (field.name === "entry" && this.protocol.entry) {
      inner.fields(this.protocol.entry, parts);
      return { value, text: `${size} bytes` };
    }
    if (field.name === "packet" && size >= headBytes) {
      const opcode = this.view.getUint16(begin + 2, true);
      const table = this.protocol.server.find((one) => one.opcode === opcode);
      inner.at = begin + headBytes;
      if (table) inner.fields(table, parts);
      return { value, text: `${table?.name ?? "unknown"} (opcode ${opcode})` };
    }
    return { value, text: size === 0 ? "0 bytes" : `${size} bytes: ${value}` };
  }
}

/** Returns the values of fields by their names, as encode() takes them. */
export function valuesOf(parts: readonly Part[]): { readonly [name: string]: Value } {
  return Object.fromEntries(parts.map((part) => [part.name, part.value]));
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Returns the bytes of hexadecimal digits; undefined if there is something else among them. */
export function bytesOf(hex: string): Uint8Array | undefined {
  const digits = hex.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Reads one frame. */
export function decode(protocol: Protocol, frame: Uint8Array, from: "client" | "server"): Packet {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const opcode = frame.byteLength < headBytes ? 0 : view.getUint16(2, true);
  const table = protocol[from].find((one) => one.opcode === opcode);
  const parts: Part[] = [];
  const packet = (fault?: Packet["fault"], problem?: string): Packet => ({ table, opcode, parts, problem, fault });
  if (frame.byteLength < headBytes) return packet("bad_frame_size", "a frame has at least 4 bytes");
  const size = view.getUint16(0, true);
  if (size !== frame.byteLength) return packet("bad_frame_size", `its head says ${size} bytes, and these are ${frame.byteLength}`);
  if (!table) return packet("unknown_opcode", `no packet has the opcode ${opcode}`);
  const reader = new Reader(view, protocol);
  try {
    reader.fields(table, parts);
  } catch (error) {
    if (error instanceof BadPacket) return packet("bad_packet", error.message);
    throw error;
  }
  return reader.left > 0 ? packet("bad_packet", `${reader.left} bytes are left behind its fields`) : packet();
}

/** Cuts a stream of bytes into frames. */
export class Frames {
  private rest = new Uint8Array(0);

  add(bytes: Uint8Array): Uint8Array[] {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= 2) {
      const size = all[at]! | (all[at + 1]! << 8);
      if (size < headBytes || all.length - at < size) break;
      frames.push(all.slice(at, at + size));
      at += size;
    }
    this.rest = all.slice(at);
    return frames;
  }
}

/** A value that a field cannot hold. The message is for a person. */
export class BadValue extends Error {}

class Writer {
  readonly bytes: number[] = [];

  private number(kind: string, text: string, name: string): void {
    const size = Number(kind.slice(1)) / 8;
    const view = new DataView(new ArrayBuffer(8));
    if (kind.startsWith("f")) {
      const value = Number(text);
      if (text.trim() === "" || !Number.isFinite(value)) throw new BadValue(`${name}: ${JSON.stringify(text)} is not a number`);
      if (size === 4) view.setFloat32(0, value, true);
      else view.setFloat64(0, value, true);
    } else {
      if (!/^\s*-?\d+\s*$/.test(text)) throw new BadValue(`${name}: ${JSON.stringify(text)} is not a whole number`);
      const value = BigInt(text.trim());
      const bits = BigInt(8 * size);
      const low = kind.startsWith("i") ? -(1n << (bits - 1n)) : 0n;
      const high = low + (1n << bits) - 1n;
      if (value < low || value > high) throw new BadValue(`${name}: ${value} is out of range (${low} to ${high})`);
      view.setBigUint64(0, BigInt.asUintN(64, value), true);
    }
    for (let i = 0; i < size; ++i) this.bytes.push(view.getUint8(i));
  }

  fields(table: RecordTable, values: { readonly [name: string]: Value }): void {
    let mask = 0;
    for (const field of table.fields) {
      if (field.bit !== undefined && (mask & (1 << field.bit)) === 0) continue;
      const value = values[field.name] ?? "";
      if (field.name === "mask") mask = Number(value);
      this.value(field.type, value, field.name);
    }
  }

  private value(type: Type, value: Value, name: string): void {
    switch (type.kind) {
      case "bool":
        this.bytes.push(value === true ? 1 : 0);
        return;
      case "enum":
        return this.number("u8", String(value), name);
      case "id": {
        const digits = String(value).trim().padStart(32, "0");
        if (!/^[0-9a-f]{32}$/i.test(digits)) throw new BadValue(`${name}: an id has at most 32 hexadecimal digits`);
        this.number("u64", BigInt(`0x${digits.slice(0, 16)}`).toString(), name);
        return this.number("u64", BigInt(`0x${digits.slice(16)}`).toString(), name);
      }
      case "quantised": {
        const { steps, low, high } = type.quantised!;
        const wanted = Number(value);
        if (!(wanted >= low && wanted <= high)) throw new BadValue(`${name}: ${String(value)} is out of range (${low} to ${high})`);
        const most = 2 ** Number(steps.slice(1)) - 1;
        return this.number(steps, String(Math.round(((wanted - low) / (high - low)) * most)), name);
      }
      case "text": {
        const text = new TextEncoder().encode(String(value));
        if (text.length > type.count!) throw new BadValue(`${name}: ${text.length} bytes, and at most ${type.count} are allowed`);
        this.bytes.push(text.length, ...text);
        return;
      }
      case "blob": {
        const blob = value instanceof Object ? undefined : bytesOf(String(value));
        if (!blob) throw new BadValue(`${name}: these are not hexadecimal digits`);
        this.number("u16", String(blob.length), name);
        this.bytes.push(...blob);
        return;
      }
      case "record":
        return this.fields(type.record!, value as { readonly [name: string]: Value });
      case "list":
      case "array": {
        const items = value as readonly Value[];
        if (type.kind === "list") this.number("u16", String(items.length), name);
        items.forEach((item, i) => this.value(type.item!, item, `${name}[${i}]`));
        return;
      }
      default:
        return this.number(type.kind, String(value), name);
    }
  }
}

/** Returns the fields of a record as bytes. Throws a BadValue. */
export function encodeRecord(table: RecordTable, values: { readonly [name: string]: Value }): Uint8Array {
  const writer = new Writer();
  writer.fields(table, values);
  return Uint8Array.from(writer.bytes);
}

/** Returns the frame of a packet. Throws a BadValue. */
export function encode(protocol: Protocol, packet: PacketTable, values: { readonly [name: string]: Value }): Uint8Array {
  const body = encodeRecord(packet, values);
  const size = headBytes + body.length;
  if (size > protocol.frame_bytes_max) throw new BadValue(`the frame has ${size} bytes, and at most ${protocol.frame_bytes_max} are allowed`);
  return Uint8Array.from([size & 255, size >> 8, packet.opcode & 255, packet.opcode >> 8, ...body]);
}
