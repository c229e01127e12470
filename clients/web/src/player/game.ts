// One visit to the board, from the login to the end: connects the connection, the view, the board, the map and the chat.
import { MoveResult } from "../protocol";
import type { Direction, Looks, NotSaidReason, Welcome } from "../protocol";
import { Board } from "./board";
import type { Chat } from "./chat";
import { glideMsOf } from "./glide";
import { clientTime, Connection } from "./connection";
import { Minimap } from "./minimap";
import type { ConnectionEnd } from "./reconnect";
import { distanceOf, Sightings } from "./surroundings";
import type { Obstruction } from "./surroundings";
import type { Texts } from "./texts";
import { stepOf } from "./path";
import { View } from "./view";
import type { Cell, SeenPiece, ViewListener } from "./view";
import { Walker } from "./walker";

/** Returns the name of the world that the address of the page asks for: ?world=NAME. Without it, the main world. */
function worldInAddress(): string {
  return new URLSearchParams(window.location.search).get("world") ?? "";
}

export class Game implements ViewListener {
  readonly walker = new Walker();
  readonly view = new View(this);
  /** Last known positions of players that are out of sight. */
  readonly sightings = new Sightings();
  delayMs: number | undefined;
  private connection: Connection | undefined;
  private messagesSent = 0;
  /** The own piece was in sight in this visit. */
  private isOnBoard = false;
  private wayFrom: unknown;
  private wayTo: unknown;

  constructor(
    private readonly board: Board,
    private readonly minimap: Minimap,
    private readonly chat: Chat,
    private readonly texts: Texts,
    private readonly show: {
      /** The own piece is on the board. Its cell comes a tick after the Welcome. */
      entered(): void;
      announced(text: string): void;
      /** A player has sent a message. `speaker` is undefined if the piece is not in sight. */
      spoke(name: string, text: string, isToAll: boolean, speaker: SeenPiece | undefined): void;
      came(piece: SeenPiece): void;
      went(piece: SeenPiece): void;
      stepped(): void;
      bumped(direction: Direction, isEdge: boolean): void;
      ended(end: ConnectionEnd): void;
    },
  ) {}

  enter(url: string, name: string, looks: Looks): void {
    this.messagesSent = 0;
    this.connection = new Connection(
      url,
      name,
      worldInAddress(),
      looks,
      (packet) => this.view.apply(packet),
      (end) => this.show.ended(end),
    );
  }

  leave(): void {
    this.connection?.leave();
  }

  /** Sends a message. Returns its number: the server names the message by it if the message is not sent. */
  say(scope: "near" | "all", text: string): number {
    this.connection?.send(scope === "all" ? { kind: "Shout", text } : { kind: "Say", text });
    return ++this.messagesSent;
  }

  get ownId(): bigint {
    return this.view.welcome?.entity ?? 0n;
  }

  /** Returns the other pieces in sight, the nearest first. */
  others(): { piece: SeenPiece; distance: number }[] {
    const { x, y } = this.walker.position;
    return [...this.view.pieces.values()]
      .filter((piece) => piece.id !== this.ownId)
      .map((piece) => ({ piece, distance: distanceOf({ x, y }, piece) }))
      .sort((a, b) => a.distance - b.distance || (a.piece.id < b.piece.id ? -1 : 1));
  }

  /** Requests the next step, if it is time for one. Called once per frame. */
  walk(now: number): void {
    if (!this.view.welcome) return;
    const direction = this.walker.next(now);
    if (direction !== undefined) {
      this.connection?.send({ kind: "Move", direction, clientTime: clientTime() });
      this.showOwn(now);
    }
    const bump = this.walker.dequeueBump();
    if (bump !== undefined) {
      const [dx, dy] = stepOf[bump] as readonly [number, number];
      this.board.showBump(bump, now);
      this.show.bumped(bump, this.tileAt(this.walker.position.x + dx, this.walker.position.y + dy) === "edge");
    }
    this.showWay();
  }

  /** Returns what is known of a tile. */
  tileAt(x: number, y: number): "free" | Obstruction {
    const { welcome } = this.view;
    if (!welcome || x < 0 || y < 0 || x >= welcome.mapWidth || y >= welcome.mapHeight) return "edge";
    if (this.view.isFree(x, y)) return "free";
    return this.view.cellAt(x, y) ? "stone" : "unknown";
  }

  /** Fades the pieces whose positions may be old. Called several times per second. */
  fade(): void {
    for (const piece of this.view.pieces.values())
      this.board.fadeFigure(piece.id, piece.cell.isThrottled && piece.id !== this.ownId);
  }

  // --- Events of the view

  welcomed(welcome: Welcome): void {
    this.board.begin(welcome);
    this.minimap.begin(welcome.mapWidth, welcome.mapHeight, welcome.cellSize);
    this.walker.begin(this.view.own, (x, y) => this.view.isFree(x, y));
  }
  paced(moveIntervalMs: number): void {
    this.walker.intervalMs = moveIntervalMs;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.board.glideMs = isStill ? 0 : glideMsOf(moveIntervalMs, this.view.welcome?.tickRate ?? 0);
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
    this.sightings.remove(piece.id);
    if (piece.id === this.ownId) this.enterBoard();
    else if (this.isOnBoard) this.show.came(piece);
  }
  pieceMoved(piece: SeenPiece): void {
    if (piece.id !== this.ownId) this.board.moveFigure(piece.id, piece.x, piece.y, performance.now());
  }
  pieceChanged(piece: SeenPiece): void {
    this.board.changeFigure(piece);
  }
  pieceLeft(piece: SeenPiece): void {
    this.board.removeFigure(piece.id);
    this.sightings.add(piece.id, { x: piece.x, y: piece.y });
    if (piece.id !== this.ownId) this.show.went(piece);
  }
  answered(x: number, y: number, result: MoveResult): void {
    this.walker.answered({ x, y }, result);
    this.showOwn(performance.now());
    if (result === MoveResult.ok) this.show.stepped();
  }
  said(speaker: SeenPiece, text: string): void {
    this.chat.add("near", speaker.name, text);
    this.chat.bubble(speaker.id, text, performance.now());
    this.show.spoke(speaker.name, text, false, speaker);
  }
  shouted(name: string, id: bigint, text: string): void {
    this.chat.add("all", name, text);
    const speaker = this.view.pieces.get(id);
    if (speaker) this.chat.bubble(speaker.id, text, performance.now());
    this.show.spoke(name, text, true, speaker);
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

  private enterBoard(): void {
    if (this.isOnBoard) return;
    this.isOnBoard = true;
    this.show.entered();
  }

  /** Shows the way to the goal. Updates the way after each step. */
  private showWay(): void {
    const { goal, position } = this.walker;
    if (goal === this.wayTo && position === this.wayFrom) return;
    this.wayTo = goal;
    this.wayFrom = position;
    this.board.showWay(goal && { steps: this.walker.way(), goal });
  }

  private showOwn(now: number): void {
    this.board.moveFigure(this.ownId, this.walker.position.x, this.walker.position.y, now);
  }
}
