// What the page works out before it draws or speaks: the camera, glides, names, the walker's taps and bumps, what is heard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Direction, MoveResult } = await load("protocol.ts");
const { cornerOf, tileRange } = await load("player/camera.ts");
const { Glide, glideMsOf } = await load("player/glide.ts");
const { overlap, placeLabels } = await load("player/labels.ts");
const { Hearing, names } = await load("player/hearing.ts");
const { arrowOf, directionsTo, freeTiles, Sightings } = await load("player/surroundings.ts");
const { Walker } = await load("player/walker.ts");
const { bytesToSend, toSend } = await load("common/lengths.ts");
const { languages } = await load("player/texts.ts");

// --- The camera

const wide = { width: 1000, height: 1000 };
for (const [width, height] of [[1920, 1031], [2560, 1382], [1280, 751], [390, 791], [320, 515], [844, 337]])
  test(`in a window of ${width} x ${height} what is watched fills it, and zooming out ends there`, () => {
    const { least, first } = tileRange({ width, height }, wide, 10);
    assert.ok(21 * least >= width && 21 * least >= height, "nothing beyond 10 tiles is in the window");
    assert.ok(21 * (least - 1) < Math.max(width, height), "all that is watched along the longer side is in it");
    assert.ok(first >= least && first >= 40, "names can be read at first");
  });

test("a small map that is watched as a whole may be zoomed out until all of it is in the window", () => {
  const { least, first } = tileRange({ width: 1280, height: 751 }, { width: 16, height: 16 }, 10);
  assert.equal(first, 80, "at first it fills the window");
  assert.equal(least, 46, "16 rows of it are in 751");
});

test("a map of one row is not blown up to the height of the window", () => {
  assert.ok(tileRange({ width: 1280, height: 751 }, { width: 4000, height: 1 }, 10).first <= 320);
});

test("the view stays on the board, and a small board stands in the middle", () => {
  assert.equal(cornerOf(100, 1000, 500), 450, "oneself in the middle");
  assert.equal(cornerOf(100, 1000, 10), 0);
  assert.equal(cornerOf(100, 1000, 990), 900);
  assert.equal(cornerOf(100, 60, 10), -20);
  assert.equal(cornerOf(100, 100, 10) + 0, 0);
});

// --- Gliding

test("who walks never stands: each step takes until the next one comes, also when that is a tick late", () => {
  const lasts = glideMsOf(1000, 20);
  const glide = new Glide(0, 0);
  let [before, stood] = [0, 0];
  for (let now = 0; now < 6000; now += 10) {
    if (now % 1000 === 0 || now === 3050) glide.goTo(now === 3000 ? 3 : Math.floor(now / 1000) + 1, 0, now, lasts); // the fourth comes at 3050
    glide.advance(now);
    if (now > 0 && glide.x <= before) ++stood;
    before = glide.x;
  }
  assert.ok(stood <= 10, `it stood in ${stood} of 600 frames`);
});

test("a figure that is far from where it belongs is put there, and one without time does not glide", () => {
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

const label = ({ alias, distance, at }) => ({ alias, distance, left: at, top: 0, width: 50, height: 15 });

test("names of the nearest are shown, and none lies over another", () => {
  const crowd = Array.from({ length: 200 }, (_, i) => ({ alias: i + 1, distance: i, at: (i * 37) % 600 }));
  const placed = placeLabels([...crowd].reverse(), label, new Set());
  assert.equal(placed[0].alias, 1, "oneself first");
  assert.ok(placed.length > 5);
  for (const [i, a] of placed.entries()) for (const b of placed.slice(i + 1)) assert.equal(overlap(a, b), false);
  for (const hidden of crowd.slice(0, 20).filter(({ alias }) => !placed.some((one) => one.alias === alias)))
    assert.ok(placed.some((one) => one.distance < hidden.distance && overlap(one, label(hidden))), "a nearer one has its place");
});

test("a name that is shown is not taken away by one that is a little nearer, but by one that is much nearer", () => {
  const far = { alias: 2, distance: 5, at: 10 };
  const shown = (other) => placeLabels([far, other], label, new Set([2])).map(({ alias }) => alias);
  assert.deepEqual(shown({ alias: 3, distance: 4, at: 0 }), [2]);
  assert.deepEqual(shown({ alias: 3, distance: 3, at: 0 }), [3]);
  assert.deepEqual(shown({ alias: 1, distance: 0, at: 0 }), [1], "oneself always");
});

// --- Taps and bumps

const field = (...lines) => (x, y) => lines[y]?.[x] === ".";
function walker(...lines) {
  const one = new Walker();
  one.begin({ x: 0, y: 0 }, 1000, field(...lines));
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
  assert.equal(one.next(5000), undefined, "one, and not more");
});

test("a tap during a step is remembered as the next one, the last of several", () => {
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

test("a tap that came too soon for the server is one step nevertheless, and none after the window is left", () => {
  const one = walker("....");
  tap(one, Direction.right);
  one.next(1000);
  one.answered({ x: 0, y: 0 }, MoveResult.tooSoon);
  assert.equal(one.next(2000), Direction.right);
  one.answered({ x: 0, y: 0 }, MoveResult.tooSoon);
  one.releaseAll();
  assert.equal(one.next(9000), undefined);
});

test("a wall is walked into once a press, and again with the next press", () => {
  const one = walker(".#");
  one.hold(Direction.right);
  for (const now of [1000, 1016, 1032]) assert.equal(one.next(now), undefined);
  assert.equal(one.takeBump(), Direction.right);
  one.next(1048);
  assert.equal(one.takeBump(), undefined, "not in each frame");
  tap(one, Direction.right);
  one.next(1064);
  assert.equal(one.takeBump(), Direction.right);
  tap(one, Direction.up);
  one.next(1080);
  assert.equal(one.takeBump(), Direction.up, "the edge of the board, too");
});

test("a wall that only the server knows is bumped into, and a way that ends before its goal as well", () => {
  const one = walker("....");
  tap(one, Direction.right);
  one.next(1000);
  one.answered({ x: 0, y: 0 }, MoveResult.blocked);
  assert.equal(one.takeBump(), Direction.right);
  const other = walker(".#.");
  other.goTo({ x: 2, y: 0 });
  assert.deepEqual(other.way(), []);
  other.next(1000);
  assert.equal(other.takeBump(), Direction.right);
  assert.equal(other.goal, undefined);
});

test("the way to a goal is all its tiles, the goal the last", () => {
  const one = walker("...", "##.");
  one.goTo({ x: 2, y: 1 });
  assert.deepEqual(one.way(), [{ x: 1, y: 0 }, { x: 2, y: 0 }, { x: 2, y: 1 }]);
  for (let now = 1000; one.goal; now += 1000) if (one.next(now) !== undefined) one.answered(one.place, MoveResult.ok);
  assert.equal(one.takeBump(), undefined, "who arrives walks into nothing");
});

// --- What is heard

test("words that name one are known from words that only begin so", () => {
  assert.ok(names("hello, Ann!", "Ann") && names("ann?", "Ann") && names("마당쇠야, 안녕", "마당쇠") && names("Annual Ann", "Ann"));
  assert.ok(!names("Annual", "Ann") && !names("Joanna", "Ann") && !names("x", ""));
});

test("among many who speak one hears a few, what concerns one, and how much more there was", () => {
  const hearing = new Hearing();
  let heard = 0;
  const summaries = [];
  for (let now = 100_000; now < 160_000; now += 100) {
    if (hearing.hear("said", now)) ++heard;
    const summary = hearing.summary(now);
    if (summary) summaries.push(summary.said);
  }
  assert.ok(heard >= 5 && heard <= 12, `${heard} of 600 in a minute`);
  assert.ok(summaries.length >= 3 && summaries.length <= 5, `${summaries.length} summaries`);
  assert.ok(hearing.hear("concerns", 160_000), "what concerns one has a budget of its own");
  assert.equal(heard + summaries.reduce((a, b) => a + b, 0) + (hearing.summary(999_999)?.said ?? 0), 600, "each is heard or counted");
});

test("where nobody speaks nothing is summed up", () => {
  const hearing = new Hearing();
  assert.equal(hearing.hear("said", 5000), true);
  assert.equal(hearing.summary(999_999), undefined);
});

test("directions are words and arrows, and what is around ends at a stone, the edge, or out of sight", () => {
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

test("where others were seen last is kept, until one sees that nobody is there", () => {
  const seen = new Sightings();
  for (let i = 0; i < 300; ++i) seen.add(BigInt(i), { x: i, y: 0 });
  assert.equal([...seen.places()].length, 200, "not without end");
  assert.deepEqual(seen.latest(), { x: 299, y: 0 });
  seen.dropWhere(({ x }) => x > 290);
  assert.deepEqual(seen.latest(), { x: 290, y: 0 });
  seen.remove(290n);
  assert.deepEqual(seen.latest(), { x: 289, y: 0 });
});

// --- Lengths and words

test("lengths are bytes of UTF-8 in the composed form, as the server counts", () => {
  assert.equal(bytesToSend("abc"), 3);
  assert.equal(bytesToSend("가".repeat(70)), 210);
  assert.equal(bytesToSend("가".normalize("NFD")), 3, "letters that come in parts are put together");
  assert.equal(bytesToSend("  😀 "), 4);
  assert.equal(toSend(" 한 ".normalize("NFD")), "한");
});

test("each language has all words, and those with a place for something name it", () => {
  for (const texts of Object.values(languages)) {
    assert.match(texts.leaveAs("Ann"), /Ann/);
    assert.match(texts.tooLong(200), /200/);
    for (const direction of Object.values(Direction)) {
      for (const isEdge of [true, false]) assert.ok(texts.wall(direction, isEdge).startsWith(texts.directions[direction]));
      for (const end of ["stone", "edge", "unknown"]) assert.doesNotMatch(texts.around(direction, 2, end), /undefined/);
      assert.match(texts.around(direction, 2, "stone"), /2/);
    }
    assert.notEqual(texts.wall(0, true), texts.wall(0, false));
    assert.doesNotMatch(texts.unheard(3, 0, 0), /0/);
    assert.match(texts.unheard(3, 4, 5), /3.*4.*5/);
  }
  assert.deepEqual(Object.keys(languages.en).sort(), Object.keys(languages.ko).sort());
});
