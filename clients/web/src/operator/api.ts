// Asks the server, with the operator's token when there is one. The token lives as long as the tab does.
import type { Square } from "./heat_map";
import type { Player, Players, Sanctions, Settings, State } from "./state";

const tokenKey = "madang.operator_token";

/** The server has answered, and it was no: with a line for a person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    line: string,
    /** what was asked: "goodbye" */
    readonly call: string,
  ) {
    super(line);
  }
}

/** Whether a header can carry it as the server compares it: a browser refuses to send anything else, or sends other bytes. */
export function isToken(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}
export function setToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

/** The server itself answers, or gives up, before. */
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
/** A page of players: those behind `after` in the server's order. */
export async function fetchPlayers(find: string, square: Square | undefined, after: Player | undefined, rows: number): Promise<Players> {
  const query = new URLSearchParams({ find, rows: String(rows) });
  if (square) for (const [name, value] of Object.entries(square)) query.set(name, String(value));
  if (after) {
    query.set("after_name", after.name);
    query.set("after_entity", after.entity);
  }
  return (await ask(`players?${query}`)).json() as Promise<Players>;
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
