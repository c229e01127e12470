// The parts of the player's page that need no browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Direction, MoveResult, CloseReason, NotSaidReason } = await load("protocol.ts");
const { View } = await load("player/view.ts");
const { Chat } = await load("player/chat.ts");
const { Sightings } = await load("player/surroundings.ts");
const { Walker } = await load("player/walker.ts");
const { findPath } = await load("player/path.ts");
const { shouldReconnect, waitMs } = await load("player/reconnect.ts");
const { languages } = await load("player/texts.ts");
const { languageOf } = await load("common/language.ts");

/** Returns a view, and the events that the view has reported. */
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

test("a piece that moves into another cell stays, although it leaves its old cell after that", () => {
  const { view, story } = playing();
  view.apply(cell(1, 0, "CellEnter", { pieces: [piece(2, 0, 0)] }));
  view.apply(cell(0, 0, "CellLeave", { pieces: [{ alias: 2 }] }));
  assert.deepEqual([view.pieces.get(2).x, view.pieces.get(2).y], [8, 0]);
  assert.equal(story.filter(([what, piece]) => what === "pieceLeft" && piece.alias === 2).length, 0);
});

test("CellLeave and CellForget remove their pieces, and no others", () => {
  const { view } = playing();
  view.apply(cell(0, 0, "CellLeave", { pieces: [{ alias: 3 }, { alias: 99 }] }));
  assert.deepEqual([...view.pieces.keys()], [2]);
  view.apply(cell(1, 0, "CellEnter", { pieces: [piece(4, 2, 2)] }));
  view.apply(cell(0, 0, "CellForget"));
  assert.deepEqual([...view.pieces.keys()], [4]);
  assert.equal(view.isFree(0, 0), false, "a tile of a forgotten cell is not known to be free");
});

test("an alias of another entity is another piece", () => {
  const { view, story } = playing();
  view.apply(cell(0, 0, "CellEnter", { pieces: [piece(3, 5, 5, 1003n, "new")] }));
  assert.equal(view.pieces.get(3).name, "new");
  assert.deepEqual(story.slice(-2).map(([what]) => what), ["pieceLeft", "pieceEntered"]);
});

test("a cell with suppressed steps is current again after CellPositions", () => {
  const { view } = playing();
  view.apply(cell(0, 0, "CellThrottled"));
  assert.equal(view.cellAt(1, 1).isThrottled, true);
  view.apply(cell(0, 0, "CellPositions", { pieces: [{ alias: 3, x: 6, y: 6 }] }));
  assert.equal(view.cellAt(1, 1).isThrottled, false);
  assert.deepEqual([view.pieces.get(3).x, view.pieces.get(3).y], [6, 6]);
});

test("obstacles and tiles beyond the map are not free", () => {
  const { view } = viewWithStory();
  view.apply(welcome);
  view.apply(begin(0, 0, Uint8Array.of(0b10, 0, 0, 0, 0, 0, 0, 0)));
  assert.deepEqual([view.isFree(0, 0), view.isFree(1, 0), view.isFree(-1, 0), view.isFree(8, 0)], [true, false, false, false]);
});

test("the cells of a map of more than 256 columns are distinct, up to the last corner", () => {
  const { view } = viewWithStory();
  const wide = { ...welcome, mapWidth: 65535, mapHeight: 65535, cellSize: 1, x: 300, y: 0 };
  view.apply(wide);
  const positions = [[300, 0], [44, 0], [44, 1], [300, 1], [0, 256], [256, 0], [65534, 0], [0, 65534], [65534, 65534]];
  for (const [column, row] of positions) assert.equal(view.apply(begin(column, row, Uint8Array.of(0))), undefined, `${column}, ${row}`);
  for (const [i, [column, row]] of positions.entries()) view.apply(cell(column, row, "CellEnter", { pieces: [piece(i + 1, 0, 0)] }));
  assert.equal(view.cells.size, positions.length);
  for (const [i, [column, row]] of positions.entries()) {
    assert.deepEqual([view.pieces.get(i + 1).x, view.pieces.get(i + 1).y], [column, row]);
    assert.deepEqual([view.cellAt(column, row).column, view.cellAt(column, row).row], [column, row]);
    assert.equal(view.isFree(column, row), true);
  }
  assert.equal(view.isFree(65535, 0), false, "the map ends there");
  for (const [i, [column, row]] of positions.entries()) {
    view.apply(cell(column, row, "CellForget"));
    assert.equal(view.pieces.has(i + 1), false);
    assert.equal(view.pieces.size, positions.length - 1 - i, "no other piece is removed");
  }
});

test("the position of a piece that walked out of sight is kept; of a piece that logged out in sight, it is not", () => {
  const { view } = playing(); // cells 0 and 1 of the upper row are watched: tiles 0 to 15 of 20
  const seen = new Sightings();
  const drop = () => seen.dropWhere(({ x, y }) => view.isInsideOfSight(x, y));
  seen.add(5n, { x: 15, y: 3 }); // the tile beside it, 16, is not watched
  seen.add(6n, { x: 3, y: 0 }); // the map ends above it
  drop();
  assert.deepEqual([...seen.positions()], [{ x: 15, y: 3 }]);
  view.apply(begin(2, 0));
  drop();
  assert.deepEqual([...seen.positions()], [], "now all tiles beside the position are watched, and no piece is there");
  seen.add(7n, { x: 18, y: 1 });
  view.apply(cell(2, 0, "CellForget"));
  drop();
  assert.deepEqual([...seen.positions()], [{ x: 18, y: 1 }], "the positions of pieces in a forgotten cell are kept");
});

test("a second Welcome needs a second view, which is empty", () => {
  const { view } = playing();
  assert.equal(typeof view.apply(welcome), "string");
  const { view: second } = viewWithStory();
  assert.equal(second.apply({ ...welcome, alias: 9, mapWidth: 300 }), undefined);
  assert.equal(second.pieces.size, 0);
  assert.equal(second.cells.size, 0);
  assert.equal(second.apply(begin(0, 0)), undefined, "in this view the cell is new");
});

test("an impossible packet returns an explanation and throws nothing", () => {
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

/** Returns isFree() for a map of lines. '.' is a free tile. */
const field = (...lines) => (x, y) => lines[y]?.[x] === ".";

test("a path leads around obstacles, or to the nearest tile if the target cannot be reached", () => {
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

test("a held key walks at the rate that the server allows, one request at a time", () => {
  const one = walker();
  one.hold(Direction.right);
  assert.equal(one.next(5000), Direction.right);
  assert.deepEqual(one.position, { x: 1, y: 0 }, "the step is shown before the answer");
  assert.equal(one.next(6500), undefined, "not before the answer");
  one.answered({ x: 1, y: 0 }, MoveResult.ok);
  assert.equal(one.next(5999), undefined, "not before the time");
  assert.equal(one.next(6000), Direction.right);
  one.answered({ x: 1, y: 0 }, MoveResult.tooSoon);
  assert.deepEqual(one.position, { x: 1, y: 0 }, "a refused step is undone");
  one.release(Direction.right);
  assert.equal(one.next(9000), undefined);
});

test("of two held keys the last one counts, and the walker does not enter an obstacle", () => {
  const one = walker();
  one.hold(Direction.right);
  one.hold(Direction.down);
  assert.equal(one.next(1000), undefined, "below is an obstacle");
  one.release(Direction.down);
  assert.equal(one.next(1000), Direction.right);
});

test("the walker follows the way to a tile, and a key ends the way", () => {
  const one = walker();
  one.goTo({ x: 2, y: 1 });
  const steps = [];
  for (let now = 1000; now < 9000; now += 1000) {
    const step = one.next(now);
    if (step === undefined) continue;
    steps.push(step);
    one.answered(one.position, MoveResult.ok);
  }
  assert.equal(steps.length, 3);
  assert.deepEqual(one.position, { x: 2, y: 1 });
  assert.equal(one.goal, undefined);
  one.goTo({ x: 0, y: 0 });
  one.hold(Direction.up);
  assert.equal(one.goal, undefined);
});

/** Walks for `ms` milliseconds; the server allows each step. Returns the positions. */
function walk(one, ms) {
  const positions = [];
  for (let now = 1000; now < 1000 + ms; now += 1000) {
    if (one.next(now) === undefined) continue;
    one.answered(one.position, MoveResult.ok);
    positions.push([one.position.x, one.position.y]);
  }
  return positions;
}

test("a way that ends at a wall ends before the wall and does not start again", () => {
  const one = new Walker();
  one.begin({ x: 0, y: 1 }, 1000, field("...#.", "...#.", "...#."));
  for (const [goal, end] of [[{ x: 3, y: 1 }, [2, 1]], [{ x: 4, y: 0 }, [2, 0]], [{ x: 9, y: 2 }, [2, 2]]]) {
    one.goTo(goal);
    const positions = walk(one, 30_000);
    assert.deepEqual(positions.at(-1), end);
    assert.equal(new Set(positions.map(String)).size, positions.length, "the walker does not go back and forth");
    assert.equal(one.goal, undefined);
  }
  one.goTo({ x: 3, y: 2 });
  assert.deepEqual(walk(one, 30_000), [], "the walker is at the wall already");
  assert.equal(one.goal, undefined);
});

test("a wall that only the server knows also ends the way", () => {
  const one = new Walker();
  one.begin({ x: 0, y: 0 }, 1000, field("...."));
  one.goTo({ x: 3, y: 0 });
  assert.equal(one.next(1000), Direction.right);
  one.answered({ x: 0, y: 0 }, MoveResult.blocked);
  assert.equal(one.goal, undefined);
  assert.equal(one.next(9000), undefined);
});

test("a path at the right side of a wide map is found", () => {
  const steps = findPath({ x: 4000, y: 1 }, { x: 4003, y: 1 }, (x, y) => x >= 0 && x < 5000 && y >= 0 && y < 3);
  assert.deepEqual(steps, [Direction.right, Direction.right, Direction.right]);
});

// --- Reconnecting, and texts

/** Returns a chat without a browser. The sent messages are in `said`. */
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

test("a message that was not sent returns to the input field, with the reason, in each language", () => {
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
      assert.equal(hint.textContent, "", "the old reason is removed");
    }
});

test("a message that returns does not replace the text that is being typed", () => {
  const { one, type, input, hint } = chat(languages.en);
  type("first");
  input.value = "seco";
  one.notSaid(1, "why");
  assert.equal(input.value, "seco");
  assert.equal(hint.textContent, "why “first”");
});

test("of several messages, the one that was not sent returns", () => {
  const { one, type, input, hint } = chat(languages.en);
  for (const text of ["first", "second", "third"]) type(text);
  one.notSaid(2, "why");
  assert.equal(input.value, "second");
  one.notSaid(3, "why not");
  assert.equal(input.value, "second");
  assert.equal(hint.textContent, "why not “third”");
  input.value = "";
  one.notSaid(77, "why ever");
  assert.equal(input.value, "", "the number belongs to no message");
  assert.equal(hint.textContent, "why ever");
});

test("a message that the page does not send stays in the input field", () => {
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

test("the page connects again only after an end that can pass by itself", () => {
  const reconnects = (reason) => shouldReconnect({ kind: "goodbye", reason, text: "" });
  for (const reason of [CloseReason.serverStopping, CloseReason.serverFull, CloseReason.slowReader]) assert.equal(reconnects(reason), true);
  for (const reason of [CloseReason.kicked, CloseReason.badName, CloseReason.staleClient, CloseReason.flooding, CloseReason.clientLeft])
    assert.equal(reconnects(reason), false);
  assert.equal(shouldReconnect({ kind: "lost" }), true);
  assert.equal(shouldReconnect({ kind: "protocolError", what: "" }), false);
});

test("the waits grow to 15 seconds and differ by chance", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 50].map((tries) => waitMs(tries, 0.5)), [1000, 2000, 4000, 8000, 15000, 15000]);
  assert.deepEqual([waitMs(0, 0), waitMs(0, 1)], [800, 1200]);
});

test("the language is the one of the address, else the one of the browser", () => {
  assert.equal(languageOf(null, ["ko-KR", "en"]), "ko");
  assert.equal(languageOf(null, ["fr", "en-GB", "ko"]), "en");
  assert.equal(languageOf(null, ["fr"]), "en");
  assert.equal(languageOf("ko", ["en"]), "ko");
  assert.equal(languageOf("xx", ["ko"]), "ko");
});

test("every reason for a message that was not sent has its own text in each language", () => {
  const reasons = Object.values(NotSaidReason);
  const all = Object.values(languages).flatMap((texts) => reasons.map((reason) => texts.notSaid[reason]));
  assert.ok(all.every((text) => text?.length > 3));
  assert.equal(new Set(all).size, reasons.length * Object.keys(languages).length);
});

test("the view reports why a message was not sent", () => {
  const { view, story } = playing();
  assert.equal(view.apply({ kind: "NotSaid", number: 7, reason: NotSaidReason.tooFast }), undefined);
  assert.deepEqual(story.at(-1), ["notSaid", 7, NotSaidReason.tooFast]);
});

test("every CloseReason has a text in each language", () => {
  for (const texts of Object.values(languages))
    for (const reason of Object.values(CloseReason)) assert.ok(texts.reasons[reason]?.length > 3, String(reason));
});

test("the Korean texts of both pages use one term for one thing, as docs/style.md lists them", () => {
  // The forbidden words mean: restart, disconnect, ban, entity, mute.
  const forbidden = /재시작|강퇴|추방|엔티티|채팅을 막/;
  for (const page of ["player", "operator"]) {
    const [, korean] = readFileSync(new URL(`../src/${page}/texts.ts`, import.meta.url), "utf8").split("const korean");
    assert.ok(korean.length > 1000, page);
    assert.doesNotMatch(korean, forbidden, page);
  }
});

test("every text that a page names exists in each language", async () => {
  const pages = { "player/index.html": languages, "operator/operator.html": (await load("operator/texts.ts")).languages };
  for (const [path, all] of Object.entries(pages)) {
    const html = readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8");
    const named = [...html.matchAll(/data-(?:text|label|placeholder)="(\w+)"/g)].map(([, name]) => name);
    assert.ok(named.length > 10, path);
    for (const texts of Object.values(all)) for (const name of named) assert.equal(typeof texts[name], "string", `${path}: ${name}`);
  }
});
