// The client's view of the world: the watched cells and their pieces. Applies the packets of the server by the rules of
// docs/protocol.md. src/madang/client/view.h does the same.
//
// An entity may have several records: one for each alias that it has in a watched cell. The newest record says where the
// entity is. The other records only wait for their CellLeave.
//
// Pure: draws nothing, and reports each change to a listener. Every packet has a defined result: an impossible packet returns
// an explanation. After that, no other packet may be applied.
import { MoveResult } from "../protocol";
import type { CloseReason, Looks, NotSaidReason, Piece, PieceChange, ServerPacket, Step, Welcome } from "../protocol";

export interface SeenPiece {
  readonly id: bigint;
  name: string;
  looks: Looks;
  /** The position on the map, in tiles. */
  x: number;
  y: number;
  /** The newest record: the cell of the piece, and the alias of the piece in this cell. */
  cell: Cell;
  alias: number;
}

export interface Cell {
  readonly column: number;
  readonly row: number;
  readonly obstacles: Uint8Array;
  /** The server suppresses the steps in this cell: the positions of its pieces are a little old. */
  isThrottled: boolean;
  /** The records of the cell: the id of each alias. */
  readonly ids: Map<number, bigint>;
}

export interface ViewListener {
  welcomed(welcome: Welcome): void;
  /** `moveIntervalMs`: the minimum time between two moves. */
  paced(moveIntervalMs: number): void;
  cellBegan(cell: Cell): void;
  cellForgotten(cell: Cell): void;
  pieceEntered(piece: SeenPiece): void;
  pieceMoved(piece: SeenPiece): void;
  /** The piece has another name or other looks. */
  pieceChanged(piece: SeenPiece): void;
  pieceLeft(piece: SeenPiece): void;
  /** The server has answered a move. `x`, `y`: the position of the own piece on the server. */
  answered(x: number, y: number, result: MoveResult, clientTime: number): void;
  said(speaker: SeenPiece, text: string): void;
  shouted(name: string, id: bigint, text: string): void;
  announced(text: string): void;
  notSaid(number: number, reason: NotSaidReason): void;
  ponged(clientTime: number): void;
  parted(reason: CloseReason, text: string): void;
}

/** The positions of Step and Piece are bytes. */
const cellSizeMax = 256;

export class View {
  welcome: Welcome | undefined;
  /** The position of the own piece on the server. */
  readonly own = { x: 0, y: 0 };
  /** The minimum time between two moves; undefined before the packet Pace. */
  moveIntervalMs: number | undefined;
  /** The pieces in sight, by id. */
  readonly pieces = new Map<bigint, SeenPiece>();
  readonly cells = new Map<number, Cell>();
  private readonly listener: ViewListener;

  constructor(listener: ViewListener) {
    this.listener = listener;
  }

  /** Applies a packet. Returns an explanation if the packet is impossible, else undefined. */
  apply(packet: ServerPacket): string | undefined {
    switch (packet.kind) {
      case "Pong":
        this.listener.ponged(packet.clientTime);
        return undefined;
      case "Goodbye":
        this.listener.parted(packet.reason, packet.text);
        return undefined;
      case "Shouted":
        this.listener.shouted(packet.name, packet.entity, packet.text);
        return undefined;
      case "Announced":
        this.listener.announced(packet.text);
        return undefined;
      case "NotSaid":
        this.listener.notSaid(packet.number, packet.reason);
        return undefined;
      case "Welcome":
        return this.begin(packet);
      case "NotEntered":
        return "NotEntered, but this page has not asked for another world";
    }
    if (!this.welcome) return `${packet.kind} before Welcome`;
    switch (packet.kind) {
      case "Moved":
        this.own.x = packet.x;
        this.own.y = packet.y;
        this.listener.answered(packet.x, packet.y, packet.result, packet.clientTime);
        return undefined;
      case "Pace":
        this.moveIntervalMs = packet.moveIntervalMs;
        this.listener.paced(packet.moveIntervalMs);
        return undefined;
      case "CellBegin":
        return this.beginCell(packet.cellX, packet.cellY, packet.obstacles);
    }
    const cell = this.cells.get(keyOf(packet.cellX, packet.cellY));
    if (!cell) return `${packet.kind} of a cell that is not watched`;
    switch (packet.kind) {
      case "CellForget":
        this.forgetCell(cell);
        return undefined;
      case "CellEnterPiece":
        for (const piece of packet.entities) this.enter(piece, cell);
        return undefined;
      case "CellChangePiece":
        for (const change of packet.entities) this.change(change, cell);
        return undefined;
      case "CellMove":
        for (const step of packet.steps) this.step(step, cell);
        return undefined;
      case "CellPositions":
        for (const step of packet.steps) this.step(step, cell);
        cell.isThrottled = false;
        return undefined;
      case "CellThrottled":
        cell.isThrottled = true;
        return undefined;
      case "CellLeave":
        for (const { alias } of packet.entities) this.leave(alias, cell);
        return undefined;
      case "CellSaid": {
        const speaker = this.pieceOf(packet.alias, cell);
        if (speaker) this.listener.said(speaker, packet.text);
        return undefined;
      }
      case "CellTold": // the board has no such packets
        return undefined;
    }
  }

  /** Returns whether a tile is known to be free of obstacles. */
  isFree(x: number, y: number): boolean {
    const welcome = this.welcome;
    if (!welcome || x < 0 || y < 0 || x >= welcome.mapWidth || y >= welcome.mapHeight) return false;
    const size = welcome.cellSize;
    const cell = this.cellAt(x, y);
    return cell !== undefined && !isObstacle(cell, x % size, y % size, size);
  }

  cellAt(x: number, y: number): Cell | undefined {
    const size = this.welcome?.cellSize ?? 1;
    return this.cells.get(keyOf(Math.floor(x / size), Math.floor(y / size)));
  }

  /** Returns whether a tile and all tiles of the map beside it are watched. A piece that leaves from another tile may have
   * walked out of sight: it may still be near. */
  isInsideOfSight(x: number, y: number): boolean {
    const { mapWidth = 0, mapHeight = 0 } = this.welcome ?? {};
    const isKnown = (tileX: number, tileY: number) =>
      tileX < 0 || tileY < 0 || tileX >= mapWidth || tileY >= mapHeight || this.cellAt(tileX, tileY) !== undefined;
    return isKnown(x, y) && isKnown(x - 1, y) && isKnown(x + 1, y) && isKnown(x, y - 1) && isKnown(x, y + 1);
  }

  private begin(welcome: Welcome): string | undefined {
    if (this.welcome) return "a second Welcome";
    const { cellSize } = welcome;
    const isPossible = cellSize > 0 && cellSize <= cellSizeMax && (cellSize & (cellSize - 1)) === 0 && welcome.unitsPerTile === 1;
    if (!isPossible || welcome.entity === 0n) return "a Welcome with impossible values";
    this.welcome = welcome;
    this.own.x = welcome.x;
    this.own.y = welcome.y;
    this.listener.welcomed(welcome);
    return undefined;
  }

  private beginCell(column: number, row: number, obstacles: Uint8Array): string | undefined {
    const size = this.welcome?.cellSize ?? 0;
    if (obstacles.length !== Math.ceil((size * size) / 8)) return "a CellBegin with a wrong number of obstacles";
    if (this.cells.has(keyOf(column, row))) return "a second CellBegin of a watched cell";
    const cell = { column, row, obstacles, isThrottled: false, ids: new Map<number, bigint>() };
    this.cells.set(keyOf(column, row), cell);
    this.listener.cellBegan(cell);
    return undefined;
  }

  private forgetCell(cell: Cell): void {
    for (const alias of [...cell.ids.keys()]) this.leave(alias, cell);
    this.cells.delete(keyOf(cell.column, cell.row));
    this.listener.cellForgotten(cell);
  }

  /** Adds a record. It is the newest one of its entity. */
  private enter({ id, alias, name, looks, x, y }: Piece, cell: Cell): void {
    if (cell.ids.get(alias) !== id) this.leave(alias, cell);
    cell.ids.set(alias, id);
    const at = { cell, alias, x: this.tile(cell.column, x), y: this.tile(cell.row, y) };
    const known = this.pieces.get(id);
    if (known) {
      Object.assign(known, at);
      this.show(known, looks, name);
      this.listener.pieceMoved(known);
    } else {
      const piece = { id, name, looks, ...at };
      this.pieces.set(id, piece);
      this.listener.pieceEntered(piece);
    }
  }

  private step({ alias, x, y }: Step, cell: Cell): void {
    const piece = this.newestOf(alias, cell);
    if (!piece) return;
    piece.x = this.tile(cell.column, x);
    piece.y = this.tile(cell.row, y);
    this.listener.pieceMoved(piece);
  }

  private change({ alias, looks, name }: PieceChange, cell: Cell): void {
    const piece = this.newestOf(alias, cell);
    if (piece) this.show(piece, looks ?? piece.looks, name ?? piece.name);
  }

  private show(piece: SeenPiece, looks: Looks, name: string): void {
    if (piece.looks === looks && piece.name === name) return;
    piece.looks = looks;
    piece.name = name;
    this.listener.pieceChanged(piece);
  }

  /** Removes a record. If the record is the newest one of its entity, the entity is out of sight. */
  private leave(alias: number, cell: Cell): void {
    const piece = this.newestOf(alias, cell);
    cell.ids.delete(alias);
    if (!piece) return;
    this.pieces.delete(piece.id);
    this.listener.pieceLeft(piece);
  }

  private pieceOf(alias: number, cell: Cell): SeenPiece | undefined {
    const id = cell.ids.get(alias);
    return id === undefined ? undefined : this.pieces.get(id);
  }

  /** Returns the piece of a record; undefined if the entity has a newer record. */
  private newestOf(alias: number, cell: Cell): SeenPiece | undefined {
    const piece = this.pieceOf(alias, cell);
    return piece?.cell === cell && piece.alias === alias ? piece : undefined;
  }

  private tile(cell: number, inside: number): number {
    return cell * (this.welcome?.cellSize ?? 1) + inside;
  }
}

export function isObstacle(cell: Cell, x: number, y: number, cellSize: number): boolean {
  const bit = y * cellSize + x;
  return (((cell.obstacles[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}

function keyOf(column: number, row: number): number {
  return row * 65536 + column;
}
