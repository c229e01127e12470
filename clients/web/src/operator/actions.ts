// What the operator can do in a world of this game: a form for each action that the game's rules have.
import { byId, setText } from "../common/page";
import { Form } from "../playground/form";
import type { RecordTable } from "../playground/tables";
import { languages } from "../playground/texts";
import type { Language } from "../common/language";
import { act, fetchActions, Refusal } from "./api";
import type { Texts } from "./texts";

export class Actions {
  private actions: readonly RecordTable[] = [];
  private isLoaded = false;
  private readonly form: Form;
  private readonly choice = byId<HTMLSelectElement>("action");

  constructor(
    private readonly texts: Texts,
    language: Language,
    private readonly describe: (error: unknown) => string,
  ) {
    this.form = new Form(byId("action-fields"), {}, languages[language], () => undefined);
    this.choice.addEventListener("change", () => this.choose());
    byId("act").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.act();
    });
  }

  forget(): void {
    this.isLoaded = false;
    byId("actions-section").hidden = true;
    setText(byId("act-outcome"), "");
  }

  /** Shows the actions, if the game has any. */
  async show(hasActions: boolean | undefined): Promise<void> {
    if (!hasActions || this.isLoaded) return;
    this.isLoaded = true;
    this.actions = (await fetchActions()).actions;
    this.choice.replaceChildren(
      ...this.actions.map((action) => {
        const option = document.createElement("option");
        option.textContent = action.name;
        return option;
      }),
    );
    byId("actions-section").hidden = false;
    this.choose();
  }

  private get action(): RecordTable {
    return this.actions[this.choice.selectedIndex]!;
  }

  private choose(): void {
    setText(byId("action-doc"), this.action.doc);
    this.form.show(this.action);
  }

  private async act(): Promise<void> {
    const world = byId<HTMLInputElement>("action-world").value;
    const { name } = this.action;
    try {
      await act(world, name, this.form.values());
      setText(byId("act-outcome"), this.texts.acted(name, world));
    } catch (error) {
      // What the server says of a value names the field.
      const isAboutValues = error instanceof Refusal && error.status === 400;
      setText(byId("act-outcome"), isAboutValues ? error.message : this.describe(error));
    }
  }
}
