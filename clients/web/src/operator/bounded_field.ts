// A text field with a limit of its length, in bytes.
import { bytesToSend, toSend } from "../common/lengths";
import { byId, setText } from "../common/page";
import type { Texts } from "./texts";

/** A text field with a note below it. The note shows the length from half of the limit on, and reports a text that is too long. */
export class BoundedField {
  private max = Infinity;

  constructor(
    private readonly id: string,
    private readonly texts: Texts,
  ) {
    this.input.addEventListener("input", () => this.draw());
  }

  private get input(): HTMLInputElement {
    return byId<HTMLInputElement>(this.id);
  }
  get value(): string {
    return toSend(this.input.value);
  }
  set value(text: string) {
    this.input.value = text;
    this.draw();
  }
  setMax(bytes: number): void {
    if (bytes === this.max) return;
    this.max = bytes;
    this.draw();
  }
  /** Returns whether the text may be sent. If not, focuses the field. */
  isGood(): boolean {
    const isGood = bytesToSend(this.input.value) <= this.max;
    if (!isGood) this.input.focus();
    return isGood;
  }

  private draw(): void {
    const used = bytesToSend(this.input.value);
    const isTooLong = used > this.max;
    this.input.setAttribute("aria-invalid", String(isTooLong));
    const note = byId(`${this.id}-length`);
    note.classList.toggle("problem", isTooLong);
    if (isTooLong) setText(note, this.texts.tooLong(used, this.max));
    else setText(note, used * 2 > this.max ? this.texts.length(used, this.max) : "");
  }
}
