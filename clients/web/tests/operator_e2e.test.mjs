// The operator's page in a real browser, against the real server and real bots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bots, enter, measure, openChromium, openPage, screenshot, serve, until } from "./browser.mjs";

const token = "0123456789abcdef";
let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

async function withServer(options, use) {
  const server = await serve("--map", "64x64", ...options);
  try {
    await use(server);
  } finally {
    await server.stop("SIGKILL");
  }
}

/** Returns the figure with this name, as a number. */
async function figure(page, name) {
  const text = await page.locator("#figures > div", { hasText: name }).first().locator("dd").textContent();
  return Number(text.replaceAll(",", "").match(/[\d.]+/)[0]);
}

test("the page counts the actions of bots, during their visit and after it", async () => {
  await withServer(["--log-level", "info"], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`, { viewport: { width: 1360, height: 1500 } });
    await until("the page shows an empty server", async () => (await page.locator("#panel").isVisible()) && (await figure(page, "Players")) === 0);
    const crowd = bots(server, 60, 12);
    await until("the page counts the bots", async () => (await figure(page, "Players")) === 60 && (await figure(page, "Sessions")) === 60);
    await page.waitForTimeout(6000);
    await screenshot(page, "operator");
    const state = await (await fetch(`${server.watch}operator/api/state`)).json();
    assert.equal(state.heat.players.reduce((a, b) => a + b, 0), 60, "the bots are on the map");
    const last = state.samples.at(-1);
    assert.ok(last.answerTime.reduce((a, b) => a + b, 0) > 60, "moves were answered");
    assert.ok(last.packetsIn > 60 && last.sends > 60 && last.bytesOut > last.bytesIn);
    await crowd.ended;
    await until("the reason of the ends is listed", async () => /client_left\s*60\b/.test((await page.locator("#closed-rows").innerText()).replaceAll("\t", " ")));
    await until("no player is left", async () => (await figure(page, "Players")) === 0);
    assert.deepEqual(page.problems, []);
    for (const url of page.requests) assert.equal(new URL(url).host, new URL(server.watch).host);
  });
});

test("a click on a square lists its players, and one of them is disconnected", async () => {
  await withServer(["--demo-bots", "30"], async (server) => {
    const player = await openPage(browser, server.web);
    await enter(player, "Rascal");
    const { me } = await measure(player);
    const page = await openPage(browser, `${server.watch}operator`);
    await until("the map is there", () => page.locator("#map").isVisible());
    await until("the map is drawn", async () => (await page.locator("#legend span").count()) > 0);
    const box = await page.locator("#map").boundingBox();
    await page.mouse.click(box.x + ((me.x + 0.5) / 64) * box.width, box.y + ((me.y + 0.5) / 64) * box.height);
    const row = page.locator("#who-rows tr", { hasText: "Rascal" });
    await until("Rascal is listed", () => row.isVisible());
    await page.fill("#search", "rasc");
    await until("the other players are not listed", async () => (await page.locator("#who-rows tr").count()) === 1);
    await row.locator("button").first().click();
    await page.locator("#goodbye").getByText("No", { exact: true }).click();
    assert.equal((await measure(player)).state, "playing", "after a no, the player stays");
    await row.locator("button").first().click();
    await page.keyboard.press("Enter"); // "yes" has the focus
    await until("the outcome is shown", async () => /Rascal was disconnected/.test(await page.textContent("#outcome")));
    await until("Rascal is disconnected", async () => (await measure(player)).state === "over");
    assert.deepEqual(page.problems, []);
  });
});

test("a message reaches all players, and a refused one is explained", async () => {
  await withServer([], async (server) => {
    const player = await openPage(browser, server.web);
    await enter(player, "Listener");
    const page = await openPage(browser, `${server.watch}operator`);
    await page.fill("#announcement", "가".repeat(100));
    await page.press("#announcement", "Enter");
    await until("the message is too long", async () => /300 bytes, at most 200/.test(await page.textContent("#announcement-length")));
    await page.fill("#announcement", "\u202e");
    await page.press("#announcement", "Enter");
    await until("the message cannot be shown", async () => /cannot be shown/.test(await page.textContent("#announce-outcome")));
    await page.fill("#announcement", "곧 다시 켭니다");
    await page.press("#announcement", "Enter");
    await until("the message was sent", async () => /sent to all players/.test(await page.textContent("#announce-outcome")));
    await until("the player gets the message", async () => (await measure(player)).log.some((line) => line.includes("곧 다시 켭니다")));
  });
});

test("without a token only this machine has access, and with a token only the right token", async () => {
  await withServer([], async (server) => {
    const response = await fetch(`${server.watch}operator`, { headers: { "X-Forwarded-For": "203.0.113.9" } });
    assert.equal(response.status, 403);
    const page = await openPage(browser, `${server.watch}operator`, { extraHTTPHeaders: { "X-Forwarded-For": "203.0.113.9" } });
    assert.match(await page.textContent("body"), /operator_token/);
  });
  await withServer(["--operator-token", token], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`);
    await until("the page asks for the token", () => page.locator("#token-form").isVisible());
    assert.equal(await page.locator("#panel").isVisible(), false);
    await page.fill("#token", "of somebody else");
    await page.press("#token", "Enter");
    await until("the token is refused", async () => /not the operator's token of this server/.test(await page.textContent("#token-problem")));
    await page.fill("#token", token);
    await page.press("#token", "Enter");
    await until("the panel is shown", () => page.locator("#panel").isVisible());
    await page.reload();
    await until("this tab keeps the token", () => page.locator("#panel").isVisible());
    assert.equal(page.requests.filter((url) => url.includes(token)).length, 0, "no address contains the token");
  });
});

test("the page reports that the server does not answer, and finds the next server", async () => {
  const server = await serve("--map", "64x64");
  const page = await openPage(browser, `${server.watch}operator`);
  await until("the page shows the server", () => page.locator("#panel").isVisible());
  await server.stop("SIGKILL");
  await until("the banner is shown", async () => /has not answered since/.test(await page.textContent("#banner")));
  const again = await serve("--map", "64x64", "--operator", new URL(server.watch).host);
  await until("the page has found the next server", async () => !/has not answered/.test(await page.textContent("#banner")));
  await again.stop("SIGKILL");
});

test("a hidden page sends no requests", async () => {
  await withServer([], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`);
    await until("the page sends requests", () => page.requests.filter((url) => url.includes("/api/state")).length >= 2);
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.waitForTimeout(1000);
    const asked = page.requests.length;
    await page.waitForTimeout(3000);
    assert.equal(page.requests.length, asked);
    await page.evaluate(() => {
      delete document.visibilityState;
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await until("the page sends requests again", () => page.requests.length > asked);
  });
});

test("on a phone, in Korean and light, the page does not scroll sideways", async () => {
  await withServer(["--demo-bots", "40"], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`, {
      viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: "ko-KR", colorScheme: "light",
    });
    await until("the panel is shown", () => page.locator("#panel").isVisible());
    await page.waitForTimeout(2500);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    await screenshot(page, "operator-phone");
    assert.deepEqual(page.problems, []);
  });
});
