// The whole map as squares coloured by how many stand in each; one can be chosen, by mouse or by arrow keys.
import type { Heat } from "./state";

/** From few to many: even to the eye, and told apart by the colour-blind (the middle of matplotlib's "inferno"). */
const colors = ["#2b1a5e", "#5c1a79", "#8f2469", "#c13b50", "#e8602d", "#fb9b06", "#f7d13d", "#fcffa4"];
const empty = "#151a24";

export interface Square {
  readonly column: number;
  readonly row: number;
}

export class HeatMap {
  private heat: Heat | undefined;
  private square: Square | undefined;
  private readonly context: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly legend: HTMLElement,
    private readonly describe: (square: Square, players: number, heat: Heat) => void,
    private readonly choose: (square: Square) => void,
  ) {
    this.context = canvas.getContext("2d") as CanvasRenderingContext2D;
    canvas.addEventListener("pointermove", (event) => this.point(this.squareAt(event)));
    canvas.addEventListener("pointerdown", (event) => this.pick(this.squareAt(event)));
    canvas.addEventListener("keydown", (event) => this.onKey(event));
  }

  get chosen(): Square | undefined {
    return this.square;
  }
  forget(): void {
    this.square = undefined;
    this.draw();
  }

  show(heat: Heat): void {
    this.heat = heat;
    this.draw();
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
    const step = steps[event.key];
    if (!this.heat || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    const { columns, rows } = this.heat;
    const from = this.square ?? { column: columns >> 1, row: rows >> 1 };
    this.pick({
      column: Math.min(Math.max(from.column + (step?.[0] ?? 0), 0), columns - 1),
      row: Math.min(Math.max(from.row + (step?.[1] ?? 0), 0), rows - 1),
    });
  }

  private point(square: Square | undefined): void {
    if (square && this.heat) this.describe(square, this.countAt(square), this.heat);
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
    const most = heat.players.reduce((a, b) => Math.max(a, b), 1);
    context.fillStyle = empty;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const gap = side > 4 ? 1 : 0;
    heat.players.forEach((count, i) => {
      if (count === 0) return;
      context.fillStyle = colors[placeOf(count, most)] as string;
      context.fillRect((i % heat.columns) * side, Math.floor(i / heat.columns) * side, side - gap, side - gap);
    });
    if (this.square) {
      context.strokeStyle = "#ffffff";
      context.lineWidth = 2;
      const around = Math.max(side, 8);
      const middle = (side - around) / 2;
      context.strokeRect(this.square.column * side + middle, this.square.row * side + middle, around, around);
    }
    this.drawLegend(most);
  }

  private drawLegend(most: number): void {
    const steps = [...new Set([1, ...colors.map((_, i) => Math.ceil((most * (i + 1)) / colors.length))])];
    if (this.legend.dataset["most"] === String(most)) return;
    this.legend.dataset["most"] = String(most);
    this.legend.replaceChildren(
      ...steps.map((count) => {
        const item = document.createElement("span");
        const box = document.createElement("i");
        box.style.background = colors[placeOf(count, most)] as string;
        item.append(box, String(count));
        return item;
      }),
    );
  }
}

/** Which colour; one alone has the first, and the most the last. */
function placeOf(count: number, most: number): number {
  return most === 1 ? colors.length - 2 : Math.min(Math.ceil((count / most) * colors.length) - 1, colors.length - 1);
}
