// The map as squares, coloured by the number of players in each square. The operator chooses a square by mouse or arrow keys.
// The map can be zoomed and scrolled in its frame.
import { byId, setText } from "../common/page";
import type { Heat, State } from "./state";

/** Colours for few to many players (the upper part of matplotlib's "plasma"). Their steps look equal, also to colour-blind
 * people. */
const colors = ["#7e03a8", "#a92395", "#cc4778", "#e56b5d", "#f89441", "#fdc328", "#f0f921"];
/** The least number of players for each colour. The numbers never change, so a colour always has the same meaning. */
const fewest = [1, 2, 5, 10, 20, 50, 100];
const empty = "#151a24";
const zooms = [1, 2, 4, 8];

export interface Square {
  readonly column: number;
  readonly row: number;
}

/** The tiles of a square: the first and the last one along x and y. */
export interface Tiles {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export class HeatMap {
  private heat: Heat | undefined;
  private map: NonNullable<State["map"]> = { width: 0, height: 0 };
  private square: Square | undefined;
  private pointed: Square | undefined;
  private zoom = 0;
  private readonly context: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly legend: HTMLElement,
    /** Called with the square under the pointer, else with the chosen one, when the square or its number of players changes.
     * null: no square. */
    private readonly describe: (tiles: Tiles | null, players: number) => void,
    private readonly choose: (square: Square) => void,
  ) {
    this.context = canvas.getContext("2d") as CanvasRenderingContext2D;
    canvas.addEventListener("pointermove", (event) => this.point(this.squareAt(event)));
    canvas.addEventListener("pointerleave", () => this.point(undefined));
    canvas.addEventListener("pointerdown", (event) => this.pick(this.squareAt(event)));
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    byId("zoom-in").addEventListener("click", () => this.setZoom(this.zoom + 1));
    byId("zoom-out").addEventListener("click", () => this.setZoom(this.zoom - 1));
    this.setZoom(0);
    this.drawLegend();
  }

  get chosen(): Square | undefined {
    return this.square;
  }
  /** Removes the choice. */
  clearChoice(): void {
    this.square = undefined;
    this.point(undefined);
    this.draw();
  }

  show(heat: Heat, map: NonNullable<State["map"]>): void {
    this.heat = heat;
    this.map = map;
    this.point(this.pointed);
    this.draw();
  }

  tilesOfChosen(): Tiles | null {
    return this.square ? this.tilesOf(this.square) : null;
  }

  /** Zooms the map. The chosen square stays visible, else the middle of the visible part. */
  private setZoom(zoom: number): void {
    const frame = byId("map-frame");
    const middle = [(frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth, (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight] as const;
    this.zoom = Math.min(Math.max(zoom, 0), zooms.length - 1);
    const times = zooms[this.zoom] as number;
    byId("map-sheet").style.setProperty("--zoom", String(times));
    setText(byId("zoom"), `${times}×`);
    byId<HTMLButtonElement>("zoom-out").disabled = this.zoom === 0;
    byId<HTMLButtonElement>("zoom-in").disabled = this.zoom === zooms.length - 1;
    if (this.square) return this.scrollToChosen();
    frame.scrollLeft = middle[0] * frame.scrollWidth - frame.clientWidth / 2;
    frame.scrollTop = middle[1] * frame.scrollHeight - frame.clientHeight / 2;
  }

  private scrollToChosen(): void {
    if (!this.square || !this.heat) return;
    const frame = byId("map-frame");
    frame.scrollLeft = ((this.square.column + 0.5) / this.heat.columns) * frame.scrollWidth - frame.clientWidth / 2;
    frame.scrollTop = ((this.square.row + 0.5) / this.heat.rows) * frame.scrollHeight - frame.clientHeight / 2;
  }

  private countAt({ column, row }: Square): number {
    return this.heat?.players[row * this.heat.columns + column] ?? 0;
  }

  private squareAt(event: PointerEvent): Square | undefined {
    if (!this.heat) return undefined;
    const column = Math.floor((event.offsetX / this.canvas.clientWidth) * this.heat.columns);
    const row = Math.floor((event.offsetY / this.canvas.clientHeight) * this.heat.rows);
    const isInside = column >= 0 && row >= 0 && column < this.heat.columns && row < this.heat.rows;
    return isInside ? { column, row } : undefined;
  }

  private onKey(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    if (event.key === "+" || event.key === "-") return this.setZoom(this.zoom + (event.key === "+" ? 1 : -1));
    const step = steps[event.key];
    if (!this.heat || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    const { columns, rows } = this.heat;
    const from = this.square ?? { column: columns >> 1, row: rows >> 1 };
    this.pick({
      column: Math.min(Math.max(from.column + (step?.[0] ?? 0), 0), columns - 1),
      row: Math.min(Math.max(from.row + (step?.[1] ?? 0), 0), rows - 1),
    });
    this.scrollToChosen();
  }

  private point(square: Square | undefined): void {
    this.pointed = square;
    const shown = square ?? this.square;
    this.describe(shown ? this.tilesOf(shown) : null, shown ? this.countAt(shown) : 0);
  }

  private tilesOf({ column, row }: Square): Tiles {
    const tiles = this.heat?.squareTiles ?? 1;
    const along = (at: number, size: number) => [at * tiles, Math.min((at + 1) * tiles, size) - 1] as const;
    return { x: along(column, this.map.width), y: along(row, this.map.height) };
  }

  private pick(square: Square | undefined): void {
    if (!square) return;
    this.square = square;
    this.point(square);
    this.draw();
    this.choose(square);
  }

  private draw(): void {
    const { heat, canvas, context } = this;
    if (!heat) return;
    const side = Math.max(Math.floor(640 / Math.max(heat.columns, heat.rows)), 1);
    if (canvas.width !== heat.columns * side) canvas.width = heat.columns * side;
    if (canvas.height !== heat.rows * side) canvas.height = heat.rows * side;
    context.fillStyle = empty;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const gap = side >= 12 ? 1 : 0;
    heat.players.forEach((count, i) => {
      if (count === 0) return;
      context.fillStyle = colors[colorIndexOf(count)] as string;
      context.fillRect((i % heat.columns) * side, Math.floor(i / heat.columns) * side, side - gap, side - gap);
    });
    if (this.square) {
      context.strokeStyle = "#ffffff";
      context.lineWidth = 2;
      const around = Math.max(side, 8);
      const middle = (side - around) / 2;
      context.strokeRect(this.square.column * side + middle, this.square.row * side + middle, around, around);
    }
  }

  private drawLegend(): void {
    this.legend.replaceChildren(
      ...colors.map((color, index) => {
        const item = document.createElement("span");
        const box = document.createElement("i");
        box.style.background = color;
        item.append(box, rangeText(index));
        return item;
      }),
    );
  }
}

/** Returns the index of the colour for a number of players. */
export function colorIndexOf(count: number): number {
  return fewest.filter((least) => count >= least).length - 1;
}

/** Returns the numbers of players that a colour stands for: "1", "2–4", "100+". */
export function rangeText(index: number): string {
  const least = fewest[index] as number;
  const next = fewest[index + 1];
  if (next === undefined) return `${least}+`;
  return next === least + 1 ? String(least) : `${least}–${next - 1}`;
}
