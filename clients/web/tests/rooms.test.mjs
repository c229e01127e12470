// The page of examples/rooms in a real browser: people meet, play chess and watch, and a lost line comes back.
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { example, openChromium, openPage, screenshot, until } from "./browser.mjs";

let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

const text = (page, selector) => page.textContent(selector);
const reads = (page, selector, pattern) =>
  until(`${selector} reads ${pattern}`, async () => (await text(page, selector)).match(pattern));
const at = (page, square) => page.getAttribute(`[data-square=${square}]`, "aria-label");

async function withRooms(options, use) {
  const server = example("rooms", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "off", ...options);
  try {
    const web = (await server.line(/Play in a browser: (http:\/\/127\.0\.0\.1:\d+\/)/))[1];
    await use(web, server);
  } finally {
    await server.stop("SIGKILL");
  }
}
async function open(web, options = {}) {
  return openPage(browser, web, { viewport: { width: 960, height: 800 }, ...options });
}
/** `how` is the value of a button: "seek", "play" or "watch". */
async function enter(page, name, how, room = "") {
  await page.fill("#name", name);
  await page.fill("#room", room);
  await page.click(`#door button[value=${how}]`);
}
async function move(page, from, to) {
  await page.click(`[data-square=${from}]`);
  await page.click(`[data-square=${to}]`);
}
/** Plays moves in turns. Each move is seen by both before the next one. */
async function playAll(white, black, moves) {
  for (const [number, text] of moves.split(" ").entries()) {
    const [mover, other] = number % 2 === 0 ? [white, black] : [black, white];
    const [from, to] = [text.slice(0, 2), text.slice(2, 4)];
    await move(mover, from, to);
    for (const page of [mover, other])
      await until(`${text} is seen`, async () => /white|black/.test(await at(page, to)) && (await at(page, from)) === from);
  }
}
const problemsOf = (pages) => pages.flatMap((page) => page.problems);

/** Returns a function that returns all texts that the element has had since now. */
async function historyOf(page, selector) {
  await page.$eval(selector, (element) => {
    element.history = [];
    new MutationObserver(() => element.history.push(element.textContent)).observe(element, { childList: true, characterData: true, subtree: true });
  });
  return () => page.$eval(selector, (element) => element.history);
}

/** A line to the server that breaks when the test says so. */
async function relayTo(web) {
  const ends = new Set();
  let isRefusing = false;
  const relay = createServer((near) => {
    if (isRefusing) return near.destroy();
    const far = connect(Number(new URL(web).port), "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      ends.add(one);
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise((done) => relay.listen(0, "127.0.0.1", done));
  return {
    web: `http://127.0.0.1:${relay.address().port}/`,
    breakLines: () => {
      for (const end of ends) end.destroy();
      ends.clear();
    },
    /** While it refuses, nobody can connect. */
    refuse: (refuses) => {
      isRefusing = refuses;
    },
    close: () => relay.close(),
  };
}

test("the lobby pairs two, who play until mate, while another watches and one reloads the page", async () => {
  await withRooms([], async (web, server) => {
    const [ann, bob] = [await open(web), await open(web)];
    await assertAccessible(ann, "the door");
    await screenshot(ann, "rooms-door");
    await enter(ann, "Ann", "seek");
    await reads(ann, "#seeking", /Waiting for another player/);
    await until("Ann waits", () => ann.isVisible("#seeking"));
    await assertAccessible(ann, "the lobby");
    await enter(bob, "밥", "seek");
    for (const page of [ann, bob]) await reads(page, "#state", /white moves/);
    const [white, black] = /^white/.test(await text(ann, "#near")) ? [ann, bob] : [bob, ann];
    assert.match(await text(white, "#state"), /^your turn: white moves$/);
    assert.match(await text(black, "#near"), /^black: /);
    await until("both names are read", async () => /Ann/.test(await text(white, "#table")) && /밥/.test(await text(white, "#table")));

    const room = (await reads(ann, "#where", /game [0-9a-f]{16}/))[0];
    const tom = await open(web);
    await enter(tom, "Tom", "watch", room);
    await reads(tom, "#state", /white moves/);
    for (const page of [ann, bob]) await reads(page, "#watchers", /^Watching: Tom$/);

    await move(white, "f2", "f5");
    await reads(white, "#refusal", /This move is not allowed/);
    await move(black, "e7", "e5");
    await reads(black, "#refusal", /It is not your turn/);
    assert.equal(await at(white, "f2"), "f2 white pawn");
    await tom.fill("#words", "안녕하세요 players");
    await tom.press("#words", "Enter");
    for (const page of [ann, bob, tom]) await reads(page, "#heard", /Tom: 안녕하세요 players/);

    await playAll(white, black, "f2f3 e7e5");
    assert.equal(await text(white, "#refusal"), "");
    assert.deepEqual(await tom.$$eval("#board .last", (squares) => squares.map((one) => one.dataset.square).sort()), ["e5", "e7"]);
    await reads(black, "#near time", /^5:0[0-3]$/);

    await white.reload();
    await reads(white, "#state", /^your turn: white moves$/);
    assert.equal(await at(white, "e5"), "e5 black pawn");
    await reads(black, "#far", /^white: (Ann|밥)\d/);
    await assertAccessible(white, "the game");
    await screenshot(white, "rooms-white");
    await screenshot(black, "rooms-black");

    await playAll(white, black, "g2g4 d8h4");
    await reads(black, "#state", /^you won by mate$/);
    await reads(white, "#state", /^you lost by mate$/);
    await reads(tom, "#state", /^black won by mate$/);
    assert.equal(await white.getAttribute("#board .check", "data-square"), "e1");
    await black.$eval("#heard", (list) => list.append(...Array.from({ length: 30 }, () => document.createElement("li")).map((item) => {
      item.textContent = "a word";
      return item;
    })));
    await assertAccessible(black, "the end, and more words than fit");
    await screenshot(white, "rooms-mate");

    for (const page of [white, black]) await page.click("#next");
    await reads(white, "#where", new RegExp(`${room} 2`));
    for (const page of [white, black]) await reads(page, "#state", /white moves/);
    assert.ok(!(await tom.isVisible("#next")));

    await server.stop("SIGINT");
    for (const page of [ann, bob, tom]) {
      await reads(page, "#news", /the server is stopping/);
      assert.ok(await page.isVisible("#door"));
    }
    assert.deepEqual(problemsOf([ann, bob, tom]), []);
    for (const url of tom.requests) assert.equal(new URL(url).host, new URL(web).host);
  });
});

test("a lost line comes back by itself to the seat, and says so", async () => {
  await withRooms([], async (web) => {
    const relay = await relayTo(web);
    try {
      const [ann, bob] = [await open(relay.web), await open(web)];
      await enter(ann, "Ann", "play", "tea");
      await reads(ann, "#state", /^Waiting for the other player$/);
      await enter(bob, "Bob", "play", "tea");
      await reads(ann, "#state", /^your turn: white moves$/);
      await reads(bob, "#far", /^white: Ann\d/); // who comes when Ann is away does not learn her name
      const news = await historyOf(ann, "#news");
      const far = await historyOf(bob, "#far");
      relay.refuse(true);
      relay.breakLines();
      await until("it was said", async () => (await news()).includes("The line is lost. Connecting again ..."));
      await until("the other sees it", async () => (await far()).some((text) => /^white: Ann \(away\)/.test(text)));
      relay.refuse(false);
      await reads(bob, "#far", /^white: Ann\d/);
      await reads(ann, "#news", /^$/);
      assert.equal(await ann.getAttribute("#table", "class"), "");
      await playAll(ann, bob, "e2e4 e7e5");
      assert.deepEqual(problemsOf([ann, bob]), []);
    } finally {
      relay.breakLines();
      relay.close();
    }
  });
});

test("a player needs no mouse, chooses what the pawn becomes, and loses on time", async () => {
  await withRooms(["--clock-s", "20", "--clock-move-s", "0"], async (web) => {
    const [ann, bob] = [await open(web), await open(web, { viewport: { width: 400, height: 860 } })];
    await enter(ann, "Ann", "play", "tea");
    await reads(ann, "#state", /Waiting/);
    await enter(bob, "Bob", "play", "tea");
    await reads(ann, "#state", /white moves/);
    // From a1, where the tab key comes to the board, to a2 and a4.
    await ann.focus("[data-square=a1]");
    for (const key of ["ArrowUp", "Enter", "ArrowUp", "ArrowUp", "Enter"]) await ann.keyboard.press(key);
    await reads(bob, "#state", /^your turn: black moves$/);
    assert.equal(await at(bob, "a4"), "a4 white pawn");
    // Black sees the board from the other side, so the arrow to the right goes from b7 to a7.
    await bob.focus("[data-square=b7]");
    for (const key of ["ArrowRight", "ArrowLeft", "Enter", "ArrowUp", "ArrowUp", "Enter"]) await bob.keyboard.press(key);
    await until("black has moved", async () => (await at(ann, "b5")) === "b5 black pawn");
    await playAll(ann, bob, "a4b5 h7h6 b5b6 h6h5 b6a7 h5h4");
    await move(ann, "a7", "b8");
    await until("there is a choice", () => ann.isVisible("#promotion"));
    await assertAccessible(ann, "the choice");
    await screenshot(ann, "rooms-promotion");
    await ann.click("#promotion [aria-label='white knight']");
    await until("the pawn is a knight", async () => (await at(bob, "b8")) === "b8 white knight");
    assert.ok(!(await ann.isVisible("#promotion")));
    await assertAccessible(bob, "the game on a phone");
    await screenshot(bob, "rooms-phone");
    await reads(bob, "#state", /^you lost on time$/);
    await reads(ann, "#state", /^you won on time$/);
    assert.match(await text(bob, "#near time"), /^0:00$/);
    assert.deepEqual(problemsOf([ann, bob]), []);
  });
});

test("the page says what is wrong with a name or a room, and the way back from a room", async () => {
  await withRooms([], async (web) => {
    const page = await open(web);
    await enter(page, "Ann", "play", "  ");
    await reads(page, "#news", /^Name the room\.$/);
    await enter(page, "\u202e", "seek");
    await reads(page, "#news", /name/);
    await enter(page, "Ann", "play", "tea");
    await reads(page, "#state", /^Waiting for the other player$/);
    await page.click("#leave");
    await until("it is at the door", () => page.isVisible("#door"));
    await page.reload();
    assert.ok(await page.isVisible("#door"));
    await enter(page, "Ann", "seek");
    await until("it waits", () => page.isVisible("#seeking"));
    await page.click("#stop");
    await until("it is at the door again", () => page.isVisible("#door"));
    assert.deepEqual(page.problems, []);
  });
});
