// The movement of a figure from tile to tile. Pure; lengths are in tiles, times in milliseconds.

export class Glide {
  /** The position that is shown. */
  x: number;
  y: number;
  private fromX: number;
  private fromY: number;
  private startedAt = 0;
  private lastsMs = 0;

  constructor(
    private toX: number,
    private toY: number,
  ) {
    this.x = toX;
    this.y = toY;
    this.fromX = toX;
    this.fromY = toY;
  }

  isGoingTo(x: number, y: number): boolean {
    return this.toX === x && this.toY === y;
  }

  /** Starts a movement from the position that is shown now. A target more than 3 tiles away is reached at once. */
  goTo(x: number, y: number, now: number, lastsMs: number): void {
    this.advance(now);
    const isFar = Math.abs(this.x - x) + Math.abs(this.y - y) > 3;
    this.fromX = isFar ? x : this.x;
    this.fromY = isFar ? y : this.y;
    this.toX = x;
    this.toY = y;
    this.startedAt = now;
    this.lastsMs = lastsMs;
  }

  /** Moves the figure. Returns whether the movement goes on. */
  advance(now: number): boolean {
    const part = this.lastsMs > 0 ? Math.min(Math.max((now - this.startedAt) / this.lastsMs, 0), 1) : 1;
    this.x = this.fromX + (this.toX - this.fromX) * part;
    this.y = this.fromY + (this.toY - this.fromY) * part;
    return part < 1;
  }
}

/** Returns how long the movement of one step lasts, in milliseconds. The next step may arrive one tick late. The movement
 * lasts until then, so a walking figure never stops between two steps. */
export function glideMsOf(moveIntervalMs: number, tickRate: number): number {
  return moveIntervalMs + 1000 / Math.max(tickRate, 1);
}
