// The packets of a protocol of Madang. This file is generated from the packet tables; do not edit it.
//
// Decoding never throws: bytes that are no packet give a DecodeError. Encoding throws a RangeError for a value that the
// format cannot hold, because that is a mistake of the caller. A decoded packet shares no memory with its bytes.

export const protocolName = "board";
export const defaultPort = 7777;
/** Names this version of the protocol; it goes into Login. */
export const schemaHash = 0xe529f77ac7035c95n;

// ---- Enumerations

/** The direction of a step. */
export const Direction = {
  /** y - 1 */
  up: 0,
  /** y + 1 */
  down: 1,
  /** x - 1 */
  left: 2,
  /** x + 1 */
  right: 3,
} as const;
export type Direction = (typeof Direction)[keyof typeof Direction];

/** The chess piece that stands for a player. */
export const Looks = {
  king: 0,
  queen: 1,
  rook: 2,
  bishop: 3,
  knight: 4,
  pawn: 5,
} as const;
export type Looks = (typeof Looks)[keyof typeof Looks];

/** The reason for the end of a session. */
export const CloseReason = {
  /** still open */
  none: 0,
  /** you left */
  clientLeft: 1,
  /** the connection was lost */
  connectionLost: 2,
  /** the server is stopping; come back soon */
  serverStopping: 3,
  /** the operator disconnected you */
  kicked: 4,
  /** the size of a frame is not allowed */
  badFrameSize: 5,
  /** a packet has an unknown opcode */
  unknownOpcode: 6,
  /** the body of a packet does not match its opcode */
  badPacket: 7,
  /** a packet is not allowed now (log in first, and only once) */
  wrongState: 8,
  /** this client has another version of the protocol; update the client */
  staleClient: 9,
  /** the name is empty, too long, not UTF-8, or has characters that are not allowed */
  badName: 10,
  /** the message is empty, too long, or not UTF-8 */
  badText: 11,
  /** the WebSocket has sent bytes that RFC 6455 does not allow */
  badWebsocket: 12,
  /** too many packets in a short time */
  flooding: 13,
  /** no complete login within the allowed time */
  loginTimeout: 14,
  /** the client has sent nothing for too long */
  idleTimeout: 15,
  /** the client has not read fast enough */
  slowReader: 16,
  /** the server is full; try again later */
  serverFull: 17,
  /** too many connections from your address */
  tooManyFromAddress: 18,
  /** the world has no free place; try again later */
  worldFull: 19,
  /** the server cannot make another world now; try again later */
  tooManyWorlds: 20,
  /** you are banned from this server */
  banned: 21,
  /** you have logged in on another connection */
  replaced: 22,
  /** you have left the world */
  leftWorld: 23,
  /** the world was closed because of a fault in it; tell the operator */
  worldClosed: 24,
  /** the world has ended */
  worldEnded: 25,
  /** there is no world of this name */
  noSuchWorld: 26,
  /** your character cannot be read by this version of the game; tell the operator */
  characterUnreadable: 27,
} as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];

/** The reason for which a message was not sent to others. */
export const NotSaidReason = {
  /** the message has characters that are not allowed, or nothing visible */
  notPresentable: 0,
  /** its normal form (Unicode NFC) is longer than allowed */
  tooLong: 1,
  /** too many messages of this client at once; try again soon */
  tooFast: 2,
  /** too many shouts of all players, or of one address, at once; try again soon */
  tooManyShouts: 3,
  /** the operator has muted this player */
  muted: 4,
} as const;
export type NotSaidReason = (typeof NotSaidReason)[keyof typeof NotSaidReason];

/** The result of a move. */
export const MoveResult = {
  /** the piece has moved */
  ok: 0,
  /** an obstacle or the edge of the map is in the way */
  blocked: 1,
  /** the time between two moves has not passed */
  tooSoon: 2,
} as const;
export type MoveResult = (typeof MoveResult)[keyof typeof MoveResult];

// ---- Records

/** The position of an entity. */
export interface Step {
  /** the entity */
  readonly alias: number;
  /** its position within the cell, counted from the left */
  readonly x: number;
  /** its position within the cell, counted from the top */
  readonly y: number;
}

/** The short name of an entity. */
export interface Alias {
  /** the entity */
  readonly alias: number;
}

/** A chess piece, which stands for a player. */
export interface Piece {
  /** its id, which no other entity ever has */
  readonly id: bigint;
  /** its short name in the packets of this cell */
  readonly alias: number;
  /** its position within the cell, counted from the left */
  readonly x: number;
  /** its position within the cell, counted from the top */
  readonly y: number;
  /** its chess piece */
  readonly looks: Looks;
  /** the name of its player */
  readonly name: string;
}

/** What has changed of an entity. */
export interface PieceChange {
  /** its short name in the packets of this cell */
  readonly alias: number;
  /** one bit for each attribute that follows, the first one lowest */
  readonly mask: number;
  /** its chess piece */
  readonly looks: Looks | undefined;
  /** the name of its player */
  readonly name: string | undefined;
}

/** What a player chooses before the piece appears. */
export interface Entry {
  /** the chess piece that others see */
  readonly looks: Looks;
}

// ---- Packets

/** The first packet of a client. The answer is Welcome or Goodbye. */
export interface Login {
  readonly kind: "Login";
  /** the schema hash of the client's protocol; always the first field */
  readonly schema: bigint;
  /** 1 to 24 bytes of UTF-8; others see its normal form */
  readonly name: string;
  /** 0 to 32 bytes of UTF-8: the name of the world to enter; empty: the main world */
  readonly world: string;
  /** what the player has chosen: the record Entry of the game */
  readonly entry: Uint8Array;
}

/** Sends a message to all clients that watch the cell of the client's entity. The answer to a refused message is NotSaid. */
export interface Say {
  readonly kind: "Say";
  /** 1 to 200 bytes of UTF-8; others get its normal form */
  readonly text: string;
}

/** Sends a message to all clients in the world. The answer to a refused message is NotSaid. */
export interface Shout {
  readonly kind: "Shout";
  /** 1 to 200 bytes of UTF-8; others get its normal form */
  readonly text: string;
}

/** Asks for a Pong. */
export interface Ping {
  readonly kind: "Ping";
  /** the time of the client's clock; Pong brings it back */
  readonly clientTime: number;
}

/** Ends the session. The answer is Goodbye. */
export interface Logout {
  readonly kind: "Logout";
}

/** Leaves the present world, and enters another one on the same connection. The answer is Welcome or NotEntered. Until then the server ignores commands and words. */
export interface EnterWorld {
  readonly kind: "EnterWorld";
  /** 0 to 32 bytes of UTF-8: the name of the world to enter; empty: the main world */
  readonly world: string;
  /** what the player has chosen: the record Entry of the game */
  readonly entry: Uint8Array;
}

/** Asks for one step. The answer is Moved. */
export interface Move {
  readonly kind: "Move";
  /** the direction of the step */
  readonly direction: Direction;
  /** the time of the client's clock; Moved brings it back */
  readonly clientTime: number;
}

/** The client is logged in, and its entity is in a world. What the client knew of an earlier world is over. */
export interface Welcome {
  readonly kind: "Welcome";
  /** the id of the client's own entity */
  readonly entity: bigint;
  /** width of the map in units */
  readonly mapWidth: number;
  /** height of the map in units */
  readonly mapHeight: number;
  /** length of the sides of a cell in units, a power of two */
  readonly cellSize: number;
  /** length of the sides of a tile in units */
  readonly unitsPerTile: number;
  /** the entity's position in units, counted from the left */
  readonly x: number;
  /** the entity's position in units, counted from the top */
  readonly y: number;
  /** ticks of the server a second */
  readonly tickRate: number;
  /** distance in units, along both axes, that the client watches around its entity */
  readonly viewRadius: number;
  /** the name of the world; empty: the main world */
  readonly world: string;
}

/** The last packet of the server. The connection ends after it. */
export interface Goodbye {
  readonly kind: "Goodbye";
  /** the reason */
  readonly reason: CloseReason;
  /** the reason, for a person */
  readonly text: string;
}

/** The answer to Ping. */
export interface Pong {
  readonly kind: "Pong";
  /** the client_time of the Ping */
  readonly clientTime: number;
}

/** The answer to a Say or Shout that no other client gets. It may come before the CellSaid or Shouted of an earlier message. */
export interface NotSaid {
  readonly kind: "NotSaid";
  /** number of the Say or Shout in this session; both are counted together, from 1 */
  readonly number: number;
  /** the reason */
  readonly reason: NotSaidReason;
}

/** A player anywhere in the world shouts something. */
export interface Shouted {
  readonly kind: "Shouted";
  /** the id of the player's entity */
  readonly entity: bigint;
  /** the name of the player */
  readonly name: string;
  /** the message */
  readonly text: string;
}

/** The operator of the server announces something to all players. */
export interface Announced {
  readonly kind: "Announced";
  /** the message */
  readonly text: string;
}

/** The answer to an EnterWorld that does not succeed. The client is in no world now. It may send another EnterWorld. The server ignores its commands and words. */
export interface NotEntered {
  readonly kind: "NotEntered";
  /** the reason */
  readonly reason: CloseReason;
}

/** The client begins to watch this cell. The entities in the cell follow at once. */
export interface CellBegin {
  readonly kind: "CellBegin";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** one bit for each tile, row by row, the lowest bit of a byte first; 1 is an obstacle */
  readonly obstacles: Uint8Array;
}

/** The client stops watching this cell. All entities in the cell are out of sight. */
export interface CellForget {
  readonly kind: "CellForget";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
}

/** These entities have moved within the cell. */
export interface CellMove {
  readonly kind: "CellMove";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** the entities and their positions now */
  readonly steps: readonly Step[];
}

/** These entities have left the cell, a tick ago. The client ignores an alias that it does not know. */
export interface CellLeave {
  readonly kind: "CellLeave";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** the entities */
  readonly entities: readonly Alias[];
}

/** The rate of this session is used up. From now on the server suppresses the CellMove of this cell, until CellPositions brings the positions. All else about the cell still comes. */
export interface CellThrottled {
  readonly kind: "CellThrottled";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
}

/** The positions of all entities of the cell, after suppressed ones. A cell with many entities has several of these packets. */
export interface CellPositions {
  readonly kind: "CellPositions";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** the entities and their positions now */
  readonly steps: readonly Step[];
}

/** A player in sight says something. */
export interface CellSaid {
  readonly kind: "CellSaid";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** the entity of the player */
  readonly alias: number;
  /** the message */
  readonly text: string;
}

/** A packet of the game, from an entity in sight or from the cell itself. */
export interface CellTold {
  readonly kind: "CellTold";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** the entity; 65535: the cell itself */
  readonly alias: number;
  /** the whole frame of the packet */
  readonly packet: Uint8Array;
}

/** The answer to Move. Only the client that moved gets it. */
export interface Moved {
  readonly kind: "Moved";
  /** the client_time of the Move */
  readonly clientTime: number;
  /** the piece's tile on the map now, counted from the left */
  readonly x: number;
  /** the piece's tile on the map now, counted from the top */
  readonly y: number;
  /** the result of the move */
  readonly result: MoveResult;
}

/** How fast a piece may move. It comes right after the Welcome. */
export interface Pace {
  readonly kind: "Pace";
  /** minimum time between two moves */
  readonly moveIntervalMs: number;
}

/** These entities are in the cell now. */
export interface CellEnterPiece {
  readonly kind: "CellEnterPiece";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** the entities */
  readonly entities: readonly Piece[];
}

/** These entities of the cell have other attributes now. */
export interface CellChangePiece {
  readonly kind: "CellChangePiece";
  /** column of the cell, from the left */
  readonly cellX: number;
  /** row of the cell, from the top */
  readonly cellY: number;
  /** the entities */
  readonly entities: readonly PieceChange[];
}

export type ClientPacket =
  | Login
  | Say
  | Shout
  | Ping
  | Logout
  | EnterWorld
  | Move;

export type ServerPacket =
  | Welcome
  | Goodbye
  | Pong
  | NotSaid
  | Shouted
  | Announced
  | NotEntered
  | CellBegin
  | CellForget
  | CellMove
  | CellLeave
  | CellThrottled
  | CellPositions
  | CellSaid
  | CellTold
  | Moved
  | Pace
  | CellEnterPiece
  | CellChangePiece;

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

// ---- Records

function readStep(from: Reader): Step {
  return {
    alias: from.u16(),
    x: from.u8(),
    y: from.u8(),
  };
}

function writeStep(to: Writer, value: Step): void {
  to.u16(value.alias);
  to.u8(value.x);
  to.u8(value.y);
}

function readAlias(from: Reader): Alias {
  return {
    alias: from.u16(),
  };
}

function writeAlias(to: Writer, value: Alias): void {
  to.u16(value.alias);
}

function readPiece(from: Reader): Piece {
  return {
    id: from.id(),
    alias: from.u16(),
    x: from.u8(),
    y: from.u8(),
    looks: from.enumeration(Looks),
    name: from.text(24),
  };
}

function writePiece(to: Writer, value: Piece): void {
  to.id(value.id);
  to.u16(value.alias);
  to.u8(value.x);
  to.u8(value.y);
  to.u8(value.looks);
  to.text(value.name, 24);
}

function readPieceChange(from: Reader): PieceChange {
  return {
    alias: from.u16(),
    mask: from.mask(8),
    looks: from.has(0) ? from.enumeration(Looks) : undefined,
    name: from.has(1) ? from.text(24) : undefined,
  };
}

function writePieceChange(to: Writer, value: PieceChange): void {
  to.u16(value.alias);
  to.u8(value.mask);
  if (value.looks !== undefined) to.u8(value.looks);
  if (value.name !== undefined) to.text(value.name, 24);
}

function writeEntry(to: Writer, value: Entry): void {
  to.u8(value.looks);
}

/** The bytes of Login.entry. */
export function encodeEntry(entry: Entry): Uint8Array {
  const to = new Writer();
  writeEntry(to, entry);
  return to.body();
}

// ---- Whole packets

/** The packet as one whole frame. */
export function encodeClientPacket(packet: ClientPacket): Uint8Array {
  const to = new Writer();
  switch (packet.kind) {
    case "Login":
      to.u64(packet.schema);
      to.text(packet.name, 255);
      to.text(packet.world, 255);
      to.blob(packet.entry);
      return to.frame(1);
    case "Say":
      to.text(packet.text, 255);
      return to.frame(2);
    case "Shout":
      to.text(packet.text, 255);
      return to.frame(3);
    case "Ping":
      to.u32(packet.clientTime);
      return to.frame(4);
    case "Logout":
      return to.frame(5);
    case "EnterWorld":
      to.text(packet.world, 255);
      to.blob(packet.entry);
      return to.frame(6);
    case "Move":
      to.u8(packet.direction);
      to.u32(packet.clientTime);
      return to.frame(32);
  }
}

/** The packet that this whole frame holds. */
export function decodeClientPacket(frame: Uint8Array): Decoded<ClientPacket> {
  const from = new Reader(frame);
  if (frame.length < frameHeaderBytes || from.u16() !== frame.length) return { ok: false, error: "bad_frame_size" };
  switch (from.u16()) {
    case 1:
      return from.end({
        kind: "Login",
        schema: from.u64(),
        name: from.text(255),
        world: from.text(255),
        entry: from.blob(),
      });
    case 2:
      return from.end({
        kind: "Say",
        text: from.text(255),
      });
    case 3:
      return from.end({
        kind: "Shout",
        text: from.text(255),
      });
    case 4:
      return from.end({
        kind: "Ping",
        clientTime: from.u32(),
      });
    case 5:
      return from.end({
        kind: "Logout",
      });
    case 6:
      return from.end({
        kind: "EnterWorld",
        world: from.text(255),
        entry: from.blob(),
      });
    case 32:
      return from.end({
        kind: "Move",
        direction: from.enumeration(Direction),
        clientTime: from.u32(),
      });
    default:
      return { ok: false, error: "unknown_opcode" };
  }
}

/** The packet as one whole frame. */
export function encodeServerPacket(packet: ServerPacket): Uint8Array {
  const to = new Writer();
  switch (packet.kind) {
    case "Welcome":
      to.id(packet.entity);
      to.u32(packet.mapWidth);
      to.u32(packet.mapHeight);
      to.u32(packet.cellSize);
      to.u32(packet.unitsPerTile);
      to.u32(packet.x);
      to.u32(packet.y);
      to.u16(packet.tickRate);
      to.u32(packet.viewRadius);
      to.text(packet.world, 255);
      return to.frame(128);
    case "Goodbye":
      to.u8(packet.reason);
      to.text(packet.text, 255);
      return to.frame(129);
    case "Pong":
      to.u32(packet.clientTime);
      return to.frame(130);
    case "NotSaid":
      to.u32(packet.number);
      to.u8(packet.reason);
      return to.frame(131);
    case "Shouted":
      to.id(packet.entity);
      to.text(packet.name, 255);
      to.text(packet.text, 255);
      return to.frame(132);
    case "Announced":
      to.text(packet.text, 255);
      return to.frame(133);
    case "NotEntered":
      to.u8(packet.reason);
      return to.frame(134);
    case "CellBegin":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.blob(packet.obstacles);
      return to.frame(140);
    case "CellForget":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      return to.frame(141);
    case "CellMove":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.steps, writeStep);
      return to.frame(142);
    case "CellLeave":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.entities, writeAlias);
      return to.frame(143);
    case "CellThrottled":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      return to.frame(144);
    case "CellPositions":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.steps, writeStep);
      return to.frame(145);
    case "CellSaid":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.u16(packet.alias);
      to.text(packet.text, 255);
      return to.frame(146);
    case "CellTold":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.u16(packet.alias);
      to.blob(packet.packet);
      return to.frame(147);
    case "Moved":
      to.u32(packet.clientTime);
      to.u16(packet.x);
      to.u16(packet.y);
      to.u8(packet.result);
      return to.frame(160);
    case "Pace":
      to.u32(packet.moveIntervalMs);
      return to.frame(161);
    case "CellEnterPiece":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.entities, writePiece);
      return to.frame(256);
    case "CellChangePiece":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.entities, writePieceChange);
      return to.frame(257);
  }
}

/** The packet that this whole frame holds. */
export function decodeServerPacket(frame: Uint8Array): Decoded<ServerPacket> {
  const from = new Reader(frame);
  if (frame.length < frameHeaderBytes || from.u16() !== frame.length) return { ok: false, error: "bad_frame_size" };
  switch (from.u16()) {
    case 128:
      return from.end({
        kind: "Welcome",
        entity: from.id(),
        mapWidth: from.u32(),
        mapHeight: from.u32(),
        cellSize: from.u32(),
        unitsPerTile: from.u32(),
        x: from.u32(),
        y: from.u32(),
        tickRate: from.u16(),
        viewRadius: from.u32(),
        world: from.text(255),
      });
    case 129:
      return from.end({
        kind: "Goodbye",
        reason: from.enumeration(CloseReason),
        text: from.text(255),
      });
    case 130:
      return from.end({
        kind: "Pong",
        clientTime: from.u32(),
      });
    case 131:
      return from.end({
        kind: "NotSaid",
        number: from.u32(),
        reason: from.enumeration(NotSaidReason),
      });
    case 132:
      return from.end({
        kind: "Shouted",
        entity: from.id(),
        name: from.text(255),
        text: from.text(255),
      });
    case 133:
      return from.end({
        kind: "Announced",
        text: from.text(255),
      });
    case 134:
      return from.end({
        kind: "NotEntered",
        reason: from.enumeration(CloseReason),
      });
    case 140:
      return from.end({
        kind: "CellBegin",
        cellX: from.u16(),
        cellY: from.u16(),
        obstacles: from.blob(),
      });
    case 141:
      return from.end({
        kind: "CellForget",
        cellX: from.u16(),
        cellY: from.u16(),
      });
    case 142:
      return from.end({
        kind: "CellMove",
        cellX: from.u16(),
        cellY: from.u16(),
        steps: from.list(readStep),
      });
    case 143:
      return from.end({
        kind: "CellLeave",
        cellX: from.u16(),
        cellY: from.u16(),
        entities: from.list(readAlias),
      });
    case 144:
      return from.end({
        kind: "CellThrottled",
        cellX: from.u16(),
        cellY: from.u16(),
      });
    case 145:
      return from.end({
        kind: "CellPositions",
        cellX: from.u16(),
        cellY: from.u16(),
        steps: from.list(readStep),
      });
    case 146:
      return from.end({
        kind: "CellSaid",
        cellX: from.u16(),
        cellY: from.u16(),
        alias: from.u16(),
        text: from.text(255),
      });
    case 147:
      return from.end({
        kind: "CellTold",
        cellX: from.u16(),
        cellY: from.u16(),
        alias: from.u16(),
        packet: from.blob(),
      });
    case 160:
      return from.end({
        kind: "Moved",
        clientTime: from.u32(),
        x: from.u16(),
        y: from.u16(),
        result: from.enumeration(MoveResult),
      });
    case 161:
      return from.end({
        kind: "Pace",
        moveIntervalMs: from.u32(),
      });
    case 256:
      return from.end({
        kind: "CellEnterPiece",
        cellX: from.u16(),
        cellY: from.u16(),
        entities: from.list(readPiece),
      });
    case 257:
      return from.end({
        kind: "CellChangePiece",
        cellX: from.u16(),
        cellY: from.u16(),
        entities: from.list(readPieceChange),
      });
    default:
      return { ok: false, error: "unknown_opcode" };
  }
}
