// A restart with a countdown: the operator plans, watches and cancels the restart here.
import { byId, setText } from "../common/page";
import { cancelRestart, restart } from "./api";
import { fillMinutes } from "./dialogs";
import { BoundedField } from "./bounded_field";
import type { State } from "./state";
import type { Texts } from "./texts";

const minutesOffered = [1, 2, 5, 10, 15, 30, 60];
const minutesAtFirst = 5;

export class Restart {
  private readonly reason: BoundedField;

  constructor(
    private readonly texts: Texts,
    private readonly language: string,
    private readonly describe: (error: unknown) => string,
  ) {
    this.reason = new BoundedField("restart-reason", texts);
    fillMinutes(byId<HTMLSelectElement>("restart-minutes"), minutesOffered, minutesAtFirst, texts);
    const sure = byId<HTMLDialogElement>("restart-sure");
    byId("restart").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.reason.isGood()) return;
      setText(byId("restart-title"), texts.reallyRestart(texts.minutes(this.minutes)));
      sure.returnValue = "";
      sure.showModal();
    });
    sure.addEventListener("close", () => {
      if (sure.returnValue === "yes") void this.act(() => restart(this.minutes * 60, this.reason.value), texts.restartPlanned);
    });
    byId("cancel-restart").addEventListener("click", () => void this.act(cancelRestart, texts.restartCancelled));
  }

  private get minutes(): number {
    return Number(byId<HTMLSelectElement>("restart-minutes").value);
  }

  show(state: State, serverNow: number): void {
    this.reason.setMax(state.limits.reasonBytes);
    byId("restart").hidden = state.restart !== null;
    byId("restarting").hidden = state.restart === null;
    if (!state.restart) return;
    const left = Math.max(Math.round((state.restart.at - serverNow) / 1000), 0);
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    setText(byId("restarting-at"), this.texts.restartingAt(new Date(state.restart.at).toLocaleTimeString(this.language), clock, state.restart.reason));
  }

  private async act(what: () => Promise<void>, done: string): Promise<void> {
    const outcome = byId("restart-outcome");
    try {
      await what();
      setText(outcome, done);
      outcome.classList.remove("problem");
    } catch (error) {
      setText(outcome, this.describe(error));
      outcome.classList.add("problem");
    }
  }
}
