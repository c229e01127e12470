// Who stands in the chosen square, with a goodbye for each. Asked for anew while a square is chosen.
import { byId, setText } from "../common/page";
import { fetchPlayers, sayGoodbye } from "./api";
import type { Square } from "./heat_map";
import type { Player, Players } from "./state";
import type { Texts } from "./texts";

export class Crowd {
  private players: readonly Player[] = [];
  /** whose goodbye is to be confirmed */
  private asking: string | undefined;

  constructor(
    private readonly texts: Texts,
    private readonly fail: (error: unknown) => string,
  ) {
    byId("search").addEventListener("input", () => this.draw());
  }

  async show(square: Square): Promise<void> {
    const found: Players = await fetchPlayers(square.column, square.row);
    this.players = found.players;
    byId("who").hidden = false;
    setText(byId("who-title"), this.texts.who(found.count));
    setText(byId("who-more"), found.count > found.players.length ? this.texts.onlyFirst(found.players.length) : "");
    this.draw();
  }

  private draw(): void {
    const wanted = byId<HTMLInputElement>("search").value.trim().toLowerCase();
    const shown = this.players.filter((player) => player.name.toLowerCase().includes(wanted));
    const focused = (document.activeElement as HTMLElement | null)?.dataset["for"];
    byId("who-rows").replaceChildren(...shown.map((player) => this.rowOf(player)));
    if (focused) document.querySelector<HTMLElement>(`[data-for="${focused}"]`)?.focus();
  }

  private rowOf(player: Player): HTMLElement {
    const row = document.createElement("tr");
    row.title = `${this.texts.session} ${player.session}`;
    for (const text of [player.name, `${player.x}, ${player.y}`, String(player.sees)]) {
      const cell = document.createElement("td");
      cell.textContent = text;
      row.append(cell);
    }
    const cell = document.createElement("td");
    if (this.asking === player.session) {
      cell.append(
        this.texts.reallyGoodbye(player.name),
        " ",
        this.button(this.texts.yes, `yes ${player.session}`, () => void this.sayGoodbye(player), true),
        " ",
        this.button(this.texts.no, `no ${player.session}`, () => this.ask(undefined)),
      );
    } else {
      cell.append(this.button(this.texts.goodbye, player.session, () => this.ask(player)));
    }
    row.append(cell);
    return row;
  }

  private button(text: string, name: string, act: () => void, isSure = false): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.dataset["for"] = name;
    button.classList.toggle("sure", isSure);
    button.addEventListener("click", act);
    return button;
  }

  private ask(player: Player | undefined): void {
    this.asking = player?.session;
    this.draw();
    if (player) document.querySelector<HTMLElement>(`[data-for="yes ${player.session}"]`)?.focus();
  }

  private async sayGoodbye(player: Player): Promise<void> {
    this.asking = undefined;
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
