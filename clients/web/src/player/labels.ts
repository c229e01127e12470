// Chooses the names that are shown in a crowd: the names of the nearest pieces, and no name over another. Pure.

export interface Label {
  readonly id: bigint;
  /** Distance from the own piece, in tiles; 0 for the own piece. */
  readonly distance: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Limits of the figures that are examined and of the names that are placed: they bound the cost in a crowd of thousands. */
const examinedMax = 150;
const placedMax = 60;
/** A visible name stays while a hidden name is at most this much nearer, in tiles. Without this, names would flicker. */
const stayingTiles = 1.5;

/** Returns the labels to show. Calls `labelOf` in the order of distance, until the limits are reached. `before`: the ids
 * of the labels that are shown now. */
export function placeLabels<Figure extends { id: bigint; distance: number }>(
  figures: Figure[],
  labelOf: (figure: Figure) => Label,
  before: ReadonlySet<bigint>,
): Label[] {
  const rank = (figure: Figure) => figure.distance - (figure.distance > 0 && before.has(figure.id) ? Math.min(stayingTiles, figure.distance * 0.9) : 0);
  figures.sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  const placed: Label[] = [];
  for (const figure of figures.slice(0, examinedMax)) {
    const label = labelOf(figure);
    if (placed.some((other) => overlap(label, other))) continue;
    placed.push(label);
    if (placed.length === placedMax) break;
  }
  return placed;
}

export function overlap(a: Label, b: Label): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
