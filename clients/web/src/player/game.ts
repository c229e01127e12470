// One visit to the board: the connection, what is known, and what is shown of it, until an end.
import { Direction } from "../protocol";
import type { Looks, MoveResult, NotSaidReason, Welcome } from "../protocol";
import { Board } from "./board";
import type { Chat } from "./chat";
import { clientTime, Connection } from "./connection";
import { Minimap } from "./minimap";
import type { Ending } from "./reentry";
import type { Texts } from "./texts";
import { View } from "./view";
import type { Cell, SeenPiece, ViewListener } from "./view";
import { Walker } from "./walker";

export class Game implements ViewListener {
  readonly walker = new Walker();
  readonly view = new View(this);
  delayMs: number | undefined;
  private connection: Connection | undefined;
  private wordsSent = 0;

  constructor(
    private readonly board: Board,
    private readonly minimap: Minimap,
    private readonly chat: Chat,
    private readonly texts: Texts,
    private readonly show: {
      entered(): void;
      announced(text: string): void;
      ended(ending: Ending): void;
    },
  ) {}

  enter(url: string, name: string, looks: Looks): void {
    this.connection = new Connection(
      url,
      name,
      looks,
      (packet) => this.view.apply(packet),
      (ending) => this.show.ended(ending),
    );
  }

  leave(): void {
    this.connection?.leave();
  }

  /** The number by which the server will name these words. */
  say(scope: "near" | "all", text: string): number {
    this.connection?.send(scope === "all" ? { kind: "Shout", text } : { kind: "Say", text });
    return ++this.wordsSent;
  }

  get ownAlias(): number {
    return this.view.welcome?.alias ?? 0;
  }

  /** Others in sight, the nearest first. */
  others(): { piece: SeenPiece; distance: number }[] {
    const { x, y } = this.walker.place;
    return [...this.view.pieces.values()]
      .filter((piece) => piece.alias !== this.ownAlias)
      .map((piece) => ({ piece, distance: Math.max(Math.abs(piece.x - x), Math.abs(piece.y - y)) }))
      .sort((a, b) => a.distance - b.distance || (a.piece.entity < b.piece.entity ? -1 : 1));
  }

  /** Once a frame: walks on. */
  walk(now: number): void {
    if (!this.view.welcome) return;
    const direction: Direction | undefined = this.walker.next(now);
    if (direction === undefined) return;
    this.connection?.send({ kind: "Move", direction, clientTime: clientTime() });
    this.showOwn(now);
  }

  /** Now and then: fades those of whom one is told late. */
  fade(): void {
    for (const piece of this.view.pieces.values())
      this.board.fadeFigure(piece.alias, this.view.cellAt(piece.x, piece.y)?.isThin === true && piece.alias !== this.ownAlias);
  }

  // --- What the view tells

  welcomed(welcome: Welcome): void {
    this.board.begin(welcome.mapWidth, welcome.mapHeight, welcome.cellSize, welcome.alias);
    this.board.glideMs = matchMedia("(prefers-reduced-motion: reduce)").matches
      ? 0
      : Math.min(Math.max(welcome.moveIntervalMs * 0.6, 80), 450);
    this.minimap.begin(welcome.mapWidth, welcome.mapHeight, welcome.cellSize);
    this.walker.begin(this.view.own, welcome.moveIntervalMs, (x, y) => this.view.isFree(x, y));
    this.show.entered();
  }
  cellBegan(cell: Cell): void {
    this.board.addCell(cell);
    this.minimap.addCell(cell);
  }
  cellForgotten(cell: Cell): void {
    this.board.removeCell(cell);
  }
  pieceEntered(piece: SeenPiece): void {
    this.board.addFigure(piece);
  }
  pieceMoved(piece: SeenPiece): void {
    if (piece.alias !== this.ownAlias) this.board.moveFigure(piece.alias, piece.x, piece.y, performance.now());
  }
  pieceLeft(piece: SeenPiece): void {
    this.board.removeFigure(piece.alias);
  }
  answered(x: number, y: number, result: MoveResult): void {
    this.walker.answered({ x, y }, result);
    this.showOwn(performance.now());
  }
  said(speaker: SeenPiece, text: string): void {
    this.chat.add("near", speaker.name, text);
    this.chat.bubble(speaker.alias, text, performance.now());
  }
  shouted(name: string, entity: bigint, text: string): void {
    this.chat.add("all", name, text);
    for (const piece of this.view.pieces.values())
      if (piece.entity === entity) this.chat.bubble(piece.alias, text, performance.now());
  }
  announced(text: string): void {
    this.chat.add("operator", this.texts.operator, text);
    this.show.announced(text);
  }
  notSaid(number: number, reason: NotSaidReason): void {
    this.chat.notSaid(number, this.texts.notSaid[reason]);
  }
  ponged(sentAt: number): void {
    const delay = (clientTime() - sentAt) >>> 0;
    this.delayMs = this.delayMs === undefined ? delay : this.delayMs * 0.7 + delay * 0.3;
  }
  parted(): void {}

  private showOwn(now: number): void {
    this.board.moveFigure(this.ownAlias, this.walker.place.x, this.walker.place.y, now);
  }
}
