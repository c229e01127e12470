// Lengths as the server counts them: bytes of UTF-8 in the normal form (NFC), of what is sent.
import { byId, setText } from "../common/page";
import type { Texts } from "./texts";

/** As it is sent. */
export function normal(text: string): string {
  return text.trim().normalize("NFC");
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(normal(text)).length;
}

/** A field with a note below it, which says how much is used from half of it on, and that it is too much. */
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
    return normal(this.input.value);
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
  /** Whether it may be sent; where it may not, it gets the focus. */
  isGood(): boolean {
    const isGood = bytesOf(this.input.value) <= this.max;
    if (!isGood) this.input.focus();
    return isGood;
  }

  private draw(): void {
    const used = bytesOf(this.input.value);
    const isTooLong = used > this.max;
    this.input.setAttribute("aria-invalid", String(isTooLong));
    const note = byId(`${this.id}-length`);
    note.classList.toggle("problem", isTooLong);
    setText(note, isTooLong ? this.texts.tooLong(used, this.max) : used * 2 > this.max ? this.texts.length(used, this.max) : "");
  }
}
