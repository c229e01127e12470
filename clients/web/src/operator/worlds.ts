// The list of worlds. It is shown while there are others than the main world.
import { byId, setText } from "../common/page";
import { endWorld, fetchWorlds } from "./api";
import { AttributeColumns } from "./attribute_columns";
import { actionButton } from "./players";
import type { World, Worlds } from "./state";
import type { Texts } from "./texts";

export class WorldList {
  private readonly columns = new AttributeColumns(byId("world-headings"), byId("world-actions"));
  /** Counts the requests. An answer is shown only if no later request was sent. */
  private requests = 0;
  /** The name of the world that the dialog is about. */
  private asked = "";

  constructor(
    private readonly texts: Texts,
    private readonly language: string,
    private readonly showPlayers: (world: World) => void,
    private readonly describe: (error: unknown) => string,
  ) {
    const dialog = byId<HTMLDialogElement>("end-world");
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") void this.end(this.asked);
    });
  }

  forget(): void {
    ++this.requests;
    byId("worlds-section").hidden = true;
    setText(byId("worlds-outcome"), "");
  }

  /** Shows the list of `count` worlds, or hides it if there is only the main world. */
  async show(count: number, hasMainWorld: boolean): Promise<void> {
    const isHidden = hasMainWorld && count <= 1;
    byId("worlds-section").hidden = isHidden;
    if (isHidden) return;
    const request = ++this.requests;
    const worlds = await fetchWorlds();
    if (request === this.requests) this.draw(worlds);
  }

  private draw({ count, worlds }: Worlds): void {
    setText(byId("worlds-title"), this.texts.worldsOf(worlds.length, count));
    const list = byId("world-rows");
    this.columns.update(worlds.map((world) => world.attributes));
    const focused = document.activeElement?.getAttribute("aria-label");
    list.replaceChildren(...worlds.map((world) => this.rowOf(world)));
    // The row of a button with the focus was made anew.
    if (focused) for (const button of list.querySelectorAll("button")) if (button.getAttribute("aria-label") === focused) button.focus();
  }

  private rowOf(world: World): HTMLElement {
    const row = document.createElement("tr");
    const cell = (text = "") => {
      const made = row.appendChild(document.createElement("td"));
      made.textContent = text;
      return made;
    };
    const title = this.titleOf(world.name);
    const name = cell(title);
    if (world.broken) {
      const why = document.createElement("small");
      why.textContent = this.texts.worldIsClosed(world.broken);
      name.append(why);
    }
    for (const number of [world.players, world.entities, world.zone]) cell(number.toLocaleString(this.language)).className = "number";
    for (const text of this.columns.textsOf(world.attributes)) cell(text);
    const actions = cell();
    actions.className = "actions";
    actions.append(actionButton(this.texts.players, this.texts.playersOfWorld(title), () => this.showPlayers(world)));
    if (world.name) actions.append(" ", actionButton(this.texts.endWorld, this.texts.endWorldOf(title), () => this.ask(world)));
    return row;
  }

  private titleOf(name: string): string {
    return name || this.texts.mainWorld;
  }

  private ask(world: World): void {
    this.asked = world.name;
    setText(byId("end-world-title"), this.texts.reallyEndWorld(world.name, world.players));
    const dialog = byId<HTMLDialogElement>("end-world");
    dialog.returnValue = ""; // Escape would else leave the result of the last time
    dialog.showModal();
    byId("end-world-yes").focus();
  }

  private async end(name: string): Promise<void> {
    const outcome = byId("worlds-outcome");
    try {
      await endWorld(name);
      setText(outcome, this.texts.worldEnds(name));
      outcome.classList.remove("problem");
    } catch (error) {
      setText(outcome, this.describe(error));
      outcome.classList.add("problem");
    }
  }
}
