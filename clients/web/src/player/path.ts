// The way to a tile: the steps of a shortest one over what is known to be free, or to the nearest tile that can be
// reached. Pure.
import { Direction } from "../protocol";

export const stepOf: readonly (readonly [number, number])[] = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
];
const directions = [Direction.up, Direction.down, Direction.left, Direction.right] as const;

/** Looks at so many tiles at the most. */
const tilesMax = 4096;

/** Breadth first from where one stands; empty when no step brings one nearer. */
export function findPath(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  isFree: (x: number, y: number) => boolean,
): Direction[] {
  interface Visited {
    readonly x: number;
    readonly y: number;
    readonly before: Visited | undefined;
    readonly by: Direction;
  }
  const distance = (place: { x: number; y: number }) => Math.abs(place.x - to.x) + Math.abs(place.y - to.y);
  const start: Visited = { x: from.x, y: from.y, before: undefined, by: Direction.up };
  const queue = [start];
  const seen = new Set([from.y * 65536 + from.x]);
  let nearest = start;
  for (let at = 0; at < queue.length && queue.length < tilesMax; ++at) {
    const here = queue[at] as Visited;
    if (distance(here) < distance(nearest)) nearest = here;
    if (distance(here) === 0) break;
    for (const by of directions) {
      const [dx, dy] = stepOf[by] as readonly [number, number];
      const x = here.x + dx;
      const y = here.y + dy;
      if (!isFree(x, y) || seen.has(y * 65536 + x)) continue;
      seen.add(y * 65536 + x);
      queue.push({ x, y, before: here, by });
    }
  }
  const steps: Direction[] = [];
  for (let place: Visited | undefined = nearest; place?.before; place = place.before) steps.unshift(place.by);
  return steps;
}
