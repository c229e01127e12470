// The chat: the log, the input field, and the bubbles over the figures.
import { bytesToSend, toSend } from "../common/lengths";
import { Budget } from "./budget";
import { textBytesMax } from "./limits";
import type { Texts } from "./texts";

const linesMax = 100;
const sentMax = 16;
const bubbleMs = 6000;
/** Limit of the bubbles; more of them would hide the board. The newest ones are shown. */
const bubblesMax = 12;
export type Scope = "near" | "all";

export class Chat {
  private readonly log: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly input: HTMLInputElement;
  private readonly scopeButton: HTMLButtonElement;
  private readonly hint: HTMLElement;
  private readonly count: HTMLElement;
  private readonly bubbleLayer: HTMLElement;
  private readonly texts: Texts;
  private readonly bubbles = new Map<bigint, { element: HTMLElement; until: number; width: number; height: number }>();
  private readonly budgets = { near: new Budget(5, 1100), all: new Budget(3, 5200) };
  private scope: Scope = "near";
  /** The last sent messages, by number: the server may still refuse them. */
  private readonly sent = new Map<number, string>();
  private isTooLong = false;

  /** `say` sends a message and returns its number in this visit. `done` is called when the player leaves the input field. */
  constructor(texts: Texts, elements: { [name in "log" | "form" | "input" | "scope" | "hint" | "count" | "bubbles"]: HTMLElement }, say: (scope: Scope, text: string) => number, done: () => void) {
    this.texts = texts;
    this.log = elements.log;
    this.form = elements.form as HTMLFormElement;
    this.input = elements.input as HTMLInputElement;
    this.scopeButton = elements.scope as HTMLButtonElement;
    this.hint = elements.hint;
    this.count = elements.count;
    this.bubbleLayer = elements.bubbles;
    this.scopeButton.addEventListener("click", () => {
      this.setScope(this.scope === "near" ? "all" : "near");
      this.input.focus();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.submit(say)) done();
    });
    this.input.addEventListener("keydown", (event) => {
      // An input method is still composing the text: its Enter does not send.
      if (event.isComposing) event.stopPropagation();
      else if (event.key === "Escape") done();
    });
    this.input.addEventListener("input", () => this.showLength());
    this.setScope("near");
  }

  /** Removes all messages and the typed text, because another person may enter. */
  clear(): void {
    this.clearBubbles();
    this.log.replaceChildren();
    this.sent.clear();
    this.input.value = "";
    this.hint.textContent = "";
    this.setScope("near");
    this.showLength();
  }

  open(): void {
    this.input.focus();
  }

  /** Shows why a message was not sent. Puts the message back into the input field if the field is empty; else shows the message
   * beside the reason. */
  notSaid(number: number, why: string): void {
    const text = this.sent.get(number) ?? "";
    this.sent.delete(number);
    if (this.input.value === "") {
      this.input.value = text;
      this.showLength();
      this.hint.textContent = why;
    } else {
      this.hint.textContent = text === "" ? why : `${why} “${text}”`;
    }
  }

  add(kind: "near" | "all" | "operator" | "note", speaker: string, text: string): void {
    const line = document.createElement("p");
    line.className = kind;
    if (speaker) {
      const name = document.createElement("b");
      name.textContent = kind === "all" ? `${speaker} → ${this.texts.toAll}` : speaker;
      line.append(name, " ");
    }
    line.append(text);
    const isAtEnd = this.log.scrollTop + this.log.clientHeight >= this.log.scrollHeight - 30;
    this.log.append(line);
    while (this.log.childElementCount > linesMax) this.log.firstElementChild?.remove();
    if (isAtEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  /** Returns the texts of the last lines. */
  lines(): string[] {
    return [...this.log.children].map((line) => line.textContent ?? "");
  }

  bubble(id: bigint, text: string, now: number): void {
    this.removeBubble(id);
    const [oldest] = this.bubbles.keys();
    if (oldest !== undefined && this.bubbles.size === bubblesMax) this.removeBubble(oldest);
    const element = document.createElement("div");
    element.className = "bubble";
    element.textContent = text;
    this.bubbleLayer.append(element);
    const { offsetWidth, offsetHeight } = element;
    this.bubbles.set(id, { element, until: now + bubbleMs, width: offsetWidth, height: offsetHeight });
  }

  /** Moves each bubble over its figure, inside the window. `pointOf` returns no point for a figure that has left. */
  placeBubbles(now: number, windowWidth: number, pointOf: (id: bigint) => { x: number; y: number } | undefined): void {
    for (const [id, bubble] of this.bubbles) {
      const point = pointOf(id);
      if (!point || now > bubble.until) {
        this.removeBubble(id);
      } else {
        const left = Math.min(Math.max(point.x - bubble.width / 2, 4), windowWidth - bubble.width - 4);
        const top = Math.max(point.y - bubble.height - 22, 4);
        bubble.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
      }
    }
  }

  clearBubbles(): void {
    for (const id of this.bubbles.keys()) this.removeBubble(id);
  }

  private removeBubble(id: bigint): void {
    this.bubbles.get(id)?.element.remove();
    this.bubbles.delete(id);
  }

  private setScope(scope: Scope): void {
    this.scope = scope;
    const audience = scope === "all" ? this.texts.toAll : this.texts.toNear;
    this.scopeButton.textContent = audience;
    this.scopeButton.setAttribute("aria-label", this.texts.sendTo(audience));
    this.scopeButton.dataset["scope"] = scope;
  }

  private remember(number: number, text: string): void {
    this.sent.delete(number); // a message of an earlier visit may have this number
    this.sent.set(number, text);
    const [oldest] = this.sent.keys();
    if (oldest !== undefined && this.sent.size > sentMax) this.sent.delete(oldest);
  }

  /** Sends the typed message. Returns whether the player may leave the input field. */
  private submit(say: (scope: Scope, text: string) => number): boolean {
    this.hint.textContent = "";
    const text = toSend(this.input.value);
    if (text === "") return true;
    this.showLength();
    if (this.isTooLong) {
      this.hint.textContent = this.texts.tooLong(textBytesMax);
      return false;
    }
    if (!this.budgets[this.scope].spend(performance.now())) {
      this.hint.textContent = this.texts.tooFast;
      return false;
    }
    this.remember(say(this.scope, text), text);
    this.input.value = "";
    this.showLength();
    return true;
  }

  /** Shows the length of the typed message from 75 % of the limit on. Reports once that the message became too long. */
  private showLength(): void {
    const bytes = bytesToSend(this.input.value);
    this.count.textContent = bytes > textBytesMax * 0.75 ? `${bytes} / ${textBytesMax}` : "";
    const isTooLong = bytes > textBytesMax;
    if (isTooLong === this.isTooLong) return;
    this.isTooLong = isTooLong;
    this.input.setAttribute("aria-invalid", String(isTooLong));
    this.hint.textContent = isTooLong ? this.texts.tooLong(textBytesMax) : "";
  }
}
