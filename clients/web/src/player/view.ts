// The client's view of the world: the watched cells and their pieces. Applies the packets of the server by the rules of
// docs/protocol.md. src/madang/client/view.cpp does the same.
//
// Pure: draws nothing, and reports each change to a listener. Every packet has a defined result: an impossible packet returns
// an explanation. After that, no other packet may be applied.
import { MoveResult } from "../protocol";
import type { CloseReason, Looks, NotSaidReason, Piece, ServerPacket, Welcome } from "../protocol";

export interface SeenPiece {
  readonly alias: number;
  readonly entity: bigint;
  readonly name: string;
  readonly looks: Looks;
  x: number;
  y: number;
}

export interface Cell {
  readonly column: number;
  readonly row: number;
  readonly obstacles: Uint8Array;
  /** The server suppresses the steps in this cell: the positions of its pieces are a little old. */
  isThrottled: boolean;
}

export interface ViewListener {
  welcomed(welcome: Welcome): void;
  cellBegan(cell: Cell): void;
  cellForgotten(cell: Cell): void;
  pieceEntered(piece: SeenPiece): void;
  pieceMoved(piece: SeenPiece): void;
  pieceLeft(piece: SeenPiece): void;
  /** The server has answered a move. `x`, `y`: the position of the own piece on the server. */
  answered(x: number, y: number, result: MoveResult, clientTime: number): void;
  said(speaker: SeenPiece, text: string): void;
  shouted(name: string, entity: bigint, text: string): void;
  announced(text: string): void;
  notSaid(number: number, reason: NotSaidReason): void;
  ponged(clientTime: number): void;
  parted(reason: CloseReason, text: string): void;
}

const cellSizeMax = 256;

export class View {
  welcome: Welcome | undefined;
  /** The position of the own piece on the server. */
  readonly own = { x: 0, y: 0 };
  readonly pieces = new Map<number, SeenPiece>();
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
    }
    if (!this.welcome) return `${packet.kind} before Welcome`;
    switch (packet.kind) {
      case "Moved":
        this.own.x = packet.x;
        this.own.y = packet.y;
        this.listener.answered(packet.x, packet.y, packet.result, packet.clientTime);
        return undefined;
      case "CellBegin":
        return this.beginCell(packet.cellX, packet.cellY, packet.obstacles);
      case "Said": {
        const speaker = this.pieces.get(packet.alias);
        if (speaker) this.listener.said(speaker, packet.text);
        return undefined;
      }
    }
    const cell = this.cells.get(keyOf(packet.cellX, packet.cellY));
    if (!cell) return `${packet.kind} of a cell that is not watched`;
    switch (packet.kind) {
      case "CellForget":
        this.forgetCell(cell);
        return undefined;
      case "CellEnter":
        for (const piece of packet.pieces) this.enter(piece, cell);
        return undefined;
      case "CellMove":
        for (const step of packet.steps) this.step(step.alias, cell, step.x, step.y);
        return undefined;
      case "CellPositions":
        for (const step of packet.pieces) this.step(step.alias, cell, step.x, step.y);
        cell.isThrottled = false;
        return undefined;
      case "CellThrottled":
        cell.isThrottled = true;
        return undefined;
      case "CellLeave":
        for (const { alias } of packet.pieces) this.leave(alias, cell);
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
    if (welcome.cellSize === 0 || welcome.cellSize > cellSizeMax || welcome.alias === 0) return "a Welcome with impossible values";
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
    const cell = { column, row, obstacles, isThrottled: false };
    this.cells.set(keyOf(column, row), cell);
    this.listener.cellBegan(cell);
    return undefined;
  }

  private forgetCell(cell: Cell): void {
    for (const piece of this.pieces.values()) if (this.cellAt(piece.x, piece.y) === cell) this.remove(piece);
    this.cells.delete(keyOf(cell.column, cell.row));
    this.listener.cellForgotten(cell);
  }

  private enter(piece: Piece, cell: Cell): void {
    const x = this.tile(cell.column, piece.x);
    const y = this.tile(cell.row, piece.y);
    const known = this.pieces.get(piece.alias);
    if (known && known.entity === piece.entity) return this.moveTo(known, x, y);
    if (known) this.remove(known);
    const { alias, entity, name, looks } = piece;
    const seen = { alias, entity, name, looks, x, y };
    this.pieces.set(alias, seen);
    this.listener.pieceEntered(seen);
  }

  private step(alias: number, cell: Cell, x: number, y: number): void {
    const piece = this.pieces.get(alias);
    if (piece) this.moveTo(piece, this.tile(cell.column, x), this.tile(cell.row, y));
  }

  private moveTo(piece: SeenPiece, x: number, y: number): void {
    piece.x = x;
    piece.y = y;
    this.listener.pieceMoved(piece);
  }

  /** Removes a piece from a cell. A piece that entered another cell in the same tick is in that cell already: it stays. */
  private leave(alias: number, cell: Cell): void {
    const piece = this.pieces.get(alias);
    if (piece && this.cellAt(piece.x, piece.y) === cell) this.remove(piece);
  }

  private remove(piece: SeenPiece): void {
    this.pieces.delete(piece.alias);
    this.listener.pieceLeft(piece);
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
