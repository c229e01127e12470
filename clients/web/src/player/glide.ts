// A figure on its way from tile to tile. Pure; tiles and milliseconds.

export class Glide {
  /** where it is shown */
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
    this.x = this.fromX = toX;
    this.y = this.fromY = toY;
  }

  isGoingTo(x: number, y: number): boolean {
    return this.toX === x && this.toY === y;
  }

  /** From wherever it is shown now. A far place is reached at once. */
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

  /** Whether it is still on its way. */
  advance(now: number): boolean {
    const part = this.lastsMs > 0 ? Math.min(Math.max((now - this.startedAt) / this.lastsMs, 0), 1) : 1;
    this.x = this.fromX + (this.toX - this.fromX) * part;
    this.y = this.fromY + (this.toY - this.fromY) * part;
    return part < 1;
  }
}

/** A step lasts until the next one comes: the interval of steps, and a tick of the server by which the next may be later.
 * So a figure that walks never stands. */
export function glideMsOf(moveIntervalMs: number, tickRate: number): number {
  return moveIntervalMs + 1000 / Math.max(tickRate, 1);
}
