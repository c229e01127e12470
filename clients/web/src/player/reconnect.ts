// Whether and when the page connects again after the end of a connection. Pure.
import { CloseReason } from "../protocol";

/** Why a connection ended. */
export type ConnectionEnd =
  | { readonly kind: "goodbye"; readonly reason: CloseReason; readonly text: string }
  /** The connection was lost, or was never established. */
  | { readonly kind: "lost" }
  /** The server sent data that the protocol does not allow. `what` says which. */
  | { readonly kind: "protocolError"; readonly what: string };

const passing: ReadonlySet<CloseReason> = new Set([
  CloseReason.connectionLost,
  CloseReason.serverStopping,
  CloseReason.loginTimeout,
  CloseReason.idleTimeout,
  CloseReason.slowReader,
  CloseReason.serverFull,
  CloseReason.tooManyFromAddress,
  CloseReason.worldFull,
  CloseReason.tooManyWorlds,
]);

/** Returns whether the page connects again by itself. It does not if the same end would follow, or if the operator
 * disconnected the player. */
export function shouldReconnect(end: ConnectionEnd): boolean {
  return end.kind === "lost" || (end.kind === "goodbye" && passing.has(end.reason));
}

const waitsMs = [1000, 2000, 4000, 8000, 15000];

/** Returns the wait before the next try, in milliseconds. `tries`: failed tries in a row. `chance` (0 to 1) changes the wait by
 * up to a fifth, so that not all clients come at once. */
export function waitMs(tries: number, chance: number): number {
  const wait = waitsMs[Math.min(tries, waitsMs.length - 1)] as number;
  return Math.round(wait * (0.8 + 0.4 * chance));
}
