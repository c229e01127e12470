// The list of players, in pages: all players or the players in a square, and the search by name. The server makes the pages.
import { byId, setText } from "../common/page";
import { AttributeColumns } from "./attribute_columns";
import { fetchPlayers } from "./api";
import type { Square } from "./heat_map";
import { BoundedField } from "./bounded_field";
import type { Player, Players } from "./state";
import type { Texts } from "./texts";

export const rowsOnAPage = 50;
/** The search begins this time after the last key, in milliseconds. */
const typingMs = 200;

/** A row of the list. The element stays the same while its player is listed, so a pressed button stays pressed. */
interface Row {
  readonly element: HTMLElement;
  readonly where: HTMLElement;
  readonly sees: HTMLElement;
  readonly attributes: readonly HTMLElement[];
  readonly address: HTMLElement;
  player: Player;
}

/** Actions on a player. An action gets the player as listed at the moment of the click. */
export interface Actions {
  readonly goodbye: (player: Player) => void;
  readonly sanction: (player: Player) => void;
}

export class PlayerList {
  private rows = new Map<string, Row>();
  private readonly columns = new AttributeColumns(byId("who-headings"), byId("who-address"));
  private hasMainWorld = true;
  private world = "";
  private square: Square | undefined;
  private squareText = "";
  /** The last player of each page before this one. */
  private before: Player[] = [];
  private page: Players = { count: 0, hasMore: false, players: [] };
  private loaded = false;
  /** Counts the requests. An answer is shown only if no later request was sent. */
  private requests = 0;
  private timer = 0;
  private readonly search: BoundedField;

  constructor(
    private readonly texts: Texts,
    private readonly actions: Actions,
    private readonly onWholeMap: () => void,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.search = new BoundedField("search", texts);
    byId("search").addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.begin(), typingMs);
    });
    byId("whole-map").addEventListener("click", () => {
      this.onWholeMap();
      this.showSquare(undefined, "");
    });
    byId("page-after").addEventListener("click", () => {
      const last = this.page.players[this.page.players.length - 1];
      if (last) this.before.push(last);
      void this.refresh();
    });
    byId("page-before").addEventListener("click", () => {
      this.before.pop();
      void this.refresh();
    });
  }

  /** Returns whether the server has sent a list since the start or since forget(). */
  get isLoaded(): boolean {
    return this.loaded;
  }
  setNameBytes(bytes: number): void {
    this.search.setMax(bytes);
  }
  forget(): void {
    this.world = "";
    this.square = undefined;
    this.before = [];
    this.page = { count: 0, hasMore: false, players: [] };
    this.loaded = false;
    ++this.requests;
    this.draw();
  }
  /** Without a main world there is a list only after the operator has chosen a world. */
  setHasMainWorld(has: boolean): void {
    this.hasMainWorld = has;
    byId("who").hidden = !has && !this.world;
  }
  /** Shows the players of a square of the main world, or all of them. */
  showSquare(square: Square | undefined, text: string): void {
    this.world = "";
    this.square = square;
    this.squareText = text;
    this.begin();
  }
  /** Shows all players of a world. `world` is its name; empty: the main world. */
  showWorld(world: string): void {
    this.world = world;
    this.square = undefined;
    byId("who").hidden = false;
    this.begin();
  }
  /** Removes a player from the list, because the server has closed the session. */
  drop(session: string): void {
    this.page = { ...this.page, players: this.page.players.filter((player) => player.session !== session) };
    this.draw();
  }

  async refresh(): Promise<void> {
    const request = ++this.requests;
    try {
      const page = await fetchPlayers(this.world, this.search.value, this.square, this.before[this.before.length - 1], rowsOnAPage);
      if (request !== this.requests) return;
      this.page = page;
      this.loaded = true;
      if (page.players.length === 0 && this.before.length > 0) {
        this.before.pop(); // all players of this page have left
        return await this.refresh();
      }
      this.draw();
    } catch (error) {
      if (request === this.requests) this.onFailure(error);
    }
  }

  private begin(): void {
    this.before = [];
    void this.refresh();
  }

  private draw(): void {
    const { players, count, hasMore } = this.page;
    if (this.columns.update(players.map((player) => player.attributes))) {
      for (const row of this.rows.values()) row.element.remove();
      this.rows.clear();
    }
    const before = this.rows;
    this.rows = new Map(players.map((player) => [player.session, before.get(player.session) ?? this.rowOf(player)]));
    for (const [session, row] of before) if (!this.rows.has(session)) row.element.remove();
    const list = byId("who-rows");
    players.forEach((player, i) => {
      const row = this.rows.get(player.session) as Row;
      row.player = player;
      setText(row.where, `${player.x}, ${player.y}`);
      setText(row.sees, String(player.sees));
      this.columns.textsOf(player.attributes).forEach((text, column) => setText(row.attributes[column] as HTMLElement, text));
      setText(row.address, player.address ?? this.texts.notKnown);
      if (list.children[i] !== row.element) list.insertBefore(row.element, list.children[i] ?? null);
    });
    setText(byId("who-title"), this.titleOf(count));
    setText(byId("who-none"), players.length > 0 ? "" : this.emptyText());
    byId("whole-map").hidden = !this.hasMainWorld || (!this.square && !this.world);
    const first = this.before.length * rowsOnAPage + 1;
    setText(byId("who-page"), players.length > 0 ? this.texts.rowsOf(first, first + players.length - 1, count) : "");
    byId<HTMLButtonElement>("page-before").disabled = this.before.length === 0;
    byId<HTMLButtonElement>("page-after").disabled = !hasMore;
  }

  private titleOf(count: number): string {
    if (this.world) return this.texts.playersInWorld(count, this.world);
    return this.square ? this.texts.playersInSquare(count, this.squareText) : this.texts.playersOnMap(count);
  }

  /** Returns the text of a list without players. */
  private emptyText(): string {
    if (!this.isLoaded) return this.texts.listLoading;
    if (this.search.value) return this.texts.noPlayersFound(this.search.value);
    if (this.world) return this.texts.noPlayersInWorld;
    return this.square ? this.texts.noPlayersInSquare : this.texts.noPlayers;
  }

  private rowOf(player: Player): Row {
    const element = document.createElement("tr");
    const cell = () => element.appendChild(document.createElement("td"));
    const name = cell();
    const ids = document.createElement("small");
    ids.textContent = this.texts.identity(player.session, player.entity, null);
    name.append(player.name, ids);
    const row: Row = { element, where: cell(), sees: cell(), attributes: Array.from({ length: this.columns.count }, cell), address: cell(), player };
    const actions = cell();
    actions.className = "actions";
    actions.append(
      actionButton(this.texts.goodbye, this.texts.goodbyeTo(player.name), () => this.actions.goodbye(row.player)),
      " ",
      actionButton(this.texts.sanction, this.texts.sanctionOf(player.name), () => this.actions.sanction(row.player)),
    );
    return row;
  }
}

/** Returns a button of a row. `label`: its name for screen readers, with the name of the player. */
export function actionButton(text: string, label: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "needs-server";
  button.textContent = text;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}
