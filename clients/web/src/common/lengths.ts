// Lengths of texts as the server counts them: in bytes of UTF-8, in the composed form (NFC). The server refuses longer texts.

const encoder = new TextEncoder();

/** Returns the text that the page sends for a typed text: letters are composed, spaces at both ends are removed.
 * A decomposed Korean letter has up to 9 bytes; the composed letter has 3. */
export function toSend(typed: string): string {
  return typed.normalize("NFC").trim();
}

/** Returns the length of the text that the page would send, in bytes. */
export function bytesToSend(typed: string): number {
  return encoder.encode(toSend(typed)).length;
}
