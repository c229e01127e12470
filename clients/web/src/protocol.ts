// Madang's packets, generated from the packet table by `madang protocol --typescript`; not to be edited.
//
// Decoding is total: bytes that are no packet give a DecodeError, never an exception. Encoding throws a RangeError for
// a value that the format cannot hold, which is a mistake of the caller. Nothing decoded shares memory with the bytes
// that it came from.

/** Names this version of the protocol; it goes into Login. */
export const schemaHash = 0x15e6b620e7591587n;

// ---- Enumerations

/** Where a step goes. */
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

/** Which chess piece stands for a player. */
export const Looks = {
  king: 0,
  queen: 1,
  rook: 2,
  bishop: 3,
  knight: 4,
  pawn: 5,
} as const;
export type Looks = (typeof Looks)[keyof typeof Looks];

/** What became of a move. */
export const MoveResult = {
  /** the piece stands there now */
  ok: 0,
  /** an obstacle or the edge of the map is there */
  blocked: 1,
  /** the time between two moves is not over */
  tooSoon: 2,
} as const;
export type MoveResult = (typeof MoveResult)[keyof typeof MoveResult];

/** Why a session ends. */
export const CloseReason = {
  /** still open */
  none: 0,
  /** you left */
  clientLeft: 1,
  /** the connection was lost */
  connectionLost: 2,
  /** the server is stopping; come back soon */
  serverStopping: 3,
  /** you were asked to leave */
  kicked: 4,
  /** a frame's size is outside of what is allowed */
  badFrameSize: 5,
  /** a packet with an opcode that this server does not know */
  unknownOpcode: 6,
  /** a packet that does not hold what its opcode promises */
  badPacket: 7,
  /** a packet that is not allowed now (log in first, and once) */
  wrongState: 8,
  /** this client speaks another version of the protocol; update it */
  staleClient: 9,
  /** this name is empty, too long, not UTF-8, or has signs in it that cannot be shown */
  badName: 10,
  /** this message is empty, too long, or not UTF-8 */
  badText: 11,
  /** bytes that no WebSocket may send (RFC 6455) */
  badWebsocket: 12,
  /** too many packets in too short a time */
  flooding: 13,
  /** no complete login within the time allowed */
  loginTimeout: 14,
  /** nothing was heard for too long */
  idleTimeout: 15,
  /** what was sent to you was not read fast enough */
  slowReader: 16,
  /** the server is full; try again later */
  serverFull: 17,
  /** too many connections from your address */
  tooManyFromAddress: 18,
  /** the world has no free place; try again later */
  worldFull: 19,
  /** you are banned from this server */
  banned: 20,
} as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];

/** Why words were not said. */
export const NotSaidReason = {
  /** they hold what cannot be shown, or nothing that can be seen */
  notPresentable: 0,
  /** their normal form (Unicode NFC) is longer than allowed */
  tooLong: 1,
  /** the client's own budget is used up for the moment */
  tooFast: 2,
  /** the budget for the shouts of all clients is */
  tooManyShouts: 3,
  /** the operator has muted this player */
  muted: 4,
} as const;
export type NotSaidReason = (typeof NotSaidReason)[keyof typeof NotSaidReason];

// ---- What stands in lists

/** All that is to be known of a piece. */
export interface Piece {
  /** its id, which never names another */
  readonly entity: bigint;
  /** its short name, by which all other packets speak of it while it is in sight */
  readonly alias: number;
  /** tile within the cell, from the left */
  readonly x: number;
  /** tile within the cell, from the top */
  readonly y: number;
  /** the chess piece to show */
  readonly looks: Looks;
  /** its player's name */
  readonly name: string;
}

/** Where a piece stands now. */
export interface Step {
  /** the piece */
  readonly alias: number;
  /** tile within the cell, from the left */
  readonly x: number;
  /** tile within the cell, from the top */
  readonly y: number;
}

/** A piece by its short name. */
export interface Alias {
  /** the piece */
  readonly alias: number;
}

// ---- Packets of the client

/** The first packet of a client. The answer is Welcome or Goodbye. */
export interface Login {
  readonly kind: "Login";
  /** the schema hash of the client's protocol; always the first field */
  readonly schema: bigint;
  /** 1 to 24 bytes of UTF-8; others see its normal form */
  readonly name: string;
  /** the piece that others see */
  readonly looks: Looks;
}

/** Asks for one step. The answer is Moved. */
export interface Move {
  readonly kind: "Move";
  /** where to */
  readonly direction: Direction;
  /** by the client's own clock; it comes back in Moved */
  readonly clientTime: number;
}

/** Speaks to those who watch the cell that the speaker stands in. Words that cannot be said are answered with NotSaid. */
export interface Say {
  readonly kind: "Say";
  /** 1 to 200 bytes of UTF-8; others get its normal form */
  readonly text: string;
}

/** Speaks to all. Words that cannot be said are answered with NotSaid. */
export interface Shout {
  readonly kind: "Shout";
  /** 1 to 200 bytes of UTF-8; others get its normal form */
  readonly text: string;
}

/** Asks for a Pong. */
export interface Ping {
  readonly kind: "Ping";
  /** by the client's own clock; it comes back in Pong */
  readonly clientTime: number;
}

/** The client leaves. The answer is Goodbye. */
export interface Logout {
  readonly kind: "Logout";
}

export type ClientPacket =
  | Login
  | Move
  | Say
  | Shout
  | Ping
  | Logout;

// ---- Packets of the server

/** The client is logged in and its piece stands on the map. */
export interface Welcome {
  readonly kind: "Welcome";
  /** the id of the client's own piece */
  readonly entity: bigint;
  /** the short name of the client's own piece */
  readonly alias: number;
  /** in tiles */
  readonly mapWidth: number;
  /** in tiles */
  readonly mapHeight: number;
  /** the tiles along each side of a cell */
  readonly cellSize: number;
  /** where the piece stands, in tiles of the map */
  readonly x: number;
  /** as x */
  readonly y: number;
  /** the server's ticks a second */
  readonly tickRate: number;
  /** the least time between two moves */
  readonly moveIntervalMs: number;
  /** in tiles: what is within it of the piece, along both axes, is watched */
  readonly viewRadius: number;
}

/** The last packet of the server; the connection ends behind it. */
export interface Goodbye {
  readonly kind: "Goodbye";
  /** why */
  readonly reason: CloseReason;
  /** why, for a person to read */
  readonly text: string;
}

/** The answer to Ping. */
export interface Pong {
  readonly kind: "Pong";
  /** as it stood in the Ping */
  readonly clientTime: number;
}

/** The answer to Move, for the mover alone. */
export interface Moved {
  readonly kind: "Moved";
  /** as it stood in the Move */
  readonly clientTime: number;
  /** where the piece stands now, in tiles of the map, moved or not */
  readonly x: number;
  /** as x */
  readonly y: number;
  /** what became of the move */
  readonly result: MoveResult;
}

/** The client begins to watch this cell; what stands in it follows in CellEnter. */
export interface CellBegin {
  readonly kind: "CellBegin";
  /** in cells, from the left */
  readonly cellX: number;
  /** in cells, from the top */
  readonly cellY: number;
  /** one bit a tile, row by row, the lowest bit of a byte first; 1 is an obstacle */
  readonly obstacles: Uint8Array;
}

/** The client stops watching this cell: all that is in it has left its sight. */
export interface CellForget {
  readonly kind: "CellForget";
  /** in cells, from the left */
  readonly cellX: number;
  /** in cells, from the top */
  readonly cellY: number;
}

/** These pieces are in the cell now. */
export interface CellEnter {
  readonly kind: "CellEnter";
  /** in cells, from the left */
  readonly cellX: number;
  /** in cells, from the top */
  readonly cellY: number;
  /** who */
  readonly pieces: readonly Piece[];
}

/** These pieces, all of them in the cell, have moved within it. */
export interface CellMove {
  readonly kind: "CellMove";
  /** in cells, from the left */
  readonly cellX: number;
  /** in cells, from the top */
  readonly cellY: number;
  /** who, and where each stands now */
  readonly steps: readonly Step[];
}

/** These pieces have left the cell. It counts only for a piece that is still in this cell for the client; one that entered another cell in the same tick is there already. */
export interface CellLeave {
  readonly kind: "CellLeave";
  /** in cells, from the left */
  readonly cellX: number;
  /** in cells, from the top */
  readonly cellY: number;
  /** who */
  readonly pieces: readonly Alias[];
}

/** A piece in sight speaks. */
export interface Said {
  readonly kind: "Said";
  /** the speaker */
  readonly alias: number;
  /** what it says */
  readonly text: string;
}

/** A piece somewhere speaks to all. */
export interface Shouted {
  readonly kind: "Shouted";
  /** the speaker's id */
  readonly entity: bigint;
  /** the speaker's name */
  readonly name: string;
  /** what it says */
  readonly text: string;
}

/** More happens than this client can be told: steps in this cell are held back from now on, until CellPositions tells where its pieces stand. Who enters and who leaves is told all the same. */
export interface CellThrottled {
  readonly kind: "CellThrottled";
  /** in cells, from the left */
  readonly cellX: number;
  /** in cells, from the top */
  readonly cellY: number;
}

/** Where these pieces of the cell stand now, after steps that were held back. */
export interface CellPositions {
  readonly kind: "CellPositions";
  /** in cells, from the left */
  readonly cellX: number;
  /** in cells, from the top */
  readonly cellY: number;
  /** who, and where each stands now */
  readonly pieces: readonly Step[];
}

/** Whoever runs the server speaks to all. */
export interface Announced {
  readonly kind: "Announced";
  /** what is said */
  readonly text: string;
}

/** The answer to a Say or Shout that nobody else gets to see. It may come before the Said or Shouted of words that the client sent earlier. */
export interface NotSaid {
  readonly kind: "NotSaid";
  /** which Say or Shout of this session it answers: both are counted together, from 1 */
  readonly number: number;
  /** why */
  readonly reason: NotSaidReason;
}

export type ServerPacket =
  | Welcome
  | Goodbye
  | Pong
  | Moved
  | CellBegin
  | CellForget
  | CellEnter
  | CellMove
  | CellLeave
  | Said
  | Shouted
  | CellThrottled
  | CellPositions
  | Announced
  | NotSaid;

// ---- Frames

export const frameHeaderBytes = 4;
export const frameSizeMax = 65535;

export type DecodeError = "bad_frame_size" | "unknown_opcode" | "bad_packet";
export type Decoded<Packet> =
  | { readonly ok: true; readonly packet: Packet }
  | { readonly ok: false; readonly error: DecodeError };

/** Cuts a stream of bytes into whole frames, and keeps what is not whole until more has come. */
export class FrameSplitter {
  private rest: Uint8Array = new Uint8Array(0);

  /** The frames that are whole now. After an error the stream cannot be followed any further. */
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

// ---- Bytes to values

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

// ---- Values to bytes

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

// ---- What stands in lists

function readPiece(from: Reader): Piece {
  return {
    entity: from.u64(),
    alias: from.u32(),
    x: from.u8(),
    y: from.u8(),
    looks: from.enumeration(Looks),
    name: from.text(),
  };
}

function writePiece(to: Writer, value: Piece): void {
  to.u64(value.entity);
  to.u32(value.alias);
  to.u8(value.x);
  to.u8(value.y);
  to.u8(value.looks);
  to.text(value.name);
}

function readStep(from: Reader): Step {
  return {
    alias: from.u32(),
    x: from.u8(),
    y: from.u8(),
  };
}

function writeStep(to: Writer, value: Step): void {
  to.u32(value.alias);
  to.u8(value.x);
  to.u8(value.y);
}

function readAlias(from: Reader): Alias {
  return {
    alias: from.u32(),
  };
}

function writeAlias(to: Writer, value: Alias): void {
  to.u32(value.alias);
}

// ---- Whole packets

/** The packet as one whole frame. */
export function encodeClientPacket(packet: ClientPacket): Uint8Array {
  const to = new Writer();
  switch (packet.kind) {
    case "Login":
      to.u64(packet.schema);
      to.text(packet.name);
      to.u8(packet.looks);
      return to.frame(1);
    case "Move":
      to.u8(packet.direction);
      to.u32(packet.clientTime);
      return to.frame(2);
    case "Say":
      to.text(packet.text);
      return to.frame(3);
    case "Shout":
      to.text(packet.text);
      return to.frame(4);
    case "Ping":
      to.u32(packet.clientTime);
      return to.frame(5);
    case "Logout":
      return to.frame(6);
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
        name: from.text(),
        looks: from.enumeration(Looks),
      });
    case 2:
      return from.end({
        kind: "Move",
        direction: from.enumeration(Direction),
        clientTime: from.u32(),
      });
    case 3:
      return from.end({
        kind: "Say",
        text: from.text(),
      });
    case 4:
      return from.end({
        kind: "Shout",
        text: from.text(),
      });
    case 5:
      return from.end({
        kind: "Ping",
        clientTime: from.u32(),
      });
    case 6:
      return from.end({
        kind: "Logout",
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
      to.u64(packet.entity);
      to.u32(packet.alias);
      to.u16(packet.mapWidth);
      to.u16(packet.mapHeight);
      to.u16(packet.cellSize);
      to.u16(packet.x);
      to.u16(packet.y);
      to.u16(packet.tickRate);
      to.u32(packet.moveIntervalMs);
      to.u16(packet.viewRadius);
      return to.frame(128);
    case "Goodbye":
      to.u8(packet.reason);
      to.text(packet.text);
      return to.frame(129);
    case "Pong":
      to.u32(packet.clientTime);
      return to.frame(130);
    case "Moved":
      to.u32(packet.clientTime);
      to.u16(packet.x);
      to.u16(packet.y);
      to.u8(packet.result);
      return to.frame(131);
    case "CellBegin":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.blob(packet.obstacles);
      return to.frame(132);
    case "CellForget":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      return to.frame(133);
    case "CellEnter":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.pieces, writePiece);
      return to.frame(134);
    case "CellMove":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.steps, writeStep);
      return to.frame(135);
    case "CellLeave":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.pieces, writeAlias);
      return to.frame(136);
    case "Said":
      to.u32(packet.alias);
      to.text(packet.text);
      return to.frame(137);
    case "Shouted":
      to.u64(packet.entity);
      to.text(packet.name);
      to.text(packet.text);
      return to.frame(138);
    case "CellThrottled":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      return to.frame(139);
    case "CellPositions":
      to.u16(packet.cellX);
      to.u16(packet.cellY);
      to.list(packet.pieces, writeStep);
      return to.frame(140);
    case "Announced":
      to.text(packet.text);
      return to.frame(141);
    case "NotSaid":
      to.u32(packet.number);
      to.u8(packet.reason);
      return to.frame(142);
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
        entity: from.u64(),
        alias: from.u32(),
        mapWidth: from.u16(),
        mapHeight: from.u16(),
        cellSize: from.u16(),
        x: from.u16(),
        y: from.u16(),
        tickRate: from.u16(),
        moveIntervalMs: from.u32(),
        viewRadius: from.u16(),
      });
    case 129:
      return from.end({
        kind: "Goodbye",
        reason: from.enumeration(CloseReason),
        text: from.text(),
      });
    case 130:
      return from.end({
        kind: "Pong",
        clientTime: from.u32(),
      });
    case 131:
      return from.end({
        kind: "Moved",
        clientTime: from.u32(),
        x: from.u16(),
        y: from.u16(),
        result: from.enumeration(MoveResult),
      });
    case 132:
      return from.end({
        kind: "CellBegin",
        cellX: from.u16(),
        cellY: from.u16(),
        obstacles: from.blob(),
      });
    case 133:
      return from.end({
        kind: "CellForget",
        cellX: from.u16(),
        cellY: from.u16(),
      });
    case 134:
      return from.end({
        kind: "CellEnter",
        cellX: from.u16(),
        cellY: from.u16(),
        pieces: from.list(readPiece),
      });
    case 135:
      return from.end({
        kind: "CellMove",
        cellX: from.u16(),
        cellY: from.u16(),
        steps: from.list(readStep),
      });
    case 136:
      return from.end({
        kind: "CellLeave",
        cellX: from.u16(),
        cellY: from.u16(),
        pieces: from.list(readAlias),
      });
    case 137:
      return from.end({
        kind: "Said",
        alias: from.u32(),
        text: from.text(),
      });
    case 138:
      return from.end({
        kind: "Shouted",
        entity: from.u64(),
        name: from.text(),
        text: from.text(),
      });
    case 139:
      return from.end({
        kind: "CellThrottled",
        cellX: from.u16(),
        cellY: from.u16(),
      });
    case 140:
      return from.end({
        kind: "CellPositions",
        cellX: from.u16(),
        cellY: from.u16(),
        pieces: from.list(readStep),
      });
    case 141:
      return from.end({
        kind: "Announced",
        text: from.text(),
      });
    case 142:
      return from.end({
        kind: "NotSaid",
        number: from.u32(),
        reason: from.enumeration(NotSaidReason),
      });
    default:
      return { ok: false, error: "unknown_opcode" };
  }
}
