// The page's name in the browser's tab, with a mark for what was said while one looked elsewhere.

export class Title {
  private unread = 0;

  constructor(private readonly name: string) {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.reset();
    });
    this.reset();
  }

  /** Something was said. */
  said(): void {
    if (!document.hidden) return;
    this.unread += 1;
    document.title = `(${this.unread > 99 ? "99+" : this.unread}) ${this.name}`;
  }

  reset(): void {
    this.unread = 0;
    document.title = this.name;
  }
}
