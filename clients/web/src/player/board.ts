// Draws the board: squares, obstacles, and figures with their names. Figures glide to their positions. The own figure is in
// the middle of the window, or nearer to its edge where the board ends. Draws only if something has changed.
//
// Uses the browser's canvas without a library. On a machine without a graphics card, 500 figures run at 60 frames per second
// with it, and at 7 with WebGL (docs/performance.md).
import { cornerOf, tileRange } from "./camera";
import { Glide } from "./glide";
import { placeLabels } from "./labels";
import type { Label } from "./labels";
import { drawArrow, drawWay } from "./marks";
import type { Arrow, Way } from "./marks";
import { boardColors, Pictures } from "./pictures";
import { stepOf } from "./path";
import type { Cell, SeenPiece } from "./view";
import type { Direction, Looks } from "../protocol";

/** Names are shown from this size of a tile on, in pixels of the page. */
const tileWithNames = 30;
/** Returns the height of a name, in pixels of the page. Larger tiles have larger names. */
const nameHeight = (tile: number) => Math.min(Math.max(tile * 0.16, 13), 22);
/** A bump against a wall: the figure moves forth and back by a part of a tile. */
const bumpMs = 180;
const bumpTiles = 0.16;
/** The name of a figure that was pointed at stays for this time, because a finger hides the figure. */
const pointedMs = 4000;

interface Figure {
  readonly id: bigint;
  name: string;
  looks: Looks;
  readonly glide: Glide;
  isFaded: boolean;
  /** Distance from the own figure, in tiles, when the names were placed last. */
  distance: number;
}

export class Board {
  /** Duration of a step in milliseconds; 0: figures do not glide. */
  glideMs = 300;
  private readonly host: HTMLElement;
  private readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private readonly pictures = new Pictures();
  private resolution = Math.min(window.devicePixelRatio, 2);
  /** Length of a tile's side, in pixels of the page. */
  private tile = 40;
  /** Size of the tiles relative to their first size: the zoom of the user. */
  private magnified = 1;
  private cellSize = 8;
  private mapWidth = 1;
  private mapHeight = 1;
  private viewRadius = 1;
  private ownId = 0n;
  private way: Way | undefined;
  private arrow: Arrow | undefined;
  private bump: { readonly direction: Direction; readonly at: number } | undefined;
  private pointed: { readonly id: bigint; readonly until: number } | undefined;
  private labels: Label[] = [];
  private readonly figures = new Map<bigint, Figure>();
  private readonly gliding = new Set<Figure>();
  private readonly cells = new Set<Cell>();
  /** Position of the canvas's upper left corner on the board, in pixels of the canvas. */
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

  // --- Events of the view

  begin(welcome: { mapWidth: number; mapHeight: number; cellSize: number; entity: bigint; viewRadius: number }): void {
    this.clear();
    this.mapWidth = welcome.mapWidth;
    this.mapHeight = welcome.mapHeight;
    this.cellSize = welcome.cellSize;
    this.ownId = welcome.entity;
    this.viewRadius = welcome.viewRadius;
    this.zoom(1);
  }

  clear(): void {
    this.way = undefined;
    this.arrow = undefined;
    this.bump = undefined;
    this.pointed = undefined;
    this.labels = [];
    for (const id of [...this.figures.keys()]) this.removeFigure(id);
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

  addFigure({ id, name, looks, x, y }: SeenPiece): void {
    this.figures.set(id, { id, name, looks, glide: new Glide(x, y), isFaded: false, distance: 0 });
    this.isDirty = true;
  }
  /** Shows other looks or another name of a figure. */
  changeFigure({ id, name, looks }: SeenPiece): void {
    const figure = this.figures.get(id);
    if (!figure) return;
    if (name !== figure.name) this.pictures.forgetName(figure.name);
    figure.name = name;
    figure.looks = looks;
    this.isDirty = true;
  }
  removeFigure(id: bigint): void {
    const figure = this.figures.get(id);
    if (!figure) return;
    this.figures.delete(id);
    this.gliding.delete(figure);
    this.pictures.forgetName(figure.name);
    this.isDirty = true;
  }

  /** Starts a glide of a figure, from the position that is shown now. */
  moveFigure(id: bigint, x: number, y: number, now: number): void {
    const figure = this.figures.get(id);
    if (!figure || figure.glide.isGoingTo(x, y)) return;
    figure.glide.goTo(x, y, now, this.glideMs);
    this.gliding.add(figure);
  }

  /** Fades a figure, because its position may be old. */
  fadeFigure(id: bigint, isFaded: boolean): void {
    const figure = this.figures.get(id);
    if (!figure || figure.isFaded === isFaded) return;
    figure.isFaded = isFaded;
    this.isDirty = true;
  }

  // --- Marks

  /** Shows the way to a goal; undefined removes it. */
  showWay(way: Way | undefined): void {
    if (way === this.way) return;
    this.way = way;
    this.isDirty = true;
  }

  /** Shows the arrow to other players; undefined removes it. */
  showArrow(arrow: Arrow | undefined): void {
    if (JSON.stringify(arrow) === JSON.stringify(this.arrow)) return;
    this.arrow = arrow;
    this.isDirty = true;
  }

  /** Shows that the player walked into an obstacle: the own figure moves a little. Does nothing if figures do not glide. */
  showBump(direction: Direction, now: number): void {
    if (this.glideMs > 0) this.bump = { direction, at: now };
  }

  /** Shows the name of the figure at a point, for a short time. In pixels of the page. */
  point(x: number, y: number, now: number): void {
    const tile = this.tileAt(x, y);
    let found: Figure | undefined;
    for (const figure of this.figures.values())
      if (Math.round(figure.glide.x) === tile.x && Math.round(figure.glide.y) === tile.y) found = figure;
    if (found?.id !== this.pointed?.id) this.isDirty = true;
    this.pointed = found && { id: found.id, until: now + pointedMs };
  }

  // --- The picture

  /** Changes the size of the tiles, within the limits of tileRange(). */
  zoom(factor: number): void {
    const window = { width: this.host.clientWidth, height: this.host.clientHeight };
    const { least, first, most } = tileRange(window, { width: this.mapWidth, height: this.mapHeight }, this.viewRadius);
    this.tile = Math.min(Math.max(first * this.magnified * factor, least), most);
    this.magnified = this.tile / first;
    this.isDirty = true;
  }
  /** The part of the map in the window, in tiles. */
  get shown(): { left: number; top: number; columns: number; rows: number } {
    const side = this.tilePixels;
    return { left: this.left / side, top: this.top / side, columns: this.canvas.width / side, rows: this.canvas.height / side };
  }
  get tileSize(): number {
    return this.tilePixels / this.resolution;
  }
  /** The visible names and their positions, in pixels of the canvas. */
  get shownLabels(): (Omit<Label, "id"> & { name: string })[] {
    return this.labels.map(({ id, ...label }) => ({ ...label, name: this.figures.get(id)?.name ?? "" }));
  }
  get ownGlide(): { x: number; y: number } | undefined {
    const own = this.figures.get(this.ownId);
    return own && { x: own.glide.x, y: own.glide.y };
  }
  get shownWay(): Way | undefined {
    return this.way;
  }
  get shownArrow(): Arrow | undefined {
    return this.arrow;
  }
  get figureCount(): number {
    return this.figures.size;
  }

  /** Returns the tile at a point, in pixels of the page. */
  tileAt(x: number, y: number): { x: number; y: number } {
    const side = this.tilePixels;
    return {
      x: Math.floor((x * this.resolution + this.left) / side),
      y: Math.floor((y * this.resolution + this.top) / side),
    };
  }

  /** Returns the position of a figure's head, in pixels of the page; undefined if there is no such figure. */
  pointOf(id: bigint): { x: number; y: number } | undefined {
    const figure = this.figures.get(id);
    if (!figure) return undefined;
    return {
      x: ((figure.glide.x + 0.5) * this.tilePixels - this.left) / this.resolution,
      y: (figure.glide.y * this.tilePixels - this.top) / this.resolution,
    };
  }

  /** Returns the number of figures in the window. */
  countShown(): number {
    let count = 0;
    for (const figure of this.figures.values()) if (this.isShown(figure)) ++count;
    return count;
  }

  isInWindow(id: bigint): boolean {
    const figure = this.figures.get(id);
    return figure !== undefined && this.isShown(figure);
  }

  /** Draws the board if something has changed. Returns whether it did. */
  draw(now: number): boolean {
    for (const figure of this.gliding) {
      if (!figure.glide.advance(now)) this.gliding.delete(figure);
      this.isDirty ||= this.isShown(figure);
    }
    if (this.bump) this.isDirty = true;
    if (this.bump && now - this.bump.at > bumpMs) this.bump = undefined;
    if (this.pointed && now > this.pointed.until) {
      this.pointed = undefined;
      this.isDirty = true;
    }
    if (!this.isDirty) return false;
    this.isDirty = false;
    this.centreOwn();
    this.pictures.setSize(this.tilePixels, Math.round(nameHeight(this.tile) * this.resolution));
    this.context.fillStyle = boardColors.outside;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawUnwatched();
    this.drawCells();
    const geometry = { left: this.left, top: this.top, side: this.tilePixels };
    if (this.way) drawWay(this.context, this.way, geometry);
    this.drawFigures(now);
    this.drawNames();
    const own = this.figures.get(this.ownId)?.glide;
    if (this.arrow && own) drawArrow(this.context, own, this.arrow, geometry, this.resolution);
    return true;
  }

  /** Reduces the number of pixels, for a slow machine. */
  drawCoarser(): void {
    if (this.resolution <= 1) return;
    this.resolution = 1;
    this.resize();
  }

  // --- Parts of the picture. All positions are whole pixels: the browser then copies pictures without interpolation.

  private get tilePixels(): number {
    return Math.round(this.tile * this.resolution);
  }

  /** Fits the picture to the size of its element. Called when the element is shown: the observer of its size comes one frame later. */
  resize(): void {
    const { clientWidth, clientHeight } = this.host;
    this.canvas.width = Math.max(Math.round(clientWidth * this.resolution), 1);
    this.canvas.height = Math.max(Math.round(clientHeight * this.resolution), 1);
    this.canvas.style.width = `${clientWidth}px`;
    this.canvas.style.height = `${clientHeight}px`;
    if (clientWidth > 0) this.zoom(1);
  }

  private centreOwn(): void {
    const own = this.figures.get(this.ownId);
    if (!own) return;
    const side = this.tilePixels;
    this.left = cornerOf(this.canvas.width, this.mapWidth * side, (own.glide.x + 0.5) * side);
    this.top = cornerOf(this.canvas.height, this.mapHeight * side, (own.glide.y + 0.5) * side);
  }

  private isShown({ glide }: Figure): boolean {
    const side = this.tilePixels;
    const x = glide.x * side - this.left;
    const y = glide.y * side - this.top;
    return x > -side && y > -side && x < this.canvas.width && y < this.canvas.height;
  }

  /** Draws the squares that are not watched: dim and without obstacles. A window at the board's edge shows such squares. */
  private drawUnwatched(): void {
    const side = this.tilePixels;
    const { context } = this;
    const first = { x: Math.max(Math.floor(this.left / side), 0), y: Math.max(Math.floor(this.top / side), 0) };
    const end = {
      x: Math.min(Math.ceil((this.left + this.canvas.width) / side), this.mapWidth),
      y: Math.min(Math.ceil((this.top + this.canvas.height) / side), this.mapHeight),
    };
    context.fillStyle = boardColors.unwatchedLight;
    context.fillRect(first.x * side - this.left, first.y * side - this.top, (end.x - first.x) * side, (end.y - first.y) * side);
    context.fillStyle = boardColors.unwatchedDark;
    for (let y = first.y; y < end.y; ++y)
      for (let x = first.x + ((first.x + y + 1) % 2); x < end.x; x += 2) context.fillRect(x * side - this.left, y * side - this.top, side, side);
  }

  private drawCells(): void {
    const side = this.tilePixels;
    const size = this.cellSize;
    for (const cell of this.cells) {
      const x = cell.column * size * side - this.left;
      const y = cell.row * size * side - this.top;
      if (x > this.canvas.width || y > this.canvas.height || x < -size * side || y < -size * side) {
        this.pictures.forget(cell); // saves memory: only the pictures of visible cells are kept
        continue;
      }
      const columns = Math.min(size, this.mapWidth - cell.column * size);
      const rows = Math.min(size, this.mapHeight - cell.row * size);
      this.context.drawImage(this.pictures.cell(cell, size, columns, rows), x, y);
    }
  }

  private drawFigures(now: number): void {
    const { context } = this;
    const side = this.tilePixels;
    const own = this.figures.get(this.ownId);
    if (own) {
      context.beginPath();
      const x = (own.glide.x + 0.5) * side - this.left;
      const y = (own.glide.y + 0.86) * side - this.top;
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
      this.drawFigure(figure, side, 0, 0);
    }
    context.globalAlpha = 1;
    if (!own) return;
    const { bump } = this;
    const [dx, dy] = bump ? (stepOf[bump.direction] as readonly [number, number]) : [0, 0];
    const out = bump ? bumpTiles * Math.sin((Math.PI * (now - bump.at)) / bumpMs) : 0;
    this.drawFigure(own, side, dx * out, dy * out);
  }

  private drawFigure(figure: Figure, side: number, dx: number, dy: number): void {
    const x = Math.round((figure.glide.x + dx) * side) - this.left;
    const y = Math.round((figure.glide.y + dy) * side) - this.top;
    this.context.drawImage(this.pictures.figure(figure.looks, figure.id), x, y);
  }

  /** Draws the own name, the name of the figure that is pointed at, and the names of the nearest figures. */
  private drawNames(): void {
    const own = this.figures.get(this.ownId);
    const figures: Figure[] = [];
    for (const figure of this.figures.values()) {
      if (!this.isShown(figure)) continue;
      const isPointed = figure.id === this.pointed?.id;
      if (this.tile < tileWithNames && !isPointed) continue;
      // Other figures may stand on the own tile. The own name comes before their names.
      const { x, y } = own?.glide ?? figure.glide;
      figure.distance = isPointed ? -1 : figure === own ? 0 : Math.max(Math.hypot(figure.glide.x - x, figure.glide.y - y), 0.1);
      figures.push(figure);
    }
    const before = new Set(this.labels.map(({ id }) => id));
    this.labels = placeLabels(figures, (figure) => this.labelOf(figure), before);
    for (const { id, left, top, distance } of this.labels) {
      const name = this.pictures.name(this.figures.get(id)?.name ?? "", id === this.ownId);
      if (distance < 0) {
        this.context.fillStyle = boardColors.outline;
        this.context.fillRect(left, top, name.width, name.height);
      }
      this.context.drawImage(name, left, top);
    }
  }

  /** Returns the label over a figure. At the upper edge of the window, the label overlaps the figure. */
  private labelOf(figure: Figure): Label {
    const side = this.tilePixels;
    const { width, height } = this.pictures.name(figure.name, figure.id === this.ownId);
    const left = Math.round((figure.glide.x + 0.5) * side) - this.left - (width >> 1);
    const top = Math.max(Math.round((figure.glide.y + 0.08) * side) - this.top - height, 0);
    return { id: figure.id, distance: figure.distance, left, top, width, height };
  }
}
