// The page of examples/arena in a real browser: a person walks, fires and talks among bots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { example, openChromium, openPage, screenshot, until } from "./browser.mjs";

let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

const look = (page) => page.evaluate(() => window.arena());

test("a person walks, fires and talks in a room with bots, and reads why it ends", async () => {
  const ports = ["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "off"];
  const server = example("arena", "serve", ...ports);
  try {
    const address = (await server.line(/Arena is open: (127\.0\.0\.1:\d+) /))[1];
    const web = (await server.line(/Play in a browser: (http:\/\/127\.0\.0\.1:\d+\/)/))[1];
    const bots = example("arena", "bots", "--connect", address, "--players", "12", "--room-of", "12", "--for", "1000");
    const page = await openPage(browser, web, { viewport: { width: 720, height: 900 } });
    await assertAccessible(page, "the door");
    await page.fill("#name", "마당");
    await page.press("#name", "Enter");
    await until("it sees itself and others", async () => {
      const seen = await look(page);
      return seen?.me?.hitPoints > 0 && seen.fighters > 1;
    });
    await until("it is drawn", async () => /\d+ hit points, \d+ kills/.test(await page.textContent("#state")));

    // It walks: into some direction at least.
    const { me: before } = await look(page);
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]) {
      await page.locator("#ground").focus();
      await page.keyboard.down(key);
      await page.waitForTimeout(700);
      await page.keyboard.up(key);
    }
    await until("it has walked", async () => {
      const { me } = await look(page);
      return me && (me.x !== before.x || me.y !== before.y);
    });
    await until("it has fired, or was hit", async () => {
      await page.locator("#ground").focus();
      await page.keyboard.press("Space");
      return (await look(page)).shots > 0;
    });
    await page.fill("#words", "안녕하세요 bots");
    await page.press("#words", "Enter");
    await until("it reads its own words", async () => /안녕하세요 bots/.test(await page.textContent("#heard")));
    await assertAccessible(page, "the game");
    await screenshot(page, "arena");

    await server.stop("SIGINT");
    await until("the reason is shown", async () => /stop|restart/i.test(await page.textContent("#news")));
    assert.deepEqual(page.problems, []);
    for (const url of page.requests) assert.equal(new URL(url).host, new URL(web).host);
    await bots.stop("SIGKILL");
  } finally {
    await server.stop("SIGKILL");
  }
});
