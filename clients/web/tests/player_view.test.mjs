// The player's page: what it knows of the world, packet by packet (src/player/view.ts).
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { decodeServerPacket, encodeServerPacket, Looks, MoveResult, NotSaidReason } = await load("protocol.ts");
const { View } = await load("player/view.ts");
const { Sightings } = await load("player/surroundings.ts");

/** Returns a view, and the events that the view has reported. Of a piece, an event keeps a copy. */
function viewWithStory() {
  const story = [];
  const copy = (value) => (value?.cell ? { ...value } : value);
  const listener = new Proxy({}, { get: (_, name) => (...args) => story.push([name, ...args.map(copy)]) });
  return { view: new View(listener), story };
}

const own = idOf(7);
const welcome = {
  kind: "Welcome", entity: own, mapWidth: 20, mapHeight: 20, cellSize: 8, unitsPerTile: 1, x: 3, y: 4, tickRate: 20, viewRadius: 10, world: "",
};
const cell = (cellX, cellY, kind, more) => ({ kind, cellX, cellY, ...more });
const begin = (cellX, cellY, obstacles = new Uint8Array(8)) => cell(cellX, cellY, "CellBegin", { obstacles });
const enter = (cellX, cellY, ...entities) => cell(cellX, cellY, "CellEnterPiece", { entities });
const leave = (cellX, cellY, ...aliases) => cell(cellX, cellY, "CellLeave", { entities: aliases.map((alias) => ({ alias })) });
const step = (alias, x, y) => ({ alias, x, y });

/** Returns an id as the server makes them: all 128 bits are in use. */
function idOf(number) {
  return (1n << 127n) | (0xfeedn << 64n) | BigInt(number);
}

/** Returns a piece of CellEnterPiece. */
function piece(number, alias, x, y, more = {}) {
  return { id: idOf(number), alias, x, y, looks: Looks.king, name: `p${number}`, ...more };
}

/** Applies the packets, which must be possible. They go through the codec, as from a server. */
function apply(view, ...packets) {
  for (const packet of packets) {
    const decoded = decodeServerPacket(encodeServerPacket(packet));
    assert.ok(decoded.ok, packet.kind);
    assert.equal(view.apply(decoded.packet), undefined, packet.kind);
  }
}

/** Returns a view of two cells. Pieces 2 and 3 are in the left one, with the aliases 0 and 1. */
function playing() {
  const { view, story } = viewWithStory();
  apply(view, welcome, begin(0, 0), begin(1, 0), enter(0, 0, piece(2, 0, 7, 0), piece(3, 1, 1, 1)));
  story.length = 0;
  return { view, story };
}

const positionOf = (view, number) => {
  const found = view.pieces.get(idOf(number));
  return found && [found.x, found.y];
};
/** Returns the names of the events about a piece. */
const eventsOf = (story, number) => story.filter(([, about]) => about?.id === idOf(number)).map(([what]) => what);
/** Returns the numbers of the pieces in sight. */
const inSight = (view) => [...view.pieces.keys()].map((id) => Number(id & 0xffffn)).sort((a, b) => a - b);

// --- Crossings

test("a piece that goes to another watched cell is in sight all the time", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 5, 0, 0)));
  assert.deepEqual(positionOf(view, 2), [8, 0]);
  apply(view, leave(0, 0, 0)); // a tick later
  assert.deepEqual(positionOf(view, 2), [8, 0]);
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved"], "no figure is removed or added");
  apply(view, cell(1, 0, "CellMove", { steps: [step(5, 1, 0)] }));
  assert.deepEqual(positionOf(view, 2), [9, 0], "its alias is the one of the new cell");
});

test("in three crossings in three ticks, the newest record counts, also in a cell with two records of the piece", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 5, 0, 0))); // tick 1
  apply(view, enter(0, 0, piece(2, 2, 7, 1)), leave(0, 0, 0)); // tick 2: two records in the left cell, then one
  assert.deepEqual(positionOf(view, 2), [7, 1]);
  apply(view, enter(1, 0, piece(2, 6, 0, 1)), leave(1, 0, 5)); // tick 3
  assert.deepEqual(positionOf(view, 2), [8, 1]);
  apply(view, leave(0, 0, 2)); // tick 4
  assert.deepEqual(positionOf(view, 2), [8, 1]);
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved", "pieceMoved", "pieceMoved"]);
  assert.deepEqual([...view.cells.values()].map(({ ids }) => [...ids.keys()]), [[1], [6]], "only the records of the pieces are left");
  apply(view, leave(1, 0, 6));
  assert.deepEqual(inSight(view), [3]);
});

test("the records of a piece that has a newer one do not move, change or remove the piece", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 5, 3, 3)));
  apply(view, cell(0, 0, "CellMove", { steps: [step(0, 6, 6)] }), cell(0, 0, "CellPositions", { steps: [step(0, 6, 6)] }));
  apply(view, cell(0, 0, "CellChangePiece", { entities: [{ alias: 0, mask: 1, looks: Looks.pawn, name: undefined }] }));
  assert.deepEqual(positionOf(view, 2), [11, 3]);
  assert.equal(view.pieces.get(idOf(2)).looks, Looks.king);
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved"]);
});

test("a piece may have the same alias in both cells of a crossing", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 0, 0, 0)), leave(0, 0, 0));
  assert.deepEqual(positionOf(view, 2), [8, 0]);
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved"]);
});

test("a message names its speaker also by an older record", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 5, 0, 0)), cell(0, 0, "CellSaid", { alias: 0, text: "I go" }));
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved", "said"]);
});

test("a piece that enters again has the name and the looks of the newest record", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 5, 0, 0, { looks: Looks.rook, name: "Rook" })));
  assert.deepEqual(eventsOf(story, 2), ["pieceChanged", "pieceMoved"]);
  const { looks, name } = view.pieces.get(idOf(2));
  assert.deepEqual([looks, name], [Looks.rook, "Rook"]);
  apply(view, enter(1, 0, piece(2, 5, 1, 1, { looks: Looks.rook, name: "Rook" })));
  assert.deepEqual(positionOf(view, 2), [9, 1], "also in the same cell with the same alias");
  assert.deepEqual(eventsOf(story, 2), ["pieceChanged", "pieceMoved", "pieceMoved"]);
});

// --- Aliases

test("the same alias in two cells names two pieces", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(4, 1, 2, 2)));
  assert.deepEqual(inSight(view), [2, 3, 4]);
  apply(view, cell(1, 0, "CellMove", { steps: [step(1, 3, 3)] }));
  assert.deepEqual([positionOf(view, 3), positionOf(view, 4)], [[1, 1], [11, 3]]);
  apply(view, cell(1, 0, "CellSaid", { alias: 1, text: "here" }), cell(0, 0, "CellSaid", { alias: 1, text: "there" }));
  assert.deepEqual(story.filter(([what]) => what === "said").map(([, speaker, text]) => [speaker.name, text]), [["p4", "here"], ["p3", "there"]]);
  apply(view, leave(1, 0, 1));
  assert.deepEqual(inSight(view), [2, 3]);
});

test("an alias that is given to another entity is another piece", () => {
  const { view, story } = playing();
  apply(view, enter(0, 0, piece(4, 1, 5, 5)));
  assert.deepEqual(inSight(view), [2, 4], "the piece with this alias is out of sight");
  assert.deepEqual(story.map(([what]) => what), ["pieceLeft", "pieceEntered"]);
  apply(view, cell(0, 0, "CellMove", { steps: [step(1, 6, 6)] }));
  assert.deepEqual(positionOf(view, 4), [6, 6]);
});

test("an alias that is given to another entity does not remove a piece that has a newer record", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(3, 5, 0, 0)), enter(0, 0, piece(4, 1, 5, 5)));
  assert.deepEqual(inSight(view), [2, 3, 4]);
  assert.deepEqual(eventsOf(story, 3), ["pieceMoved"]);
  apply(view, leave(0, 0, 1));
  assert.deepEqual(inSight(view), [2, 3], "the alias is the one of piece 4");
});

test("an alias that the cell does not hold is ignored", () => {
  const { view, story } = playing();
  apply(view, leave(0, 0, 99, 1), leave(1, 0, 0));
  assert.deepEqual(inSight(view), [2]);
  story.length = 0;
  apply(view, leave(0, 0, 1), cell(0, 0, "CellMove", { steps: [step(1, 0, 0)] }), cell(1, 0, "CellSaid", { alias: 0, text: "who?" }));
  apply(view, cell(0, 0, "CellChangePiece", { entities: [{ alias: 1, mask: 3, looks: Looks.pawn, name: "nobody" }] }));
  assert.deepEqual(story, []);
});

// --- Forgotten cells

test("CellForget of the cell with the newest record removes the piece, also if the cell before still has a record", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 5, 0, 0)), cell(1, 0, "CellForget"));
  assert.deepEqual(inSight(view), [3]);
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved", "pieceLeft"]);
  apply(view, leave(0, 0, 0));
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved", "pieceLeft"], "it leaves once");
  assert.equal(view.isFree(9, 0), false, "a tile of a forgotten cell is not known to be free");
});

test("CellForget of a cell with an older record removes no piece", () => {
  const { view, story } = playing();
  apply(view, enter(1, 0, piece(2, 5, 0, 0)), cell(0, 0, "CellForget"));
  assert.deepEqual(inSight(view), [2]);
  assert.deepEqual(eventsOf(story, 2), ["pieceMoved"]);
  assert.deepEqual(eventsOf(story, 3), ["pieceLeft"]);
  assert.deepEqual([...view.cells.values()].map(({ column }) => column), [1]);
});

test("a cell that was forgotten begins again without its old records and throttling", () => {
  const { view, story } = playing();
  apply(view, cell(0, 0, "CellThrottled"), cell(0, 0, "CellForget"));
  assert.deepEqual(inSight(view), []);
  story.length = 0;
  apply(view, begin(0, 0), enter(0, 0, piece(3, 0, 4, 4)), leave(0, 0, 1)); // a leave of the time before
  assert.deepEqual(inSight(view), [3]);
  assert.deepEqual(positionOf(view, 3), [4, 4]);
  assert.equal(view.cellAt(0, 0).isThrottled, false);
  assert.deepEqual(eventsOf(story, 3), ["pieceEntered"]);
  apply(view, cell(0, 0, "CellMove", { steps: [step(1, 0, 0), step(0, 5, 5)] }));
  assert.deepEqual(positionOf(view, 3), [5, 5]);
});

// --- Attributes and positions

test("CellChangePiece changes what its mask names, and reports it", () => {
  const { view, story } = playing();
  const change = (mask, looks, name) => cell(0, 0, "CellChangePiece", { entities: [{ alias: 1, mask, looks, name }] });
  const shown = () => {
    const { looks, name } = view.pieces.get(idOf(3));
    return [looks, name];
  };
  apply(view, change(1, Looks.queen, undefined));
  assert.deepEqual(shown(), [Looks.queen, "p3"]);
  apply(view, change(2, undefined, "Regina"));
  assert.deepEqual(shown(), [Looks.queen, "Regina"]);
  apply(view, change(3, Looks.king, "Rex"));
  assert.deepEqual(shown(), [Looks.king, "Rex"]);
  assert.deepEqual(story.map(([what, { name }]) => [what, name]), [["pieceChanged", "p3"], ["pieceChanged", "Regina"], ["pieceChanged", "Rex"]]);
  assert.deepEqual(positionOf(view, 3), [1, 1]);
});

test("the positions of a cell may come in two packets, and the first one ends the throttling", () => {
  const { view } = playing();
  apply(view, cell(0, 0, "CellThrottled"));
  assert.equal(view.cellAt(1, 1).isThrottled, true);
  assert.equal(view.cellAt(9, 1).isThrottled, false, "the other cell is not throttled");
  apply(view, cell(0, 0, "CellPositions", { steps: [step(0, 6, 6)] }));
  assert.equal(view.cellAt(1, 1).isThrottled, false);
  apply(view, cell(0, 0, "CellPositions", { steps: [step(1, 2, 5)] }));
  assert.equal(view.cellAt(1, 1).isThrottled, false);
  assert.deepEqual([positionOf(view, 2), positionOf(view, 3)], [[6, 6], [2, 5]]);
});

test("a piece of a throttled cell that goes to another cell has a new position", () => {
  const { view } = playing();
  apply(view, cell(0, 0, "CellThrottled"), enter(1, 0, piece(2, 0, 0, 0)));
  assert.equal(view.pieces.get(idOf(2)).cell.isThrottled, false);
  assert.equal(view.pieces.get(idOf(3)).cell.isThrottled, true);
});

test("the own piece is a piece like the others, and the answer to a move has its position on the server", () => {
  const { view, story } = viewWithStory();
  apply(view, welcome, { kind: "Pace", moveIntervalMs: 400 });
  assert.deepEqual(view.own, { x: 3, y: 4 }, "the Welcome has the position, before the cells come");
  assert.equal(view.moveIntervalMs, 400);
  assert.deepEqual(story.map(([what]) => what), ["welcomed", "paced"]);
  apply(view, begin(0, 0), enter(0, 0, piece(7, 0, 3, 4)), { kind: "Moved", clientTime: 9, x: 4, y: 4, result: MoveResult.ok });
  assert.deepEqual(view.own, { x: 4, y: 4 });
  assert.deepEqual(inSight(view), [7]);
  assert.deepEqual(story.at(-1), ["answered", 4, 4, MoveResult.ok, 9]);
});

test("the view reports why a message was not sent, and shouts with the id of the player's entity", () => {
  const { view, story } = playing();
  apply(view, { kind: "NotSaid", number: 7, reason: NotSaidReason.tooFast });
  assert.deepEqual(story.at(-1), ["notSaid", 7, NotSaidReason.tooFast]);
  apply(view, { kind: "Shouted", entity: idOf(9), name: "far", text: "hear!" });
  assert.deepEqual(story.at(-1), ["shouted", "far", idOf(9), "hear!"]);
});

test("a packet of a game inside CellTold is ignored", () => {
  const { view, story } = playing();
  apply(view, cell(0, 0, "CellTold", { alias: 65535, packet: Uint8Array.of(4, 0, 200, 0) }));
  assert.deepEqual(story, []);
});

// --- Tiles

test("obstacles and tiles beyond the map are not free", () => {
  const { view } = viewWithStory();
  apply(view, welcome, begin(0, 0, Uint8Array.of(0b10, 0, 0, 0, 0, 0, 0, 0)));
  assert.deepEqual([view.isFree(0, 0), view.isFree(1, 0), view.isFree(-1, 0), view.isFree(8, 0)], [true, false, false, false]);
});

test("the cells of a map of more than 256 columns are distinct, up to the last corner", () => {
  const { view } = viewWithStory();
  apply(view, { ...welcome, mapWidth: 65535, mapHeight: 65535, cellSize: 1, x: 300, y: 0 });
  const positions = [[300, 0], [44, 0], [44, 1], [300, 1], [0, 256], [256, 0], [65534, 0], [0, 65534], [65534, 65534]];
  for (const [column, row] of positions) apply(view, begin(column, row, Uint8Array.of(0)));
  for (const [i, [column, row]] of positions.entries()) apply(view, enter(column, row, piece(i, 0, 0, 0)));
  assert.equal(view.cells.size, positions.length);
  for (const [i, [column, row]] of positions.entries()) {
    assert.deepEqual(positionOf(view, i), [column, row]);
    assert.deepEqual([view.cellAt(column, row).column, view.cellAt(column, row).row], [column, row]);
    assert.equal(view.isFree(column, row), true);
  }
  assert.equal(view.isFree(65535, 0), false, "the map ends there");
  for (const [i, [column, row]] of positions.entries()) {
    apply(view, cell(column, row, "CellForget"));
    assert.equal(positionOf(view, i), undefined);
    assert.equal(view.pieces.size, positions.length - 1 - i, "no other piece is removed");
  }
});

test("the position of a piece that walked out of sight is kept; of a piece that logged out in sight, it is not", () => {
  const { view } = playing(); // cells 0 and 1 of the upper row are watched: tiles 0 to 15 of 20
  const seen = new Sightings();
  const drop = () => seen.dropWhere(({ x, y }) => view.isInsideOfSight(x, y));
  seen.add(idOf(5), { x: 15, y: 3 }); // the tile beside it, 16, is not watched
  seen.add(idOf(6), { x: 3, y: 0 }); // the map ends above it
  drop();
  assert.deepEqual([...seen.positions()], [{ x: 15, y: 3 }]);
  apply(view, begin(2, 0));
  drop();
  assert.deepEqual([...seen.positions()], [], "now all tiles beside the position are watched, and no piece is there");
  seen.add(idOf(7), { x: 18, y: 1 });
  apply(view, cell(2, 0, "CellForget"));
  drop();
  assert.deepEqual([...seen.positions()], [{ x: 18, y: 1 }], "the positions of pieces in a forgotten cell are kept");
});

// --- Impossible packets

test("a second Welcome needs a second view, which is empty", () => {
  const { view } = playing();
  assert.equal(typeof view.apply(welcome), "string");
  const { view: second } = viewWithStory();
  apply(second, { ...welcome, entity: idOf(9), mapWidth: 300 });
  assert.equal(second.pieces.size, 0);
  assert.equal(second.cells.size, 0);
  apply(second, begin(0, 0)); // in this view the cell is new
});

test("an impossible packet returns an explanation and throws nothing", () => {
  const impossible = [
    [cell(0, 0, "CellForget")],
    [{ kind: "Pace", moveIntervalMs: 1000 }],
    [welcome, welcome],
    [welcome, cell(9, 9, "CellMove", { steps: [] })],
    [welcome, cell(9, 9, "CellSaid", { alias: 0, text: "" })],
    [welcome, begin(0, 0), begin(0, 0)],
    [welcome, begin(0, 0, new Uint8Array(7))],
    [{ ...welcome, cellSize: 0 }],
    [{ ...welcome, cellSize: 12 }],
    [{ ...welcome, cellSize: 512 }],
    [{ ...welcome, unitsPerTile: 2 }],
    [{ ...welcome, entity: 0n }],
  ];
  for (const packets of impossible) {
    const { view } = viewWithStory();
    const answers = packets.map((packet) => view.apply(packet));
    assert.equal(typeof answers.at(-1), "string", packets.map(({ kind }) => kind).join());
    assert.ok(answers.slice(0, -1).every((answer) => answer === undefined));
  }
});
