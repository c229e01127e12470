// Texts for a screen reader: events by themselves; players nearby and the tiles around on a key.
import { byId } from "../common/page";
import { Budget } from "./budget";
import type { Game } from "./game";
import { mentions, ReadingFilter } from "./reading_filter";
import { directionsTo, freeTiles } from "./surroundings";
import type { Texts } from "./texts";
import type { SeenPiece } from "./view";
import { Direction } from "../protocol";

const namesRead = 8;
/** A message from at most this distance, in tiles, is probably for the player. */
const nearTiles = 2;
/** Time after an entrance in which no arrivals are read out: the pieces were on the board before. */
const settledMs = 2000;
const linesKept = 4;

export class ScreenReader {
  private filter = new ReadingFilter();
  private steps = new Budget(1, 900);
  private enteredAt = 0;
  private readsSteps = false;

  constructor(private readonly texts: Texts) {}

  /** Begins a visit. */
  begin(now: number): void {
    this.filter = new ReadingFilter();
    this.enteredAt = now;
    byId("spoken").replaceChildren();
  }

  /** Reads out a text. Each text is an element of its own, so a screen reader also reads a text that repeats the last one. */
  read(text: string): void {
    const line = document.createElement("p");
    line.textContent = text;
    const spoken = byId("spoken");
    spoken.append(line);
    while (spoken.childElementCount > linesKept) spoken.firstElementChild?.remove();
  }

  spoke(game: Game, ownName: string, name: string, text: string, isToAll: boolean, speaker: SeenPiece | undefined, now: number): void {
    const { position } = game.walker;
    const isNear = speaker !== undefined && Math.max(Math.abs(speaker.x - position.x), Math.abs(speaker.y - position.y)) <= nearTiles;
    const what = mentions(text, ownName) ? "concerns" : isNear && !isToAll ? "close" : "said";
    if (this.filter.mayRead(what, now)) this.read(this.texts.said(name, text, isToAll));
  }
  came(piece: SeenPiece, now: number): void {
    if (this.readsArrivals(now) && this.filter.mayRead("came", now)) this.read(this.texts.came(piece.name));
  }
  went(piece: SeenPiece, now: number): void {
    if (this.readsArrivals(now) && this.filter.mayRead("went", now)) this.read(this.texts.went(piece.name));
  }
  stepped(game: Game, now: number): void {
    const { x, y } = game.walker.position;
    if (this.readsSteps && this.steps.spend(now)) this.read(this.texts.position(x, y));
  }
  bumped(direction: Direction, isEdge: boolean): void {
    this.read(this.texts.bumped(direction, isEdge));
  }

  /** Reads out a summary of the events that were not read out, if it is time for one. Called several times per second. */
  readSummary(now: number): void {
    const unread = this.filter.summary(now);
    if (unread) this.read(this.texts.unread(unread.said, unread.came, unread.went));
  }

  toggleSteps(): void {
    this.readsSteps = !this.readsSteps;
    byId("hear").setAttribute("aria-pressed", String(this.readsSteps));
    this.read(this.readsSteps ? this.texts.readStepsOn : this.texts.readStepsOff);
  }

  readPlayersNearby(game: Game): void {
    const { position } = game.walker;
    const others = game.others();
    const lines = others.slice(0, namesRead).map(({ piece, distance }) => `${piece.name}, ${this.texts.away(distance, directionsTo(position, piece))}`);
    if (others.length > lines.length) lines.push(this.texts.more(others.length - lines.length));
    this.read(`${this.texts.position(position.x, position.y)}. ${lines.length > 0 ? lines.join("; ") : this.texts.nobodyNear}`);
  }

  readSurroundings(game: Game): void {
    const { position } = game.walker;
    const around = Object.values(Direction).map((direction) => {
      const { free, end } = freeTiles(position, direction, (x, y) => game.tileAt(x, y));
      return this.texts.around(direction, free, end);
    });
    this.read(`${this.texts.position(position.x, position.y)}. ${around.join(" ")}`);
  }

  private readsArrivals(now: number): boolean {
    return this.readsSteps && now - this.enteredAt > settledMs;
  }
}
