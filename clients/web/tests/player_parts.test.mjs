// The pure parts of the player's page: camera, glides, labels, the walker, the screen reader's filter, lengths and texts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Direction, MoveResult } = await load("protocol.ts");
const { cornerOf, tileRange } = await load("player/camera.ts");
const { Glide, glideMsOf } = await load("player/glide.ts");
const { overlap, placeLabels } = await load("player/labels.ts");
const { mentions, ReadingFilter } = await load("player/reading_filter.ts");
const { arrowOf, directionsTo, freeTiles, Sightings } = await load("player/surroundings.ts");
const { Walker } = await load("player/walker.ts");
const { bytesToSend, toSend } = await load("common/lengths.ts");
const { languages } = await load("player/texts.ts");

// --- The camera

const wide = { width: 1000, height: 1000 };
for (const [width, height] of [[1920, 1031], [2560, 1382], [1280, 751], [390, 791], [320, 515], [844, 337]])
  test(`the watched tiles fill a window of ${width} x ${height}, and zooming out ends there`, () => {
    const { least, first } = tileRange({ width, height }, wide, 10);
    assert.ok(21 * least >= width && 21 * least >= height, "no tile beyond the view radius of 10 is in the window");
    assert.ok(21 * (least - 1) < Math.max(width, height), "all watched tiles along the longer side are in the window");
    assert.ok(first >= least && first >= 40, "names are readable before zooming");
  });

test("a small map can be zoomed out until the whole map is in the window", () => {
  const { least, first } = tileRange({ width: 1280, height: 751 }, { width: 16, height: 16 }, 10);
  assert.equal(first, 80, "before zooming, the map fills the window");
  assert.equal(least, 46, "16 rows are in 751 pixels");
});

test("a map of one row does not grow to the window's height", () => {
  assert.ok(tileRange({ width: 1280, height: 751 }, { width: 4000, height: 1 }, 10).first <= 320);
});

test("the window shows nothing beyond the board, and a small board is centred", () => {
  assert.equal(cornerOf(100, 1000, 500), 450, "the own piece is in the middle");
  assert.equal(cornerOf(100, 1000, 10), 0);
  assert.equal(cornerOf(100, 1000, 990), 900);
  assert.equal(cornerOf(100, 60, 10), -20);
  assert.equal(cornerOf(100, 100, 10) + 0, 0);
});

// --- Gliding

test("a walking figure never stops between steps, also if a step arrives one tick late", () => {
  const lasts = glideMsOf(1000, 20);
  const glide = new Glide(0, 0);
  let [before, stood] = [0, 0];
  for (let now = 0; now < 6000; now += 10) {
    if (now % 1000 === 0 || now === 3050) glide.goTo(now === 3000 ? 3 : Math.floor(now / 1000) + 1, 0, now, lasts); // the fourth step arrives at 3050
    glide.advance(now);
    if (now > 0 && glide.x <= before) ++stood;
    before = glide.x;
  }
  assert.ok(stood <= 10, `the figure stood in ${stood} of 600 frames`);
});

test("a figure jumps to a distant tile, and does not glide if the duration is 0", () => {
  const far = new Glide(0, 0);
  far.goTo(9, 0, 0, 1000);
  far.advance(1);
  assert.equal(far.x, 9);
  const still = new Glide(0, 0);
  still.goTo(1, 0, 0, 0);
  assert.equal(still.advance(0), false);
  assert.equal(still.x, 1);
});

// --- Names

const label = ({ id, distance, at }) => ({ id, distance, left: at, top: 0, width: 50, height: 15 });

test("the names of the nearest figures are shown, and no name covers another", () => {
  const crowd = Array.from({ length: 200 }, (_, i) => ({ id: BigInt(i + 1), distance: i, at: (i * 37) % 600 }));
  const placed = placeLabels([...crowd].reverse(), label, new Set());
  assert.equal(placed[0].id, 1n, "the own name is first");
  assert.ok(placed.length > 5);
  for (const [i, a] of placed.entries()) for (const b of placed.slice(i + 1)) assert.equal(overlap(a, b), false);
  for (const hidden of crowd.slice(0, 20).filter(({ id }) => !placed.some((one) => one.id === id)))
    assert.ok(placed.some((one) => one.distance < hidden.distance && overlap(one, label(hidden))), "the name of a nearer figure is there");
});

test("a visible name gives way to a much nearer figure, not to a slightly nearer one", () => {
  const far = { id: 2n, distance: 5, at: 10 };
  const shown = (other) => placeLabels([far, other], label, new Set([2n])).map(({ id }) => id);
  assert.deepEqual(shown({ id: 3n, distance: 4, at: 0 }), [2n]);
  assert.deepEqual(shown({ id: 3n, distance: 3, at: 0 }), [3n]);
  assert.deepEqual(shown({ id: 1n, distance: 0, at: 0 }), [1n], "the own name is always shown");
});

// --- Taps and bumps

const field = (...lines) => (x, y) => lines[y]?.[x] === ".";
function walker(...lines) {
  const one = new Walker();
  one.begin({ x: 0, y: 0 }, field(...lines));
  return one;
}
function tap(one, direction) {
  one.hold(direction);
  one.release(direction);
}

test("a tap that is shorter than a frame is one step", () => {
  const one = walker("....");
  tap(one, Direction.right);
  assert.equal(one.next(1000), Direction.right);
  one.answered({ x: 1, y: 0 }, MoveResult.ok);
  assert.equal(one.next(5000), undefined, "only one step");
});

test("the last tap during a step becomes the next step", () => {
  const one = walker("....", "....");
  tap(one, Direction.right);
  one.next(1000);
  tap(one, Direction.right);
  tap(one, Direction.down);
  assert.equal(one.next(1500), undefined);
  one.answered({ x: 1, y: 0 }, MoveResult.ok);
  assert.equal(one.next(2000), Direction.down);
  one.answered({ x: 1, y: 1 }, MoveResult.ok);
  assert.equal(one.next(9000), undefined);
});

test("a tap that was too early for the server is still one step, but no step after the window lost the focus", () => {
  const one = walker("....");
  tap(one, Direction.right);
  one.next(1000);
  one.answered({ x: 0, y: 0 }, MoveResult.tooSoon);
  assert.equal(one.next(2000), Direction.right);
  one.answered({ x: 0, y: 0 }, MoveResult.tooSoon);
  one.releaseAll();
  assert.equal(one.next(9000), undefined);
});

test("a wall is reported once per press of a key", () => {
  const one = walker(".#");
  one.hold(Direction.right);
  for (const now of [1000, 1016, 1032]) assert.equal(one.next(now), undefined);
  assert.equal(one.dequeueBump(), Direction.right);
  one.next(1048);
  assert.equal(one.dequeueBump(), undefined, "not in every frame");
  tap(one, Direction.right);
  one.next(1064);
  assert.equal(one.dequeueBump(), Direction.right);
  tap(one, Direction.up);
  one.next(1080);
  assert.equal(one.dequeueBump(), Direction.up, "the edge of the board is reported, too");
});

test("a wall that only the server knows is reported, and also a way that ends before its goal", () => {
  const one = walker("....");
  tap(one, Direction.right);
  one.next(1000);
  one.answered({ x: 0, y: 0 }, MoveResult.blocked);
  assert.equal(one.dequeueBump(), Direction.right);
  const other = walker(".#.");
  other.goTo({ x: 2, y: 0 });
  assert.deepEqual(other.way(), []);
  other.next(1000);
  assert.equal(other.dequeueBump(), Direction.right);
  assert.equal(other.goal, undefined);
});

test("the way to a goal has all its tiles, the goal last", () => {
  const one = walker("...", "##.");
  one.goTo({ x: 2, y: 1 });
  assert.deepEqual(one.way(), [{ x: 1, y: 0 }, { x: 2, y: 0 }, { x: 2, y: 1 }]);
  for (let now = 1000; one.goal; now += 1000) if (one.next(now) !== undefined) one.answered(one.position, MoveResult.ok);
  assert.equal(one.dequeueBump(), undefined, "a walker that arrives reports no wall");
});

// --- The screen reader

test("a text mentions a name, but not by a longer word that contains the name", () => {
  assert.ok(mentions("hello, Ann!", "Ann") && mentions("ann?", "Ann") && mentions("마당쇠야, 안녕", "마당쇠") && mentions("Annual Ann", "Ann"));
  assert.ok(!mentions("Annual", "Ann") && !mentions("Joanna", "Ann") && !mentions("x", ""));
});

test("in a crowd, a few messages are read out, and those to the player, and the number of the others", () => {
  const filter = new ReadingFilter();
  let read = 0;
  const summaries = [];
  for (let now = 100_000; now < 160_000; now += 100) {
    if (filter.mayRead("said", now)) ++read;
    const summary = filter.summary(now);
    if (summary) summaries.push(summary.said);
  }
  assert.ok(read >= 5 && read <= 12, `${read} of 600 in a minute`);
  assert.ok(summaries.length >= 3 && summaries.length <= 5, `${summaries.length} summaries`);
  assert.ok(filter.mayRead("concerns", 160_000), "messages to the player have a budget of their own");
  assert.equal(read + summaries.reduce((a, b) => a + b, 0) + (filter.summary(999_999)?.said ?? 0), 600, "each message is read out or counted");
});

test("without suppressed messages there is no summary", () => {
  const filter = new ReadingFilter();
  assert.equal(filter.mayRead("said", 5000), true);
  assert.equal(filter.summary(999_999), undefined);
});

test("directions are texts and arrows, and free tiles end at a stone, at the edge, or out of sight", () => {
  const here = { x: 5, y: 5 };
  assert.deepEqual(directionsTo(here, { x: 9, y: 5 }), [Direction.right]);
  assert.deepEqual(directionsTo(here, { x: 2, y: 3 }), [Direction.up, Direction.left]);
  assert.deepEqual(directionsTo(here, here), []);
  assert.deepEqual([[9, 5], [1, 1], [5, 9], [9, 9], [5, 5]].map(([x, y]) => arrowOf(here, { x, y })), ["→", "↖", "↓", "↘", "•"]);
  const tileAt = (x, y) => (x < 0 || y < 0 ? "edge" : x > 8 ? "unknown" : y === 7 ? "stone" : "free");
  assert.deepEqual(freeTiles(here, Direction.up, tileAt), { free: 5, end: "edge" });
  assert.deepEqual(freeTiles(here, Direction.down, tileAt), { free: 1, end: "stone" });
  assert.deepEqual(freeTiles(here, Direction.right, tileAt), { free: 3, end: "unknown" });
});

test("the last known position of a player is kept until the position is in sight again", () => {
  const seen = new Sightings();
  for (let i = 0; i < 300; ++i) seen.add(BigInt(i), { x: i, y: 0 });
  assert.equal([...seen.positions()].length, 200, "at most 200");
  assert.deepEqual(seen.latest(), { x: 299, y: 0 });
  seen.dropWhere(({ x }) => x > 290);
  assert.deepEqual(seen.latest(), { x: 290, y: 0 });
  seen.remove(290n);
  assert.deepEqual(seen.latest(), { x: 289, y: 0 });
});

// --- Lengths and texts

test("lengths are bytes of UTF-8 in the composed form, as on the server", () => {
  assert.equal(bytesToSend("abc"), 3);
  assert.equal(bytesToSend("가".repeat(70)), 210);
  assert.equal(bytesToSend("가".normalize("NFD")), 3, "decomposed letters are composed");
  assert.equal(bytesToSend("  😀 "), 4);
  assert.equal(toSend(" 한 ".normalize("NFD")), "한");
});

test("the texts of each language contain the values that are inserted", () => {
  for (const texts of Object.values(languages)) {
    assert.match(texts.leaveAs("Ann"), /Ann/);
    assert.match(texts.tooLong(200), /200/);
    for (const direction of Object.values(Direction)) {
      for (const isEdge of [true, false]) assert.ok(texts.bumped(direction, isEdge).startsWith(texts.directions[direction]));
      for (const end of ["stone", "edge", "unknown"]) assert.doesNotMatch(texts.around(direction, 2, end), /undefined/);
      assert.match(texts.around(direction, 2, "stone"), /2/);
    }
    assert.notEqual(texts.bumped(0, true), texts.bumped(0, false));
    assert.doesNotMatch(texts.unread(3, 0, 0), /0/);
    assert.match(texts.unread(3, 4, 5), /3.*4.*5/);
  }
  assert.deepEqual(Object.keys(languages.en).sort(), Object.keys(languages.ko).sort());
});
