// The title in the browser's tab. While the tab is hidden, the title counts the new messages.

export class Title {
  private unread = 0;

  constructor(private readonly name: string) {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.reset();
    });
    this.reset();
  }

  /** Counts a message, if the tab is hidden. */
  countMessage(): void {
    if (!document.hidden) return;
    this.unread += 1;
    document.title = `(${this.unread > 99 ? "99+" : this.unread}) ${this.name}`;
  }

  reset(): void {
    this.unread = 0;
    document.title = this.name;
  }
}
