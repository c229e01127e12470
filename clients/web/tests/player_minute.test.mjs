// The first minute on the player's page, in a real browser: walking, other players, chat, a full server, the next visit.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bots, clickTile, enter, measure, openChromium, openPage, pointOfTile, screenshot, until, withServer } from "./browser.mjs";

let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

const empty = ["--map", "16x16", "--obstacle-percent", "0", "--move-interval-ms", "400"];
const phone = (width, height) => ({ viewport: { width, height }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

/** Sends the operator's message to all players. */
function announce(server, text) {
  return fetch(`${server.watch}operator/api/announce`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }),
  });
}

async function speak(page, text) {
  await page.focus("#board");
  await page.keyboard.press("Enter");
  await page.fill("#words", text);
  await page.keyboard.press("Enter");
}

async function spoken(page) {
  return (await page.locator("#spoken p").allTextContents()).join(" | ");
}

/** Returns the key and the step that lead away from the nearer edge. */
const inward = ({ x }) => (x > 8 ? { key: "ArrowLeft", dx: -1 } : { key: "ArrowRight", dx: 1 });

test("with a held key, the figure does not stop between steps", async () => {
  // The board is long enough for twenty frames on a machine that draws only few of them.
  await withServer(["--map", "64x16", "--obstacle-percent", "0", "--arrival-radius", "4", "--move-interval-ms", "400"], async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Walker");
    const key = "ArrowRight";
    await page.evaluate(() => {
      window.shownAt = [];
      const look = () => {
        window.shownAt.push({ ...window.madang.glide });
        requestAnimationFrame(look);
      };
      look();
    });
    const from = (await measure(page)).server;
    await page.keyboard.down(key);
    const walking = await until("five steps, in more than twenty frames", async () => {
      const own = (await measure(page)).server;
      assert.ok(own.x < 60, "the figure is not at the end of the board yet");
      const frames = await page.evaluate(() => window.shownAt);
      const begin = frames.findIndex(({ x }) => x !== from.x);
      return begin >= 0 && own.x - from.x >= 5 && frames.length - begin > 20 && frames.slice(begin);
    });
    await page.keyboard.up(key);
    const stood = walking.filter(({ x }, i) => i > 0 && x === walking[i - 1].x).length;
    assert.ok(stood < walking.length * 0.2, `the figure stood in ${stood} of ${walking.length} frames`);
  });
});

test("a tap within one frame is one step, and two taps are two steps", async () => {
  await withServer(empty, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Tapper");
    const from = (await measure(page)).server;
    const { key, dx } = inward(from);
    const tap = () => page.evaluate((code) => {
      for (const kind of ["keydown", "keyup"]) document.dispatchEvent(new KeyboardEvent(kind, { code, key: code, bubbles: true }));
    }, key);
    await tap();
    await until("the first step is requested", async () => (await measure(page)).me.x === from.x + dx);
    await tap(); // during the first step
    await until("two steps", async () => (await measure(page)).server.x === from.x + 2 * dx);
    await page.waitForTimeout(1000);
    assert.equal((await measure(page)).server.x, from.x + 2 * dx, "no third step follows");
  });
});

test("a click shows the goal and the way until the player arrives", async () => {
  await withServer(empty, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Clicker");
    const from = (await measure(page)).server;
    const goal = { x: from.x + 6 * inward(from).dx, y: from.y }; // far, so that a slow machine sees the way, too
    await clickTile(page, goal.x, goal.y);
    const way = await until("the way is shown", async () => (await measure(page)).way);
    assert.deepEqual(way.goal, goal);
    assert.deepEqual(way.steps.at(-1), goal);
    await screenshot(page, "way");
    await until("the player is at the goal", async () => (await measure(page)).server.x === goal.x);
    await until("the way is removed", async () => (await measure(page)).way === undefined);
  });
});

test("a screen reader gets the edge of the board once per press of a key", async () => {
  await withServer(["--map", "4x8", "--obstacle-percent", "0", "--move-interval-ms", "100"], async (server) => {
    const page = await openPage(browser, server.web, { locale: "ko-KR" });
    await enter(page, "Bumper");
    await page.keyboard.down("ArrowLeft");
    await until("the edge is read out", async () => /왼쪽: 판이 여기서 끝납니다/.test(await spoken(page)));
    await page.waitForTimeout(500);
    assert.equal((await spoken(page)).match(/끝납니다/g).length, 1);
    await page.keyboard.up("ArrowLeft");
    assert.equal((await measure(page)).glide.x, 0);
    await page.keyboard.press("e");
    await until("the tiles around are read out", async () => /왼쪽: 판의 끝\./.test(await spoken(page)));
  });
});

for (const [width, height] of [[1920, 1080], [2560, 1440], [390, 844], [844, 390]])
  test(`the board fills a window of ${width} x ${height}, also zoomed out and at the map's edge`, async () => {
    await withServer(["--map", "30x30", "--obstacle-percent", "0", "--move-interval-ms", "60"], async (server) => {
      const page = await openPage(browser, server.web, { viewport: { width, height } });
      await enter(page, "Wide");
      const isFull = async (when) => {
        const { window, server: own } = await measure(page);
        assert.ok(window.left >= 0 && window.top >= 0, `${when}: the window shows nothing left of or above the board`);
        assert.ok(window.left + window.columns <= 30.001 && window.top + window.rows <= 30.001, `${when}: the window shows nothing right of or below the board`);
        assert.ok(window.columns <= 21.001 && window.rows <= 21.001, `${when}: the window shows only watched tiles`);
        assert.ok(own.x >= window.left - 0.001 && own.x + 1 <= window.left + window.columns + 1.1, `${when}: the own piece is in the window`);
        return window;
      };
      await until("the board is drawn", async () => (await measure(page)).window.left > -1);
      await isFull("at first");
      await page.mouse.move(width / 2, height / 2);
      for (let i = 0; i < 30; ++i) await page.mouse.wheel(0, 300);
      await page.waitForTimeout(200);
      const { tile } = await isFull("zoomed out");
      assert.ok(Math.abs(tile - Math.ceil(Math.max(width, (await page.locator("#board").boundingBox()).height) / 21)) < 1.01);
      await page.focus("#board");
      for (const key of ["ArrowLeft", "ArrowUp"]) {
        await page.keyboard.down(key);
        await until(`the edge (${key})`, async () => {
          const { server: own } = await measure(page);
          return (key === "ArrowLeft" ? own.x : own.y) === 0;
        });
        await page.keyboard.up(key);
      }
      await until("the figure and the window stand still in the corner", async () => {
        const { glide, window } = await measure(page);
        return glide.x === 0 && glide.y === 0 && window.left === 0 && window.top === 0;
      });
      const corner = await isFull("in the corner");
      assert.deepEqual([corner.left, corner.top], [0, 0]);
      await screenshot(page, `corner-${width}`);
    });
  });

test("in a crowd no name covers another, and pointing at a figure shows its name", async () => {
  await withServer(["--map", "14x14", "--obstacle-percent", "0", "--demo-bots", "150", "--move-interval-ms", "6000"], async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Namer");
    await until("a crowd is there", async () => (await measure(page)).pieces > 140);
    await until("names are drawn", async () => (await measure(page)).labels.length >= 5);
    const { labels } = await measure(page);
    assert.ok(labels.some(({ name }) => name === "Namer"));
    const apart = (a, b) => a.left + a.width <= b.left || b.left + b.width <= a.left || a.top + a.height <= b.top || b.top + b.height <= a.top;
    for (const [i, a] of labels.entries()) for (const b of labels.slice(i + 1)) assert.ok(apart(a, b), `${a.name} over ${b.name}`);
    await screenshot(page, "names");
    await until("a name is shown by pointing", async () => {
      const { labels: shown, positions, window } = await measure(page);
      const isInside = ({ x, y }) => x > window.left + 1 && x < window.left + window.columns - 6 && y > window.top + 1 && y < window.top + window.rows - 4;
      const alone = ({ x, y }) => positions.filter((one) => one.x === x && one.y === y).length === 1;
      const hidden = positions.find((one) => isInside(one) && alone(one) && !shown.some(({ name }) => name === one.name));
      if (!hidden) return false;
      const point = await pointOfTile(page, hidden.x, hidden.y);
      await page.mouse.move(point.x, point.y);
      await page.waitForTimeout(200);
      return (await measure(page)).labels.some(({ name }) => name === hidden.name);
    });
  });
});

test("an arrow shows the nearest player and the distance when no other player is in the window", async () => {
  await withServer(["--map", "20x4", "--obstacle-percent", "0", "--arrival-radius", "2", "--move-interval-ms", "100"], async (server) => {
    const page = await openPage(browser, server.web, { viewport: { width: 800, height: 800 } });
    await enter(page, "Seeker");
    const other = await openPage(browser, server.web);
    await enter(other, "Sought");
    const meet = async () => {
      await page.keyboard.down("ArrowRight");
      await until("Seeker sees Sought", async () => (await measure(page)).names.includes("Sought"));
      await page.keyboard.up("ArrowRight");
    };
    const part = async () => {
      await page.keyboard.down("ArrowLeft");
      await other.keyboard.down("ArrowRight");
      const ends = async () => [(await measure(page)).server.x, (await measure(other)).server.x];
      await until("each player is at an end of the board", async () => (await ends()).join() === "0,19");
      await page.keyboard.up("ArrowLeft");
      await other.keyboard.up("ArrowRight");
    };
    // An overloaded server suppresses steps. Then the page does not know where Sought went, and they meet again.
    const arrow = await until("the arrow points to the other end", async () => {
      await meet();
      await part();
      await page.waitForTimeout(1000); // four updates of the arrow
      const { arrow } = await measure(page);
      return arrow?.to.x > 5 && arrow;
    });
    assert.match(arrow.text, /^To (Sought|the players seen last): \d+ tiles$/);
    await screenshot(page, "arrow");
    await page.keyboard.down("ArrowRight");
    await until("the arrow is removed when Sought is in the window", async () => (await measure(page)).arrow === undefined);
  });
});

test("no arrow is shown while another player is in the window, from the first frame on", async () => {
  await withServer([...empty, "--arrival-radius", "2"], async (server) => {
    const other = await openPage(browser, server.web);
    await enter(other, "Host");
    const page = await openPage(browser, server.web, {
      init: () => {
        window.arrows = [];
        const look = () => {
          const { state, arrow } = window.madang ?? {};
          if (state === "playing") window.arrows.push(arrow?.text ?? "none");
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
    });
    await enter(page, "Guest");
    const arrows = await until("twenty frames", () => page.evaluate(() => window.arrows.length > 20 && window.arrows));
    assert.deepEqual([...new Set(arrows)], ["none"]);
  });
});

test("on a full server the page waits, offers a way back, and enters when a place is free", async () => {
  await withServer([...empty, "--sessions-max", "1"], async (server) => {
    const first = await openPage(browser, server.web);
    await enter(first, "First");
    const page = await openPage(browser, server.web);
    await page.fill("#name", "Second");
    await page.press("#name", "Enter");
    await until("the dialog names the reason", async () => (await page.textContent("#away-title")) === "The server is full");
    await until("the dialog counts down", async () => /Next try in \d+ s/.test(await page.textContent("#away-next")));
    assert.doesNotMatch(await page.textContent("#away"), /closed the connection/i);
    await screenshot(page, "full");
    for (let i = 0; i < 6; ++i) {
      await page.keyboard.press("Tab");
      const where = await page.evaluate(() => (document.activeElement === document.body ? "none" : document.activeElement.closest("#away") ? "dialog" : "page"));
      assert.notEqual(where, "page", "the dialog holds the focus");
    }
    await page.click("#away-back");
    assert.equal(await page.locator("#away").isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement.id), "name");
    assert.equal((await measure(page)).state, "entrance");
    await page.waitForTimeout(2500); // longer than the wait for the next try
    assert.equal((await measure(page)).state, "entrance", "the page does not try any more");
    await page.press("#name", "Enter");
    await until("the dialog is shown again", () => page.locator("#away").isVisible());
    await page.keyboard.press("Escape");
    await until("Escape also leads back", async () => (await measure(page)).state === "entrance");
    await page.press("#name", "Enter");
    await until("the dialog is shown once more", () => page.locator("#away").isVisible());
    await first.click("#leave");
    await until("the page enters", async () => (await measure(page)).state === "playing");
    assert.equal(await page.locator("#away").isVisible(), false);
    assert.deepEqual(page.problems, []);
  });
});

test("a visit by another name begins with an empty chat and without an announcement", async () => {
  await withServer(empty, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "One");
    await speak(page, "a secret of One");
    await until("the message is in the log", async () => (await measure(page)).log.some((line) => line.includes("a secret")));
    await announce(server, "for One alone");
    await until("the announcement is shown", () => page.locator("#announcement").isVisible());
    await page.click("#scope");
    await page.fill("#words", "half a wor");
    await page.click("#leave");
    await enter(page, "Two");
    assert.deepEqual((await measure(page)).log, ["You are on the board, Two."]);
    assert.equal(await page.inputValue("#words"), "");
    assert.equal(await page.textContent("#scope"), "Nearby");
    assert.equal(await page.locator("#announcement").isVisible(), false);
    assert.doesNotMatch(await spoken(page), /secret/);
  });
});

test("70 Korean letters are too many: the page reports this in Korean, and the text stays", async () => {
  await withServer(empty, async (server) => {
    const page = await openPage(browser, server.web, { locale: "ko-KR" });
    await page.fill("#name", "가".repeat(9));
    assert.match(await page.textContent("#problem"), /너무 깁니다\. 최대 24바이트/);
    await page.fill("#name", "한".repeat(8).normalize("NFD"));
    assert.equal(await page.textContent("#problem"), "", "eight letters are allowed, also decomposed");
    await page.press("#name", "Enter");
    await until("the page enters", async () => (await measure(page)).state === "playing");
    await page.fill("#words", "가".repeat(70));
    assert.match(await page.textContent("#say-hint"), /너무 깁니다\. 최대 200바이트/);
    assert.equal(await page.textContent("#say-count"), "210 / 200");
    await page.press("#words", "Enter");
    assert.equal((await page.inputValue("#words")).length, 70);
    await page.fill("#words", "가".repeat(66));
    assert.equal(await page.textContent("#say-hint"), "");
    await page.press("#words", "Enter");
    await until("66 letters are sent", async () => (await measure(page)).log.some((line) => line.includes("가".repeat(66))));
    assert.equal((await measure(page)).state, "playing");
  });
});

test("a screen reader gets messages to the player, players nearby and departures, and not the whole log", async () => {
  await withServer(empty, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Ann");
    const other = await openPage(browser, server.web);
    await enter(other, "Bob");
    assert.equal(await page.getAttribute("#log", "aria-live"), "off");
    await speak(other, "hello Ann");
    await until("a message with the own name is read out", async () => /Bob: hello Ann/.test(await spoken(page)));
    await page.focus("#board");
    await page.keyboard.press("l");
    await until("the players nearby are read out", async () => /Bob, (\d+ tiles? away, (up|down|left|right)|on your tile)/.test(await spoken(page)));
    await page.keyboard.press("e");
    await until("the tiles around are read out", async () => /Up: .*edge of the board.*Right: /.test(await spoken(page)));
    await page.waitForTimeout(2100); // players that were there before do not count as arrivals
    await page.keyboard.press("h");
    assert.equal(await page.getAttribute("#hear", "aria-pressed"), "true");
    await other.click("#leave");
    await until("a departure is read out", async () => /Bob goes out of sight/.test(await spoken(page)));
    await page.keyboard.press(inward((await measure(page)).me).key);
    await until("the own steps are read out", async () => /Position \d+, \d+$/.test(await spoken(page)));
  });
});

test("in a crowd of bots, a screen reader gets few lines", async () => {
  await withServer(["--map", "12x12", "--obstacle-percent", "0"], async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Quiet");
    await page.evaluate(() => {
      window.linesRead = 0;
      new MutationObserver((changes) => changes.forEach((change) => (window.linesRead += change.addedNodes.length))).observe(document.getElementById("spoken"), { childList: true });
    });
    const began = Date.now();
    const crowd = bots(server, 300, 120);
    try {
      let lines = 0; // lines of the log since the start; the log keeps the last 100
      let last;
      const read = await until("the log has far more lines than may be read out", async () => {
        const { log } = await measure(page);
        lines += log.length - 1 - log.lastIndexOf(last);
        last = log.at(-1);
        const now = await page.evaluate(() => window.linesRead);
        const most = 12 + (Date.now() - began) / 1500; // after the look: lines may be read out until then
        assert.ok(now <= most, `${now} lines are read out`);
        return lines > 3 * most && now;
      });
      assert.ok(read >= 3, "some lines are read out");
    } finally {
      await crowd.stop("SIGKILL");
    }
  });
});

for (const [locale, near, delay, place, leave] of [
  ["en-US", /^1 nearby$/, /^Delay (\d+ ms|–)$/, /^Position \d+, \d+$/, "Leave the board (Ann)"],
  ["ko-KR", /^근처 1명$/, /^지연 (\d+ ms|–)$/, /^위치 \d+, \d+$/, "나가기 (Ann 님)"],
])
  test(`every figure of the page has a label, and the button to leave names the player, ${locale}`, async () => {
    await withServer([...empty, "--arrival-radius", "2"], async (server) => {
      const other = await openPage(browser, server.web);
      await enter(other, "Bob");
      const page = await openPage(browser, server.web, { locale });
      await enter(page, "Ann");
      await until("the other player is counted", async () => near.test(await page.textContent("#near-count")));
      assert.match(await page.textContent("#delay"), delay);
      assert.match(await page.textContent("#place"), place);
      assert.match(await page.locator("#names li").first().innerText(), /Bob\s+\d+ ?(tiles?|칸)/);
      assert.equal(await page.locator("#leave").getAttribute("aria-label"), leave);
    });
  });

test("the tab's title counts the messages while the tab is hidden", async () => {
  await withServer(empty, async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Reader");
    const other = await openPage(browser, server.web);
    await enter(other, "Writer");
    const hide = (isHidden) => page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
    await speak(other, "seen");
    await until("the message arrives", async () => (await measure(page)).log.some((line) => line.includes("seen")));
    assert.equal(await page.title(), "Madang", "a message in a visible tab does not count");
    await hide(true);
    await speak(other, "first");
    await speak(other, "second");
    await until("two messages are counted", async () => (await page.title()) === "(2) Madang");
    await hide(false);
    assert.equal(await page.title(), "Madang");
  });
});

test("the page remembers name and piece, and also works in a browser without storage", async () => {
  await withServer(empty, async (server) => {
    const page = await openPage(browser, server.web);
    await page.check('#looks input[value="1"]', { force: true });
    await enter(page, "Again");
    await page.reload();
    assert.equal(await page.inputValue("#name"), "Again");
    assert.equal(await page.isChecked('#looks input[value="1"]'), true);
    const other = await openPage(browser, server.web, {
      init: () => Object.defineProperty(window, "localStorage", { get: () => { throw new Error("denied"); } }),
    });
    await enter(other, "Nowhere");
    assert.deepEqual(other.problems, []);
  });
});

test("the list of players is transparent while the own figure stands behind it", async () => {
  await withServer(["--map", "30x30", "--obstacle-percent", "0", "--arrival-radius", "3", "--move-interval-ms", "60"], async (server) => {
    const page = await openPage(browser, server.web, { viewport: { width: 1280, height: 800 } });
    await enter(page, "Edge");
    const opacity = () => page.evaluate(() => Number(getComputedStyle(document.getElementById("near")).opacity));
    assert.equal(await opacity(), 1);
    for (const key of ["ArrowRight", "ArrowUp"]) {
      await page.keyboard.down(key);
      await until(`the edge (${key})`, async () => {
        const { server: own } = await measure(page);
        return key === "ArrowRight" ? own.x === 29 : own.y === 0;
      });
      await page.keyboard.up(key);
    }
    // The list is below the map, so the figure walks down to it. It stops at each tile: a figure that walks on can pass the
    // list between two looks.
    const isBehind = async () => {
      const { me } = await measure(page);
      const [figure, list] = [await pointOfTile(page, me.x, me.y), await page.locator("#near").boundingBox()];
      return figure.x > list.x && figure.x < list.x + list.width && figure.y > list.y && figure.y < list.y + list.height;
    };
    const seen = new Set();
    for (let y = 0; ; ) {
      assert.ok(y < 29, "the figure comes to the list before the end of the board");
      const state = (await isBehind()) ? "transparent" : "opaque";
      await until(`the list is ${state} while the figure is at y ${y}`, async () => (await opacity()) < 0.5 === (state === "transparent"));
      seen.add(state);
      if (state === "transparent") break;
      await page.keyboard.press("ArrowDown");
      // On a busy machine the key stays down longer than a step lasts: then the figure goes two tiles.
      y = await until(`the figure stands below y ${y}`, async () => {
        const { server: own, glide } = await measure(page);
        return own.y > y && glide.y === own.y && own.y;
      });
    }
    assert.deepEqual([...seen], ["opaque", "transparent"]);
    await screenshot(page, "behind-list");
  });
});

for (const [width, height] of [[390, 844], [320, 568], [844, 390]])
  test(`on a phone of ${width} x ${height} no part covers another, and the list of players fits`, async () => {
    await withServer(["--map", "16x16", "--obstacle-percent", "0", "--demo-bots", "40", "--move-interval-ms", "300"], async (server) => {
      const page = await openPage(browser, server.web, { ...phone(width, height), locale: "ko-KR" });
      await enter(page, "손님");
      await page.tap("#near-count");
      await until("names are listed", async () => (await page.locator("#names li").count()) > 3);
      await announce(server, "hello");
      await page.waitForTimeout(300);
      const assertApart = async (...more) => {
        const boxes = await page.evaluate((ids) => Object.fromEntries(ids.map((id) => [id, document.getElementById(id).getBoundingClientRect().toJSON()])
          .concat([...document.querySelectorAll("#pad button")].map((button, i) => [`pad ${i}`, button.getBoundingClientRect().toJSON()]))), ["bar", "map", "near", "say", "leave", ...more]);
        for (const [name, box] of Object.entries(boxes))
          assert.ok(box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height, `${name} is on the screen: ${JSON.stringify(box)}`);
        const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        const parts = Object.keys(boxes).filter((name) => name !== "leave");
        for (const [i, a] of parts.entries())
          for (const b of parts.slice(i + 1)) assert.ok(apart(boxes[a], boxes[b]), `${a} and ${b} overlap`);
      };
      await screenshot(page, `phone-${width}`);
      await assertApart("log");
      await page.fill("#words", "가".repeat(70));
      await until("the hint is shown", async () => (await page.textContent("#say-hint")) !== "");
      await screenshot(page, `phone-${width}-hint`);
      await assertApart("say-hint", "say-count");
      await page.fill("#words", "");
      const [bar, lines] = await page.evaluate(() => [document.getElementById("bar"), [...document.querySelectorAll("#bar > *")]].map((one) => (Array.isArray(one)
        ? one.filter((part) => part.clientHeight > 1 || part.offsetHeight > 1).map((part) => part.getBoundingClientRect().bottom)
        : one.getBoundingClientRect().bottom)));
      for (const bottom of lines) assert.ok(bottom <= bar, "the header is one line");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);

      // The pad reacts to a click without a pointer, and to Enter.
      const from = (await measure(page)).server;
      const up = from.y > 8;
      await page.evaluate((direction) => document.querySelector(`#pad [data-direction="${direction}"]`).click(), up ? 0 : 1);
      await until("a click makes a step", async () => (await measure(page)).server.y === from.y + (up ? -1 : 1));
      await page.waitForTimeout(400);
      await page.focus(`#pad [data-direction="${up ? 0 : 1}"]`);
      await page.keyboard.press("Enter");
      await until("Enter makes a step", async () => (await measure(page)).server.y === from.y + (up ? -2 : 2));
    });
  });
