// Which part of the board the window shows, and how large its tiles are. Pure.
//
// A client watches `radius` tiles on each side of its piece. A tile has at least the size at which these fill the window.
// A map that is watched as a whole may become smaller, until all of it is in the window.

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sides of a tile, in pixels of the page. */
export interface TileRange {
  readonly least: number;
  readonly first: number;
  readonly most: number;
}

/** Pieces can be told apart, and names can be read. */
const comfortable = 40;
const closest = 112;
/** A map of one row is not blown up to the height of the window. */
const largest = 320;

export function tileRange(window: Size, map: Size, radius: number): TileRange {
  const watched = 2 * Math.max(radius, 1) + 1;
  const across = Math.min(watched, map.width);
  const down = Math.min(watched, map.height);
  const filling = Math.min(Math.ceil(Math.max(window.width / across, window.height / down)), largest);
  const isAllWatched = map.width <= watched && map.height <= watched;
  const whole = Math.floor(Math.min(window.width / map.width, window.height / map.height));
  return {
    least: isAllWatched ? Math.max(Math.min(filling, whole), 4) : filling,
    first: Math.max(filling, comfortable),
    most: Math.max(filling * 2, closest),
  };
}

/** Where the window begins along one axis, when it shows `middle` in its middle but nothing beyond the board. A board
 * that is smaller than the window stands in its middle. */
export function cornerOf(window: number, board: number, middle: number): number {
  if (board <= window) return -Math.round((window - board) / 2);
  return Math.min(Math.max(Math.round(middle - window / 2), 0), board - window);
}
