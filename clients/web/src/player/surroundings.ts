// Where others are and what is around, as seen from one place: for words, for the arrow, for the map. Pure.
import { stepOf } from "./path";
import type { Direction } from "../protocol";

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Steps along an axis as one would say them: the longer of both, as pieces that are seen are counted. */
export function distanceOf(from: Place, to: Place): number {
  return Math.max(Math.abs(from.x - to.x), Math.abs(from.y - to.y));
}

/** Which of the directions lead there; none for the same place. A side of less than half of the other is left out. */
export function directionsTo(from: Place, to: Place): Direction[] {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const found: Direction[] = [];
  if (dy !== 0 && 2 * Math.abs(dy) >= Math.abs(dx)) found.push((dy < 0 ? 0 : 1) as Direction);
  if (dx !== 0 && 2 * Math.abs(dx) >= Math.abs(dy)) found.push((dx < 0 ? 2 : 3) as Direction);
  return found;
}

const arrows: Readonly<Record<string, string>> = { "": "•", "0": "↑", "1": "↓", "2": "←", "3": "→", "0,2": "↖", "0,3": "↗", "1,2": "↙", "1,3": "↘" };

export function arrowOf(from: Place, to: Place): string {
  return arrows[directionsTo(from, to).join()] ?? "";
}

export type Ending = "stone" | "edge" | "unknown";

/** How many tiles are free in a direction, and what ends them. */
export function freeTiles(from: Place, direction: Direction, tileAt: (x: number, y: number) => "free" | Ending): { free: number; end: Ending } {
  const [dx, dy] = stepOf[direction] as readonly [number, number];
  for (let free = 0; ; ++free) {
    const tile = tileAt(from.x + dx * (free + 1), from.y + dy * (free + 1));
    if (tile !== "free") return { free, end: tile };
  }
}

/** Where others were seen last, after they went out of sight. */
export class Sightings {
  private readonly seen = new Map<bigint, Place>();
  private static readonly max = 200;

  /** The latest stand last. */
  add(entity: bigint, place: Place): void {
    this.seen.delete(entity);
    this.seen.set(entity, place);
    const [oldest] = this.seen.keys();
    if (this.seen.size > Sightings.max && oldest !== undefined) this.seen.delete(oldest);
  }
  remove(entity: bigint): void {
    this.seen.delete(entity);
  }
  /** Drops those whose place is in sight now, and nobody is there. */
  dropWhere(isInSight: (place: Place) => boolean): void {
    for (const [entity, place] of this.seen) if (isInSight(place)) this.seen.delete(entity);
  }
  places(): Iterable<Place> {
    return this.seen.values();
  }
  latest(): Place | undefined {
    return [...this.seen.values()].pop();
  }
}
