// The dialog that stands over the page when one cannot be on the board: why, what happens next, and the ways out. It
// counts down to the next try by itself where one helps (reentry.ts).
import { byId, setText } from "../common/page";
import { CloseReason } from "../protocol";
import { shouldReenter, waitMs } from "./reentry";
import type { Ending } from "./reentry";
import type { Texts } from "./texts";

export class Farewell {
  private readonly dialog = byId<HTMLDialogElement>("away");
  private tries = 0;
  private timer = 0;
  private mustReload = false;

  /** `enter`: tries again; `back`: to the form that one enters by. */
  constructor(
    private readonly texts: Texts,
    private readonly enter: () => void,
    private readonly back: () => void,
  ) {
    byId("away-now").addEventListener("click", () => (this.mustReload ? location.reload() : this.tryNow()));
    byId("away-back").addEventListener("click", () => this.goBack());
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.goBack();
    });
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  /** Whether it will try again by itself. `wasIn`: one has been on the board. */
  show(ending: Ending, wasIn: boolean): boolean {
    const { texts } = this;
    const reason = ending.kind === "goodbye" ? ending.reason : undefined;
    const comesBack = shouldReenter(ending);
    this.mustReload = reason === CloseReason.staleClient;
    setText(byId("away-title"), this.titleOf(ending, wasIn));
    setText(byId("away-text"), this.textOf(ending, wasIn));
    setText(byId("away-now"), comesBack ? texts.retryNow : this.mustReload ? texts.reload : texts.enterAgain);
    setText(byId("away-next"), "");
    if (!this.dialog.open) this.dialog.showModal();
    this.stopWaiting();
    if (comesBack) this.wait();
    return comesBack;
  }

  /** One is on the board, or at the entrance. */
  close(): void {
    this.stopWaiting();
    this.tries = 0;
    if (this.dialog.open) this.dialog.close();
  }

  private titleOf(ending: Ending, wasIn: boolean): string {
    const { texts } = this;
    if (ending.kind === "lost") return texts.lostTitle;
    if (wasIn || ending.kind === "nonsense") return texts.goodbyeTitle;
    return ending.reason === CloseReason.serverFull ? texts.fullTitle : texts.waitTitle;
  }

  private textOf(ending: Ending, wasIn: boolean): string {
    const { texts } = this;
    if (ending.kind === "lost") return wasIn ? texts.lost : texts.notThere;
    if (ending.kind === "nonsense") return `${texts.nonsense} (${ending.what}).`;
    if (wasIn || !shouldReenter(ending)) return texts.reasons[ending.reason];
    return ending.reason === CloseReason.serverFull ? texts.full : `${texts.reasons[ending.reason]} ${texts.full}`;
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
    setText(byId("away-spoken"), next.textContent ?? ""); // once, not each second
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
