// Asks the server, with the operator's token when there is one. The token lives as long as the tab does.
import type { Players, State } from "./state";

const tokenKey = "madang.operator_token";

/** The server has answered, and it was no: with a line for a person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    line: string,
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

async function ask(path: string, body?: object): Promise<Response> {
  const headers: Record<string, string> = {};
  const token = sessionStorage.getItem(tokenKey);
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(`/operator/api/${path}`, {
    method: body ? "POST" : "GET",
    headers,
    cache: "no-store",
    signal: AbortSignal.timeout(10_000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Refusal(response.status, (await response.text()).trim());
  return response;
}

export async function fetchState(after: number, logAfter: number): Promise<State> {
  return (await ask(`state?after=${after}&log_after=${logAfter}`)).json() as Promise<State>;
}
export async function fetchPlayers(column: number, row: number): Promise<Players> {
  return (await ask(`players?column=${column}&row=${row}`)).json() as Promise<Players>;
}
export async function sayGoodbye(session: string): Promise<void> {
  await ask("goodbye", { session });
}
export async function announce(text: string): Promise<void> {
  await ask("announce", { text });
}
