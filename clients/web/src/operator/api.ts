// Requests to the server. Sends the operator's token if there is one. The token is kept until the tab is closed.
import type { Value } from "../playground/codec";
import type { Protocol, RecordTable } from "../playground/tables";
import type { Square } from "./heat_map";
import type { Player, Players, Sanctions, Settings, State, Worlds } from "./state";

const tokenKey = "madang.operator_token";

/** The server refused a request. The message is a line of text for the operator. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    line: string,
    /** The name of the request, for example "goodbye". */
    readonly call: string,
  ) {
    super(line);
  }
}

/** Returns whether an HTTP header can carry the text. A browser refuses to send other characters, or sends other bytes. */
export function isToken(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}
export function setToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

/** The server answers, or gives up, in less than this time. */
const timeoutMs = 8_000;

async function ask(path: string, body?: object): Promise<Response> {
  const headers: Record<string, string> = {};
  const token = sessionStorage.getItem(tokenKey);
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(`/operator/api/${path}`, {
    method: body ? "POST" : "GET",
    headers,
    cache: "no-store",
    signal: AbortSignal.timeout(timeoutMs),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Refusal(response.status, (await response.text()).trim(), path.split("?")[0] ?? "");
  return response;
}

export async function fetchState(after: number, logAfter: number, chatAfter: number): Promise<State> {
  return (await ask(`state?after=${after}&log_after=${logAfter}&chat_after=${chatAfter}`)).json() as Promise<State>;
}
/** Fetches one page of the players of a world: the players behind `after` in the server's order. */
export async function fetchPlayers(world: string, find: string, square: Square | undefined, after: Player | undefined, rows: number): Promise<Players> {
  const query = new URLSearchParams({ find, rows: String(rows) });
  if (world) query.set("world", world);
  if (square) for (const [name, value] of Object.entries(square)) query.set(name, String(value));
  if (after) {
    query.set("after_name", after.name);
    query.set("after_entity", after.entity);
  }
  return (await ask(`players?${query}`)).json() as Promise<Players>;
}
export async function fetchProtocol(): Promise<Protocol> {
  return (await ask("protocol")).json() as Promise<Protocol>;
}
export async function fetchActions(): Promise<{ readonly actions: readonly RecordTable[] }> {
  return (await ask("actions")).json() as Promise<{ readonly actions: readonly RecordTable[] }>;
}
/** Does something in a world, in one of its next ticks. */
export async function act(world: string, action: string, values: { readonly [name: string]: Value }): Promise<void> {
  await ask("act", { world, action, values });
}
/** Opens a WebSocket to this server. A browser lets no page set the fields of its request, so a name of a protocol carries
 * the token. */
export function socketOf(path: string): WebSocket {
  const token = sessionStorage.getItem(tokenKey);
  const digits = Array.from(new TextEncoder().encode(token ?? ""), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url, token ? ["madang", `madang.token.${digits}`] : ["madang"]);
}
export async function fetchWorlds(): Promise<Worlds> {
  return (await ask("worlds")).json() as Promise<Worlds>;
}
export async function endWorld(world: string): Promise<void> {
  await ask("end-world", { world });
}
export async function fetchSettings(): Promise<Settings> {
  return (await ask("settings")).json() as Promise<Settings>;
}
export async function fetchSanctions(): Promise<Sanctions> {
  return (await ask("sanctions")).json() as Promise<Sanctions>;
}
export async function sayGoodbye(session: string): Promise<void> {
  await ask("goodbye", { session });
}
export async function announce(text: string): Promise<void> {
  await ask("announce", { text });
}
export interface NewSanction {
  readonly kind: "mute" | "ban";
  readonly name: string;
  readonly minutes: number;
  readonly reason: string;
  readonly address?: string;
}
export async function sanction(one: NewSanction): Promise<void> {
  await ask("sanction", one);
}
export async function lift(id: string): Promise<void> {
  await ask("lift", { id });
}
export async function restart(seconds: number, reason: string): Promise<void> {
  await ask("restart", { seconds, reason });
}
export async function cancelRestart(): Promise<void> {
  await ask("cancel-restart", {});
}
