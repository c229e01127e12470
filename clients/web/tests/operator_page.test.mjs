// The operator's page against a server that is not there: what a real one seldom does when a test wants it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openChromium, openPage, screenshot, until } from "./browser.mjs";
import { buildPages, Mock } from "./operator_mock.mjs";

let browser;
before(async () => {
  buildPages();
  browser = await openChromium();
});
after(() => browser.close());

async function look(options, use, pageOptions) {
  const mock = await new Mock(options).listen();
  const page = await openPage(browser, mock.url, pageOptions);
  try {
    await use(page, mock);
  } finally {
    await page.context().close();
    await mock.close();
  }
}

async function clickSquare(page, mock, { x, y }) {
  await page.locator("#map").scrollIntoViewIfNeeded();
  const box = await page.locator("#map").boundingBox();
  const [columns, rows] = mock.day.map.map((size) => Math.ceil(size / mock.squareTiles));
  const at = (tile, squares, length) => ((Math.floor(tile / mock.squareTiles) + 0.5) / squares) * length;
  await page.mouse.click(box.x + at(x, columns, box.width), box.y + at(y, rows, box.height));
}
const isDrawn = (page) => until("the map is drawn", async () => (await page.locator("#legend span").count()) > 0);
const isListed = (page, player) => until(`${player.name} is listed`, () => page.locator("#who-rows tr", { hasText: player.name }).first().isVisible());

test("a restart is said for as long as it takes to look up, and nothing of the new server's log is missed", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    mock.begin(20, ["first", "second", "third", "fourth", "fifth"].map((text) => ["info", text]));
    await until("it says so", async () => /started anew/.test(await page.textContent("#banner")));
    await page.waitForTimeout(3000);
    assert.equal(await page.locator("#banner").isVisible(), true, "three seconds later, too");
    const lines = await page.locator("#log li").allTextContents();
    assert.deepEqual(lines.map((line) => line.replace(/^[\d:]+/, "")), ["first", "second", "third", "fourth", "fifth"]);
  });
});

test("a server that was started anew while nobody looked is shown from its first sample on", async () => {
  await look({ seconds: 5 }, async (page, mock) => {
    await isDrawn(page);
    mock.begin(100);
    await until("it says so", async () => /started anew/.test(await page.textContent("#banner")));
    await page.locator("#spans button").nth(1).click();
    await page.waitForTimeout(1500);
    const titles = await page.locator("#histogram > div").evaluateAll((bars) => bars.map((bar) => Number(bar.title.split(": ")[1])));
    const [first, last] = [mock.samples[0], mock.samples.at(-1)].map((one) => one.tickTime.reduce((a, b) => a + b, 0));
    assert.ok(titles.reduce((a, b) => a + b, 0) >= (last - first) * 0.97, "its ticks are counted since then");
  });
});

test("who stands in a square that was left is not listed under another, however late the answer", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const one = mock.players[0];
    const other = mock.players.find((player) => Math.abs(player.x - one.x) > 40);
    const path = `/operator/api/players?column=${Math.floor(one.x / 8)}&row=${Math.floor(one.y / 8)}`;
    let release;
    mock.held.set(path, new Promise((done) => (release = done)));
    await clickSquare(page, mock, one);
    await clickSquare(page, mock, other);
    await isListed(page, other);
    const late = page.waitForResponse((response) => response.url().includes(path));
    release();
    await late;
    await page.waitForTimeout(200);
    assert.equal(await page.locator("#who-rows tr", { hasText: other.name }).first().isVisible(), true);
  });
});

test("a slow click is a click, though the list is asked for anew meanwhile", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const [player] = mock.players;
    await clickSquare(page, mock, player);
    await isListed(page, player);
    const button = page.locator("#who-rows tr", { hasText: player.name }).first().locator("button");
    await button.scrollIntoViewIfNeeded();
    const box = await button.boundingBox();
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    await page.waitForTimeout(1600);
    await page.mouse.up();
    await until("it asks whether that is meant", () => page.getByText(`Really say goodbye to ${player.name}?`).isVisible());
  });
});

test("a goodbye is for the session that was chosen, and one who is gone already is told of in the server's words", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const [player] = mock.players;
    await clickSquare(page, mock, player);
    await isListed(page, player);
    const row = page.locator("#who-rows tr", { hasText: player.name }).first();
    assert.match(await row.innerText(), new RegExp(`${player.session}.*${player.entity}`, "s"), "session and entity stand there");
    await row.locator("button").click();
    await page.keyboard.press("Enter");
    await until("it was done", async () => (await page.textContent("#outcome")).includes(`${player.name} was asked to leave`));
    assert.deepEqual(mock.goodbyes, [player.session]);
    const other = mock.players.find((one) => Math.floor(one.x / 8) === Math.floor(mock.players[0].x / 8) && Math.floor(one.y / 8) === Math.floor(mock.players[0].y / 8));
    await clickSquare(page, mock, other);
    await isListed(page, other);
    await page.locator("#who-rows tr", { hasText: other.name }).first().locator("button").click();
    mock.players = mock.players.filter((one) => one !== other);
    await page.keyboard.press("Enter");
    await until("it says why not", async () => /no such session/.test(await page.textContent("#outcome")));
  });
});

test("of a crowd of more than 500 the first 500 are listed, and it says so", async () => {
  await look({ day: "busy" }, async (page, mock) => {
    mock.players.forEach((player, i) => i < 700 && Object.assign(player, { x: 100, y: 100 }));
    await isDrawn(page);
    await clickSquare(page, mock, { x: 100, y: 100 });
    await until("they are listed", async () => (await page.locator("#who-rows tr").count()) === 500);
    assert.match(await page.textContent("#who-more"), /first 500/);
    await page.fill("#search", mock.players[3].session);
    await until("one is found by session", async () => (await page.locator("#who-rows tr").count()) === 1);
  });
});

test("a square at the map's edge ends where the map does, and its count is kept up to date", async () => {
  await look({ day: "busy" }, async (page, mock) => {
    await isDrawn(page);
    const edge = { x: 999, y: 699 };
    mock.players = mock.players.filter(({ x, y }) => x < 990 && y < 690);
    await clickSquare(page, mock, edge);
    await until("the square is described", async () => /992–999, 696–699: 0 here/.test(await page.textContent("#square")));
    Object.assign(mock.players[0], edge);
    await until("somebody has come", async () => /: 1 here/.test(await page.textContent("#square")));
  });
});

test("a token that no header can carry is wrong, not a server that is lost", async () => {
  await look({ token: "0123456789abcdef" }, async (page) => {
    await until("it asks for the token", () => page.locator("#token-form").isVisible());
    await page.fill("#token", "토큰입니다");
    await page.press("#token", "Enter");
    await until("it says no", async () => (await page.textContent("#token-problem")) !== "");
    assert.equal(await page.locator("#banner").isVisible(), false);
    await page.fill("#token", "0123456789abcdef");
    await page.press("#token", "Enter");
    await until("it opens", () => page.locator("#panel").isVisible());
  });
});

test("who may not look is told so in the server's words", async () => {
  await look({ onlyThisMachine: true }, async (page) => {
    await until("it says so", async () => /set operator_token/.test(await page.textContent("#refusal")));
    assert.equal(await page.locator("#panel").isVisible(), false);
  });
});

test("the log shows what is at least so grave, and stands still while it is paused", async () => {
  await look({}, async (page, mock) => {
    await until("the log is there", async () => (await page.locator("#log li").count()) === 3);
    await page.locator("#levels button", { hasText: "warnings" }).click();
    assert.deepEqual(await page.locator("#log li").evaluateAll((all) => all.map((one) => one.className)), ["warning", "error"], "errors are warnings, too");
    await page.locator("#pause").click();
    mock.log("error", "the disk is full");
    await page.waitForTimeout(2500);
    assert.equal(await page.locator("#log li").count(), 2);
    await page.locator("#pause").click();
    await until("what came meanwhile is there", async () => (await page.locator("#log li").count()) === 3);
  });
});

test("lines of charts stand out from what is behind them, in the dark and in the light, also when that changes", async () => {
  await look({}, async (page) => {
    await isDrawn(page);
    for (const colorScheme of ["dark", "light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(1300);
      const low = await page.evaluate(() => {
        const luminance = (css) => {
          const [r, g, b] = css.match(/\d+/g).slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const panel = luminance(getComputedStyle(document.querySelector("#panel > section")).backgroundColor);
        return [...document.querySelectorAll(".u-series .u-marker")]
          .map((marker) => getComputedStyle(marker).borderTopColor)
          .filter((color) => (Math.max(luminance(color), panel) + 0.05) / (Math.min(luminance(color), panel) + 0.05) < 3);
      });
      assert.deepEqual(low, [], `${colorScheme}: less than 3 to 1 (WCAG 1.4.11)`);
    }
  });
});

test("on a phone a crowd is listed and a goodbye confirmed without scrolling to the side", async () => {
  await look({ day: "busy" }, async (page, mock) => {
    await isDrawn(page);
    await clickSquare(page, mock, mock.players[0]);
    await isListed(page, mock.players[0]);
    await page.locator("#who-rows button").first().tap();
    await until("it asks", () => page.locator("#who-rows .sure").isVisible());
    await screenshot(page, "operator-phone-goodbye");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const list = page.locator("#who .scrolled");
    assert.equal(await list.evaluate((one) => one.scrollWidth <= one.clientWidth), true, "the list neither");
  }, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" });
});

test("a chart of nothing but zeros has an axis that one can read", async () => {
  await look({}, async (page) => {
    await isDrawn(page);
    await page.evaluate(() => {
      window.drawn = [];
      const fillText = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.drawn.push(String(text));
        return fillText.call(this, text, ...rest);
      };
    });
    await page.waitForTimeout(2500);
    const drawn = await page.evaluate(() => window.drawn);
    assert.ok(drawn.includes("0B"), "the axis was drawn meanwhile");
    assert.deepEqual(drawn.filter((text) => /e-\d/.test(text)), []);
  });
});

for (const day of ["calm", "busy"])
  for (const [locale, colorScheme] of [["en-US", "dark"], ["ko-KR", "light"]])
    test(`a ${day} server, ${locale}, ${colorScheme}: all is shown, nothing goes wrong, nobody else is asked`, async () => {
      await look({ day }, async (page, mock) => {
        await isDrawn(page);
        await clickSquare(page, mock, mock.players[0]);
        await isListed(page, mock.players[0]);
        await page.mouse.move(0, 0);
        await page.waitForTimeout(1200);
        await screenshot(page, `operator-${day}-${colorScheme}`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 1440);
        assert.deepEqual(page.problems, []);
        for (const url of page.requests) assert.equal(new URL(url).host, `127.0.0.1:${mock.port}`);
      }, { viewport: { width: 1440, height: 1500 }, locale, colorScheme });
    });
