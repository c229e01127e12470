// Who stands in the chosen square, with a goodbye for each. Asked for anew while a square is chosen.
import { byId, setText } from "../common/page";
import { fetchPlayers, sayGoodbye } from "./api";
import type { Square } from "./heat_map";
import type { Player } from "./state";
import type { Texts } from "./texts";

/** A row stays the same element as long as its player is listed: what is pressed, focused or selected in it stays so. */
interface Row {
  readonly element: HTMLElement;
  readonly where: HTMLElement;
  readonly sees: HTMLElement;
  readonly actions: HTMLElement;
}

export class Crowd {
  private players: readonly Player[] = [];
  private rows = new Map<string, Row>();
  /** counts what was asked, so that an answer that others have overtaken is not shown */
  private asked = 0;

  constructor(
    private readonly texts: Texts,
    private readonly fail: (error: unknown) => string,
  ) {
    byId("search").addEventListener("input", () => this.draw());
  }

  forget(): void {
    ++this.asked;
    this.players = [];
    this.draw();
    byId("who").hidden = true;
  }

  async show(square: Square): Promise<void> {
    const asked = ++this.asked;
    const found = await fetchPlayers(square.column, square.row);
    if (asked !== this.asked) return;
    this.players = found.players;
    byId("who").hidden = false;
    setText(byId("who-title"), this.texts.who(found.count));
    setText(byId("who-more"), found.count > found.players.length ? this.texts.onlyFirst(found.players.length) : "");
    this.draw();
  }

  private draw(): void {
    const wanted = byId<HTMLInputElement>("search").value.trim().toLowerCase();
    const shown = this.players.filter(({ name, session, entity }) => name.toLowerCase().includes(wanted) || session === wanted || entity === wanted);
    const before = this.rows;
    this.rows = new Map(shown.map((player) => [player.session, before.get(player.session) ?? this.rowOf(player)]));
    for (const [session, row] of before) if (!this.rows.has(session)) row.element.remove();
    const list = byId("who-rows");
    shown.forEach((player, i) => {
      const row = this.rows.get(player.session) as Row;
      setText(row.where, `${player.x}, ${player.y}`);
      setText(row.sees, String(player.sees));
      if (list.children[i] !== row.element) list.insertBefore(row.element, list.children[i] ?? null);
    });
  }

  private rowOf(player: Player): Row {
    const element = document.createElement("tr");
    const cell = () => element.appendChild(document.createElement("td"));
    const name = cell();
    const ids = document.createElement("small");
    ids.textContent = this.texts.ids(player.session, player.entity);
    name.append(player.name, ids);
    const row = { element, where: cell(), sees: cell(), actions: cell() };
    this.offer(row, player);
    return row;
  }

  private offer(row: Row, player: Player): HTMLButtonElement {
    const button = this.button(this.texts.goodbye, () => this.confirm(row, player));
    row.actions.replaceChildren(button);
    return button;
  }

  private confirm(row: Row, player: Player): void {
    const yes = this.button(this.texts.yes, () => void this.sayGoodbye(row, player));
    yes.classList.add("sure");
    const no = this.button(this.texts.no, () => this.offer(row, player).focus());
    row.actions.replaceChildren(this.texts.reallyGoodbye(player.name), " ", yes, " ", no);
    yes.focus();
  }

  private button(text: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  private async sayGoodbye(row: Row, player: Player): Promise<void> {
    this.offer(row, player).focus();
    const outcome = byId("outcome");
    try {
      await sayGoodbye(player.session);
      this.players = this.players.filter((other) => other.session !== player.session);
      outcome.textContent = this.texts.saidGoodbye(player.name);
      outcome.classList.remove("problem");
    } catch (error) {
      outcome.textContent = this.fail(error);
      outcome.classList.add("problem");
    }
    this.draw();
  }
}
