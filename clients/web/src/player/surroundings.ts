// Positions of other players and of obstacles, relative to one position: for texts, for the arrow and for the map. Pure.
import { stepOf } from "./path";
import type { Position } from "./path";
import { Direction } from "../protocol";

/** Returns the distance in tiles: the longer one of the distances along x and y. The view radius is measured in the same way. */
export function distanceOf(from: Position, to: Position): number {
  return Math.max(Math.abs(from.x - to.x), Math.abs(from.y - to.y));
}

/** Returns the one or two directions that lead to `to`; none for the same tile. The shorter side is left out if it has less
 * than half of the longer side. */
export function directionsTo(from: Position, to: Position): Direction[] {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const found: Direction[] = [];
  if (dy !== 0 && 2 * Math.abs(dy) >= Math.abs(dx)) found.push(dy < 0 ? Direction.up : Direction.down);
  if (dx !== 0 && 2 * Math.abs(dx) >= Math.abs(dy)) found.push(dx < 0 ? Direction.left : Direction.right);
  return found;
}

/** The arrow for each result of directionsTo(). */
const arrows: Readonly<Record<string, string>> = { "": "•", "0": "↑", "1": "↓", "2": "←", "3": "→", "0,2": "↖", "0,3": "↗", "1,2": "↙", "1,3": "↘" };

export function arrowOf(from: Position, to: Position): string {
  return arrows[directionsTo(from, to).join()] ?? "";
}

/** The thing behind the free tiles of a direction. "unknown": a tile that is not watched. */
export type Obstruction = "stone" | "edge" | "unknown";

/** Counts the free tiles in one direction. Returns their number and the thing behind the last one. */
export function freeTiles(from: Position, direction: Direction, tileAt: (x: number, y: number) => "free" | Obstruction): { free: number; end: Obstruction } {
  const [dx, dy] = stepOf[direction] as readonly [number, number];
  for (let free = 0; ; ++free) {
    const tile = tileAt(from.x + dx * (free + 1), from.y + dy * (free + 1));
    if (tile !== "free") return { free, end: tile };
  }
}

/** Last known positions of players that are out of sight. */
export class Sightings {
  private readonly seen = new Map<bigint, Position>();
  private static readonly max = 200;

  /** Adds a position, as the latest one. Drops the oldest one beyond the limit. */
  add(id: bigint, position: Position): void {
    this.seen.delete(id);
    this.seen.set(id, position);
    const [oldest] = this.seen.keys();
    if (this.seen.size > Sightings.max && oldest !== undefined) this.seen.delete(oldest);
  }
  remove(id: bigint): void {
    this.seen.delete(id);
  }
  /** Drops all positions that are in sight again: the players are not there any more. */
  dropWhere(isInSight: (position: Position) => boolean): void {
    for (const [id, position] of this.seen) if (isInSight(position)) this.seen.delete(id);
  }
  positions(): Iterable<Position> {
    return this.seen.values();
  }
  latest(): Position | undefined {
    return [...this.seen.values()].pop();
  }
}
