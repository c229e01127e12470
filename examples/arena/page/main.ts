// The page of the arena: walk with the arrow keys, fire with the space bar, talk.
import { decodeServerPacket, encodeClientPacket, encodeEntry, FrameSplitter, schemaHash } from "arena/protocol";
import type { ClientPacket, Heading, ServerPacket } from "arena/protocol";
import { Sight } from "./sight";

const colours = ["#6fb1ff", "#ffc24b", "#7ddc9a", "#ff8f7d", "#c7a2ff", "#5fd6d6", "#ff9ed2", "#d5d96b"];
const tilesShown = 20;
const pingMs = 10_000;
function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
const canvas = byId<HTMLCanvasElement>("ground");
const brush = canvas.getContext("2d")!;

class Game {
  private readonly socket: WebSocket;
  private readonly frames = new FrameSplitter();
  private readonly keys = new Set<string>();
  private sight: Sight | undefined;
  private steering: Heading = { x: 0, y: 0 };
  private ending = "The connection is lost.";

  constructor(name: string, room: string, onEnd: (why: string) => void) {
    this.socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/socket`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => {
      this.send({ kind: "Login", schema: schemaHash, name, world: room, entry: encodeEntry({}) });
    };
    this.socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      for (const frame of this.frames.push(new Uint8Array(data)).frames) {
        const decoded = decodeServerPacket(frame);
        if (decoded.ok) this.apply(decoded.packet);
      }
    };
    this.socket.onclose = () => onEnd(this.ending);
    setInterval(() => this.send({ kind: "Ping", clientTime: 0 }), pingMs);
  }

  key(key: string, isDown: boolean): boolean {
    if (key === " " && isDown) this.send({ kind: "Fire", clientTime: 0 });
    if (key === " ") return true;
    if (!key.startsWith("Arrow")) return false;
    if (isDown) this.keys.add(key);
    else this.keys.delete(key);
    this.steer();
    return true;
  }
  stop(): void {
    this.keys.clear();
    this.steer();
  }
  say(text: string): void {
    this.send({ kind: "Say", text });
  }
  /** What tests look at. */
  measure(): { me: unknown; fighters: number; shots: number } {
    const seen = this.sight?.entities() ?? [];
    const count = (kind: string) => seen.filter((one) => one.kind === kind).length;
    const me = this.sight?.me();
    return { me: me && { x: me.x, y: me.y, hitPoints: me.hitPoints }, fighters: count("fighter"), shots: count("shot") };
  }

  private steer(): void {
    const sign = (low: string, high: string) => Number(this.keys.has(high)) - Number(this.keys.has(low));
    const heading = { x: sign("ArrowLeft", "ArrowRight"), y: sign("ArrowUp", "ArrowDown") };
    if (heading.x === this.steering.x && heading.y === this.steering.y) return;
    this.steering = heading;
    this.send({ kind: "Steer", heading });
  }
  private send(packet: ClientPacket): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(encodeClientPacket(packet).slice().buffer);
  }

  private apply(packet: ServerPacket): void {
    if (packet.kind === "Welcome") this.sight = new Sight(packet.entity, packet.cellSize, packet.unitsPerTile);
    else if (packet.kind === "Goodbye") this.ending = packet.text;
    else if (packet.kind === "CellSaid") hear(`“${packet.text}”`);
    else if (packet.kind === "CellTold") hear(`${this.sight?.nameOf(packet)} goes down`); // fighters tell Killed, and nothing else
    else this.sight?.apply(packet);
  }

  draw(): void {
    const me = this.sight?.me();
    if (!this.sight || !me) return;
    const tile = canvas.width / tilesShown;
    const unit = tile / this.sight.tileSize;
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, canvas.width, canvas.height);
    brush.setTransform(unit, 0, 0, unit, canvas.width / 2 - me.x * unit, canvas.height / 2 - me.y * unit);
    const size = this.sight.tileSize;
    const [left, top] = [Math.floor(me.x / size) - tilesShown / 2, Math.floor(me.y / size) - tilesShown / 2];
    for (let x = left; x <= left + tilesShown; ++x)
      for (let y = top; y <= top + tilesShown; ++y) {
        const isObstacle = this.sight.isObstacle(x, y);
        if (isObstacle === undefined) continue;
        brush.fillStyle = isObstacle ? "#6d788c" : "#232a38";
        brush.fillRect(x * size + 1, y * size + 1, size - 2, size - 2);
      }
    for (const one of this.sight.entities()) {
      brush.fillStyle = one.kind === "shot" ? "#e9edf4" : colours[Number(one.id % BigInt(colours.length))]!;
      brush.globalAlpha = one.kind === "fighter" && one.hitPoints === 0 ? 0.3 : 1;
      brush.beginPath();
      brush.arc(one.x, one.y, one.kind === "fighter" ? size * 0.4 : size * 0.12, 0, 2 * Math.PI);
      brush.fill();
      brush.globalAlpha = 1;
      if (one.kind !== "fighter") continue;
      brush.fillStyle = "#e9edf4";
      brush.fillRect(one.x + one.facing.x * size * 0.3 - size * 0.08, one.y + one.facing.y * size * 0.3 - size * 0.08, size * 0.16, size * 0.16);
      brush.fillRect(one.x - size * 0.4, one.y - size * 0.6, (size * 0.8 * one.hitPoints) / 100, size * 0.08);
      brush.font = `${size * 0.3}px system-ui`;
      brush.textAlign = "center";
      brush.fillText(`${one.name} ${one.kills}`, one.x, one.y - size * 0.65);
    }
    const state = `${me.hitPoints} hit points, ${me.kills} kills`;
    if (byId("state").textContent !== state) byId("state").textContent = state;
  }
}

function hear(text: string): void {
  const item = byId("heard").appendChild(document.createElement("li"));
  item.textContent = text;
  while (byId("heard").children.length > 5) byId("heard").firstElementChild?.remove();
}

let game: Game | undefined;
function show(isPlaying: boolean, news: string): void {
  byId("door").hidden = isPlaying;
  byId("game").hidden = !isPlaying;
  byId("news").textContent = news;
  if (isPlaying) canvas.focus();
}
byId("door").addEventListener("submit", (event) => {
  event.preventDefault();
  const value = (id: string) => byId<HTMLInputElement>(id).value;
  game = new Game(value("name"), value("room"), (why) => {
    game = undefined;
    show(false, why);
  });
  show(true, "");
});
byId("talk").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = byId<HTMLInputElement>("words");
  if (words.value.trim()) game?.say(words.value.trim());
  words.value = "";
  canvas.focus();
});
canvas.addEventListener("keydown", (event) => {
  if (!event.repeat && game?.key(event.key, true)) event.preventDefault();
});
canvas.addEventListener("keyup", (event) => game?.key(event.key, false));
canvas.addEventListener("blur", () => game?.stop());

function frame(): void {
  game?.draw();
  requestAnimationFrame(frame);
}
frame();
Object.assign(window, { arena: () => game?.measure() });
