// The list of all packets, the newest first. What a packet holds is shown when somebody opens it.
import type { Part } from "./codec";
import { decode, hexOf } from "./codec";
import type { Protocol } from "./tables";
import { typeText } from "./tables";
import type { Texts } from "./texts";

/** More packets than these are forgotten. */
const packetsMax = 500;

export class Log {
  private hidden: readonly string[] = [];

  constructor(
    private readonly list: HTMLElement,
    private readonly protocol: Protocol,
    private readonly texts: Texts,
  ) {}

  /** Hides packets whose names contain one of these, from now on and those that are there. */
  hide(names: string): void {
    this.hidden = names.toLowerCase().split(/[\s,]+/).filter((name) => name !== "");
    for (const item of this.list.children) (item as HTMLElement).hidden = this.isHidden((item as HTMLElement).dataset["name"] ?? "");
  }
  clear(): void {
    this.list.replaceChildren();
  }

  /** Returns the name of the packet. */
  add(frame: Uint8Array, from: "client" | "server"): string {
    const packet = decode(this.protocol, frame, from);
    const name = packet.table?.name ?? "?";
    const item = document.createElement("li");
    item.dataset["name"] = name;
    item.hidden = this.isHidden(name);
    const details = item.appendChild(document.createElement("details"));
    const summary = details.appendChild(document.createElement("summary"));
    const time = summary.appendChild(document.createElement("time"));
    time.textContent = new Date().toISOString().slice(11, 23);
    summary.append(` ${from === "client" ? `→ ${this.texts.out}` : `← ${this.texts.in}`} `);
    const strong = summary.appendChild(document.createElement("strong"));
    strong.textContent = name;
    const rest = summary.appendChild(document.createElement("span"));
    rest.className = "opcode";
    rest.textContent = ` opcode ${packet.opcode}, ${frame.length} bytes ${brief(packet.parts)}`;
    if (packet.problem) {
      const problem = summary.appendChild(document.createElement("span"));
      problem.className = "problem";
      problem.textContent = ` ${packet.problem}`;
    }
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(this.body(frame, packet.table?.doc ?? "", packet.parts));
    });
    this.list.prepend(item);
    while (this.list.children.length > packetsMax) this.list.lastElementChild?.remove();
    return name;
  }

  private isHidden(name: string): boolean {
    return this.hidden.some((one) => name.toLowerCase().includes(one));
  }

  private body(frame: Uint8Array, doc: string, parts: readonly Part[]): HTMLElement {
    const body = document.createElement("div");
    const about = body.appendChild(document.createElement("p"));
    about.textContent = doc;
    const whole = body.appendChild(document.createElement("p")).appendChild(document.createElement("code"));
    whole.textContent = hexOf(frame);
    const table = body.appendChild(document.createElement("table")).appendChild(document.createElement("tbody"));
    rowsOf(table, frame, parts, "");
    return body;
  }
}

/** The first values, for the line of a packet. */
function brief(parts: readonly Part[]): string {
  const text = parts
    .filter((part) => part.text !== "")
    .map((part) => `${part.name}=${part.text}`)
    .join(" ");
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function rowsOf(table: HTMLElement, frame: Uint8Array, parts: readonly Part[], before: string): void {
  for (const part of parts) {
    const row = table.appendChild(document.createElement("tr"));
    const cells: [string, string][] = [
      ["name", before + part.name],
      ["value", part.text],
      ["bytes", part.size > 64 ? `${part.size} bytes` : hexOf(frame.slice(part.at, part.at + part.size))],
      ["doc", part.doc ? `${typeText(part.type)}: ${part.doc}` : typeText(part.type)],
    ];
    for (const [kind, text] of cells) {
      const cell = row.appendChild(document.createElement("td"));
      cell.className = kind;
      (kind === "bytes" ? cell.appendChild(document.createElement("code")) : cell).textContent = text;
    }
    rowsOf(table, frame, part.parts, `${before}${part.name}.`);
  }
}
