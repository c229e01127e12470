// The parts of the player's page that need no page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Direction, MoveResult, CloseReason, NotSaidReason } = await load("protocol.ts");
const { View } = await load("player/view.ts");
const { Chat } = await load("player/chat.ts");
const { Walker } = await load("player/walker.ts");
const { findPath } = await load("player/path.ts");
const { shouldReenter, waitMs } = await load("player/reentry.ts");
const { languages } = await load("player/texts.ts");
const { languageOf } = await load("common/language.ts");

/** A view, and what it told its listener. */
function viewWithStory() {
  const story = [];
  const listener = new Proxy({}, { get: (_, name) => (...args) => story.push([name, ...args]) });
  return { view: new View(listener), story };
}

const welcome = {
  kind: "Welcome", entity: 7n, alias: 1, mapWidth: 20, mapHeight: 20, cellSize: 8, x: 3, y: 4, tickRate: 20, moveIntervalMs: 1000, viewRadius: 10,
};
const cell = (cellX, cellY, kind, more) => ({ kind, cellX, cellY, ...more });
const begin = (cellX, cellY, obstacles = new Uint8Array(8)) => cell(cellX, cellY, "CellBegin", { obstacles });
const piece = (alias, x, y, entity = BigInt(alias), name = `p${alias}`) => ({ entity, alias, x, y, looks: 0, name });

function playing() {
  const { view, story } = viewWithStory();
  for (const packet of [welcome, begin(0, 0), begin(1, 0), cell(0, 0, "CellEnter", { pieces: [piece(2, 7, 0), piece(3, 1, 1)] })])
    assert.equal(view.apply(packet), undefined);
  return { view, story };
}

test("a piece that crosses into another cell stays the same piece, whatever its old cell says after that", () => {
  const { view, story } = playing();
  view.apply(cell(1, 0, "CellEnter", { pieces: [piece(2, 0, 0)] }));
  view.apply(cell(0, 0, "CellLeave", { pieces: [{ alias: 2 }] }));
  assert.deepEqual([view.pieces.get(2).x, view.pieces.get(2).y], [8, 0]);
  assert.equal(story.filter(([what, who]) => what === "pieceLeft" && who.alias === 2).length, 0);
});

test("a leave and a forgotten cell take their pieces away, and no others", () => {
  const { view } = playing();
  view.apply(cell(0, 0, "CellLeave", { pieces: [{ alias: 3 }, { alias: 99 }] }));
  assert.deepEqual([...view.pieces.keys()], [2]);
  view.apply(cell(1, 0, "CellEnter", { pieces: [piece(4, 2, 2)] }));
  view.apply(cell(0, 0, "CellForget"));
  assert.deepEqual([...view.pieces.keys()], [4]);
  assert.equal(view.isFree(0, 0), false, "what is forgotten is not known to be free");
});

test("an alias that names another entity is another piece", () => {
  const { view, story } = playing();
  view.apply(cell(0, 0, "CellEnter", { pieces: [piece(3, 5, 5, 1003n, "new")] }));
  assert.equal(view.pieces.get(3).name, "new");
  assert.deepEqual(story.slice(-2).map(([what]) => what), ["pieceLeft", "pieceEntered"]);
});

test("a throttled cell is right again after its positions", () => {
  const { view } = playing();
  view.apply(cell(0, 0, "CellThrottled"));
  assert.equal(view.cellAt(1, 1).isThrottled, true);
  view.apply(cell(0, 0, "CellPositions", { pieces: [{ alias: 3, x: 6, y: 6 }] }));
  assert.equal(view.cellAt(1, 1).isThrottled, false);
  assert.deepEqual([view.pieces.get(3).x, view.pieces.get(3).y], [6, 6]);
});

test("obstacles and the map's edges are not free", () => {
  const { view } = viewWithStory();
  view.apply(welcome);
  view.apply(begin(0, 0, Uint8Array.of(0b10, 0, 0, 0, 0, 0, 0, 0)));
  assert.deepEqual([view.isFree(0, 0), view.isFree(1, 0), view.isFree(-1, 0), view.isFree(8, 0)], [true, false, false, false]);
});

test("cells of a map that is more than 256 cells wide are told apart, to its last corner", () => {
  const { view } = viewWithStory();
  const wide = { ...welcome, mapWidth: 65535, mapHeight: 65535, cellSize: 1, x: 300, y: 0 };
  view.apply(wide);
  const places = [[300, 0], [44, 0], [44, 1], [300, 1], [0, 256], [256, 0], [65534, 0], [0, 65534], [65534, 65534]];
  for (const [column, row] of places) assert.equal(view.apply(begin(column, row, Uint8Array.of(0))), undefined, `${column}, ${row}`);
  for (const [i, [column, row]] of places.entries()) view.apply(cell(column, row, "CellEnter", { pieces: [piece(i + 1, 0, 0)] }));
  assert.equal(view.cells.size, places.length);
  for (const [i, [column, row]] of places.entries()) {
    assert.deepEqual([view.pieces.get(i + 1).x, view.pieces.get(i + 1).y], [column, row]);
    assert.deepEqual([view.cellAt(column, row).column, view.cellAt(column, row).row], [column, row]);
    assert.equal(view.isFree(column, row), true);
  }
  assert.equal(view.isFree(65535, 0), false, "the map ends there");
  for (const [i, [column, row]] of places.entries()) {
    view.apply(cell(column, row, "CellForget"));
    assert.equal(view.pieces.has(i + 1), false);
    assert.equal(view.pieces.size, places.length - 1 - i, "no other one is gone");
  }
});

test("a second Welcome belongs to a second view, which knows nothing of the first", () => {
  const { view } = playing();
  assert.equal(typeof view.apply(welcome), "string");
  const { view: second } = viewWithStory();
  assert.equal(second.apply({ ...welcome, alias: 9, mapWidth: 300 }), undefined);
  assert.equal(second.pieces.size, 0);
  assert.equal(second.cells.size, 0);
  assert.equal(second.apply(begin(0, 0)), undefined, "this cell begins for the first time");
});

test("what is impossible is said, and nothing is thrown", () => {
  const impossible = [
    [cell(0, 0, "CellForget")],
    [welcome, welcome],
    [welcome, cell(9, 9, "CellMove", { steps: [] })],
    [welcome, begin(0, 0), begin(0, 0)],
    [welcome, begin(0, 0, new Uint8Array(7))],
    [{ ...welcome, cellSize: 0 }],
    [{ ...welcome, alias: 0 }],
  ];
  for (const packets of impossible) {
    const { view } = viewWithStory();
    const answers = packets.map((packet) => view.apply(packet));
    assert.equal(typeof answers.at(-1), "string", JSON.stringify(packets.map((p) => p.kind)));
    assert.ok(answers.slice(0, -1).every((answer) => answer === undefined));
  }
});

// --- Walking

/** A field from lines; '#' is an obstacle. */
const field = (...lines) => (x, y) => lines[y]?.[x] === ".";

test("a path goes around obstacles, and to the nearest tile when there is none", () => {
  const isFree = field("...", ".#.", "...");
  assert.deepEqual(findPath({ x: 0, y: 1 }, { x: 2, y: 1 }, isFree).length, 4);
  assert.deepEqual(findPath({ x: 0, y: 0 }, { x: 1, y: 1 }, isFree), [Direction.down]);
  assert.deepEqual(findPath({ x: 0, y: 0 }, { x: 0, y: 0 }, isFree), []);
  assert.deepEqual(findPath({ x: 0, y: 0 }, { x: 500, y: 0 }, isFree), [Direction.right, Direction.right]);
});

function walker() {
  const one = new Walker();
  one.begin({ x: 0, y: 0 }, 1000, field("....", "#..."));
  return one;
}

test("a held key walks at the rate that the server allows, one question at a time", () => {
  const one = walker();
  one.hold(Direction.right);
  assert.equal(one.next(5000), Direction.right);
  assert.deepEqual(one.place, { x: 1, y: 0 }, "the step is shown before it is answered");
  assert.equal(one.next(6500), undefined, "not before the answer");
  one.answered({ x: 1, y: 0 }, MoveResult.ok);
  assert.equal(one.next(5999), undefined, "not before the time");
  assert.equal(one.next(6000), Direction.right);
  one.answered({ x: 1, y: 0 }, MoveResult.tooSoon);
  assert.deepEqual(one.place, { x: 1, y: 0 }, "a step that was refused is taken back");
  one.release(Direction.right);
  assert.equal(one.next(9000), undefined);
});

test("of two held keys the last one counts, and an obstacle is not walked into", () => {
  const one = walker();
  one.hold(Direction.right);
  one.hold(Direction.down);
  assert.equal(one.next(1000), undefined, "below is an obstacle");
  one.release(Direction.down);
  assert.equal(one.next(1000), Direction.right);
});

test("the way to a tile is walked step by step, and ends there, or with a key", () => {
  const one = walker();
  one.goTo({ x: 2, y: 1 });
  const steps = [];
  for (let now = 1000; now < 9000; now += 1000) {
    const step = one.next(now);
    if (step === undefined) continue;
    steps.push(step);
    one.answered(one.place, MoveResult.ok);
  }
  assert.equal(steps.length, 3);
  assert.deepEqual(one.place, { x: 2, y: 1 });
  assert.equal(one.goal, undefined);
  one.goTo({ x: 0, y: 0 });
  one.hold(Direction.up);
  assert.equal(one.goal, undefined);
});

/** Walks for so long, each step allowed; the places where one has stood. */
function walk(one, ms) {
  const places = [];
  for (let now = 1000; now < 1000 + ms; now += 1000) {
    if (one.next(now) === undefined) continue;
    one.answered(one.place, MoveResult.ok);
    places.push([one.place.x, one.place.y]);
  }
  return places;
}

test("a way that ends at a wall ends before it, once and for all", () => {
  const one = new Walker();
  one.begin({ x: 0, y: 1 }, 1000, field("...#.", "...#.", "...#."));
  for (const [goal, end] of [[{ x: 3, y: 1 }, [2, 1]], [{ x: 4, y: 0 }, [2, 0]], [{ x: 9, y: 2 }, [2, 2]]]) {
    one.goTo(goal);
    const places = walk(one, 30_000);
    assert.deepEqual(places.at(-1), end);
    assert.equal(new Set(places.map(String)).size, places.length, "not to and fro");
    assert.equal(one.goal, undefined);
  }
  one.goTo({ x: 3, y: 2 });
  assert.deepEqual(walk(one, 30_000), [], "one stands before it already");
  assert.equal(one.goal, undefined);
});

test("a wall that only the server knows ends the way, too", () => {
  const one = new Walker();
  one.begin({ x: 0, y: 0 }, 1000, field("...."));
  one.goTo({ x: 3, y: 0 });
  assert.equal(one.next(1000), Direction.right);
  one.answered({ x: 0, y: 0 }, MoveResult.blocked);
  assert.equal(one.goal, undefined);
  assert.equal(one.next(9000), undefined);
});

test("a way far on the right of a wide map is found", () => {
  const steps = findPath({ x: 4000, y: 1 }, { x: 4003, y: 1 }, (x, y) => x >= 0 && x < 5000 && y >= 0 && y < 3);
  assert.deepEqual(steps, [Direction.right, Direction.right, Direction.right]);
});

// --- Coming back, and words

/** The line to type in, without a page: what it says is in `said`. */
function chat(texts) {
  const element = () => {
    const listeners = {};
    return {
      value: "", textContent: "", focus() {}, setAttribute() {}, dataset: {}, childElementCount: 0,
      addEventListener: (what, listener) => (listeners[what] = listener),
      fire: (what) => listeners[what]({ preventDefault() {} }),
    };
  };
  const elements = Object.fromEntries(["log", "form", "input", "scope", "hint", "count", "bubbles"].map((name) => [name, element()]));
  const said = [];
  const one = new Chat(texts, elements, (scope, text) => said.push([scope, text]), () => {});
  const type = (text) => {
    elements.input.value = text;
    elements.form.fire("submit");
  };
  return { one, said, type, ...elements };
}

test("words that were not said are given back to be mended, with the reason, in either language", () => {
  for (const texts of Object.values(languages))
    for (const reason of Object.values(NotSaidReason)) {
      const { one, said, type, input, hint } = chat(texts);
      type("  mend me ");
      assert.deepEqual(said, [["near", "mend me"]]);
      assert.equal(input.value, "");
      one.notSaid(1, texts.notSaid[reason]);
      assert.equal(input.value, "mend me");
      assert.equal(hint.textContent, texts.notSaid[reason]);
      type("mended");
      assert.deepEqual(said.at(-1), ["near", "mended"]);
      assert.equal(hint.textContent, "", "that is over");
    }
});

test("words that are being typed are not lost to those that are given back", () => {
  const { one, type, input, hint } = chat(languages.en);
  type("first");
  input.value = "seco";
  one.notSaid(1, "why");
  assert.equal(input.value, "seco");
  assert.equal(hint.textContent, "why “first”");
});

test("of several words those are given back that were not said", () => {
  const { one, type, input, hint } = chat(languages.en);
  for (const text of ["first", "second", "third"]) type(text);
  one.notSaid(2, "why");
  assert.equal(input.value, "second");
  one.notSaid(3, "why not");
  assert.equal(input.value, "second");
  assert.equal(hint.textContent, "why not “third”");
  input.value = "";
  one.notSaid(77, "why ever");
  assert.equal(input.value, "", "words that nobody remembers");
  assert.equal(hint.textContent, "why ever");
});

test("a line that the page itself holds back stays where it is", () => {
  const { said, type, input, hint, count } = chat(languages.ko);
  type("가".repeat(67)); // 201 bytes
  assert.equal(count.textContent, "201 / 200");
  assert.equal(hint.textContent, languages.ko.tooLong(200));
  assert.equal(input.value.length, 67);
  for (let i = 0; i < 6; ++i) type(`line ${i}`);
  assert.equal(said.length, 5);
  assert.equal(input.value, "line 5");
  assert.equal(hint.textContent, languages.ko.tooFast);
});

test("one comes back after what passes by itself, and not after what does not", () => {
  const comesBack = (reason) => shouldReenter({ kind: "goodbye", reason, text: "" });
  for (const reason of [CloseReason.serverStopping, CloseReason.serverFull, CloseReason.slowReader]) assert.equal(comesBack(reason), true);
  for (const reason of [CloseReason.kicked, CloseReason.badName, CloseReason.staleClient, CloseReason.flooding, CloseReason.clientLeft])
    assert.equal(comesBack(reason), false);
  assert.equal(shouldReenter({ kind: "lost" }), true);
  assert.equal(shouldReenter({ kind: "nonsense", what: "" }), false);
});

test("the waits grow to a quarter of a minute, and are not all the same", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 50].map((tries) => waitMs(tries, 0.5)), [1000, 2000, 4000, 8000, 15000, 15000]);
  assert.deepEqual([waitMs(0, 0), waitMs(0, 1)], [800, 1200]);
});

test("the browser's language decides, and the address before it", () => {
  assert.equal(languageOf(null, ["ko-KR", "en"]), "ko");
  assert.equal(languageOf(null, ["fr", "en-GB", "ko"]), "en");
  assert.equal(languageOf(null, ["fr"]), "en");
  assert.equal(languageOf("ko", ["en"]), "ko");
  assert.equal(languageOf("xx", ["ko"]), "ko");
});

test("every reason why words were not said has words of its own in every language", () => {
  const reasons = Object.values(NotSaidReason);
  const all = Object.values(languages).flatMap((texts) => reasons.map((reason) => texts.notSaid[reason]));
  assert.ok(all.every((text) => text?.length > 3));
  assert.equal(new Set(all).size, reasons.length * Object.keys(languages).length);
});

test("the view hands on why words were not said", () => {
  const { view, story } = playing();
  assert.equal(view.apply({ kind: "NotSaid", number: 7, reason: NotSaidReason.tooFast }), undefined);
  assert.deepEqual(story.at(-1), ["notSaid", 7, NotSaidReason.tooFast]);
});

test("every reason has words in every language", () => {
  for (const texts of Object.values(languages))
    for (const reason of Object.values(CloseReason)) assert.ok(texts.reasons[reason]?.length > 3, String(reason));
});
