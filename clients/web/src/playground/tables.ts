// The tables of a protocol, as the server sends them: src/madang/server/operator_protocol.cpp.

export type Kind =
  | "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64"
  | "bool" | "id" | "text" | "blob" | "quantised" | "enum" | "record" | "list" | "array";

export interface Type {
  readonly kind: Kind;
  /** The items of an array; the largest number of bytes of a text. */
  readonly count?: number;
  readonly item?: Type;
  readonly record?: RecordTable;
  readonly quantised?: { readonly steps: "u8" | "u16" | "u32"; readonly low: number; readonly high: number };
  readonly values?: readonly { readonly name: string; readonly doc: string }[];
}
export interface Field {
  readonly name: string;
  readonly doc: string;
  readonly type: Type;
  /** The field is there if the field "mask" before it has this bit. */
  readonly bit?: number;
}
export interface RecordTable {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly Field[];
}
export interface PacketTable extends RecordTable {
  readonly opcode: number;
}
export interface Protocol {
  readonly name: string;
  readonly schema: string;
  readonly frame_bytes_max: number;
  readonly client: readonly PacketTable[];
  readonly server: readonly PacketTable[];
  /** What the field "entry" of Login and EnterWorld holds. */
  readonly entry?: RecordTable;
}

/** "u16", "text of at most 24 bytes", "list of Point", "array of 64 u8", "0 to 100 in steps of u8". */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "text":
      return `text of at most ${type.count} bytes`;
    case "list":
      return `list of ${typeText(type.item!)}`;
    case "array":
      return `array of ${type.count} ${typeText(type.item!)}`;
    case "record":
      return type.record!.name;
    case "quantised":
      return `${type.quantised!.low} to ${type.quantised!.high} in steps of ${type.quantised!.steps}`;
    default:
      return type.kind;
  }
}
