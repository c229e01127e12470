// How often something may happen: some times at once, and then once an interval. Pure; milliseconds.
export class Budget {
  private tokens: number;
  private at = 0;
  constructor(
    private readonly burst: number,
    private readonly intervalMs: number,
  ) {
    this.tokens = burst;
  }
  /** Whether it may happen now; if so, it counts. */
  take(now: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + (now - this.at) / this.intervalMs);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
