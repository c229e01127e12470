// Dialogs for actions on one player. A dialog names the player and the session. A dialog does not change when the list of
// players behind it changes.
import { byId, setText } from "../common/page";
import { sanction, sayGoodbye } from "./api";
import { BoundedField } from "./bounded_field";
import type { Player, State } from "./state";
import type { Texts } from "./texts";

const minutesOffered = [5, 15, 60, 6 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60];
const minutesAtFirst = 60;

/** The target of an action. Without a session and an address: every player with this name. */
export type Target = Pick<Player, "name"> & Partial<Pick<Player, "session" | "entity" | "address" | "canSanctionAddress">>;

export class Dialogs {
  private readonly reason: BoundedField;
  private readonly name: BoundedField;
  private target: Target = { name: "" };

  constructor(
    private readonly texts: Texts,
    /** Shows the outcome to the operator. */
    private readonly showOutcome: (text: string, isProblem: boolean) => void,
    private readonly describe: (error: unknown) => string,
    private readonly onGone: (session: string) => void,
    private readonly onSanction: () => void,
  ) {
    this.reason = new BoundedField("sanction-reason", texts);
    this.name = new BoundedField("sanction-of", texts);
    fillMinutes(byId<HTMLSelectElement>("sanction-minutes"), minutesOffered, minutesAtFirst, texts);
    byId("sanction-no").addEventListener("click", () => byId<HTMLDialogElement>("sanction").close());
    byId("sanction-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.sanction();
    });
    byId("sanction-name").addEventListener("click", () => this.askSanction({ name: "" }));
    const goodbye = byId<HTMLDialogElement>("goodbye");
    goodbye.addEventListener("close", () => {
      if (goodbye.returnValue === "yes") void this.sayGoodbye();
    });
  }

  setLimits(limits: State["limits"]): void {
    this.reason.setMax(limits.reasonBytes);
    this.name.setMax(limits.nameBytes);
  }

  askGoodbye(player: Player): void {
    this.target = player;
    setText(byId("goodbye-title"), this.texts.reallyGoodbye(player.name));
    setText(byId("goodbye-whom"), this.texts.identity(player.session, player.entity, player.address));
    show("goodbye");
    byId("goodbye-yes").focus();
  }

  askSanction(target: Target): void {
    this.target = target;
    byId<HTMLFormElement>("sanction-form").reset(); // removes the values of the last target
    const hasSession = target.session !== undefined && target.entity !== undefined;
    setText(byId("sanction-title"), target.name ? this.texts.sanctionOf(target.name) : this.texts.sanctionName);
    setText(byId("sanction-whom"), hasSession ? this.texts.identity(target.session, target.entity, target.address ?? null) : "");
    this.name.value = target.name;
    byId<HTMLInputElement>("sanction-of").readOnly = target.name !== "";
    this.reason.value = "";
    setText(byId("sanction-problem"), "");
    // Only what the server accepts is offered.
    const address = target.canSanctionAddress ? target.address : null;
    byId("sanction-by-address").hidden = !address;
    setText(byId("sanction-address-text"), address ? this.texts.byAddress(address) : "");
    show("sanction");
    byId(target.name ? "sanction-reason" : "sanction-of").focus();
  }

  private async sayGoodbye(): Promise<void> {
    const { name, session } = this.target;
    if (session === undefined) return;
    try {
      await sayGoodbye(session);
      this.onGone(session);
      this.showOutcome(this.texts.saidGoodbye(name), false);
    } catch (error) {
      this.showOutcome(this.describe(error), true);
    }
  }

  private async sanction(): Promise<void> {
    if (!this.name.isGood() || !this.reason.isGood()) return;
    const kind = new FormData(byId<HTMLFormElement>("sanction-form")).get("kind") === "ban" ? "ban" : "mute";
    const address = byId<HTMLInputElement>("sanction-address").checked ? this.target.address : undefined;
    const minutes = Number(byId<HTMLSelectElement>("sanction-minutes").value);
    try {
      await sanction({ kind, name: this.name.value, minutes, reason: this.reason.value, ...(address ? { address } : {}) });
      byId<HTMLDialogElement>("sanction").close();
      this.showOutcome(kind === "ban" ? this.texts.banned(this.name.value) : this.texts.muted(this.name.value), false);
      this.onSanction();
    } catch (error) {
      setText(byId("sanction-problem"), this.describe(error));
    }
  }
}

/** Opens a dialog without a result: Escape would else leave the result of the last time. */
function show(id: string): void {
  const dialog = byId<HTMLDialogElement>(id);
  dialog.returnValue = "";
  dialog.showModal();
}

export function fillMinutes(select: HTMLSelectElement, minutes: readonly number[], chosen: number, texts: Texts): void {
  select.replaceChildren(
    ...minutes.map((one) => {
      const option = document.createElement("option");
      option.value = String(one);
      option.textContent = texts.minutes(one);
      option.defaultSelected = one === chosen; // a reset of the form chooses this option again
      return option;
    }),
  );
}
