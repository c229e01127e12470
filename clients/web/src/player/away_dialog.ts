// The dialog over the page while the player cannot be on the board. It shows the reason, the next try, and the ways out.
// It connects again by itself if that can help (reconnect.ts).
import { byId, setText } from "../common/page";
import { CloseReason } from "../protocol";
import { shouldReconnect, waitMs } from "./reconnect";
import type { ConnectionEnd } from "./reconnect";
import type { Texts } from "./texts";

export class AwayDialog {
  private readonly dialog = byId<HTMLDialogElement>("away");
  private tries = 0;
  private timer = 0;
  private mustReload = false;

  /** `enter` connects again. `back` shows the entrance. */
  constructor(
    private readonly texts: Texts,
    private readonly enter: () => void,
    private readonly back: () => void,
  ) {
    byId("away-now").addEventListener("click", () => {
      if (this.mustReload) location.reload();
      else this.tryNow();
    });
    byId("away-back").addEventListener("click", () => this.goBack());
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.goBack();
    });
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  /** Shows the dialog. `wasIn`: the player was on the board in this visit. Returns whether the page connects again by itself. */
  show(end: ConnectionEnd, wasIn: boolean): boolean {
    const { texts } = this;
    const reason = end.kind === "goodbye" ? end.reason : undefined;
    const reconnects = shouldReconnect(end);
    this.mustReload = reason === CloseReason.staleClient;
    setText(byId("away-title"), this.titleOf(end, wasIn));
    setText(byId("away-text"), this.textOf(end, wasIn));
    setText(byId("away-now"), reconnects ? texts.retryNow : this.mustReload ? texts.reload : texts.enterAgain);
    setText(byId("away-next"), "");
    if (!this.dialog.open) this.dialog.showModal();
    this.stopWaiting();
    if (reconnects) this.wait();
    return reconnects;
  }

  /** Closes the dialog, because the player is on the board or at the entrance. */
  close(): void {
    this.stopWaiting();
    this.tries = 0;
    if (this.dialog.open) this.dialog.close();
  }

  private titleOf(end: ConnectionEnd, wasIn: boolean): string {
    const { texts } = this;
    if (end.kind === "lost") return texts.lostTitle;
    if (wasIn || end.kind === "protocolError") return texts.closedTitle;
    return end.reason === CloseReason.serverFull ? texts.fullTitle : texts.notYetTitle;
  }

  private textOf(end: ConnectionEnd, wasIn: boolean): string {
    const { texts } = this;
    if (end.kind === "lost") return wasIn ? texts.lost : texts.unreachable;
    if (end.kind === "protocolError") return `${texts.protocolError} (${end.what}).`;
    if (!shouldReconnect(end)) return texts.reasons[end.reason];
    // A full server is named in the title.
    const isNamed = !wasIn && end.reason === CloseReason.serverFull;
    return isNamed ? texts.retriesByItself : `${texts.reasons[end.reason]} ${texts.retriesByItself}`;
  }

  private wait(): void {
    const retryAt = performance.now() + waitMs(this.tries++, Math.random());
    const next = byId("away-next");
    const look = () => {
      const left = retryAt - performance.now();
      if (left <= 0) return this.tryNow();
      setText(next, this.texts.retryIn(Math.ceil(left / 1000)));
    };
    look();
    setText(byId("away-spoken"), next.textContent ?? ""); // once, not every second
    this.timer = window.setInterval(look, 250);
  }

  private tryNow(): void {
    this.stopWaiting();
    setText(byId("away-next"), this.texts.retrying);
    this.enter();
  }

  private goBack(): void {
    this.close();
    this.back();
  }

  private stopWaiting(): void {
    window.clearInterval(this.timer);
  }
}
