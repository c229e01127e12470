// Pictures of figures, names and cells. Each one is drawn once, on a small canvas of its own, and is kept. The board copies
// the pictures: a copy is faster than a drawing.
import { colorOf, shapes } from "./shapes";
import { isObstacle } from "./view";
import type { Cell } from "./view";
import type { Looks } from "../protocol";

export const boardColors = {
  outside: "#12151c",
  light: "#e9e2d0",
  dark: "#cdc2a8",
  unwatchedLight: "#8d887c",
  unwatchedDark: "#807b6f",
  stone: "#4c5a54",
  stoneEdge: "#333e3a",
  outline: "#1b1e26",
  name: "#ffffff",
  ownName: "#ffe08a",
  own: "#1769ff",
  way: "#0b4fd0",
  blocked: "#b3261e",
};

export type Picture = HTMLCanvasElement;

function picture(width: number, height: number, draw: (context: CanvasRenderingContext2D) => void): Picture {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(Math.ceil(width), 1);
  canvas.height = Math.max(Math.ceil(height), 1);
  draw(canvas.getContext("2d") as CanvasRenderingContext2D);
  return canvas;
}

export class Pictures {
  /** Length of a tile's side in pixels of the canvas; a whole number. */
  private tile = 0;
  private nameFont = 0;
  private readonly figures = new Map<string, Picture>();
  private readonly names = new Map<string, Picture>();
  private readonly cells = new Map<Cell, Picture>();
  private readonly measuring = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;

  /** Sets the sizes, in pixels of the canvas. Drops the pictures of another size. */
  setSize(tilePixels: number, namePixels: number): void {
    if (tilePixels !== this.tile) {
      this.figures.clear();
      this.cells.clear();
    }
    if (namePixels !== this.nameFont) this.names.clear();
    this.tile = tilePixels;
    this.nameFont = namePixels;
  }

  forget(cell: Cell): void {
    this.cells.delete(cell);
  }
  forgetName(name: string): void {
    this.names.delete(name);
    this.names.delete(ownKey(name));
  }

  figure(looks: Looks, id: bigint): Picture {
    const color = `#${colorOf(id).toString(16).padStart(6, "0")}`;
    return kept(this.figures, `${looks} ${color}`, () =>
      picture(this.tile, this.tile, (context) => {
        context.scale(this.tile / 100, this.tile / 100);
        context.lineWidth = 5;
        context.lineJoin = "round";
        context.fillStyle = color;
        context.strokeStyle = boardColors.outline;
        for (const path of shapes[looks] ?? []) {
          context.fill(new Path2D(path));
          context.stroke(new Path2D(path));
        }
      }),
    );
  }

  /** Returns a name, bright on a dark outline: readable on every square. */
  name(name: string, isOwn: boolean): Picture {
    return kept(this.names, isOwn ? ownKey(name) : name, () => {
      const font = `600 ${this.nameFont}px system-ui, "Noto Sans CJK KR", sans-serif`;
      const outline = Math.round(this.nameFont * 0.3);
      this.measuring.font = font;
      return picture(this.measuring.measureText(name).width + 2 * outline, this.nameFont * 1.5, (context) => {
        context.font = font;
        context.lineJoin = "round";
        context.textBaseline = "middle";
        context.lineWidth = outline;
        context.strokeStyle = boardColors.outline;
        context.fillStyle = isOwn ? boardColors.ownName : boardColors.name;
        context.strokeText(name, outline, this.nameFont * 0.75);
        context.fillText(name, outline, this.nameFont * 0.75);
      });
    });
  }

  /** Returns the squares and obstacles of a cell. `columns` and `rows`: the part of the cell that is on the map. */
  cell(cell: Cell, size: number, columns: number, rows: number): Picture {
    return kept(this.cells, cell, () =>
      picture(columns * this.tile, rows * this.tile, (context) => {
        for (let y = 0; y < rows; ++y)
          for (let x = 0; x < columns; ++x) {
            // The colours alternate over the whole board, also if a cell has an odd number of tiles.
            const isDark = (cell.column * size + x + cell.row * size + y) % 2 === 1;
            context.fillStyle = isDark ? boardColors.dark : boardColors.light;
            context.fillRect(x * this.tile, y * this.tile, this.tile, this.tile);
            if (isObstacle(cell, x, y, size)) drawStone(context, x * this.tile, y * this.tile, this.tile);
          }
      }),
    );
  }
}

function drawStone(context: CanvasRenderingContext2D, x: number, y: number, side: number): void {
  const edge = side * 0.04;
  context.fillStyle = boardColors.stoneEdge;
  context.fillRect(x, y, side, side);
  context.fillStyle = boardColors.stone;
  context.beginPath();
  context.roundRect(x + edge, y + edge, side - 2 * edge, side - 4 * edge, side * 0.16);
  context.fill();
}

function ownKey(name: string): string {
  return `${name}\n`; // no name contains a line break
}

function kept<Key>(pictures: Map<Key, Picture>, key: Key, draw: () => Picture): Picture {
  const found = pictures.get(key);
  if (found) return found;
  const drawn = draw();
  pictures.set(key, drawn);
  return drawn;
}
