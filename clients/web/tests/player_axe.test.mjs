// Checks the player's page with axe-core: no violation in any state, dark and light, on a screen and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { enter, measure, openChromium, openPage, screenshot, until, withServer } from "./browser.mjs";

let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

const small = ["--map", "16x16", "--obstacle-percent", "4"];
const windows = {
  screen: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

test("axe-core finds a planted violation", async () => {
  await withServer(small, async (server) => {
    const page = await openPage(browser, server.web);
    await page.evaluate(() => document.querySelector("#enter label span").remove());
    await assert.rejects(assertAccessible(page, "a field without a name"), /label/);
  });
});

for (const colorScheme of ["dark", "light"])
  for (const [window, options] of Object.entries(windows))
    test(`the page has no violation: ${colorScheme}, ${window}`, async () => {
      const open = (server, more = {}) => openPage(browser, server.web, { ...options, colorScheme, ...more });
      await withServer([...small, "--demo-bots", "20"], async (server) => {
        const page = await open(server);
        await assertAccessible(page, "entrance");
        await page.fill("#name", "가".repeat(9));
        await assertAccessible(page, "entrance with a problem");

        await enter(page, "Axe");
        if (await page.locator("#near").isHidden()) await page.click("#near-count");
        await until("names are listed", async () => (await page.locator("#names li").count()) > 3);
        await page.fill("#words", "hello");
        await page.press("#words", "Enter");
        await until("the log has the message", async () => (await measure(page)).log.some((line) => line.includes("hello")));
        await fetch(`${server.watch}operator/api/announce`, {
          method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: "soon" }),
        });
        await until("the announcement is shown", () => page.locator("#announcement").isVisible());
        await page.fill("#words", "가".repeat(70));
        await page.click("#scope");
        await page.click("#hear");
        await page.waitForTimeout(400); // some parts fade in
        await assertAccessible(page, "in game");

        await server.stop("SIGKILL");
        await until("the dialog is shown", () => page.locator("#away").isVisible());
        await page.waitForTimeout(400);
        await assertAccessible(page, "reconnecting");
        await screenshot(page, `axe-away-${colorScheme}-${window}`);
      });

      await withServer([...small, "--sessions-max", "1"], async (server) => {
        const first = await open(server);
        await enter(first, "First");
        const page = await open(server, { locale: "ko-KR" });
        await page.fill("#name", "Second");
        await page.press("#name", "Enter");
        await until("the dialog is shown", () => page.locator("#away").isVisible());
        await assertAccessible(page, "full, in Korean");
        await screenshot(page, `axe-full-${colorScheme}-${window}`);

        // A player that the operator has disconnected.
        const { heat } = await (await fetch(`${server.watch}operator/api/state`)).json();
        const square = heat.players.findIndex((count) => count > 0);
        const { players } = await (await fetch(`${server.watch}operator/api/players?column=${square % heat.columns}&row=${Math.floor(square / heat.columns)}`)).json();
        await fetch(`${server.watch}operator/api/goodbye`, {
          method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session: players[0].session }),
        });
        await until("the player is disconnected", async () => (await measure(first)).state === "over");
        await assertAccessible(first, "disconnected");
      });
    });

/** Returns the contrast of two colours by WCAG 2.2. The colours are in the format of getComputedStyle(). */
function contrast(a, b) {
  const luminance = (color) => {
    const [r, g, blue] = color.match(/\d+(\.\d+)?/g).slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

for (const colorScheme of ["dark", "light"])
  test(`placeholders and the borders of controls have enough contrast: ${colorScheme}`, async () => {
    await withServer(small, async (server) => {
      const page = await openPage(browser, server.web, { colorScheme });
      await enter(page, "Colours");
      const placeholder = await page.evaluate(() => {
        const words = document.getElementById("words");
        const { color, opacity } = getComputedStyle(words, "::placeholder");
        return { color, opacity, behind: getComputedStyle(words).backgroundColor };
      });
      assert.equal(placeholder.opacity, "1");
      assert.ok(contrast(placeholder.color, placeholder.behind) >= 4.5);
      const controls = await page.evaluate(() => [...document.querySelectorAll("#game input, #game button")]
        .filter((one) => one.offsetWidth > 0)
        .map((one) => ({ id: one.id, border: getComputedStyle(one).borderTopColor, behind: getComputedStyle(one).backgroundColor })));
      assert.ok(controls.length >= 5);
      for (const { id, border, behind } of controls) assert.ok(contrast(border, behind) >= 3, `${id}: ${border} on ${behind}`);
    });
  });
