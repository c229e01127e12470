// The playground: a client of any game, in which a person sees each packet, composes packets, and breaks them on purpose.
import "./playground.css";
import { languageOfPage } from "../common/language";
import { byId, putTexts, setText } from "../common/page";
import { fetchProtocol, Refusal, setToken, socketOf } from "../operator/api";
import { BadValue, bytesOf, decode, encode, Frames, hexOf } from "./codec";
import { Form } from "./form";
import { Log } from "./log";
import type { PacketTable, Protocol } from "./tables";
import { languages } from "./texts";

const language = languageOfPage();
const texts = languages[language];
const pingMs = 10_000;

class Playground {
  private socket: WebSocket | undefined;
  /** The server has let the client in. Before that, only a Login may be sent. */
  private isWelcome = false;
  private readonly log: Log;
  private readonly form: Form;
  private readonly bytes = byId<HTMLTextAreaElement>("bytes");
  private readonly choice = byId<HTMLSelectElement>("packet");

  constructor(private readonly protocol: Protocol) {
    this.log = new Log(byId("log"), protocol, texts);
    this.form = new Form(byId("fields"), protocol, texts, () => this.fill());
    setText(byId("about"), texts.about(protocol.name));
    for (const packet of protocol.client) {
      const option = this.choice.appendChild(document.createElement("option"));
      option.value = String(packet.opcode);
      option.textContent = `${packet.name} (${packet.opcode})`;
    }
    this.choice.addEventListener("change", () => this.choose());
    this.bytes.addEventListener("input", () => this.check());
    byId("fields").addEventListener("submit", (event) => event.preventDefault());
    byId("connect").addEventListener("click", () => this.connect());
    byId("disconnect").addEventListener("click", () => this.socket?.close());
    byId("send").addEventListener("click", () => this.send());
    byId("clear").addEventListener("click", () => this.log.clear());
    const filter = byId<HTMLInputElement>("filter");
    filter.addEventListener("input", () => this.log.hide(filter.value));
    this.offerToBreak();
    this.choose();
    this.show(texts.notConnected);
    setInterval(() => this.ping(), pingMs);
    byId("panel").hidden = false;
  }

  private get packet(): PacketTable {
    return this.protocol.client.find((one) => String(one.opcode) === this.choice.value)!;
  }

  private choose(): void {
    setText(byId("packet-doc"), this.packet.doc);
    this.form.show(this.packet);
    this.fill();
  }

  /** Puts the bytes of the form's packet into the field of bytes. */
  private fill(): void {
    try {
      this.bytes.value = hexOf(encode(this.protocol, this.packet, this.form.values()));
      this.check();
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      this.judge(error.message);
    }
  }

  private check(): void {
    const bytes = bytesOf(this.bytes.value);
    this.judge(bytes ? decode(this.protocol, bytes, "client").problem : texts.notHex);
  }

  private judge(problem: string | undefined): void {
    const verdict = byId("verdict");
    verdict.className = problem ? "problem" : "good";
    setText(verdict, problem ?? texts.fine);
  }

  /** Each button makes one mistake more in the bytes. */
  private offerToBreak(): void {
    const change: { [button: string]: (bytes: number[]) => number[] } = {
      cut: (bytes) => withSize(bytes.slice(0, -1)),
      add: (bytes) => withSize([...bytes, 0]),
      turn: (bytes) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 0x80 : byte)),
      unknown: (bytes) => bytes.map((byte, i) => (i === 2 || i === 3 ? 0xff : byte)),
      size: (bytes) => [2, 0, ...bytes.slice(2)],
    };
    for (const [button, make] of Object.entries(change))
      byId(button).addEventListener("click", () => {
        const bytes = bytesOf(this.bytes.value);
        if (!bytes || bytes.length < 4) return;
        this.bytes.value = hexOf(Uint8Array.from(make(Array.from(bytes))));
        this.check();
      });
  }

  private connect(): void {
    const socket = socketOf("/playground/socket");
    socket.binaryType = "arraybuffer";
    const frames = new Frames();
    socket.addEventListener("open", () => this.show(texts.connected));
    socket.addEventListener("message", (event: MessageEvent<ArrayBuffer>) => {
      for (const frame of frames.add(new Uint8Array(event.data))) {
        if (this.log.add(frame, "server") === "Welcome") this.isWelcome = true;
      }
    });
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.show(texts.closed(event.code));
    });
    this.socket = socket;
    this.isWelcome = false;
    this.show(texts.notConnected);
  }

  private send(): void {
    const bytes = bytesOf(this.bytes.value);
    if (bytes && bytes.length > 0) this.put(bytes);
  }

  private put(bytes: Uint8Array): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(bytes.slice().buffer);
    this.log.add(bytes, "client");
  }

  /** The server ends a session that is silent for long. */
  private ping(): void {
    const ping = this.protocol.client.find((one) => one.name === "Ping");
    if (!ping || !this.isWelcome || !byId<HTMLInputElement>("keep-alive").checked) return;
    this.put(encode(this.protocol, ping, Object.fromEntries(ping.fields.map((field) => [field.name, "0"]))));
  }

  private show(status: string): void {
    setText(byId("status"), status);
    const isOpen = this.socket !== undefined;
    byId<HTMLButtonElement>("connect").disabled = isOpen;
    byId<HTMLButtonElement>("disconnect").disabled = !isOpen;
    byId<HTMLButtonElement>("send").disabled = this.socket?.readyState !== WebSocket.OPEN;
  }
}

/** Returns the bytes with a head that says their number. */
function withSize(bytes: number[]): number[] {
  return bytes.map((byte, i) => (i === 0 ? bytes.length & 255 : i === 1 ? bytes.length >> 8 : byte));
}

async function open(): Promise<void> {
  try {
    const protocol = await fetchProtocol();
    byId("door").hidden = true;
    new Playground(protocol);
  } catch (error) {
    byId("door").hidden = false;
    byId("token-form").hidden = !(error instanceof Refusal && error.status === 401);
    setText(byId("refusal"), error instanceof Error ? error.message : String(error));
  }
}

document.documentElement.lang = language;
document.title = `Madang: ${texts.title}`;
putTexts(texts);
byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setToken(byId<HTMLInputElement>("token").value);
  void open();
});
void open();
