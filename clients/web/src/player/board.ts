// The board as it is drawn: squares, obstacles, figures with their names, all gliding to where the view says they are,
// with oneself in the middle. Draws only when something has changed.
//
// By the browser's own canvas, without a library: on a machine without a graphics card 500 figures run at 60 frames a
// second, where WebGL came to 7 (docs/performance.md).
import { boardColors, Pictures } from "./pictures";
import type { Cell, SeenPiece } from "./view";
import type { Looks } from "../protocol";

const tileMin = 16;
const tileMax = 112;
/** Smaller tiles have no room for names. */
const tileWithNames = 30;

interface Figure {
  readonly name: string;
  readonly entity: bigint;
  readonly looks: Looks;
  isFaded: boolean;
  /** where it glides from and to, in tiles */
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
  startedAt: number;
  x: number;
  y: number;
}

export class Board {
  glideMs = 300;
  private readonly host: HTMLElement;
  private readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private readonly pictures = new Pictures();
  private resolution = Math.min(window.devicePixelRatio, 2);
  /** of the page, along a tile's side */
  private tile = 52;
  private cellSize = 8;
  private mapWidth = 0;
  private mapHeight = 0;
  private ownAlias = 0;
  private readonly figures = new Map<number, Figure>();
  private readonly gliding = new Set<Figure>();
  private readonly cells = new Set<Cell>();
  /** the upper left corner of the canvas, in pixels of the board */
  private left = 0;
  private top = 0;
  private isDirty = true;

  constructor(host: HTMLElement) {
    this.host = host;
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = this.canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
    host.append(this.canvas);
    new ResizeObserver(() => this.resize()).observe(host);
    this.resize();
  }

  // --- What the view tells

  begin(mapWidth: number, mapHeight: number, cellSize: number, ownAlias: number): void {
    this.clear();
    this.mapWidth = mapWidth;
    this.mapHeight = mapHeight;
    this.cellSize = cellSize;
    this.ownAlias = ownAlias;
  }

  clear(): void {
    for (const alias of [...this.figures.keys()]) this.removeFigure(alias);
    for (const cell of [...this.cells]) this.removeCell(cell);
  }

  addCell(cell: Cell): void {
    this.cells.add(cell);
    this.isDirty = true;
  }
  removeCell(cell: Cell): void {
    this.cells.delete(cell);
    this.pictures.forget(cell);
    this.isDirty = true;
  }

  addFigure({ alias, name, entity, looks, x, y }: SeenPiece): void {
    this.figures.set(alias, { name, entity, looks, isFaded: false, fromX: x, fromY: y, toX: x, toY: y, startedAt: 0, x, y });
    this.isDirty = true;
  }
  removeFigure(alias: number): void {
    const figure = this.figures.get(alias);
    if (!figure) return;
    this.figures.delete(alias);
    this.gliding.delete(figure);
    this.pictures.forgetName(figure.name);
    this.isDirty = true;
  }

  /** Lets a figure glide there from wherever it is shown now. */
  moveFigure(alias: number, x: number, y: number, now: number): void {
    const figure = this.figures.get(alias);
    if (!figure || (figure.toX === x && figure.toY === y)) return;
    const isFar = Math.abs(figure.x - x) + Math.abs(figure.y - y) > 3;
    figure.fromX = isFar ? x : figure.x;
    figure.fromY = isFar ? y : figure.y;
    figure.toX = x;
    figure.toY = y;
    figure.startedAt = now;
    this.gliding.add(figure);
  }

  /** Shows that a figure may stand elsewhere in its cell by now. */
  fadeFigure(alias: number, isFaded: boolean): void {
    const figure = this.figures.get(alias);
    if (!figure || figure.isFaded === isFaded) return;
    figure.isFaded = isFaded;
    this.isDirty = true;
  }

  // --- The picture

  zoom(factor: number): void {
    this.tile = Math.min(Math.max(this.tile * factor, tileMin), tileMax);
    this.isDirty = true;
  }
  get tileSize(): number {
    return this.tile;
  }
  get figureCount(): number {
    return this.figures.size;
  }

  /** The tile at a point of the page. */
  tileAt(x: number, y: number): { x: number; y: number } {
    const side = this.tilePixels;
    return {
      x: Math.floor((x * this.resolution + this.left) / side),
      y: Math.floor((y * this.resolution + this.top) / side),
    };
  }

  /** Where on the page a figure's head is; undefined when it is not there. */
  pointOf(alias: number): { x: number; y: number } | undefined {
    const figure = this.figures.get(alias);
    if (!figure) return undefined;
    return {
      x: ((figure.x + 0.5) * this.tilePixels - this.left) / this.resolution,
      y: (figure.y * this.tilePixels - this.top) / this.resolution,
    };
  }

  /** How many figures are within the canvas. */
  countShown(): number {
    let count = 0;
    for (const figure of this.figures.values()) if (this.isShown(figure)) ++count;
    return count;
  }

  /** Draws, if anything has changed; whether it has. */
  draw(now: number): boolean {
    for (const figure of this.gliding) {
      const part = this.glideMs > 0 ? Math.min((now - figure.startedAt) / this.glideMs, 1) : 1;
      figure.x = figure.fromX + (figure.toX - figure.fromX) * part;
      figure.y = figure.fromY + (figure.toY - figure.fromY) * part;
      if (part === 1) this.gliding.delete(figure);
      this.isDirty ||= this.isShown(figure);
    }
    if (!this.isDirty) return false;
    this.isDirty = false;
    this.lookAtOwn();
    this.pictures.setSize(this.tilePixels, Math.round(13 * this.resolution));
    this.context.fillStyle = boardColors.nowhere;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawCells();
    this.drawFigures();
    if (this.tile >= tileWithNames) this.drawNames();
    return true;
  }

  /** For a machine that is slow to draw: fewer pixels. */
  drawCoarser(): void {
    if (this.resolution <= 1) return;
    this.resolution = 1;
    this.resize();
  }

  // --- Parts of it. All positions are whole pixels: those are copied, others would be mixed anew.

  private get tilePixels(): number {
    return Math.round(this.tile * this.resolution);
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.host;
    this.canvas.width = Math.max(Math.round(clientWidth * this.resolution), 1);
    this.canvas.height = Math.max(Math.round(clientHeight * this.resolution), 1);
    this.canvas.style.width = `${clientWidth}px`;
    this.canvas.style.height = `${clientHeight}px`;
    this.isDirty = true;
  }

  private lookAtOwn(): void {
    const own = this.figures.get(this.ownAlias);
    if (!own) return;
    this.left = Math.round((own.x + 0.5) * this.tilePixels - this.canvas.width / 2);
    this.top = Math.round((own.y + 0.5) * this.tilePixels - this.canvas.height / 2);
  }

  private isShown(figure: Figure): boolean {
    const side = this.tilePixels;
    const x = figure.x * side - this.left;
    const y = figure.y * side - this.top;
    return x > -side && y > -side && x < this.canvas.width && y < this.canvas.height + side;
  }

  private drawCells(): void {
    const side = this.tilePixels;
    const size = this.cellSize;
    for (const cell of this.cells) {
      const x = cell.column * size * side - this.left;
      const y = cell.row * size * side - this.top;
      if (x > this.canvas.width || y > this.canvas.height || x < -size * side || y < -size * side) {
        this.pictures.forget(cell); // a large picture: only those to be seen are kept
        continue;
      }
      const columns = Math.min(size, this.mapWidth - cell.column * size);
      const rows = Math.min(size, this.mapHeight - cell.row * size);
      this.context.drawImage(this.pictures.cell(cell, size, columns, rows), x, y);
    }
  }

  private drawFigures(): void {
    const { context } = this;
    const side = this.tilePixels;
    const own = this.figures.get(this.ownAlias);
    if (own) {
      context.beginPath();
      const x = (own.x + 0.5) * side - this.left;
      const y = (own.y + 0.86) * side - this.top;
      context.ellipse(x, y, side * 0.46, side * 0.14, 0, 0, 2 * Math.PI);
      context.fillStyle = `${boardColors.own}59`;
      context.fill();
      context.lineWidth = side * 0.05;
      context.strokeStyle = boardColors.own;
      context.stroke();
    }
    for (const figure of this.figures.values()) {
      if (figure === own || !this.isShown(figure)) continue;
      context.globalAlpha = figure.isFaded ? 0.6 : 1;
      this.drawFigure(figure, side);
    }
    context.globalAlpha = 1;
    if (own) this.drawFigure(own, side);
  }

  private drawFigure(figure: Figure, side: number): void {
    const x = Math.round(figure.x * side) - this.left;
    const y = Math.round(figure.y * side) - this.top;
    this.context.drawImage(this.pictures.figure(figure.looks, figure.entity), x, y);
  }

  private drawNames(): void {
    const side = this.tilePixels;
    for (const [alias, figure] of this.figures) {
      if (!this.isShown(figure)) continue;
      const name = this.pictures.name(figure.name, alias === this.ownAlias);
      const x = Math.round((figure.x + 0.5) * side) - this.left - (name.width >> 1);
      const y = Math.round((figure.y + 0.08) * side) - this.top - name.height;
      this.context.drawImage(name, x, y);
    }
  }
}
