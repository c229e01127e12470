// Limits how often something happens: `burst` times at once, then once per interval. Pure; times are in milliseconds.
export class Budget {
  private tokens: number;
  private at = 0;
  constructor(
    private readonly burst: number,
    private readonly intervalMs: number,
  ) {
    this.tokens = burst;
  }
  /** Spends one unit of the budget. Returns false, and spends nothing, if none is left. */
  spend(now: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + (now - this.at) / this.intervalMs);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
