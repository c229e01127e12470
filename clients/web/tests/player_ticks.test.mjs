// The player's page with a simulated server (player_mock.mjs): what the page shows between the ticks of a server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { measure, openChromium, openPage, screenshot, until } from "./browser.mjs";
import { load } from "./load.mjs";
import { buildPages } from "./operator_mock.mjs";
import { PlayerMock } from "./player_mock.mjs";

const { Direction, Looks, MoveResult, schemaHash } = await load("protocol.ts");

let browser;
before(async () => {
  buildPages();
  browser = await openChromium();
});
after(() => browser.close());

const idOf = (number) => (1n << 127n) | (0xfeedn << 64n) | BigInt(number);
const own = idOf(1);
const other = idOf(2);
const welcome = {
  kind: "Welcome", entity: own, mapWidth: 256, mapHeight: 256, cellSize: 32, unitsPerTile: 1, x: 20, y: 20, tickRate: 20, viewRadius: 10, world: "",
};
const pace = { kind: "Pace", moveIntervalMs: 400 };
const begin = (cellX, cellY) => ({ kind: "CellBegin", cellX, cellY, obstacles: new Uint8Array(32 * 32 / 8) });
const enter = (cellX, cellY, ...entities) => ({ kind: "CellEnterPiece", cellX, cellY, entities });
const leave = (cellX, cellY, ...aliases) => ({ kind: "CellLeave", cellX, cellY, entities: aliases.map((alias) => ({ alias })) });
const piece = (id, alias, x, y, name, looks = Looks.king) => ({ id, alias, x, y, looks, name });
/** The cells around the own piece, which stands at `x`. The other piece stands in the same cell. */
const cellsFor = (x) => [begin(0, 0), begin(1, 0), enter(0, 0, piece(own, 0, x, 20, "Ann", Looks.knight), piece(other, 1, 24, 20, "Bob"))];

/** Notes the state of the page in each frame, in window.frames. */
function noteFrames() {
  window.frames = [];
  const look = () => {
    if (window.madang) window.frames.push(window.madang);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens a page with a server that has received its Login. */
async function withLogin(use) {
  const mock = await new PlayerMock().listen();
  const page = await openPage(browser, mock.url, { init: noteFrames });
  try {
    await page.check(`#looks input[value="${Looks.knight}"]`, { force: true });
    await page.fill("#name", "Ann");
    await page.press("#name", "Enter");
    await use(page, mock, await mock.next("Login"));
    assert.deepEqual(page.problems, []);
  } finally {
    await page.context().close();
    mock.close();
  }
}

const framesOf = (page) => page.evaluate(() => window.frames);
const framesLater = async (page, count) => {
  const from = (await framesOf(page)).length;
  await until(`${count} frames later`, async () => (await framesOf(page)).length >= from + count);
  return (await framesOf(page)).slice(from);
};

/** The same, with the player on the board. */
const playing = (use, x = 20) => withLogin(async (page, mock) => {
  mock.send({ ...welcome, x }, pace);
  mock.send(...cellsFor(x));
  await until("the player is on the board", async () => (await measure(page)).state === "playing");
  await use(page, mock);
});

test("the Login has the hash of the protocol, the name and the looks", async () => {
  await withLogin((page, mock, login) => {
    assert.deepEqual(login, { kind: "Login", schema: schemaHash, name: "Ann", world: "", entry: Uint8Array.of(Looks.knight) });
  });
});

test("the first frame of the board has the own piece and the others, although the cells come later than the Welcome", async () => {
  await withLogin(async (page, mock) => {
    mock.send(welcome, pace);
    const before = await framesLater(page, 10);
    assert.deepEqual([...new Set(before.map(({ state }) => state))], ["entering"], "the page waits for the own piece");
    mock.send(...cellsFor(20));
    await until("the player is on the board", async () => (await measure(page)).state === "playing");
    await framesLater(page, 30);
    const played = (await framesOf(page)).filter(({ state }) => state === "playing");
    for (const { me, server, glide, pieces, drawn, arrow } of played) {
      assert.deepEqual([me.x, me.y, server, glide], [20, 20, { x: 20, y: 20 }, { x: 20, y: 20 }]);
      assert.deepEqual([pieces, drawn], [2, 2]);
      assert.equal(arrow, undefined, "no arrow leads to other players: one is in the window");
    }
    assert.deepEqual(played.at(-1).labels.map(({ name }) => name).sort(), ["Ann", "Bob"]);
    assert.equal(played.at(-1).moveIntervalMs, 400);
    await screenshot(page, "first-frames");
  });
});

test("a figure that goes to another cell glides on and is drawn in every frame", async () => {
  await playing(async (page, mock) => {
    const from = (await framesOf(page)).length;
    // The other piece walks over the edge of the cell and back, and on. Each leave comes one tick later.
    mock.send(enter(1, 0, piece(other, 0, 0, 20, "Bob")));
    await framesLater(page, 3);
    mock.send(enter(0, 0, piece(other, 2, 31, 20, "Bob")), leave(0, 0, 1));
    await framesLater(page, 3);
    mock.send(enter(1, 0, piece(other, 1, 0, 20, "Bob")), leave(1, 0, 0));
    await framesLater(page, 3);
    mock.send(leave(0, 0, 2));
    await framesLater(page, 3);
    const frames = (await framesOf(page)).slice(from);
    assert.ok(frames.every(({ pieces, drawn, names }) => pieces === 2 && drawn === 2 && names.includes("Bob")));
    assert.deepEqual(frames.at(-1).positions.find(({ name }) => name === "Bob"), { name: "Bob", x: 32, y: 20 });
    mock.send(leave(1, 0, 1));
    await until("the figure is removed", async () => (await measure(page)).drawn === 1);
  });
});

test("messages have their bubbles over the speaker, whichever cell and alias it has", async () => {
  await playing(async (page, mock) => {
    mock.send({ kind: "CellSaid", cellX: 0, cellY: 0, alias: 1, text: "from my cell" });
    await until("the bubble is shown", () => page.locator(".bubble", { hasText: "from my cell" }).isVisible());
    mock.send(enter(1, 0, piece(other, 0, 0, 20, "Bob")), leave(0, 0, 1));
    mock.send({ kind: "CellSaid", cellX: 1, cellY: 0, alias: 0, text: "from the next cell" });
    await until("one bubble replaces the other", async () => (await page.locator(".bubble").allTextContents()).join() === "from the next cell");
    mock.send({ kind: "Shouted", entity: other, name: "Bob", text: "to all" });
    await until("a shout has a bubble, too", async () => (await page.locator(".bubble").allTextContents()).join() === "to all");
    assert.deepEqual((await measure(page)).log.slice(-3), ["Bob from my cell", "Bob from the next cell", "Bob → All to all"]);
  });
});

test("another name and other looks are shown on the board and in the list of players", async () => {
  await playing(async (page, mock) => {
    const row = page.locator("#names li");
    await until("the player is listed", async () => /Bob/.test(await row.innerText()));
    const icon = await row.locator("svg").innerHTML();
    mock.send({ kind: "CellChangePiece", cellX: 0, cellY: 0, entities: [{ alias: 1, mask: 3, looks: Looks.queen, name: "Bobby" }] });
    await until("the list has the new name", async () => /Bobby/.test(await row.innerText()));
    await until("the board has the new name", async () => (await measure(page)).labels.some(({ name }) => name === "Bobby"));
    assert.notEqual(await row.locator("svg").innerHTML(), icon);
  });
});

test("the own figure walks over the edge of a cell at the pace of the server", async () => {
  await playing(async (page, mock) => {
    const from = (await framesOf(page)).length;
    await page.keyboard.down("ArrowRight");
    for (let x = 30; x <= 33; ++x) {
      const { direction, clientTime } = await mock.next("Move");
      assert.equal(direction, Direction.right);
      const step = (cellX, alias) => ({ kind: "CellMove", cellX, cellY: 0, steps: [{ alias, x: x % 32, y: 20 }] });
      const news = x === 32 ? [enter(1, 0, piece(own, 7, 0, 20, "Ann", Looks.knight))] : x > 32 ? [step(1, 7), leave(0, 0, 0)] : [step(0, 0)];
      mock.send({ kind: "Moved", clientTime, x, y: 20, result: MoveResult.ok }, ...news);
    }
    await page.keyboard.up("ArrowRight");
    await until("the figure is at its last position", async () => (await measure(page)).glide.x === 33);
    const frames = (await framesOf(page)).slice(from);
    assert.ok(frames.every(({ drawn, pieces }) => drawn === 2 && pieces === 2));
    assert.ok(frames.every(({ glide }, i) => i === 0 || glide.x >= frames[i - 1].glide.x), "the figure does not go back");
  }, 29);
});
