// The line to the server. It logs in, and after a loss it logs in again by itself, into the same room.
import { decodeServerPacket, encodeClientPacket, encodeEntry, FrameSplitter, schemaHash } from "rooms/protocol";
import type { ClientPacket, ServerPacket } from "rooms/protocol";

const pingMs = 10_000;
const retryMs = 1_000;

/** A player in a room. The lobby has an empty name. A player with ticket 0 only watches. */
export interface Visit {
  name: string;
  room: string;
  ticket: bigint;
}

export interface Listener {
  onPacket(packet: ServerPacket): void;
  /** The line is lost, and the next try follows. */
  onLost(): void;
  /** There is no next try. */
  onEnd(why: string): void;
}

export class Line {
  private socket: WebSocket | undefined;
  private wasWelcomed = false;
  private readonly pings = setInterval(() => this.send({ kind: "Ping", clientTime: 0 }), pingMs);
  private retry: ReturnType<typeof setTimeout> | undefined;

  /** The line keeps `visit`, and changes its room when the server says Welcome. */
  constructor(
    readonly visit: Visit,
    private readonly listener: Listener,
  ) {
    this.connect();
  }

  send(packet: ClientPacket): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(encodeClientPacket(packet).slice().buffer);
  }
  goTo(room: string): void {
    this.send({ kind: "EnterWorld", world: room, entry: encodeEntry({ ticket: this.visit.ticket }) });
  }
  close(): void {
    clearInterval(this.pings);
    clearTimeout(this.retry);
    this.send({ kind: "Logout" });
    if (this.socket) this.socket.onclose = this.socket.onmessage = null;
    this.socket?.close();
  }

  private connect(): void {
    const { name, ticket } = this.visit;
    const frames = new FrameSplitter();
    let goodbye: string | undefined;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/socket`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () =>
      this.send({ kind: "Login", schema: schemaHash, name, world: this.visit.room, entry: encodeEntry({ ticket }) });
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      for (const frame of frames.push(new Uint8Array(data)).frames) {
        const decoded = decodeServerPacket(frame);
        if (!decoded.ok) continue;
        const { packet } = decoded;
        if (packet.kind === "Goodbye") goodbye = packet.text;
        if (packet.kind === "Welcome") {
          this.wasWelcomed = true;
          this.visit.room = packet.world;
        }
        this.listener.onPacket(packet);
      }
    };
    socket.onclose = () => {
      if (goodbye === undefined && this.wasWelcomed) {
        this.listener.onLost();
        this.retry = setTimeout(() => this.connect(), retryMs);
      } else {
        this.close();
        this.listener.onEnd(goodbye ?? "The server does not answer.");
      }
    };
    this.socket = socket;
  }
}
