// Marks on the board: the way to the tile that the player walks to, and the arrow to other players.
import type { Position } from "./path";
import { boardColors } from "./pictures";

/** A way over the board, in tiles. `steps` are the tiles that are left; the last one is the end of the way. */
export interface Way {
  readonly steps: readonly Position[];
  /** The tile that the player chose. The way may end before the goal. */
  readonly goal: Position;
}

export interface Arrow {
  readonly to: Position;
  readonly text: string;
}

/** Position of the canvas's upper left corner on the board, and length of a tile's side; in pixels of the canvas. */
interface Geometry {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export function drawWay(context: CanvasRenderingContext2D, { steps, goal }: Way, { left, top, side }: Geometry): void {
  const middle = (position: Position) => [(position.x + 0.5) * side - left, (position.y + 0.5) * side - top] as const;
  context.fillStyle = boardColors.way;
  for (const step of steps.slice(0, -1)) {
    context.beginPath();
    context.arc(...middle(step), side * 0.08, 0, 2 * Math.PI);
    context.fill();
  }
  const end = steps[steps.length - 1];
  context.lineWidth = Math.max(side * 0.07, 2);
  context.strokeStyle = boardColors.way;
  if (end) {
    context.beginPath();
    context.arc(...middle(end), side * 0.34, 0, 2 * Math.PI);
    context.stroke();
    context.beginPath();
    context.arc(...middle(end), side * 0.1, 0, 2 * Math.PI);
    context.fill();
  }
  if (end && end.x === goal.x && end.y === goal.y) return;
  // The goal cannot be reached: draws a cross.
  const [x, y] = middle(goal);
  const arm = side * 0.2;
  for (const [color, width] of [[boardColors.name, 0.13], [boardColors.blocked, 0.07]] as const) {
    context.strokeStyle = color;
    context.lineWidth = side * width;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.stroke();
  }
  context.lineCap = "butt";
}

/** Draws the arrow beside the own figure, with its text. `resolution`: pixels of the canvas per pixel of the page. */
export function drawArrow(context: CanvasRenderingContext2D, own: Position, arrow: Arrow, { left, top, side }: Geometry, resolution: number): void {
  const angle = Math.atan2(arrow.to.y - own.y, arrow.to.x - own.x);
  const [ownX, ownY] = [(own.x + 0.5) * side - left, (own.y + 0.5) * side - top];
  const margin = 30 * resolution;
  const within = (value: number, size: number) => Math.min(Math.max(value, margin), size - margin);
  const away = Math.max(side * 1.3, 56 * resolution);
  const x = within(ownX + Math.cos(angle) * away, context.canvas.width);
  const y = within(ownY + Math.sin(angle) * away, context.canvas.height);
  const size = Math.max(15 * resolution, side * 0.18);
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(size, 0);
  context.lineTo(-size * 0.8, size * 0.8);
  context.lineTo(-size * 0.35, 0);
  context.lineTo(-size * 0.8, -size * 0.8);
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 4 * resolution;
  context.strokeStyle = boardColors.outline;
  context.stroke();
  context.fillStyle = boardColors.ownName;
  context.fill();
  context.restore();

  context.font = `600 ${Math.round(Math.min(Math.max(13 * resolution, side * 0.16), 22 * resolution))}px system-ui, "Noto Sans CJK KR", sans-serif`;
  const width = context.measureText(arrow.text).width;
  const textX = Math.min(Math.max(x - width / 2, 8 * resolution), context.canvas.width - width - 8 * resolution);
  const textY = y + size + 24 * resolution < context.canvas.height ? y + size + 14 * resolution : y - size - 14 * resolution;
  context.lineJoin = "round";
  context.textBaseline = "middle";
  context.lineWidth = 4 * resolution;
  context.strokeStyle = boardColors.outline;
  context.strokeText(arrow.text, textX, textY);
  context.fillStyle = boardColors.name;
  context.fillText(arrow.text, textX, textY);
  context.textBaseline = "alphabetic";
}
