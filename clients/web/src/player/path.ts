// Path finding: the steps of a shortest path over tiles that are known to be free. If the target cannot be reached, the
// path leads to the reachable tile that is nearest to the target. Pure.
import { Direction } from "../protocol";

/** A tile of the map. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** The change of x and y for each Direction. */
export const stepOf: readonly (readonly [number, number])[] = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
];
const directions = [Direction.up, Direction.down, Direction.left, Direction.right] as const;

/** Limit of the tiles that one search visits. */
const tilesMax = 4096;

/** Searches breadth first from `from`. Returns no steps if no step leads nearer to the target. */
export function findPath(
  from: Position,
  to: Position,
  isFree: (x: number, y: number) => boolean,
): Direction[] {
  interface Visited extends Position {
    readonly before: Visited | undefined;
    readonly by: Direction;
  }
  const distance = (position: Position) => Math.abs(position.x - to.x) + Math.abs(position.y - to.y);
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
  for (let position: Visited | undefined = nearest; position?.before; position = position.before) steps.unshift(position.by);
  return steps;
}
