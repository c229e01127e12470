// The operator's page with a simulated server (operator_mock.mjs): for states that a real server rarely has.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "./axe.mjs";
import { openChromium, openPage, screenshot, until } from "./browser.mjs";
import { buildPages, Mock } from "./operator_mock.mjs";

let browser;
before(async () => {
  buildPages();
  browser = await openChromium();
});
after(() => browser.close());

/** `arrange(mock)`: changes the simulated server before the page is opened. */
async function look({ arrange = () => {}, ...options }, use, pageOptions) {
  const mock = await new Mock(options).listen();
  arrange(mock);
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

test("a restart is reported long enough to be noticed, and the log of the new server is complete", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    mock.begin(20, ["first", "second", "third", "fourth", "fifth"].map((text) => ["info", text]));
    await until("the restart is reported", async () => /was restarted at/.test(await page.textContent("#banner")));
    await page.waitForTimeout(3000);
    assert.equal(await page.locator("#banner").isVisible(), true, "the report is still shown after three seconds");
    const lines = await page.locator("#log li").allTextContents();
    assert.deepEqual(lines.map((line) => line.replace(/^[\d:]+/, "")), ["first", "second", "third", "fourth", "fifth"]);
  });
});

test("a server that restarted while the page was hidden is shown from its first sample on", async () => {
  await look({ seconds: 5 }, async (page, mock) => {
    await isDrawn(page);
    mock.begin(100);
    await until("the restart is reported", async () => /was restarted at/.test(await page.textContent("#banner")));
    await page.locator("#spans button").nth(1).click();
    await page.waitForTimeout(1500);
    const titles = await page.locator("#histogram > div").evaluateAll((bars) => bars.map((bar) => Number(bar.title.split(": ")[1])));
    const [first, last] = [mock.samples[0], mock.samples.at(-1)].map((one) => one.tickTime.reduce((a, b) => a + b, 0));
    assert.ok(titles.reduce((a, b) => a + b, 0) >= (last - first) * 0.97, "all its ticks are counted");
  });
});

test("a late answer for the last square does not replace the players of the chosen square", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const one = mock.players[0];
    const other = mock.players.find((player) => Math.abs(player.x - one.x) > 40);
    const path = `/operator/api/players?find=&rows=50&column=${Math.floor(one.x / 8)}&row=${Math.floor(one.y / 8)}`;
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

test("a slow click works, although the list is fetched again meanwhile", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const [player] = mock.players;
    await clickSquare(page, mock, player);
    await isListed(page, player);
    const button = page.locator("#who-rows tr", { hasText: player.name }).first().locator("button").first();
    await button.scrollIntoViewIfNeeded();
    const box = await button.boundingBox();
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    await page.waitForTimeout(1600);
    await page.mouse.up();
    await until("the dialog is shown", () => page.getByText(`Disconnect ${player.name}?`).isVisible());
  });
});

test("a disconnect closes the chosen session, and the page reports a session that has ended before", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const [player] = mock.players;
    await clickSquare(page, mock, player);
    await isListed(page, player);
    const row = page.locator("#who-rows tr", { hasText: player.name }).first();
    assert.match(await row.innerText(), new RegExp(`${player.session}.*${player.entity}`, "s"), "the row has session and entity");
    await row.locator("button").first().click();
    await page.keyboard.press("Enter");
    await until("the outcome is shown", async () => (await page.textContent("#outcome")).includes(`${player.name} was disconnected`));
    assert.deepEqual(mock.goodbyes, [player.session]);
    const other = mock.players.find((one) => Math.floor(one.x / 8) === Math.floor(mock.players[0].x / 8) && Math.floor(one.y / 8) === Math.floor(mock.players[0].y / 8));
    await clickSquare(page, mock, other);
    await isListed(page, other);
    await page.locator("#who-rows tr", { hasText: other.name }).first().locator("button").first().click();
    mock.players = mock.players.filter((one) => one !== other);
    await page.keyboard.press("Enter");
    await until("the page reports the reason", async () => /This session has ended/.test(await page.textContent("#outcome")));
  });
});

test("the dialog stays and names the player, although the player has left the list", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const [player] = mock.players;
    await clickSquare(page, mock, player);
    await isListed(page, player);
    await page.locator("#who-rows tr", { hasText: player.name }).first().locator("button").first().click();
    mock.players[0] = { ...player, x: (player.x + 100) % 256 };
    await until("the player has left the list", async () => (await page.locator("#who-rows tr", { hasText: player.session }).count()) === 0);
    const dialog = page.locator("#goodbye");
    assert.match(await dialog.innerText(), new RegExp(`Disconnect ${player.name}\\?.*${player.session}.*${player.address}`, "s"));
    await page.keyboard.press("Enter");
    await until("the outcome is shown", async () => (await page.textContent("#outcome")).includes(`${player.name} was disconnected`));
    assert.deepEqual(mock.goodbyes, [player.session]);
  });
});

test("Escape does nothing, also after a yes to an earlier dialog", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    for (const key of ["Enter", "Escape"]) {
      await until("players are listed", async () => (await page.locator("#who-rows tr").count()) > 30);
      await page.locator("#who-rows button").first().click();
      await page.keyboard.press(key);
      await until("the dialog is closed", async () => !(await page.locator("#goodbye").isVisible()));
      await page.waitForTimeout(300);
    }
    assert.equal(mock.goodbyes.length, 1);
  });
});

test("a player is found by name, and all players are listed in pages", async () => {
  await look({ day: "busy" }, async (page, mock) => {
    await isDrawn(page);
    await until("the first page is there", async () => (await page.locator("#who-rows tr").count()) === 50);
    assert.match(await page.textContent("#who-title"), /9,000 players on the whole map/);
    const first = await page.locator("#who-rows tr").first().innerText();
    await page.locator("#page-after").click();
    await until("the second page is there", async () => /51–100 of 9,000/.test(await page.textContent("#who-page")));
    assert.notEqual(await page.locator("#who-rows tr").first().innerText(), first);
    await page.locator("#page-before").click();
    await until("the first page is there again", async () => /1–50 of/.test(await page.textContent("#who-page")));
    assert.equal(await page.locator("#page-before").isDisabled(), true);
    await page.fill("#search", "walker 4711");
    await until("the player is found", async () => (await page.locator("#who-rows tr").count()) === 1);
    assert.match(await page.locator("#who-rows").innerText(), new RegExp(`Walker 4711.*${mock.players[4711].address}`, "s"));
    assert.equal(await page.locator("#page-after").isDisabled(), true);
  });
});

for (const [locale, empty, square, found] of [
  ["en-US", /There is no player.*disconnect, mute or ban/, /No player is in this square/, /No player here has "nobody" in the name/],
  ["ko-KR", /^플레이어가 없습니다/, /이 구역에는 플레이어가 없습니다/, /이름에 "nobody"이\(가\) 들어 있는/],
])
  test(`the list says why it has no player, ${locale}`, async () => {
    let player, release;
    const arrange = (mock) => {
      [player] = mock.players;
      mock.players = [];
      mock.held.set("/operator/api/players", new Promise((done) => (release = done)));
    };
    await look({ arrange }, async (page, mock) => {
      await isDrawn(page);
      assert.match(await page.textContent("#who-none"), /waiting for the list|기다리는 중/);
      release();
      await until("the text of an empty board is shown", async () => empty.test(await page.textContent("#who-none")));
      await screenshot(page, `operator-empty-${locale}`);
      await clickSquare(page, mock, player);
      await until("the text of an empty square is shown", async () => square.test(await page.textContent("#who-none")));
      await page.fill("#search", "nobody");
      await until("the text of a search is shown", async () => found.test(await page.textContent("#who-none")));
      mock.players = [{ ...player, name: "Nobody" }];
      await until("the player is listed without a text", async () => (await page.locator("#who-rows tr").count()) === 1 && (await page.textContent("#who-none")) === "");
    }, { locale, viewport: { width: 1920, height: 1080 } });
  });

for (const width of [900, 1024, 1280, 1366, 1440, 1920, 2560])
  test(`in a window of ${width} pixels the list stands beside the map, and the list does not scroll sideways`, async () => {
    await look({ day: "busy" }, async (page) => {
      await isDrawn(page);
      await until("players are listed", async () => (await page.locator("#who-rows tr").count()) === 50);
      const [map, list] = [await page.locator("#map-section").boundingBox(), await page.locator("#who").boundingBox()];
      assert.equal(list.y, map.y);
      assert.ok(list.x > map.x + map.width);
      const frame = page.locator("#who .scrolled");
      assert.equal(await frame.evaluate((one) => one.scrollWidth <= one.clientWidth), true);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await screenshot(page, `operator-beside-${width}`);
    }, { viewport: { width, height: 900 } });
  });

test("all players are listed at once, before a square is chosen", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    await until("all players are listed", async () => (await page.locator("#who-rows tr").count()) === mock.players.length);
    assert.match(await page.textContent("#square"), /Click a square/);
  });
});

test("a sanction has a duration and a reason, is listed, and can be lifted", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const player = mock.players[1];
    await page.fill("#search", player.name);
    await until("the player is found", async () => (await page.locator("#who-rows tr").first().innerText()).includes(player.session));
    await page.locator("#who-rows button").nth(1).click();
    assert.match(await page.locator("#sanction").innerText(), new RegExp(`Mute or ban ${player.name}.*${player.session}`, "s"));
    assert.equal(await page.inputValue("#sanction-minutes"), "60", "the first duration is an hour");
    await page.check("#sanction input[value=ban]");
    await page.selectOption("#sanction-minutes", "1440");
    await page.fill("#sanction-reason", "spam");
    await page.check("#sanction-address");
    await page.locator("#sanction .sure").click();
    await until("the outcome is shown", async () => (await page.textContent("#outcome")).includes(`${player.name} is banned`));
    const [one] = mock.sanctions;
    assert.deepEqual([one.kind, one.name, one.minutes, one.reason, one.address], ["ban", player.name, 1440, "spam", player.address]);
    await until("the sanction is listed", async () => /Ban.*spam/s.test(await page.locator("#sanction-rows").innerText()));
    await page.locator("#sanction-rows button").click();
    await until("the sanction is lifted", async () => /No name is muted or banned/.test(await page.locator("#sanction-rows").innerText()));
    assert.deepEqual(mock.sanctions, []);
    // Names of players that are not on the board, up to the limit.
    for (const name of ["a", "b", "c", "d"]) {
      await page.locator("#sanction-name").click();
      await page.fill("#sanction-of", name);
      await page.keyboard.press("Enter");
      if (name !== "d") await until(`${name} is muted`, async () => (await page.textContent("#outcome")).includes(`${name} is muted`));
    }
    await until("the limit is reported", async () => /sanctions_max/.test(await page.textContent("#sanction-problem")));
    assert.equal(mock.sanctions.every((sanction) => sanction.kind === "mute" && sanction.address === null), true);
  });
});

test("a sanction of an address is offered only where the server accepts it", async () => {
  await look({}, async (page, mock) => {
    Object.assign(mock.players[1], { address: "127.0.0.1", canSanctionAddress: false });
    await isDrawn(page);
    for (const [player, isOffered] of [[mock.players[2], true], [mock.players[1], false]]) {
      await page.fill("#search", player.name);
      await until("the player is found", async () => (await page.locator("#who-rows tr").first().innerText()).includes(player.session));
      await page.locator("#who-rows button").nth(1).click();
      assert.equal(await page.locator("#sanction-by-address").isVisible(), isOffered, player.address);
      if (isOffered) {
        await page.check("#sanction-address"); // the next dialog must not keep this
        await page.keyboard.press("Escape");
      }
    }
    await page.locator("#sanction .sure").click();
    await until("the player is muted", async () => (await page.textContent("#outcome")).includes("is muted"));
    assert.deepEqual(mock.sanctions.map(({ name, address }) => [name, address]), [[mock.players[1].name, null]]);
  });
});

test("every button for a player or a sanction names whom it concerns", async () => {
  await look({}, async (page, mock) => {
    const [, player] = mock.players;
    mock.say(player, "hello");
    mock.sanctions = [{ id: "1", kind: "ban", name: "Rascal", address: null, until: Date.now() + 9e6, reason: "" }];
    ++mock.sanctionsVersion;
    await isDrawn(page);
    await page.fill("#search", player.name);
    await until("the player is found", async () => (await page.locator("#who-rows tr").first().innerText()).includes(player.session));
    for (const [place, name] of [["#who-rows tr:first-child", `Disconnect ${player.name}`], ["#who-rows tr:first-child", `Mute or ban ${player.name}`],
      ["#chat", `Mute or ban ${player.name}`], ["#sanction-rows", "Lift the sanction on Rascal"]])
      await until(`a button in ${place} is named "${name}"`, async () => (await page.locator(place).getByRole("button", { name, exact: true }).count()) === 1);
  });
});

test("a message is shown with its player, and the player can be muted there", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    mock.say(mock.players[2], "buy <b>gold</b> here", true);
    await until("the message is there", async () => /Walker 2.*to all.*buy <b>gold<\/b> here/s.test(await page.locator("#chat").innerText()));
    await page.locator("#chat button").click();
    assert.match(await page.textContent("#sanction-title"), /Mute or ban Walker 2/);
  });
});

test("worlds are listed while there are rooms, with their players, and a room can be ended", async () => {
  const rooms = { tea: ["Mina", "Anna"], broken: [] };
  await look({ rooms }, async (page) => {
    await isDrawn(page);
    const row = (name) => page.locator("#world-rows tr", { hasText: name });
    await until("the worlds are listed", async () => (await page.locator("#world-rows tr").count()) === 3);
    assert.equal(await page.textContent("#worlds-title"), "3 worlds");
    assert.match(await page.locator("#world-rows tr").first().textContent(), /^main world4043040Players$/, "the world with the most players is the first");
    assert.match(await row("broken").textContent(), /its rules failed: tick 7: out of dots/);
    assert.equal(await row("main world").getByText("End", { exact: true }).count(), 0, "the main world ends with the server only");
    await assertAccessible(page);
    await screenshot(page, "operator-worlds");

    await row("tea").getByText("Players", { exact: true }).click();
    await until("its players are listed", async () => /^2 players in the world “tea”$/.test(await page.textContent("#who-title")));
    assert.equal(await page.locator("#who-rows tr", { hasText: "Anna" }).count(), 1);
    await page.click("#whole-map");
    await until("all players are listed", async () => /on the whole map/.test(await page.textContent("#who-title")));

    const end = () => row("tea").getByText("End", { exact: true }).click();
    await end();
    assert.equal(await page.textContent("#end-world-title"), "End the world “tea” with 2 players?");
    await page.keyboard.press("Escape");
    assert.equal(await row("tea").count(), 1);
    await end();
    await page.click("#end-world-yes");
    await until("the end is reported", async () => (await page.textContent("#worlds-outcome")) === "The world “tea” ends.");
    await until("the room is gone", async () => (await row("tea").count()) === 0);
  });
});

test("the attributes of the game are columns, of players and of worlds", async () => {
  const arrange = (mock) => mock.players.forEach((player, i) => (player.attributes = { name: "twice", looks: i % 2 ? "king" : "<i>", ...(i === 0 ? { hit_points: "85" } : {}) }));
  await look({ rooms: { tea: ["Mina"] }, arrange }, async (page, mock) => {
    await isDrawn(page);
    await isListed(page, mock.players[1]);
    const headings = (id) => page.locator(`#${id} th`).allTextContents();
    const row = (player) => page.locator("#who-rows tr", { hasText: player.session }).locator("td").allTextContents();
    await until("the worlds are listed", async () => (await page.locator("#world-rows tr").count()) === 2);
    assert.deepEqual(await headings("world-headings"), ["Name", "Players", "Entities", "Zone thread", "round", "Actions"]);
    await page.fill("#search", mock.players[0].name);
    await until("the first player is listed alone", async () => (await page.locator("#who-rows tr").count()) === 1);
    assert.deepEqual(await headings("who-headings"), ["Name", "Position", "In sight", "looks", "hit points", "Address", "Actions"]);
    assert.deepEqual((await row(mock.players[0])).slice(3, 5), ["<i>", "85"]);
    mock.players[0].attributes = { looks: "queen" };
    await until("the columns follow", async () => (await headings("who-headings")).length === 6 && (await row(mock.players[0]))[3] === "queen");
    await assertAccessible(page);
  });
});

test("without a main world there is no map, and the players of a chosen world are listed", async () => {
  await look({ rooms: { tea: ["Mina", "Anna"] }, hasMainWorld: false }, async (page, mock) => {
    await until("the worlds are listed", async () => (await page.locator("#world-rows tr").count()) === 1);
    assert.equal(await page.locator("#map-section").isVisible(), false);
    assert.equal(await page.locator("#who").isVisible(), false);
    assert.equal(await page.textContent("#about"), "game board · version 0.1.0 · uring");
    assert.doesNotMatch(await page.textContent("#figures"), /of at most 100,000/);
    await page.locator("#world-rows tr").getByText("Players", { exact: true }).click();
    await until("its players are listed", async () => /^2 players in the world “tea”$/.test(await page.textContent("#who-title")));
    assert.equal(await page.locator("#whole-map").isVisible(), false);
    await assertAccessible(page);
    await screenshot(page, "operator-rooms-only");
    mock.rooms = {};
    await until("no world is left", async () => (await page.locator("#world-rows tr").count()) === 0 && (await page.locator("#worlds-section").isVisible()));
  });
});

test("a room that has just ended is reported as such, and without rooms there is no list of worlds", async () => {
  await look({ rooms: { tea: [] } }, async (page, mock) => {
    await until("the worlds are listed", async () => (await page.locator("#world-rows tr").count()) === 2);
    await page.locator("#world-rows").getByText("End", { exact: true }).click();
    mock.rooms = {};
    await page.click("#end-world-yes");
    await until("the end is reported", async () => (await page.textContent("#worlds-outcome")) === "This world has ended.");
    await until("the list is hidden", async () => !(await page.locator("#worlds-section").isVisible()));
  });
});

test("a restart is confirmed, counted down, and cancelled", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    await page.selectOption("#restart-minutes", "5");
    await page.fill("#restart-reason", "a new version");
    await page.locator("#restart button").click();
    assert.match(await page.locator("#restart-sure").innerText(), /in 5 minutes\?.*exit code 75/s);
    await page.locator("#restart-sure .sure").click();
    await until("the page counts down", async () => /in [45]:\d\d.*a new version/.test(await page.textContent("#restarting-at")));
    assert.equal(await page.locator("#restart").isVisible(), false);
    await page.locator("#cancel-restart").click();
    await until("the restart is cancelled", () => page.locator("#restart").isVisible());
    assert.equal(mock.restart, null);
  });
});

test("the settings in force are shown with their sources, and without secrets", async () => {
  await look({}, async (page) => {
    await isDrawn(page);
    await page.locator("#settings summary").click();
    await until("the settings are listed", async () => (await page.locator("#settings-rows tr").count()) === 3);
    const rows = await page.locator("#settings-rows tr").allInnerTexts();
    assert.match(rows[0], /listen.*127\.0\.0\.1:7777.*default/s);
    assert.match(rows[1], /operator_token.*set, not shown.*\/etc\/madang.toml:4/s);
    assert.match(rows[2], /30 ticks a second.*--tick-rate/s);
  });
});

test("while the server does not answer, the page marks its data as old, disables actions, and recovers by itself", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    await until("players are listed", async () => (await page.locator("#who-rows tr").count()) > 30);
    mock.deaf = true;
    await until("the banner is shown", async () => /has not answered since/.test(await page.textContent("#banner")));
    assert.match(await page.textContent("#as-of"), /as of \d+:\d\d:\d\d/);
    assert.equal(await page.locator("button.needs-server:not(:disabled)").count(), 0);
    assert.ok(Number(await page.locator("#map").evaluate((map) => getComputedStyle(map).opacity)) < 0.5, "the map is dimmed");
    await screenshot(page, "operator-lost");
    await assertAccessible(page, "lost");
    mock.deaf = false;
    await until("the data is current again", async () => (await page.textContent("#as-of")) === "" && !(await page.locator("#banner").isVisible()));
    assert.equal(await page.locator("button.needs-server:disabled").count(), 0);
  }, { viewport: { width: 1440, height: 1500 } });
});

test("every field counts bytes as the server does, and a Korean page reports in Korean", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const tooLong = /너무 깁니다: (\d+)바이트, 최대 (\d+)바이트/;
    await page.fill("#announcement", "가".repeat(66));
    assert.match(await page.textContent("#announcement-length"), /200바이트 중 198바이트/);
    await page.fill("#announcement", "가".repeat(70));
    assert.deepEqual((await page.textContent("#announcement-length")).match(tooLong)?.slice(1), ["210", "200"]);
    await page.press("#announcement", "Enter");
    await page.fill("#restart-reason", "가".repeat(41));
    assert.deepEqual((await page.textContent("#restart-reason-length")).match(tooLong)?.slice(1), ["123", "120"]);
    await page.press("#restart-reason", "Enter");
    assert.equal(await page.locator("#restart-sure").isVisible(), false);
    await page.fill("#search", "가".repeat(9));
    assert.deepEqual((await page.textContent("#search-length")).match(tooLong)?.slice(1), ["27", "24"]);
    await page.locator("#sanction-name").click();
    await page.fill("#sanction-of", "\u1100\u1161".repeat(9)); // the server composes this to nine letters
    assert.deepEqual((await page.textContent("#sanction-of-length")).match(tooLong)?.slice(1), ["27", "24"]);
    await page.fill("#sanction-reason", "가".repeat(41));
    assert.deepEqual((await page.textContent("#sanction-reason-length")).match(tooLong)?.slice(1), ["123", "120"]);
    await page.press("#sanction-reason", "Enter");
    await page.waitForTimeout(300);
    assert.deepEqual([mock.announcements, mock.sanctions, mock.restart], [[], [], null], "no text was sent");
    await page.fill("#sanction-of", "나그네");
    await page.fill("#sanction-reason", "");
    for (let i = 0; i < 4; ++i) mock.sanctions.push({ id: `x${i}`, kind: "ban", name: "x", address: null, until: Date.now() + 1e6, reason: "" });
    await page.press("#sanction-of", "Enter");
    await until("a refusal is in Korean", async () => /더 추가할 수 없습니다/.test(await page.textContent("#sanction-problem")));
  }, { locale: "ko-KR" });
});

test("a colour of the map keeps its meaning, and the map can be zoomed", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    const legend = await page.locator("#legend").innerText();
    assert.match(legend.replaceAll(/\s+/g, " "), /1 2–4 5–9 10–19 20–49 50–99 100\+/);
    const colorAt = ({ x, y }) =>
      page.locator("#map").evaluate((map, [column, row]) => {
        const side = map.width / 32;
        return [...map.getContext("2d").getImageData((column + 0.5) * side, (row + 0.5) * side, 1, 1).data].join();
      }, [Math.floor(x / 8), Math.floor(y / 8)]);
    mock.players = [{ ...mock.players[0], x: 20, y: 20 }];
    await until("one player is left", async () => /^1 player on the whole/.test(await page.textContent("#who-title")));
    const empty = await colorAt({ x: 100, y: 100 });
    await until("the map shows the player", async () => (await colorAt({ x: 20, y: 20 })) !== empty);
    const alone = await colorAt({ x: 20, y: 20 });
    mock.players = [...mock.players, ...Array.from({ length: 300 }, (_, i) => ({ ...mock.players[0], session: `${i}`, x: 200, y: 200 }))];
    await until("a crowd has come", async () => /301 players on the whole/.test(await page.textContent("#who-title")));
    await until("the map shows the crowd", async () => (await colorAt({ x: 200, y: 200 })) !== empty);
    assert.equal(await colorAt({ x: 20, y: 20 }), alone, "a single player has the same colour as before");
    assert.notEqual(await colorAt({ x: 200, y: 200 }), alone);
    assert.equal(await page.locator("#legend").innerText(), legend);
    const before = (await page.locator("#map").boundingBox()).width;
    await clickSquare(page, mock, { x: 200, y: 200 });
    await page.locator("#zoom-in").click();
    await page.locator("#zoom-in").click();
    assert.ok(Math.abs((await page.locator("#map").boundingBox()).width - before * 4) < 2);
    await screenshot(page, "operator-zoom");
    await page.mouse.move(0, 0);
    const frame = await page.locator("#map-frame").boundingBox();
    const map = await page.locator("#map").boundingBox();
    const at = [map.x + (200.5 / 256) * map.width, map.y + (200.5 / 256) * map.height];
    assert.ok(at[0] > frame.x && at[0] < frame.x + frame.width && at[1] > frame.y && at[1] < frame.y + frame.height, "the chosen square is visible");
  });
});

/** Returns the places of the lines between the zones, in tiles of the map. */
const linesBetweenZones = (page) =>
  page.evaluate(() => {
    const map = document.querySelector("#map").getBoundingClientRect();
    const tilesAcross = 126 * 8;
    const boxes = (kind) => [...document.querySelectorAll(`#zone-lines .${kind}`)].map((line) => line.getBoundingClientRect());
    const tile = (pixels) => Math.round((pixels / map.width) * tilesAcross);
    return {
      x: boxes("upright").map((box) => tile(box.left - map.left)),
      y: boxes("level").map((box) => tile(box.top - map.top)),
      areThin: [...boxes("upright").map((box) => box.width), ...boxes("level").map((box) => box.height)].every((width) => width === 1),
      areLong: boxes("upright").every((box) => Math.abs(box.height - map.height) < 1) && boxes("level").every((box) => Math.abs(box.width - map.width) < 1),
    };
  });

for (const colorScheme of ["dark", "light"])
  test(`the zones of the map have lines at their borders and their loads as texts, ${colorScheme}`, async () => {
    const zones = { columns: 2, rows: 2, x: [0, 496, 1002], y: [0, 352, 700], loads: [0.874, 0.5, 0.031, 0] };
    const arrange = (mock) => {
      mock.day = { ...mock.day, map: [1002, 700] }; // the last squares are wider than the rest of the map
      mock.zones = () => zones;
    };
    await look({ day: "busy", arrange }, async (page) => {
      await isDrawn(page);
      await until("the loads are shown", () => page.locator("#zones").isVisible());
      const texts = () => page.locator("#zones li").allInnerTexts();
      assert.deepEqual(await texts(), ["zone 0 87 %", "zone 1 50 %", "zone 2 3 %", "zone 3 0 %"]);
      assert.deepEqual(await page.getByRole("list", { name: "Load of the zones" }).getByRole("listitem").allInnerTexts(), await texts(), "for a screen reader");
      const wanted = { x: [496], y: [352], areThin: true, areLong: true };
      assert.deepEqual(await linesBetweenZones(page), wanted);
      await assertAccessible(page, "zones");
      await page.locator("#map-section").scrollIntoViewIfNeeded();
      await screenshot(page, `operator-zones-${colorScheme}`);
      const color = await page.locator("#zone-lines i").first().evaluate((line) => getComputedStyle(line).backgroundColor);
      assert.equal(color, "rgb(233, 237, 244)", "the map is dark in both themes");
      for (let zoom = 0; zoom < 3; ++zoom) await page.locator("#zoom-in").click();
      assert.deepEqual(await linesBetweenZones(page), wanted, "zoomed");
      await page.setViewportSize({ width: 390, height: 844 });
      assert.deepEqual(await linesBetweenZones(page), wanted, "on a narrow page");
      const first = await page.locator("#zones li").first().elementHandle();
      zones.loads = [0.1, 0.2, 0.3, 1.004];
      await until("the loads follow the server", async () => (await texts()).join() === "zone 0 10 %,zone 1 20 %,zone 2 30 %,zone 3 100 %");
      assert.equal(await first.evaluate((one) => one.isConnected), true, "a screen reader keeps its place");
    }, { colorScheme });
  });

test("a click on a zone's load chooses the square under it", async () => {
  await look({ day: "busy", cut: [2, 2] }, async (page, mock) => {
    await isDrawn(page);
    mock.players = [{ ...mock.players[0], x: 20, y: 12 }];
    await until("the loads are shown", () => page.locator("#zones").isVisible());
    await clickSquare(page, mock, mock.players[0]);
    await isListed(page, mock.players[0]);
  });
});

test("a map that is one zone has no lines and no loads", async () => {
  await look({}, async (page, mock) => {
    await isDrawn(page);
    for (const part of ["#zones", "#zone-lines", "#zones-note"]) assert.equal(await page.locator(part).isVisible(), false, part);
    mock.cut = [16, 16];
    await until("the loads are there", async () => (await page.locator("#zones li").count()) === 256);
    assert.equal(await page.locator("#zone-lines i").count(), 30);
    assert.match(await page.locator("#zones li").nth(255).textContent(), /^zone 255 \d+ %$/, "a text that has no room is there for a screen reader");
  });
});

test("ticks over the budget are red, and the line of the budget follows the tick rate", async () => {
  await look({ day: "busy" }, async (page, mock) => {
    await isDrawn(page);
    const rate = mock.samples.at(-1).ticksPerSecond;
    assert.match(await page.textContent("#budget"), new RegExp(`limit of a tick: ${1000 / rate} ms`));
    const over = await page.locator("#histogram .over span").allTextContents();
    assert.equal(over[0], rate === 20 ? "75 ms" : "150 ms", "the first bucket above the budget");
    const reds = await page.evaluate(() => {
      const canvas = document.querySelector("#tick-times canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const problem = getComputedStyle(document.documentElement).getPropertyValue("--problem").trim();
      const wanted = [1, 3, 5].map((at) => parseInt(problem.slice(at, at + 2), 16));
      const rows = new Map();
      for (let i = 0; i < data.length; i += 4)
        if (wanted.every((channel, c) => Math.abs(data[i + c] - channel) < 8) && data[i + 3] > 200) {
          const row = Math.floor(i / 4 / canvas.width);
          rows.set(row, (rows.get(row) ?? 0) + 1);
        }
      return Math.max(...rows.values(), 0) / canvas.width;
    });
    assert.ok(reds > 0.3, `the dashed line covers ${reds} of the width`);
  });
});

for (const colorScheme of ["dark", "light"])
  test(`axe-core finds no violation, ${colorScheme}, in any dialog`, async () => {
    await look({ day: "busy" }, async (page, mock) => {
      mock.say(mock.players[0], "hello");
      await isDrawn(page);
      await until("the players are listed", async () => (await page.locator("#who-rows tr").count()) === 50);
      await clickSquare(page, mock, mock.players[0]);
      await page.locator("#settings summary").click();
      await until("the settings are listed", async () => (await page.locator("#settings-rows tr").count()) > 0);
      await page.fill("#announcement", "x".repeat(201));
      await assertAccessible(page, "the page");
      await page.locator("#who-rows button").first().click();
      await assertAccessible(page, "disconnect");
      await screenshot(page, `operator-goodbye-${colorScheme}`);
      await page.keyboard.press("Escape");
      await page.locator("#who-rows button").nth(1).click();
      await assertAccessible(page, "mute or ban");
      await screenshot(page, `operator-sanction-${colorScheme}`);
      await page.keyboard.press("Escape");
      await page.locator("#restart button").click();
      await assertAccessible(page, "restart");
      await page.locator("#restart-sure .sure").click();
      await until("the page counts down", () => page.locator("#restarting").isVisible());
      await assertAccessible(page, "while it counts down");
    }, { colorScheme });
    await look({ token: "0123456789abcdef" }, async (page) => {
      await until("the page asks for the token", () => page.locator("#token-form").isVisible());
      await assertAccessible(page, "the token");
    }, { colorScheme });
    await look({ onlyThisMachine: true }, async (page) => {
      await until("the page reports it", () => page.locator("#door").isVisible());
      await assertAccessible(page, "the door");
    }, { colorScheme });
  });

test("a square at the map's edge ends at the edge, and its number of players is updated", async () => {
  await look({ day: "busy" }, async (page, mock) => {
    await isDrawn(page);
    const edge = { x: 999, y: 699 };
    mock.players = mock.players.filter(({ x, y }) => x < 990 && y < 690);
    await clickSquare(page, mock, edge);
    await until("the square is described", async () => /x 992–999, y 696–699: 0 players/.test(await page.textContent("#square")));
    Object.assign(mock.players[0], edge);
    await until("a player has come", async () => /: 1 player$/.test(await page.textContent("#square")));
  });
});

test("the page names every place of the token", async () => {
  for (const locale of ["en-US", "ko-KR"])
    await look({ token: "0123456789abcdef" }, async (page) => {
      await until("the page asks for the token", () => page.locator("#token-form").isVisible());
      const text = await page.locator("#token-form").innerText();
      for (const place of [/operator_token\b/, /operator_token_file\b/, /LoadCredential\b/]) assert.match(text, place);
      await screenshot(page, `operator-token-${locale}`);
    }, { locale, viewport: { width: 390, height: 844 } });
});

test("a token that no header can carry is reported as wrong", async () => {
  await look({ token: "0123456789abcdef" }, async (page) => {
    await until("the page asks for the token", () => page.locator("#token-form").isVisible());
    await page.fill("#token", "토큰입니다");
    await page.press("#token", "Enter");
    await until("the page reports it", async () => (await page.textContent("#token-problem")) !== "");
    assert.equal(await page.locator("#banner").isVisible(), false);
    await page.fill("#token", "0123456789abcdef");
    await page.press("#token", "Enter");
    await until("the panel is shown", () => page.locator("#panel").isVisible());
  });
});

const rain = {
  name: "Rain",
  doc: "Lets coins fall.",
  fields: [
    { name: "count", doc: "of coins", type: { kind: "u8" } },
    { name: "metal", doc: "of each", type: { kind: "enum", values: [{ name: "iron", doc: "" }, { name: "gold", doc: "" }] } },
    { name: "where", doc: "in tiles", type: { kind: "record", record: { name: "Spot", doc: "A spot.", fields: [{ name: "x", doc: "", type: { kind: "i32" } }] } } },
    { name: "is_loud", doc: "", type: { kind: "bool" } },
  ],
};

test("the operator does what the game's rules offer, and reads what is wrong", async () => {
  await look({ actions: [{ name: "Drain", doc: "All water goes.", fields: [] }, rain] }, async (page, mock) => {
    await until("the actions are shown", () => page.locator("#actions-section").isVisible());
    assert.equal(await page.textContent("#action-doc"), "All water goes.");
    await page.click("#act button[type=submit]");
    await until("the outcome is shown", async () => /Drain is on its way to the main world/.test(await page.textContent("#act-outcome")));
    await page.selectOption("#action", "Rain");
    await page.fill("#action-world", "tea room");
    const inputs = page.locator("#action-fields input");
    await inputs.nth(0).fill("300");
    await page.locator("#action-fields select").selectOption("1");
    await inputs.nth(1).fill("-7");
    await inputs.nth(2).check();
    await page.click("#act button[type=submit]");
    await until("the mistake is shown", async () => /count: 300 is out of range \(0 to 255\)/.test(await page.textContent("#act-outcome")));
    await inputs.nth(0).fill("3");
    await page.click("#act button[type=submit]");
    await until("the outcome is shown", async () => /Rain is on its way to the world "tea room"/.test(await page.textContent("#act-outcome")));
    assert.deepEqual(mock.acts, [
      { world: "", action: "Drain", values: {} },
      { world: "tea room", action: "Rain", values: { count: "3", metal: "1", where: { x: "-7" }, is_loud: true } },
    ]);
    await assertAccessible(page, "actions of the game");
    await screenshot(page, "operator-actions", { fullPage: true });
  });
});

test("a game without actions shows none", async () => {
  await look({}, async (page) => {
    await isDrawn(page);
    assert.equal(await page.locator("#actions-section").isVisible(), false);
  });
});

test("a refused operator gets the reason of the server", async () => {
  await look({ onlyThisMachine: true }, async (page) => {
    await until("the reason is shown", async () => /set operator_token/.test(await page.textContent("#refusal")));
    assert.equal(await page.locator("#panel").isVisible(), false);
  });
});

test("the log shows the lines of a level and above, and does not change while paused", async () => {
  await look({}, async (page, mock) => {
    await until("the log is there", async () => (await page.locator("#log li").count()) === 3);
    await page.locator("#levels button", { hasText: "warnings" }).click();
    assert.deepEqual(await page.locator("#log li").evaluateAll((all) => all.map((one) => one.className)), ["warning", "error"], "warnings include errors");
    await page.locator("#pause").click();
    mock.log("error", "the disk is full");
    await page.waitForTimeout(2500);
    assert.equal(await page.locator("#log li").count(), 2);
    await page.locator("#pause").click();
    await until("the new line is there", async () => (await page.locator("#log li").count()) === 3);
  });
});

test("the lines of charts have enough contrast, dark and light, also after a change of the theme", async () => {
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

test("on a phone, a player is listed and disconnected without scrolling sideways", async () => {
  await look({ day: "busy" }, async (page, mock) => {
    await isDrawn(page);
    await clickSquare(page, mock, mock.players[0]);
    await isListed(page, mock.players[0]);
    await page.locator("#who-rows button").first().scrollIntoViewIfNeeded();
    await screenshot(page, "operator-phone-players");
    await page.locator("#who-rows button").first().tap();
    await until("the dialog is shown", () => page.locator("#goodbye").isVisible());
    await screenshot(page, "operator-phone-goodbye");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const list = page.locator("#who .scrolled");
    assert.equal(await list.evaluate((one) => one.scrollWidth <= one.clientWidth), true, "the list does not scroll sideways either");
  }, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" });
});

test("a chart of zeros has a readable axis", async () => {
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
    assert.ok(drawn.includes("0B"), "the axis was drawn");
    assert.deepEqual(drawn.filter((text) => /e-\d/.test(text)), []);
  });
});

for (const [day, locale, colorScheme, width, height] of [
  ["calm", "en-US", "dark", 1920, 1080], ["busy", "en-US", "dark", 1920, 1080], ["busy", "ko-KR", "light", 1920, 1080],
  ["busy", "ko-KR", "dark", 2560, 1440], ["calm", "ko-KR", "light", 2560, 1440], ["busy", "ko-KR", "dark", 390, 844], ["busy", "en-US", "light", 390, 844],
])
  test(`a ${day} server, ${locale}, ${colorScheme}, ${width} x ${height}: the page has no error and asks no other host`, async () => {
    await look({ day }, async (page, mock) => {
      for (let i = 0; i < 12; ++i) mock.say(mock.players[i], i % 3 ? "anybody near the fountain?" : "누구 있어요?", i % 4 === 0);
      mock.sanctions = [{ id: "1", kind: "ban", name: "Rascal", address: "203.0.113.9", until: Date.now() + 9e6, reason: "spam" }];
      ++mock.sanctionsVersion;
      await isDrawn(page);
      await clickSquare(page, mock, mock.players[0]);
      await isListed(page, mock.players[0]);
      await page.mouse.move(0, 0);
      await page.waitForTimeout(1200);
      await screenshot(page, `operator-${day}-${colorScheme}-${width}`, { fullPage: true });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      assert.deepEqual(page.problems, []);
      for (const url of page.requests) assert.equal(new URL(url).host, `127.0.0.1:${mock.port}`);
    }, { viewport: { width, height }, locale, colorScheme });
  });
