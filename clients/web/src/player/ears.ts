// What a reader of screens is told: by itself what concerns the player, and on a key what is near and around.
import { byId } from "../common/page";
import { Budget } from "./budget";
import type { Game } from "./game";
import { Hearing, names } from "./hearing";
import { directionsTo, freeTiles } from "./surroundings";
import type { Texts } from "./texts";
import type { SeenPiece } from "./view";
import { Direction } from "../protocol";

const namesTold = 8;
/** Words that are spoken so near concern the player. */
const nearTiles = 2;
/** Entering a place, one sees many at once: those have not come. */
const settledMs = 2000;
const linesKept = 4;

export class Ears {
  private hearing = new Hearing();
  private steps = new Budget(1, 900);
  private enteredAt = 0;
  private hearsSteps = false;

  constructor(private readonly texts: Texts) {}

  /** A visit begins. */
  begin(now: number): void {
    this.hearing = new Hearing();
    this.enteredAt = now;
    byId("spoken").replaceChildren();
  }

  /** Adds a line, and keeps the last ones: a reader of screens reads each once, also the same words again. */
  tell(text: string): void {
    const line = document.createElement("p");
    line.textContent = text;
    const spoken = byId("spoken");
    spoken.append(line);
    while (spoken.childElementCount > linesKept) spoken.firstElementChild?.remove();
  }

  spoke(game: Game, ownName: string, name: string, text: string, isToAll: boolean, speaker: SeenPiece | undefined, now: number): void {
    const { place } = game.walker;
    const isNear = speaker !== undefined && Math.max(Math.abs(speaker.x - place.x), Math.abs(speaker.y - place.y)) <= nearTiles;
    const what = names(text, ownName) ? "concerns" : isNear && !isToAll ? "close" : "said";
    if (this.hearing.hear(what, now)) this.tell(this.texts.heardSaid(name, text, isToAll));
  }
  came(piece: SeenPiece, now: number): void {
    if (this.hearsArrivals(now) && this.hearing.hear("came", now)) this.tell(this.texts.came(piece.name));
  }
  went(piece: SeenPiece, now: number): void {
    if (this.hearsArrivals(now) && this.hearing.hear("went", now)) this.tell(this.texts.went(piece.name));
  }
  stepped(game: Game, now: number): void {
    const { x, y } = game.walker.place;
    if (this.hearsSteps && this.steps.take(now)) this.tell(this.texts.place(x, y));
  }
  bumped(direction: Direction, isEdge: boolean): void {
    this.tell(this.texts.wall(direction, isEdge));
  }

  /** Now and then: how much was not read out. */
  look(now: number): void {
    const unheard = this.hearing.summary(now);
    if (unheard) this.tell(this.texts.unheard(unheard.said, unheard.came, unheard.went));
  }

  toggleSteps(): void {
    this.hearsSteps = !this.hearsSteps;
    byId("hear").setAttribute("aria-pressed", String(this.hearsSteps));
    this.tell(this.hearsSteps ? this.texts.hearOn : this.texts.hearOff);
  }

  tellWhoIsNear(game: Game): void {
    const { place } = game.walker;
    const others = game.others();
    const told = others.slice(0, namesTold).map(({ piece, distance }) => `${piece.name}, ${this.texts.away(distance, directionsTo(place, piece))}`);
    if (others.length > told.length) told.push(this.texts.more(others.length - told.length));
    this.tell(`${this.texts.place(place.x, place.y)}. ${told.length > 0 ? told.join("; ") : this.texts.nobodyNear}`);
  }

  tellWhatIsAround(game: Game): void {
    const { place } = game.walker;
    const around = Object.values(Direction).map((direction) => {
      const { free, end } = freeTiles(place, direction, (x, y) => game.tileAt(x, y));
      return this.texts.around(direction, free, end);
    });
    this.tell(`${this.texts.place(place.x, place.y)}. ${around.join(" ")}`);
  }

  private hearsArrivals(now: number): boolean {
    return this.hearsSteps && now - this.enteredAt > settledMs;
  }
}
