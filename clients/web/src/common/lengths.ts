// Lengths as the server counts them: in bytes of UTF-8, of the composed form. The server refuses longer texts.

const encoder = new TextEncoder();

/** What the page sends for a typed text: composed letters, no blanks at the ends. A decomposed Hangul letter has up to
 * nine bytes, the composed one has three. */
export function toSend(typed: string): string {
  return typed.normalize("NFC").trim();
}

/** Bytes of UTF-8 that the page would send. */
export function bytesToSend(typed: string): number {
  return encoder.encode(toSend(typed)).length;
}
