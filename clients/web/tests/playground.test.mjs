// The playground in a real browser: a person logs in, sees each packet decoded, says something, and breaks a packet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { enter, openChromium, openPage, screenshot, until, withServer } from "./browser.mjs";

let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

/** Returns the lines of the log, the newest first. */
const lines = (page) => page.locator("#log > li summary").allInnerTexts();
const line = (page, pattern) => page.locator("#log > li", { hasText: pattern }).first();
/** Returns the fields of a packet that was opened, a line each. */
async function rowsOf(item) {
  await until("its fields are shown", async () => (await item.locator("tr").count()) > 0);
  return item.locator("tr").allInnerTexts();
}
async function choose(page, packet) {
  await page.selectOption("#packet", { label: packet });
}
/** Returns the input of a field. */
const field = (page, name) => page.locator("#fields label", { has: page.locator("span", { hasText: new RegExp(`^${name}$`) }) }).locator("input, select").first();

async function logIn(page, name, world = "") {
  await page.click("#connect");
  await until("it is connected", () => page.locator("#send").isEnabled());
  await choose(page, "Login (1)");
  await field(page, "name").fill(name);
  await field(page, "world").fill(world);
  assert.equal(await page.textContent("#verdict"), "a valid packet");
  await page.click("#send");
}

test("a person logs in, sees each packet in parts, and talks to a player of the page", async () => {
  await withServer(["--map", "16x16"], async (server) => {
    const player = await openPage(browser, server.web);
    await enter(player, "Ann");
    const page = await openPage(browser, `${server.watch}playground`, { viewport: { width: 1360, height: 1000 } });
    await until("the page is open", () => page.locator("#panel").isVisible());
    assert.match(await page.textContent("#about"), /protocol board/);
    assert.equal(await page.locator("#send").isEnabled(), false);
    await logIn(page, "조사");
    await until("it is welcome", async () => (await lines(page)).some((text) => /received Welcome opcode 128/.test(text)));
    await until("it sees the players", async () => (await lines(page)).some((text) => /CellEnterPiece/.test(text)));
    assert.ok((await lines(page)).every((text) => !/ are left| is wanted|no packet|there is no value/.test(text)), "all packets are decoded");

    // The parts of a packet: each field with its value, its bytes, and what it means.
    await line(page, "sent Login").locator("summary").click();
    const rows = await rowsOf(line(page, "sent Login"));
    assert.ok(rows.some((row) => /^name\t"조사"\t06 ec a1 b0 ec 82 ac\ttext of at most 255 bytes: /.test(row)), rows.join("\n"));
    assert.ok(rows.some((row) => /^entry\.looks\t0 king\t00\tenum: /.test(row)), rows.join("\n"));
    await line(page, "CellEnterPiece").locator("summary").click();
    const entered = await rowsOf(line(page, "CellEnterPiece"));
    assert.ok(entered.some((row) => /^\w+\.0\.name\t"(Ann|조사)"\t/.test(row)), entered.join("\n"));

    await choose(page, "Say (2)");
    await field(page, "text").fill("I am a tool");
    await page.click("#send");
    await until("the player reads it", async () => (await player.textContent("#talk, #chat, body")).includes("I am a tool"));
    await until("the words come back", async () => (await lines(page)).some((text) => /received CellSaid .*I am a tool/.test(text)));
    await screenshot(page, "playground");
    await assertAccessible(page, "the playground");
    assert.deepEqual(page.problems, []);
    for (const url of page.requests) assert.equal(new URL(url).host, new URL(server.watch).host);
  });
});

test("packets that are broken on purpose get their goodbye", async () => {
  await withServer(["--map", "16x16"], async (server) => {
    const page = await openPage(browser, `${server.watch}playground`);
    await until("the page is open", () => page.locator("#panel").isVisible());
    const cases = [
      ["#cut", /bytes are wanted here/, "bad_packet"],
      ["#add", /1 bytes are left behind its fields/, "bad_packet"],
      ["#turn", /there is no value 129/, "bad_packet"],
      ["#unknown", /no packet has the opcode 65535/, "unknown_opcode"],
      ["#size", /its head says 2 bytes/, "bad_frame"],
    ];
    for (const [button, verdict, reason] of cases) {
      await page.click("#clear");
      await logIn(page, "breaker");
      await until("it is welcome", async () => (await lines(page)).some((text) => /received Welcome/.test(text)));
      await choose(page, "Move (32)");
      await field(page, "direction").selectOption("1");
      await page.locator("#fields input").last().fill("16909060");
      if (button === "#turn") {
        const bytes = await page.inputValue("#bytes");
        await page.fill("#bytes", bytes.replace(/ 01 04 03 02 01$/, " 81 04 03 02 01"));
      } else {
        await page.click(button);
      }
      assert.match(await page.textContent("#verdict"), verdict);
      await page.click("#send");
      await until(`the goodbye of ${button}`, async () => (await lines(page)).some((text) => new RegExp(`received Goodbye .*${reason}`).test(text)));
      await until("the connection has ended", async () => /the connection has ended \(code \d+\)/.test(await page.textContent("#status")));
    }
    await page.fill("#bytes", "0g");
    assert.equal(await page.textContent("#verdict"), "These are not hexadecimal digits in pairs.");
    assert.deepEqual(page.problems, []);
  });
});

test("what cannot be sent is said beside the form, packets are hidden by name, and the page speaks Korean", async () => {
  await withServer(["--map", "16x16"], async (server) => {
    const page = await openPage(browser, `${server.watch}playground?lang=ko`);
    await until("the page is open", () => page.locator("#panel").isVisible());
    assert.equal(await page.textContent("#panel h1"), "놀이터");
    await choose(page, "Move (32)");
    await page.locator("#fields input").last().fill("4294967296");
    assert.match(await page.textContent("#verdict"), /4294967296 is out of range \(0 to 4294967295\)/);
    await page.locator("#fields input").last().fill("soon");
    assert.match(await page.textContent("#verdict"), /"soon" is not a whole number/);
    await page.locator("#fields input").last().fill("1");
    assert.equal(await page.textContent("#verdict"), "올바른 패킷");
    await page.click("#connect");
    await until("it is connected", () => page.locator("#send").isEnabled());
    await page.click("#send"); // a Move before the Login
    await until("the goodbye is there", async () => (await lines(page)).some((text) => /받음 Goodbye/.test(text)));
    await page.fill("#filter", "good, pong");
    assert.equal(await page.locator("#log > li", { hasText: "Goodbye" }).isVisible(), false);
    assert.equal(await page.locator("#log > li", { hasText: "Move" }).isVisible(), true);
    await page.fill("#filter", "");
    assert.equal(await page.locator("#log > li", { hasText: "Goodbye" }).isVisible(), true);
    assert.deepEqual(page.problems, []);
  });
});

test("with a token, the page asks for it, and its WebSocket carries it", async () => {
  const token = "0123456789abcdef!";
  await withServer(["--operator-token", token], async (server) => {
    const page = await openPage(browser, `${server.watch}playground`);
    await until("the door is shown", () => page.locator("#token-form").isVisible());
    await page.fill("#token", "wrong-token-000000");
    await page.click("#token-form button");
    await until("it is refused", async () => /not the operator's token/.test(await page.textContent("#refusal")));
    await page.fill("#token", token);
    await page.click("#token-form button");
    await until("the page is open", () => page.locator("#panel").isVisible());
    await logIn(page, "Ann");
    await until("it is welcome", async () => (await lines(page)).some((text) => /received Welcome/.test(text)));
    const refused = await page.evaluate(
      (url) => new Promise((done) => {
        const socket = new WebSocket(url, ["madang", "madang.token.00"]);
        socket.onopen = () => done("open");
        socket.onerror = () => done("refused");
      }),
      `${server.watch.replace("http", "ws")}playground/socket`,
    );
    assert.equal(refused, "refused");
  });
});
