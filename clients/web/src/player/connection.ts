// One WebSocket to the server: packets out, packets in, and one end, told once. It asks the server every second or two
// whether it is there, and gives up when nothing was heard for ten.
import { decodeServerPacket, encodeClientPacket, FrameSplitter, schemaHash } from "../protocol";
import type { ClientPacket, Looks, ServerPacket } from "../protocol";
import type { Ending } from "./reentry";

const pingEveryMs = 1500;
const silenceMaxMs = 10_000;

/** By this machine's clock, in 32 bits, as packets carry it. */
export function clientTime(): number {
  return Math.floor(performance.now()) >>> 0;
}

export class Connection {
  private readonly socket: WebSocket;
  private readonly splitter = new FrameSplitter();
  private readonly timer: number;
  private readonly onPacket: (packet: ServerPacket) => string | undefined;
  private readonly onEnd: (ending: Ending) => void;
  /** since when an answer is owed */
  private silentSince: number | undefined = performance.now();
  private ending: Ending | undefined;
  private isIn = false;
  private isOver = false;

  constructor(
    url: string,
    name: string,
    looks: Looks,
    onPacket: (packet: ServerPacket) => string | undefined,
    onEnd: (ending: Ending) => void,
  ) {
    this.onPacket = onPacket;
    this.onEnd = onEnd;
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.send({ kind: "Login", schema: schemaHash, name, looks });
    this.socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.take(new Uint8Array(event.data));
    this.socket.onclose = () => this.end({ kind: "lost" });
    this.timer = window.setInterval(() => this.watch(), pingEveryMs);
  }

  send(packet: ClientPacket): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(encodeClientPacket(packet) as Uint8Array<ArrayBuffer>);
  }

  /** Says goodbye, and tells no end. */
  leave(): void {
    this.send({ kind: "Logout" });
    this.isOver = true;
    window.clearInterval(this.timer);
    this.socket.close();
  }

  private take(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.silentSince = undefined;
    const { frames, error } = this.splitter.push(bytes);
    for (const frame of frames) {
      const decoded = decodeServerPacket(frame);
      const wrong = decoded.ok ? this.onPacket(decoded.packet) : decoded.error;
      if (wrong !== undefined) return this.end({ kind: "nonsense", what: wrong });
      if (decoded.ok && decoded.packet.kind === "Welcome") {
        this.isIn = true;
        this.watch(); // how far away is it?
      }
      // The connection ends behind a goodbye: its words are the reason then.
      if (decoded.ok && decoded.packet.kind === "Goodbye")
        this.ending = { kind: "goodbye", reason: decoded.packet.reason, text: decoded.packet.text };
    }
    if (error !== undefined) this.end({ kind: "nonsense", what: error });
    else if (this.ending) this.end(this.ending);
  }

  private watch(): void {
    const now = performance.now();
    if (this.silentSince !== undefined && now - this.silentSince > silenceMaxMs) return this.end({ kind: "lost" });
    // A browser may let the timer of a page in the background run once a minute: silence counts from a question on.
    this.silentSince ??= now;
    if (this.isIn) this.send({ kind: "Ping", clientTime: clientTime() });
  }

  private end(ending: Ending): void {
    if (this.isOver) return;
    this.isOver = true;
    window.clearInterval(this.timer);
    this.socket.close();
    this.onEnd(ending);
  }
}
