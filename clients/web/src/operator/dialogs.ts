// What an operator does to one player, asked for in dialogs: they name the player and its session, and stay as they are
// whatever becomes of the list behind them.
import { byId, setText } from "../common/page";
import { sanction, sayGoodbye } from "./api";
import { BoundedField } from "./lengths";
import type { Player, State } from "./state";
import type { Texts } from "./texts";

const minutesOffered = [5, 15, 60, 6 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60];
const minutesAtFirst = 60;

/** Whom it is about; without a session and an address: whoever has this name. */
export type Whom = Pick<Player, "name"> & Partial<Pick<Player, "session" | "entity" | "address">>;

export class Dialogs {
  private readonly reason: BoundedField;
  private readonly name: BoundedField;
  private whom: Whom = { name: "" };

  constructor(
    private readonly texts: Texts,
    /** what became of it, for the operator */
    private readonly tell: (text: string, isProblem: boolean) => void,
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
    this.whom = player;
    setText(byId("goodbye-title"), this.texts.reallyGoodbye(player.name));
    setText(byId("goodbye-whom"), this.texts.whom(player.session, player.entity, player.address));
    show("goodbye");
    byId("goodbye-yes").focus();
  }

  askSanction(whom: Whom): void {
    this.whom = whom;
    byId<HTMLFormElement>("sanction-form").reset(); // nothing of what was done to another
    const hasSession = whom.session !== undefined && whom.entity !== undefined;
    setText(byId("sanction-title"), whom.name ? this.texts.sanctionOf(whom.name) : this.texts.sanctionName);
    setText(byId("sanction-whom"), hasSession ? this.texts.whom(whom.session, whom.entity, whom.address ?? null) : "");
    this.name.value = whom.name;
    byId<HTMLInputElement>("sanction-of").readOnly = whom.name !== "";
    this.reason.value = "";
    setText(byId("sanction-problem"), "");
    byId("sanction-by-address").hidden = !whom.address;
    setText(byId("sanction-address-text"), whom.address ? this.texts.byAddress(whom.address) : "");
    show("sanction");
    byId(whom.name ? "sanction-reason" : "sanction-of").focus();
  }

  private async sayGoodbye(): Promise<void> {
    const { name, session } = this.whom;
    if (session === undefined) return;
    try {
      await sayGoodbye(session);
      this.onGone(session);
      this.tell(this.texts.saidGoodbye(name), false);
    } catch (error) {
      this.tell(this.describe(error), true);
    }
  }

  private async sanction(): Promise<void> {
    if (!this.name.isGood() || !this.reason.isGood()) return;
    const kind = new FormData(byId<HTMLFormElement>("sanction-form")).get("kind") === "ban" ? "ban" : "mute";
    const address = byId<HTMLInputElement>("sanction-address").checked ? this.whom.address : undefined;
    const minutes = Number(byId<HTMLSelectElement>("sanction-minutes").value);
    try {
      await sanction({ kind, name: this.name.value, minutes, reason: this.reason.value, ...(address ? { address } : {}) });
      byId<HTMLDialogElement>("sanction").close();
      this.tell(kind === "ban" ? this.texts.banned(this.name.value) : this.texts.muted(this.name.value), false);
      this.onSanction();
    } catch (error) {
      setText(byId("sanction-problem"), this.describe(error));
    }
  }
}

/** The answer is that of this time: Escape leaves the one of the time before. */
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
      option.selected = one === chosen;
      return option;
    }),
  );
}
