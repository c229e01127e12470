// The map in the corner: cells that the player has seen, the own piece, other pieces, and, dimmer, the last known positions
// of players that are out of sight. A cell that was seen once stays on the map.
import { isObstacle } from "./view";
import type { Cell, SeenPiece } from "./view";
import { colorOf } from "./shapes";

export class Minimap {
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  /** All cells that were seen. A pixel stands for one tile, on a large map for several. */
  private readonly seen = document.createElement("canvas");
  private mapWidth = 1;
  private mapHeight = 1;
  private cellSize = 8;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  begin(mapWidth: number, mapHeight: number, cellSize: number): void {
    this.mapWidth = mapWidth;
    this.mapHeight = mapHeight;
    this.cellSize = cellSize;
    const scale = Math.min(1, 1024 / Math.max(mapWidth, mapHeight));
    this.seen.width = Math.ceil(mapWidth * scale);
    this.seen.height = Math.ceil(mapHeight * scale);
  }

  addCell(cell: Cell): void {
    const context = this.seen.getContext("2d");
    if (!context) return;
    const scale = this.seen.width / this.mapWidth;
    const left = cell.column * this.cellSize;
    const top = cell.row * this.cellSize;
    context.fillStyle = "#a49a82";
    context.fillRect(left * scale, top * scale, this.cellSize * scale, this.cellSize * scale);
    context.fillStyle = "#3f4a46";
    for (let y = 0; y < this.cellSize; ++y)
      for (let x = 0; x < this.cellSize; ++x)
        if (isObstacle(cell, x, y, this.cellSize))
          context.fillRect((left + x) * scale, (top + y) * scale, scale, scale);
  }

  /** Draws the map. `shown`: the part of the board in the window, in tiles. `sightings`: last known positions of players that
   * are out of sight. */
  draw(
    own: { x: number; y: number },
    pieces: Iterable<SeenPiece>,
    sightings: Iterable<{ x: number; y: number }>,
    shown: { left: number; top: number; columns: number; rows: number },
  ): void {
    const { canvas, context } = this;
    const sharp = Math.round(canvas.clientWidth * Math.min(window.devicePixelRatio, 2));
    if (sharp > 0 && canvas.width !== sharp) {
      canvas.width = sharp;
      canvas.height = sharp;
    }
    const side = Math.max(this.mapWidth, this.mapHeight);
    // Shows at most 160 tiles around the own piece, so that pieces nearby can be distinguished.
    const span = Math.min(side, 160);
    const scale = canvas.width / span;
    const left = clamp(own.x - span / 2, 0, Math.max(this.mapWidth - span, 0));
    const top = clamp(own.y - span / 2, 0, Math.max(this.mapHeight - span, 0));
    context.fillStyle = "#0d1016";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "#2b313c"; // the part of the map that was not seen yet
    context.fillRect(-left * scale, -top * scale, this.mapWidth * scale, this.mapHeight * scale);
    const seenScale = this.seen.width / this.mapWidth;
    context.imageSmoothingEnabled = false;
    context.drawImage(
      this.seen,
      left * seenScale,
      top * seenScale,
      span * seenScale,
      span * seenScale,
      0,
      0,
      canvas.width,
      canvas.height,
    );
    const dot = Math.max(scale, canvas.width / 45);
    context.fillStyle = "#ffffff66";
    for (const { x, y } of sightings) context.fillRect((x - left) * scale, (y - top) * scale, dot * 0.75, dot * 0.75);
    for (const piece of pieces) {
      context.fillStyle = "#1b1e26";
      context.fillRect((piece.x - left) * scale - 1, (piece.y - top) * scale - 1, dot + 2, dot + 2);
      context.fillStyle = `#${colorOf(piece.id).toString(16).padStart(6, "0")}`;
      context.fillRect((piece.x - left) * scale, (piece.y - top) * scale, dot, dot);
    }
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1;
    context.strokeRect(
      (shown.left - left) * scale,
      (shown.top - top) * scale,
      shown.columns * scale,
      shown.rows * scale,
    );
    context.fillStyle = "#1769ff";
    context.strokeStyle = "#ffffff";
    context.beginPath();
    context.arc((own.x + 0.5 - left) * scale, (own.y + 0.5 - top) * scale, canvas.width / 40, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
