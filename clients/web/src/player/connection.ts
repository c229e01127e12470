// One WebSocket to the server. Sends and receives packets, and reports the end of the connection once. Sends a ping every
// 1.5 seconds. Closes the connection if the server sends nothing for 10 seconds.
import { decodeServerPacket, encodeClientPacket, encodeEntry, FrameSplitter, schemaHash } from "../protocol";
import type { ClientPacket, Looks, ServerPacket } from "../protocol";
import type { ConnectionEnd } from "./reconnect";

const pingEveryMs = 1500;
const silenceMaxMs = 10_000;

/** Returns the time of this machine in milliseconds, in 32 bits, as the packets carry it. */
export function clientTime(): number {
  return Math.floor(performance.now()) >>> 0;
}

export class Connection {
  private readonly socket: WebSocket;
  private readonly splitter = new FrameSplitter();
  private readonly timer: number;
  private readonly onPacket: (packet: ServerPacket) => string | undefined;
  private readonly onEnd: (end: ConnectionEnd) => void;
  /** The time since which the page waits for data; undefined if none is due. */
  private silentSince: number | undefined = performance.now();
  private goodbye: ConnectionEnd | undefined;
  private isIn = false;
  private isOver = false;

  constructor(
    url: string,
    name: string,
    world: string,
    looks: Looks,
    onPacket: (packet: ServerPacket) => string | undefined,
    onEnd: (end: ConnectionEnd) => void,
  ) {
    this.onPacket = onPacket;
    this.onEnd = onEnd;
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.send({ kind: "Login", schema: schemaHash, name, world, entry: encodeEntry({ looks }) });
    this.socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.receive(new Uint8Array(event.data));
    this.socket.onclose = () => this.close({ kind: "lost" });
    this.timer = window.setInterval(() => this.watch(), pingEveryMs);
  }

  send(packet: ClientPacket): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(encodeClientPacket(packet) as Uint8Array<ArrayBuffer>);
  }

  /** Logs out and closes the connection. Does not report an end. */
  leave(): void {
    this.send({ kind: "Logout" });
    this.isOver = true;
    window.clearInterval(this.timer);
    this.socket.close();
  }

  private receive(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.silentSince = undefined;
    const { frames, error } = this.splitter.push(bytes);
    for (const frame of frames) {
      const decoded = decodeServerPacket(frame);
      const problem = decoded.ok ? this.onPacket(decoded.packet) : decoded.error;
      if (problem !== undefined) return this.close({ kind: "protocolError", what: problem });
      if (decoded.ok && decoded.packet.kind === "Welcome") {
        this.isIn = true;
        this.watch(); // measures the delay at once
      }
      // The connection ends after a Goodbye packet, which has the reason.
      if (decoded.ok && decoded.packet.kind === "Goodbye")
        this.goodbye = { kind: "goodbye", reason: decoded.packet.reason, text: decoded.packet.text };
    }
    if (error !== undefined) this.close({ kind: "protocolError", what: error });
    else if (this.goodbye) this.close(this.goodbye);
  }

  private watch(): void {
    const now = performance.now();
    if (this.silentSince !== undefined && now - this.silentSince > silenceMaxMs) return this.close({ kind: "lost" });
    // In a hidden page the timer may run only once a minute. Therefore the silence is measured from the last ping.
    this.silentSince ??= now;
    if (this.isIn) this.send({ kind: "Ping", clientTime: clientTime() });
  }

  private close(end: ConnectionEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    window.clearInterval(this.timer);
    this.socket.close();
    this.onEnd(end);
  }
}
