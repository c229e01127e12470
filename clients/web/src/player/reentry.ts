// Whether to come back by oneself after an end, and when. Pure.
import { CloseReason } from "../protocol";

/** What stands behind the words on the screen. */
export type Ending =
  | { readonly kind: "goodbye"; readonly reason: CloseReason; readonly text: string }
  /** the connection is gone, or never came about */
  | { readonly kind: "lost" }
  /** the server sent what its protocol does not allow */
  | { readonly kind: "nonsense"; readonly what: string };

const comesBack: ReadonlySet<CloseReason> = new Set([
  CloseReason.connectionLost,
  CloseReason.serverStopping,
  CloseReason.loginTimeout,
  CloseReason.idleTimeout,
  CloseReason.slowReader,
  CloseReason.serverFull,
  CloseReason.tooManyFromAddress,
  CloseReason.worldFull,
]);

/** Not after what would only happen again, nor when one was asked to leave. */
export function shouldReenter(ending: Ending): boolean {
  return ending.kind === "lost" || (ending.kind === "goodbye" && comesBack.has(ending.reason));
}

const waitsMs = [1000, 2000, 4000, 8000, 15000];

/** Before try number `tries` (from 0) in a row; a fifth more or less by `chance` (0 to 1), so that not all come at once. */
export function waitMs(tries: number, chance: number): number {
  const wait = waitsMs[Math.min(tries, waitsMs.length - 1)] as number;
  return Math.round(wait * (0.8 + 0.4 * chance));
}
