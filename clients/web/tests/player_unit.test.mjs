// The parts of the player's page that need no browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Direction, MoveResult, CloseReason, NotSaidReason } = await load("protocol.ts");
const { Chat } = await load("player/chat.ts");
const { Walker } = await load("player/walker.ts");
const { findPath } = await load("player/path.ts");
const { shouldReconnect, waitMs } = await load("player/reconnect.ts");
const { languages } = await load("player/texts.ts");
const { languageOf } = await load("common/language.ts");

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
  one.begin({ x: 0, y: 0 }, field("....", "#..."));
  return one;
}

test("a held key walks at the rate that the server allows, one request at a time", () => {
  const one = walker();
  one.intervalMs = 700;
  one.hold(Direction.right);
  assert.equal(one.next(5000), Direction.right);
  assert.deepEqual(one.position, { x: 1, y: 0 }, "the step is shown before the answer");
  assert.equal(one.next(6500), undefined, "not before the answer");
  one.answered({ x: 1, y: 0 }, MoveResult.ok);
  assert.equal(one.next(5699), undefined, "not before the time");
  assert.equal(one.next(5700), Direction.right);
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
  one.begin({ x: 0, y: 1 }, field("...#.", "...#.", "...#."));
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
  one.begin({ x: 0, y: 0 }, field("...."));
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
  for (const reason of [CloseReason.kicked, CloseReason.badName, CloseReason.staleClient, CloseReason.flooding, CloseReason.clientLeft,
    CloseReason.replaced, CloseReason.leftWorld, CloseReason.worldClosed,
    CloseReason.worldEnded, CloseReason.noSuchWorld])
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
