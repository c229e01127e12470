// A simulated server of the player's page, for moments that a test must control tick by tick: it sends the packets that the
// test gives it. It has one client.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { until } from "./browser.mjs";
import { load } from "./load.mjs";

const { decodeClientPacket, encodeServerPacket, FrameSplitter } = await load("protocol.ts");
const pages = fileURLToPath(new URL("../../../build/web-mock/", import.meta.url)); // see buildPages() of operator_mock.mjs
const types = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

export class PlayerMock {
  constructor() {
    /** The packets of the client. */
    this.received = [];
    this.http = createServer(({ url }, answer) => {
      const name = url === "/" ? "index.html" : url.slice(1);
      answer.setHeader("Content-Type", types[name.split(".").pop()] ?? "text/plain");
      answer.end(readFileSync(join(pages, name)));
    });
    new WebSocketServer({ server: this.http, path: "/socket" }).on("connection", (socket) => {
      this.socket = socket;
      const splitter = new FrameSplitter();
      socket.on("message", (bytes) => {
        for (const frame of splitter.push(new Uint8Array(bytes)).frames) {
          const { ok, packet, error } = decodeClientPacket(frame);
          if (!ok) throw new Error(error);
          this.received.push(packet);
        }
      });
    });
  }

  async listen() {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
    this.url = `http://127.0.0.1:${this.http.address().port}/`;
    return this;
  }

  /** Waits for a packet of this kind and removes it. */
  next(kind) {
    return until(`the client sends ${kind}`, () => {
      const at = this.received.findIndex((packet) => packet.kind === kind);
      return at >= 0 && this.received.splice(at, 1)[0];
    });
  }

  /** Sends the packets of one tick, in one message. */
  send(...packets) {
    this.socket.send(Buffer.concat(packets.map(encodeServerPacket)));
  }

  close() {
    this.socket?.terminate();
    this.http.closeAllConnections();
    this.http.close();
  }
}
