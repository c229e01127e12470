// What the client sees: the cells around its fighter, and the fighters and shots in them.
import type { Fighter, ServerPacket, Shot, Step } from "arena/protocol";

export type Seen = { id: bigint; x: number; y: number } & (
  | ({ kind: "fighter" } & Pick<Fighter, "name" | "hitPoints" | "facing" | "kills">)
  | ({ kind: "shot" } & Pick<Shot, "heading">)
);

export class Sight {
  private readonly cells = new Map<string, Uint8Array>();
  /** By cell and alias. An entity that goes to another cell is in both for a moment: the later one counts. */
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly own: bigint,
    private readonly cellSize: number,
    readonly tileSize: number,
  ) {}

  /** The entities in sight, each one once. */
  entities(): Seen[] {
    return [...new Map(Array.from(this.seen.values(), (one) => [one.id, one])).values()];
  }
  me(): (Seen & { kind: "fighter" }) | undefined {
    const own = this.entities().find((one) => one.id === this.own);
    return own?.kind === "fighter" ? own : undefined;
  }
  nameOf(at: { cellX: number; cellY: number; alias: number }): string {
    const one = this.seen.get(this.key(at.cellX, at.cellY, at.alias));
    return one?.kind === "fighter" ? one.name : "somebody";
  }
  /** Returns undefined for a tile that is out of sight. */
  isObstacle(x: number, y: number): boolean | undefined {
    const side = this.cellSize / this.tileSize;
    const cell = this.cells.get(`${Math.floor(x / side)},${Math.floor(y / side)}`);
    if (!cell || x < 0 || y < 0) return undefined;
    const bit = (y % side) * side + (x % side);
    return ((cell[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  apply(packet: ServerPacket): void {
    switch (packet.kind) {
      case "CellBegin":
        this.forget(packet.cellX, packet.cellY);
        this.cells.set(`${packet.cellX},${packet.cellY}`, packet.obstacles.slice());
        return;
      case "CellForget":
        this.cells.delete(`${packet.cellX},${packet.cellY}`);
        return this.forget(packet.cellX, packet.cellY);
      case "CellEnterFighter":
        for (const one of packet.entities) this.enter(packet.cellX, packet.cellY, one, { kind: "fighter", ...one });
        return;
      case "CellEnterShot":
        for (const one of packet.entities) this.enter(packet.cellX, packet.cellY, one, { kind: "shot", ...one });
        return;
      case "CellMove":
      case "CellPositions":
        for (const step of packet.steps) this.step(packet.cellX, packet.cellY, step);
        return;
      case "CellLeave":
        for (const { alias } of packet.entities) this.seen.delete(this.key(packet.cellX, packet.cellY, alias));
        return;
      case "CellChangeFighter":
      case "CellChangeShot":
        for (const change of packet.entities) {
          const one = this.seen.get(this.key(packet.cellX, packet.cellY, change.alias));
          const changed = Object.entries(change).filter(([name, value]) => value !== undefined && name !== "alias" && name !== "mask");
          if (one) Object.assign(one, Object.fromEntries(changed));
        }
        return;
      default:
        return;
    }
  }

  private key(cellX: number, cellY: number, alias: number): string {
    return `${cellX},${cellY}:${alias}`;
  }
  private enter(cellX: number, cellY: number, at: { alias: number; x: number; y: number }, one: Seen): void {
    const key = this.key(cellX, cellY, at.alias);
    this.seen.delete(key);
    this.seen.set(key, { ...one, x: cellX * this.cellSize + at.x, y: cellY * this.cellSize + at.y });
  }
  private step(cellX: number, cellY: number, step: Step): void {
    const one = this.seen.get(this.key(cellX, cellY, step.alias));
    if (one) Object.assign(one, { x: cellX * this.cellSize + step.x, y: cellY * this.cellSize + step.y });
  }
  private forget(cellX: number, cellY: number): void {
    for (const key of [...this.seen.keys()]) if (key.startsWith(`${cellX},${cellY}:`)) this.seen.delete(key);
  }
}
