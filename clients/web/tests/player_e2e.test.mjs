// The player's page in a real browser, against the real server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clickTile, enter, measure, openChromium, openPage, pointOfTile, screenshot, serve, until, withServer } from "./browser.mjs";

let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

const small = ["--map", "16x16", "--obstacle-percent", "0", "--move-interval-ms", "200"];

function assertOwnHostOnly(page, host) {
  assert.deepEqual(page.problems, []);
  for (const url of page.requests) assert.equal(new URL(url).host, host, `a request to another host: ${url}`);
}

async function operator(server, path) {
  return (await fetch(`${server.watch}operator/api/${path}`)).json();
}

/** Returns all players of the operator's API, by name. */
async function playersOf(server) {
  const { heat } = await operator(server, "state");
  const found = new Map();
  for (const [i, count] of heat.players.entries())
    if (count > 0) {
      const { players } = await operator(server, `players?column=${i % heat.columns}&row=${Math.floor(i / heat.columns)}`);
      for (const player of players) found.set(player.name, player);
    }
  return found;
}

test("two players see each other enter, walk, chat and leave", async () => {
  await withServer(small, async (server) => {
    const ann = await openPage(browser, server.web);
    await screenshot(ann, "entrance");
    await enter(ann, "Ann");
    const bob = await openPage(browser, server.web);
    await enter(bob, "밥");
    const seenBy = async (page, name) => (await measure(page)).positions.find((piece) => piece.name === name);
    await until("Ann sees Bob", () => seenBy(ann, "밥"));
    await until("Bob sees Ann", () => seenBy(bob, "Ann"));

    // Bob walks with a held key, and Ann sees his position.
    const from = (await measure(bob)).server;
    const key = from.x > 8 ? "a" : "d";
    await bob.keyboard.down(key);
    await until("Bob has walked", async () => Math.abs((await measure(bob)).server.x - from.x) >= 3);
    await bob.keyboard.up(key);
    await until("Ann sees Bob's position", async () => {
      const [seen, { server: place }] = [await seenBy(ann, "밥"), await measure(bob)];
      return seen.x === place.x && seen.y === place.y && seen.x !== from.x;
    });

    // Ann clicks a tile and walks there.
    const goal = { x: (await measure(ann)).me.x > 8 ? -2 : 2, y: 0 };
    const start = (await measure(ann)).server;
    await clickTile(ann, start.x + goal.x, start.y);
    await until("Ann is at the tile", async () => (await measure(ann)).server.x === start.x + goal.x);

    await bob.keyboard.press("Enter");
    await bob.keyboard.insertText("안녕하세요, Ann!");
    await bob.keyboard.press("Enter");
    await until("Bob's message is in Ann's log", async () => (await measure(ann)).log.some((line) => line === "밥 안녕하세요, Ann!"));
    await until("the bubble is shown", () => ann.locator(".bubble", { hasText: "안녕하세요" }).isVisible());
    await screenshot(ann, "two");

    await bob.click("#leave");
    await until("Ann does not see Bob any more", async () => !(await seenBy(ann, "밥")));
    assert.equal((await measure(ann)).pieces, 1);
    for (const page of [ann, bob]) assertOwnHostOnly(page, new URL(server.web).host);
  });
});

test("the page works with the keyboard alone, and a screen reader gets the players nearby", async () => {
  await withServer(small, async (server) => {
    const other = await openPage(browser, server.web);
    await enter(other, "Other");
    const page = await openPage(browser, server.web);
    await page.keyboard.type("Keys"); // the name has the focus
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight"); // from the knight to the pawn
    await page.keyboard.press("Enter");
    await until("the page has entered", async () => (await measure(page)).state === "playing");
    const from = (await measure(page)).server;
    for (const [key, axis] of [[from.x > 8 ? "ArrowLeft" : "ArrowRight", "x"], [from.y > 8 ? "ArrowUp" : "ArrowDown", "y"]]) {
      await page.keyboard.down(key);
      await until(`${key} walks`, async () => (await measure(page)).server[axis] !== from[axis]);
      await page.keyboard.up(key);
    }
    await page.keyboard.press("Enter");
    await page.keyboard.type("wasd l + typed, not walked");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.id), "board", "Escape leaves the input field");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await until("the message arrives", async () => (await measure(other)).log.some((line) => line.includes("typed, not walked")));
    await page.keyboard.press("l");
    await until("the players nearby are read out", async () => /Other, (\d+ tiles? away|on your tile)/.test(await page.textContent("#spoken")));
    assert.deepEqual(page.problems, []);
  });
});

test("among 500 bots, the page has exactly the pieces that the server counts, and their names", async () => {
  // The bots walk slowly. The counts of page and server can be compared only if no piece comes or goes between them.
  const crowd = ["--map", "40x40", "--obstacle-percent", "4", "--demo-bots", "500", "--move-interval-ms", "8000"];
  await withServer(crowd, async (server) => {
    await until("all bots are on the board", async () => (await operator(server, "state")).samples.at(-1)?.players === 500);
    const page = await openPage(browser, server.web);
    await enter(page, "Counter");
    await page.waitForTimeout(1500);
    await screenshot(page, "board");
    const { squareTiles } = (await operator(server, "state")).heat;
    let compared = 0;
    await until("counts were compared", async () => {
      const before = await measure(page);
      const [column, row] = [before.server.x, before.server.y].map((tile) => Math.floor(tile / squareTiles));
      const seen = async () => {
        const { players } = await operator(server, `players?column=${column}&row=${row}`);
        return players.find((player) => player.name === "Counter").sees;
      };
      const sees = await seen();
      await page.waitForTimeout(300); // the page is some ticks behind the server
      const after = await measure(page);
      if (before.pieces !== after.pieces || before.names.join() !== after.names.join() || sees !== (await seen())) return false;
      assert.equal(after.pieces, sees);
      assert.equal(after.drawn, sees, "the board has all of them");
      assert.ok(sees > 30, `${sees} is a crowd`);
      return ++compared === 5;
    });
    assert.ok((await measure(page)).delayMs < 60_000);
    assertOwnHostOnly(page, new URL(server.web).host);
  });
});

test("500 pieces in the window are drawn at the screen's rate", async () => {
  const crowd = ["--map", "24x24", "--obstacle-percent", "2", "--view-radius", "30", "--leave-radius", "34", "--demo-bots", "500"];
  await withServer(crowd, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Meter");
    for (let i = 0; i < 5; ++i) await page.keyboard.press("-");
    await until("500 are in the window", async () => (await measure(page)).shown >= 500 || (await page.keyboard.press("-"), false));
    await page.waitForTimeout(5000);
    const { framesPerSecond, frameWorkMs, shown } = await measure(page);
    console.log(`500 pieces: ${framesPerSecond.toFixed(1)} frames per second, ${frameWorkMs.toFixed(2)} ms of work per frame, ${shown} in the window`);
    await screenshot(page, "crowd");
    // A busy machine has a lower rate, so only the work per frame is checked. docs/performance.md has the rates.
    assert.ok(frameWorkMs < 1000 / 60, `a frame takes ${frameWorkMs} ms of work`);
    assert.deepEqual(page.problems, []);
  });
});

test("when the server is killed and started again, the page reports this and connects again by itself", async () => {
  const server = await serve(...small);
  const page = await openPage(browser, server.web);
  await enter(page, "Phoenix");
  await server.stop("SIGKILL");
  await until("the dialog is shown", () => page.locator("#away").isVisible());
  assert.match(await page.textContent("#away-title"), /No connection/);
  await screenshot(page, "away");
  const again = await serve(...small, "--http", new URL(server.web).host);
  try {
    await until("the page is connected", async () => (await measure(page)).state === "playing");
    assert.equal(await page.locator("#away").isVisible(), false);
    assert.ok((await playersOf(again)).has("Phoenix"), "with the same name");
    // The server stops in order.
    await again.stop("SIGINT");
    await until("the dialog names the reason", async () => /stopping/.test(await page.textContent("#away-text")));
  } finally {
    await again.stop("SIGKILL");
  }
});

test("a player that the operator disconnects gets the reason, and does not connect again by itself", async () => {
  await withServer(small, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Guest");
    const { session } = (await playersOf(server)).get("Guest");
    const response = await fetch(`${server.watch}operator/api/goodbye`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session }),
    });
    assert.equal(response.status, 204);
    await until("the dialog names the reason", async () => /operator disconnected you/.test(await page.textContent("#away-text")));
    await page.waitForTimeout(2500);
    assert.equal((await measure(page)).state, "over");
    await page.click("#away-now");
    await until("the player can enter again", async () => (await measure(page)).state === "playing");
  });
});

test("the operator's message to all is shown", async () => {
  await withServer(small, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Listener");
    await fetch(`${server.watch}operator/api/announce`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: "The board closes at ten <b>sharp</b>." }),
    });
    await until("the message is shown", () => page.locator("#announcement").isVisible());
    assert.equal(await page.textContent("#announcement"), "Operator: The board closes at ten <b>sharp</b>.");
  });
});

test("a name that is not allowed is reported at the entrance", async () => {
  await withServer(small, async (server) => {
    const page = await openPage(browser, server.web);
    await page.fill("#name", "가나다라마바사아자");
    await page.press("#name", "Enter");
    await until("the name is too long", async () => /24/.test(await page.textContent("#problem")));
    await page.fill("#name", "a\u200fb");
    await page.press("#name", "Enter");
    await until("the server refuses the name", async () => /cannot be shown/.test(await page.textContent("#problem")));
    await enter(page, "fine");
  });
});

async function speak(page, text) {
  await page.keyboard.press("Enter");
  await page.fill("#words", text);
  await page.keyboard.press("Enter");
}

for (const [locale, cannot, tooMany, toAll] of [
  ["en-US", /cannot be shown/, /too many messages to all/, "All"],
  ["ko-KR", /표시할 수 없는 글자/, /모두에게 보내는 메시지가 너무 많습니다/, "모두"],
])
  test(`a message that was not sent returns with the reason, in ${locale}`, async () => {
    const oneShout = ["--all-shouts-budget-burst", "1", "--all-shouts-budget-interval-ms", "3600000"];
    await withServer([...small, ...oneShout], async (server) => {
      const page = await openPage(browser, server.web, { locale });
      await enter(page, "Ann");
      const other = await openPage(browser, server.web);
      await enter(other, "Bob");
      const mended = "mended and sent";
      await speak(page, "a sign of our own: \ue000");
      await until("the reason is shown", async () => cannot.test(await page.textContent("#say-hint")));
      assert.equal(await page.inputValue("#words"), "a sign of our own: \ue000");
      await speak(page, mended);
      await until("the other player gets the message", async () => (await measure(other)).log.includes(`Ann ${mended}`));
      assert.equal(await page.textContent("#say-hint"), "");
      assert.equal(await page.inputValue("#words"), "");

      await page.click("#scope");
      assert.equal(await page.textContent("#scope"), toAll);
      await speak(page, "first of all");
      await until("the other player gets the first shout", async () => (await measure(other)).log.some((line) => line.endsWith("first of all")));
      await speak(page, "second of all");
      await until("the reason is shown", async () => tooMany.test(await page.textContent("#say-hint")));
      assert.equal(await page.inputValue("#words"), "second of all");
      await screenshot(page, `not-said-${locale}`);

      assert.equal((await measure(page)).state, "playing");
      const { log } = await measure(other);
      assert.deepEqual(log.filter((line) => line.includes("our own") || line.includes("second")), [], "the other player gets neither");
      for (const one of [page, other]) assert.deepEqual(one.problems, []);
    });
  });

test("a second and a third visit in one page begin without data of the visit before", async () => {
  await withServer(small, async (server) => {
    const other = await openPage(browser, server.web);
    await enter(other, "Other");
    const page = await openPage(browser, server.web);
    const entities = new Set();
    for (const name of ["First", "Second", "Third"]) {
      await enter(page, name);
      await until(`${name} and the other see each other`, async () => {
        const [own, others] = [await measure(page), await measure(other)];
        return own.names.includes("Other") && others.names.includes(name);
      });
      const { pieces, drawn, names, me } = await measure(page);
      assert.deepEqual([pieces, drawn], [2, 2], "no piece of the visit before is left");
      assert.deepEqual(names.sort(), [name, "Other"].sort());
      entities.add(me.entity);

      await speak(other, `hello, ${name}`);
      await until("the message arrives", async () => (await measure(page)).log.includes(`Other hello, ${name}`));
      assert.equal((await measure(page)).log.filter((line) => line === `Other hello, ${name}`).length, 1, "once");
      await page.focus("#board");
      const from = (await measure(page)).server;
      const key = from.x > 8 ? "a" : "d";
      await page.keyboard.down(key);
      await until("the player walks", async () => (await measure(page)).server.x !== from.x);
      await page.keyboard.up(key);

      await page.click("#leave");
      await until("the other player does not see it any more", async () => !(await measure(other)).names.includes(name));
      assert.equal((await measure(page)).state, "entrance");
    }
    assert.equal(entities.size, 3);
    for (const one of [page, other]) assert.deepEqual(one.problems, []);
  });
});

test("on a map of more than 256 columns of cells, a player walks beyond column 256", async () => {
  const wide = ["--map", "4096x8", "--cell-size", "4", "--obstacle-percent", "0", "--move-interval-ms", "100"];
  await withServer(wide, async (server) => {
    const page = await openPage(browser, server.web);
    await until("the player enters far on the right", async () => {
      await enter(page, "Far");
      if ((await measure(page)).server.x >= 256 * 4 + 16) return true;
      await page.click("#leave");
      return false;
    });
    const from = (await measure(page)).server;
    const key = from.x > 4000 ? "a" : "d";
    await page.keyboard.down(key);
    await until("the player has walked through two cells", async () => Math.abs((await measure(page)).server.x - from.x) > 8);
    await page.keyboard.up(key);
    const { pieces, drawn, state } = await measure(page);
    assert.deepEqual([pieces, drawn, state], [1, 1, "playing"]);
    await until("the position is shown", async () => /^Position \d{4}, \d$/.test(await page.textContent("#place")));
    assert.deepEqual(page.problems, []);
  });
});

test("on a phone in Korean, all parts fit, and touch makes steps", async () => {
  await withServer([...small, "--demo-bots", "10"], async (server) => {
    const page = await openPage(browser, server.web, {
      viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, locale: "ko-KR",
    });
    assert.equal(await page.textContent("#go"), "마당에 들어가기");
    assert.match(await page.textContent(".quiet"), /두 손가락/);
    await screenshot(page, "phone-entrance");
    await enter(page, "손님");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
    await page.waitForTimeout(500);
    await screenshot(page, "phone");
    const boxes = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      small: [...document.querySelectorAll("#game button, #game input")]
        .map((element) => element.getBoundingClientRect())
        .filter(({ width, height }) => width > 0 && (width < 44 || height < 44)).length,
      bar: document.getElementById("bar").getBoundingClientRect().toJSON(),
      side: document.getElementById("side").getBoundingClientRect().toJSON(),
      pad: document.getElementById("pad").getBoundingClientRect().toJSON(),
      log: document.getElementById("log").getBoundingClientRect().toJSON(),
      say: document.getElementById("say").getBoundingClientRect().toJSON(),
    }));
    assert.equal(boxes.width, 390, "the page does not scroll sideways");
    assert.equal(boxes.small, 0, "every button is large enough for a finger");
    const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
    const parts = ["bar", "side", "pad", "log", "say"];
    for (const [i, a] of parts.entries())
      for (const b of parts.slice(i + 1)) assert.ok(apart(boxes[a], boxes[b]), `${a} and ${b} overlap`);

    const from = (await measure(page)).server;
    const button = from.y > 8 ? 0 : 1;
    const { x, y, width, height } = await page.locator(`#pad [data-direction="${button}"]`).boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await until("the pad makes a step", async () => (await measure(page)).server.y !== from.y);
    await page.mouse.up();
    await page.waitForTimeout(400);
    const start = (await measure(page)).server;
    const point = await pointOfTile(page, start.x + (start.x > 8 ? -1 : 1), start.y);
    await page.touchscreen.tap(point.x, point.y);
    await until("a tap makes a step", async () => (await measure(page)).server.x !== start.x);
    assert.deepEqual(page.problems, []);
  });
});
