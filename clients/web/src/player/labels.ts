// Which names are shown, where many stand close: those of the nearest, none over another. Pure.

export interface Label {
  readonly alias: number;
  /** from oneself; 0 for oneself */
  readonly distance: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is looked at, and what is placed, at the most: a crowd of thousands costs no more than that. */
const lookedAtMax = 150;
const placedMax = 60;
/** A name that is shown keeps its place against one that is a little nearer: else names flicker where pieces walk. */
const stayingTiles = 1.5;

/** `labelOf` is asked in order of distance, and only as long as there may be room. */
export function placeLabels<Figure extends { alias: number; distance: number }>(
  figures: Figure[],
  labelOf: (figure: Figure) => Label,
  before: ReadonlySet<number>,
): Label[] {
  const rank = (figure: Figure) => figure.distance - (figure.distance > 0 && before.has(figure.alias) ? Math.min(stayingTiles, figure.distance * 0.9) : 0);
  figures.sort((a, b) => rank(a) - rank(b) || a.alias - b.alias);
  const placed: Label[] = [];
  for (const figure of figures.slice(0, lookedAtMax)) {
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
