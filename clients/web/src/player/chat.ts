// What is said: the log, the line to type in, and the bubbles over the figures.
import { textBytesMax } from "./limits";
import type { Texts } from "./texts";

const linesMax = 100;
const sentMax = 16;
const bubbleMs = 6000;
/** More at once would hide the board; the newest are shown. */
const bubblesMax = 12;
const encoder = new TextEncoder();

/** So many at once, and then one in so many milliseconds: what the server allows by default (docs/protocol.md). */
class Budget {
  private tokens: number;
  private at = 0;
  constructor(
    private readonly burst: number,
    private readonly intervalMs: number,
  ) {
    this.tokens = burst;
  }
  take(now: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + (now - this.at) / this.intervalMs);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

export type Scope = "near" | "all";

export class Chat {
  private readonly log: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly input: HTMLInputElement;
  private readonly scopeButton: HTMLButtonElement;
  private readonly hint: HTMLElement;
  private readonly bubbleLayer: HTMLElement;
  private readonly texts: Texts;
  private readonly bubbles = new Map<number, { element: HTMLElement; until: number }>();
  private readonly budgets = { near: new Budget(5, 1100), all: new Budget(3, 5200) };
  private scope: Scope = "near";
  /** What was sent last, by its number: the server may still refuse it. */
  private readonly sent = new Map<number, string>();

  /** `say` sends the words and returns their number in this visit; `done` is called when the line is left. */
  constructor(texts: Texts, elements: { [name in "log" | "form" | "input" | "scope" | "hint" | "bubbles"]: HTMLElement }, say: (scope: Scope, text: string) => number, done: () => void) {
    this.texts = texts;
    this.log = elements.log;
    this.form = elements.form as HTMLFormElement;
    this.input = elements.input as HTMLInputElement;
    this.scopeButton = elements.scope as HTMLButtonElement;
    this.hint = elements.hint;
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
      // What an input method is still composing is not to be sent.
      if (event.isComposing) event.stopPropagation();
      else if (event.key === "Escape") done();
    });
    this.setScope("near");
  }

  open(): void {
    this.input.focus();
  }

  /** Says why, beside the line, and gives those words back to be mended. While others are typed it only names them. */
  notSaid(number: number, why: string): void {
    const words = this.sent.get(number) ?? "";
    this.sent.delete(number);
    if (this.input.value === "") {
      this.hint.textContent = why;
      this.input.value = words;
    } else {
      this.hint.textContent = words === "" ? why : `${why} “${words}”`;
    }
  }

  add(kind: "near" | "all" | "operator" | "note", who: string, text: string): void {
    const line = document.createElement("li");
    line.className = kind;
    if (who) {
      const name = document.createElement("b");
      name.textContent = kind === "all" ? `${who} → ${this.texts.toAll}` : who;
      line.append(name, " ");
    }
    line.append(text);
    const isAtEnd = this.log.scrollTop + this.log.clientHeight >= this.log.scrollHeight - 30;
    this.log.append(line);
    while (this.log.childElementCount > linesMax) this.log.firstElementChild?.remove();
    if (isAtEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  /** The last lines, as text. */
  lines(): string[] {
    return [...this.log.children].map((line) => line.textContent ?? "");
  }

  bubble(alias: number, text: string, now: number): void {
    this.removeBubble(alias);
    const [oldest] = this.bubbles.keys();
    if (oldest !== undefined && this.bubbles.size === bubblesMax) this.removeBubble(oldest);
    const element = document.createElement("div");
    element.className = "bubble";
    element.textContent = text;
    this.bubbleLayer.append(element);
    this.bubbles.set(alias, { element, until: now + bubbleMs });
  }

  /** Puts each bubble over its figure; `pointOf` has none for who is gone. */
  placeBubbles(now: number, pointOf: (alias: number) => { x: number; y: number } | undefined): void {
    for (const [alias, bubble] of this.bubbles) {
      const point = pointOf(alias);
      if (!point || now > bubble.until) {
        this.removeBubble(alias);
      } else {
        bubble.element.style.transform = `translate(${Math.round(point.x)}px, ${Math.round(point.y)}px) translate(-50%, calc(-100% - 22px))`;
      }
    }
  }

  clearBubbles(): void {
    for (const alias of this.bubbles.keys()) this.removeBubble(alias);
  }

  private removeBubble(alias: number): void {
    this.bubbles.get(alias)?.element.remove();
    this.bubbles.delete(alias);
  }

  private setScope(scope: Scope): void {
    this.scope = scope;
    this.scopeButton.textContent = scope === "all" ? this.texts.toAll : this.texts.toNear;
    this.scopeButton.setAttribute("aria-pressed", String(scope === "all"));
  }

  private remember(number: number, text: string): void {
    this.sent.delete(number); // of an earlier visit
    this.sent.set(number, text);
    const [oldest] = this.sent.keys();
    if (oldest !== undefined && this.sent.size > sentMax) this.sent.delete(oldest);
  }

  /** Whether the line is done with. */
  private submit(say: (scope: Scope, text: string) => number): boolean {
    this.hint.textContent = "";
    const text = this.input.value.trim();
    if (text === "") return true;
    if (encoder.encode(text).length > textBytesMax) {
      this.hint.textContent = `${encoder.encode(text).length} / ${textBytesMax}`;
      return false;
    }
    if (!this.budgets[this.scope].take(performance.now())) {
      this.hint.textContent = this.texts.tooFast;
      return false;
    }
    this.remember(say(this.scope, text), text);
    this.input.value = "";
    return true;
  }
}
