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

/** The figure over this name, as a number. */
async function figure(page, name) {
  const text = await page.locator("#figures > div", { hasText: name }).first().locator("dd").textContent();
  return Number(text.replaceAll(",", "").match(/[\d.]+/)[0]);
}

test("it counts what the bots do, while they do it and after they have left", async () => {
  await withServer(["--log-level", "info"], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`, { viewport: { width: 1360, height: 1500 } });
    await until("it shows an empty server", async () => (await page.locator("#panel").isVisible()) && (await figure(page, "Players")) === 0);
    const crowd = bots(server, 60, 12);
    await until("it counts them", async () => (await figure(page, "Players")) === 60 && (await figure(page, "Sessions")) === 60);
    await page.waitForTimeout(6000);
    await screenshot(page, "operator");
    const state = await (await fetch(`${server.watch}operator/api/state`)).json();
    assert.equal(state.heat.players.reduce((a, b) => a + b, 0), 60, "and they stand on its map");
    const last = state.samples.at(-1);
    assert.ok(last.answerTime.reduce((a, b) => a + b, 0) > 60, "moves were answered");
    assert.ok(last.packetsIn > 60 && last.sends > 60 && last.bytesOut > last.bytesIn);
    await crowd.ended;
    await until("it says why they left", async () => /client_left\s*60\b/.test((await page.locator("#closed-rows").innerText()).replaceAll("\t", " ")));
    await until("nobody is left", async () => (await figure(page, "Players")) === 0);
    assert.deepEqual(page.problems, []);
    for (const url of page.requests) assert.equal(new URL(url).host, new URL(server.watch).host);
  });
});

test("a click on a square shows who is there, and one of them is asked to leave", async () => {
  await withServer(["--demo-bots", "30"], async (server) => {
    const player = await openPage(browser, server.web);
    await enter(player, "Rascal");
    const { me } = await measure(player);
    const page = await openPage(browser, `${server.watch}operator`);
    await until("the map is there", () => page.locator("#map").isVisible());
    await until("it is drawn", async () => (await page.locator("#legend span").count()) > 0);
    const box = await page.locator("#map").boundingBox();
    await page.mouse.click(box.x + ((me.x + 0.5) / 64) * box.width, box.y + ((me.y + 0.5) / 64) * box.height);
    const row = page.locator("#who-rows tr", { hasText: "Rascal" });
    await until("Rascal is listed", () => row.isVisible());
    await page.fill("#search", "rasc");
    await until("the others are not", async () => (await page.locator("#who-rows tr").count()) === 1);
    await row.locator("button").first().click();
    await page.locator("#goodbye").getByText("No", { exact: true }).click();
    assert.equal((await measure(player)).state, "playing", "who is not sure says no");
    await row.locator("button").first().click();
    await page.keyboard.press("Enter"); // "yes" has the focus
    await until("it was done", async () => /Rascal was asked to leave/.test(await page.textContent("#outcome")));
    await until("and Rascal knows", async () => (await measure(player)).state === "over");
    assert.deepEqual(page.problems, []);
  });
});

test("a message reaches all, and one that will not do is refused in words", async () => {
  await withServer([], async (server) => {
    const player = await openPage(browser, server.web);
    await enter(player, "Listener");
    const page = await openPage(browser, `${server.watch}operator`);
    await page.fill("#announcement", "가".repeat(100));
    await page.press("#announcement", "Enter");
    await until("it is too long", async () => /300 bytes, at most 200/.test(await page.textContent("#announcement-length")));
    await page.fill("#announcement", "\u202e");
    await page.press("#announcement", "Enter");
    await until("it cannot be shown", async () => /cannot be shown/.test(await page.textContent("#announce-outcome")));
    await page.fill("#announcement", "곧 다시 켭니다");
    await page.press("#announcement", "Enter");
    await until("it was sent", async () => /sent to everybody/.test(await page.textContent("#announce-outcome")));
    await until("and read", async () => (await measure(player)).log.some((line) => line.includes("곧 다시 켭니다")));
  });
});

test("a stranger is refused: without a token from elsewhere, with one until it is right", async () => {
  await withServer([], async (server) => {
    const response = await fetch(`${server.watch}operator`, { headers: { "X-Forwarded-For": "203.0.113.9" } });
    assert.equal(response.status, 403);
    const page = await openPage(browser, `${server.watch}operator`, { extraHTTPHeaders: { "X-Forwarded-For": "203.0.113.9" } });
    assert.match(await page.textContent("body"), /operator_token/);
  });
  await withServer(["--operator-token", token], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`);
    await until("it asks for the token", () => page.locator("#token-form").isVisible());
    assert.equal(await page.locator("#panel").isVisible(), false);
    await page.fill("#token", "of somebody else");
    await page.press("#token", "Enter");
    await until("it says no", async () => /not the server's operator_token/.test(await page.textContent("#token-problem")));
    await page.fill("#token", token);
    await page.press("#token", "Enter");
    await until("it opens", () => page.locator("#panel").isVisible());
    await page.reload();
    await until("it stays open in this tab", () => page.locator("#panel").isVisible());
    assert.equal(page.requests.filter((url) => url.includes(token)).length, 0, "no address holds the token");
  });
});

test("it says when the server is away, and when another has come", async () => {
  const server = await serve("--map", "64x64");
  const page = await openPage(browser, `${server.watch}operator`);
  await until("it shows the server", () => page.locator("#panel").isVisible());
  await server.stop("SIGKILL");
  await until("it says so", async () => /does not answer, since/.test(await page.textContent("#banner")));
  const again = await serve("--map", "64x64", "--operator", new URL(server.watch).host);
  await until("it has found the other", async () => !/does not answer/.test(await page.textContent("#banner")));
  await again.stop("SIGKILL");
});

test("nobody looks: nothing is asked", async () => {
  await withServer([], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`);
    await until("it asks", () => page.requests.filter((url) => url.includes("/api/state")).length >= 2);
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
    await until("it asks again", () => page.requests.length > asked);
  });
});

test("on a phone, in Korean and in the light, nothing is to be scrolled to the side", async () => {
  await withServer(["--demo-bots", "40"], async (server) => {
    const page = await openPage(browser, `${server.watch}operator`, {
      viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: "ko-KR", colorScheme: "light",
    });
    await until("it is there", () => page.locator("#panel").isVisible());
    await page.waitForTimeout(2500);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    await screenshot(page, "operator-phone");
    assert.deepEqual(page.problems, []);
  });
});
