// One visit to the board without a browser: what src/player/game.ts passes on from the view to the parts of the page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { load } from "./load.mjs";

const { Game } = await load("player/game.ts");
const { glideMsOf } = await load("player/glide.ts");

let isStill = false;
before(() => (globalThis.matchMedia = () => ({ matches: isStill })));
after(() => delete globalThis.matchMedia);

/** Returns an object that has every method, and adds each call to `calls`. */
const recorder = (calls) => new Proxy({}, { get: (kept, name) => kept[name] ?? ((...args) => calls.push([name, ...args])) });

function visit() {
  const calls = { board: [], chat: [], show: [] };
  const board = recorder(calls.board);
  const game = new Game(board, recorder([]), recorder(calls.chat), {}, recorder(calls.show));
  const apply = (...packets) => packets.forEach((packet) => assert.equal(game.view.apply(packet), undefined, packet.kind));
  return { game, board, calls, apply };
}

const own = 1n << 127n;
const welcome = {
  kind: "Welcome", entity: own, mapWidth: 64, mapHeight: 64, cellSize: 8, unitsPerTile: 1, x: 3, y: 4, tickRate: 20, viewRadius: 10, world: "",
};
const pace = { kind: "Pace", moveIntervalMs: 400 };
const begin = { kind: "CellBegin", cellX: 0, cellY: 0, obstacles: new Uint8Array(8) };
const forget = { kind: "CellForget", cellX: 0, cellY: 0 };
const piece = (number, x) => ({ id: own + BigInt(number), alias: number, x, y: 4, looks: 0, name: `p${number}` });
const enter = (...entities) => ({ kind: "CellEnterPiece", cellX: 0, cellY: 0, entities });
const namesOf = (calls) => calls.map(([name]) => name);

test("Pace sets the time between two steps and the duration of a glide", () => {
  const { game, board, apply } = visit();
  apply(welcome, pace);
  assert.equal(game.walker.intervalMs, 400);
  assert.equal(board.glideMs, glideMsOf(400, 20));
  isStill = true;
  apply(pace);
  isStill = false;
  assert.equal(board.glideMs, 0, "figures do not glide if the player wants less motion");
});

test("the player enters when the own piece is there, and only once", () => {
  const { calls, apply } = visit();
  apply(welcome, pace, begin, enter(piece(1, 0)));
  assert.deepEqual(namesOf(calls.show), [], "pieces that were there before do not count as arrivals");
  apply(enter(piece(0, 3)));
  assert.deepEqual(namesOf(calls.show), ["entered"]);
  apply(enter(piece(2, 1)));
  assert.deepEqual(namesOf(calls.show), ["entered", "came"]);
  calls.show.length = 0;
  calls.board.length = 0;
  apply(forget, begin, enter(piece(0, 3)));
  assert.deepEqual(namesOf(calls.show), ["went", "went"], "only the other pieces go");
  assert.deepEqual(namesOf(calls.board).filter((name) => name === "addFigure"), ["addFigure"], "the own figure is drawn again");
});

test("the own figure follows the answers to moves, and the others follow the cells", () => {
  const { calls, apply } = visit();
  apply(welcome, pace, begin, enter(piece(0, 3), piece(1, 0)));
  calls.board.length = 0;
  apply({ kind: "CellMove", cellX: 0, cellY: 0, steps: [{ alias: 0, x: 4, y: 4 }, { alias: 1, x: 1, y: 4 }] });
  assert.deepEqual(calls.board.map(([name, id, x]) => [name, id, x]), [["moveFigure", own + 1n, 1]]);
  apply({ kind: "Moved", clientTime: 0, x: 4, y: 4, result: 0 });
  assert.deepEqual(calls.board.slice(1).map(([name, id, x]) => [name, id, x]), [["moveFigure", own, 4]]);
});

test("a shout of a player out of sight has no bubble", () => {
  const { calls, apply } = visit();
  apply(welcome, pace, begin, enter(piece(0, 3), piece(1, 0)));
  apply({ kind: "Shouted", entity: own + 9n, name: "far", text: "hear!" }, { kind: "Shouted", entity: own + 1n, name: "p1", text: "hear!" });
  assert.deepEqual(calls.chat.map(([name, about]) => [name, about]), [["add", "all"], ["add", "all"], ["bubble", own + 1n]]);
});
