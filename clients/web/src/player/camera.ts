// The part of the board that the window shows, and the size of the tiles. Pure.
//
// A client watches `radius` tiles on each side of its piece. Tiles are at least so large that the watched tiles fill the
// window. If the client watches the whole map, tiles may be smaller: until the whole map is in the window.

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Possible sizes of a tile: the length of a side, in pixels of the page. `first` is the size before the user zooms. */
export interface TileRange {
  readonly least: number;
  readonly first: number;
  readonly most: number;
}

/** At this size, in pixels, pieces can be distinguished and names can be read. */
const comfortable = 40;
const closest = 112;
/** Limit for narrow maps: a map of one row does not grow to the window's height. */
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

/** Returns the first visible pixel of the board along one axis. The window shows `middle` in its middle, but nothing beyond
 * the board. A board that is smaller than the window is centred: then the result is negative. */
export function cornerOf(window: number, board: number, middle: number): number {
  if (board <= window) return -Math.round((window - board) / 2);
  return Math.min(Math.max(Math.round(middle - window / 2), 0), board - window);
}
