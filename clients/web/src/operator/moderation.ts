// The last messages of players, and the list of muted and banned names.
import { byId } from "../common/page";
import { fetchSanctions, lift } from "./api";
import type { Target } from "./dialogs";
import { actionButton } from "./players";
import type { ChatLine, Sanction } from "./state";
import type { Texts } from "./texts";

const linesShown = 200;
/** Within this distance from the end, in pixels, the list counts as scrolled to the end. */
const endPixels = 30;

export class ChatView {
  private last = 0;

  constructor(
    private readonly texts: Texts,
    private readonly sanction: (target: Target) => void,
  ) {
    this.forget();
  }

  get lastNumber(): number {
    return this.last;
  }
  forget(): void {
    this.last = 0;
    const nothing = document.createElement("li");
    nothing.textContent = this.texts.noChat;
    byId("chat").replaceChildren(nothing);
  }

  add(lines: readonly ChatLine[]): void {
    if (lines.length === 0) return;
    const frame = byId("chat-frame");
    const isAtEnd = frame.scrollTop + frame.clientHeight >= frame.scrollHeight - endPixels;
    const list = byId("chat");
    if (this.last === 0) list.replaceChildren();
    list.append(...lines.slice(-linesShown).map((line) => this.itemOf(line)));
    while (list.children.length > linesShown) list.firstElementChild?.remove();
    this.last = lines[lines.length - 1]?.number ?? this.last;
    if (isAtEnd) frame.scrollTop = frame.scrollHeight;
  }

  private itemOf(line: ChatLine): HTMLElement {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = new Date(line.at).toLocaleTimeString("en-GB");
    const name = document.createElement("b");
    name.textContent = line.name;
    const where = document.createElement("small");
    where.textContent = `${line.x}, ${line.y}${line.toAll ? ` · ${this.texts.toAll}` : ""}`;
    const words = document.createElement("span");
    words.textContent = line.text;
    const button = actionButton(this.texts.sanction, this.texts.sanctionOf(line.name), () => this.sanction(line));
    item.append(button, time, name, " ", where, words);
    return item;
  }
}

export class SanctionList {
  /** The version of the list that is shown. The server's number changes with each change of its list. */
  private version = -1;
  private all: readonly Sanction[] = [];

  constructor(
    private readonly texts: Texts,
    private readonly language: string,
    private readonly showOutcome: (text: string, isProblem: boolean) => void,
    private readonly describe: (error: unknown) => string,
  ) {}

  forget(): void {
    this.version = -1;
  }

  async show(version: number, now: number): Promise<void> {
    if (version !== this.version) {
      this.all = (await fetchSanctions()).sanctions;
      this.version = version;
      this.draw();
    }
    const holding = this.all.filter((one) => one.until > now);
    if (holding.length === this.all.length) return;
    this.all = holding;
    this.draw();
  }

  private draw(): void {
    const { texts } = this;
    const rows = this.all.map((one) => {
      const row = document.createElement("tr");
      const until = new Date(one.until).toLocaleString(this.language, { dateStyle: "short", timeStyle: "short" });
      for (const text of [one.kind === "ban" ? texts.ban : texts.mute, one.address ? `${one.name} · ${one.address}` : one.name, until, one.reason]) {
        const cell = row.insertCell();
        cell.textContent = text;
      }
      row.insertCell().append(actionButton(texts.lift, texts.liftOf(one.name), () => void this.lift(one)));
      return row;
    });
    if (rows.length === 0) {
      const row = document.createElement("tr");
      const cell = row.insertCell();
      cell.colSpan = 5;
      cell.textContent = texts.noSanctions;
      rows.push(row);
    }
    byId("sanction-rows").replaceChildren(...rows);
  }

  private async lift(one: Sanction): Promise<void> {
    try {
      await lift(one.id);
      this.showOutcome(this.texts.lifted(one.name), false);
    } catch (error) {
      this.showOutcome(this.describe(error), true);
    }
    this.version = -1;
  }
}
