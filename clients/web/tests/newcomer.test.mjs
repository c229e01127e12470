// A newcomer's first seconds on a server with demo bots: a short part of the film (scripts/film).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, openChromium, openPage, screenshot, serve, until } from "./browser.mjs";
import { Newcomer } from "./newcomer.mjs";

const steps = 4;

let browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

/** Starts a server with 200 demo bots, as ./run does. */
async function withBots(use) {
  const server = await serve("--demo-bots", "200");
  try {
    await until("the bots are in the world", async () => {
      const metrics = await (await fetch(`${server.watch}metrics`)).text();
      return Number(metrics.match(/^madang_players (\d+)$/m)?.[1]) >= 200;
    });
    await use(server);
  } finally {
    await server.stop("SIGKILL");
  }
}

test("a newcomer is among other players at once, walks with keys, and gets an answer to a message", async () => {
  await withBots(async (server) => {
    const page = await openPage(browser, server.web);
    await enter(page, "Mina");
    const newcomer = new Newcomer(page, "Mina");
    await screenshot(page, "newcomer_first");
    const others = (await newcomer.others()).length;
    assert.ok(others >= 3, `${others} other players are in sight on the first picture`);
    for (let i = 0; i < steps; ++i) {
      const before = await newcomer.position();
      const position = await newcomer.step();
      assert.equal(Math.abs(position.x - before.x) + Math.abs(position.y - before.y), 1, "one tile per step");
      await screenshot(page, `newcomer_step_${i + 1}`);
    }
    await newcomer.stand();
    assert.ok((await newcomer.others()).length >= 3, "the newcomer is still among other players after the walk");

    const before = await newcomer.answersHeard();
    await newcomer.say("hello, I am new here");
    await until("a bot answers", async () => (await newcomer.answersHeard()) > before);
    await screenshot(page, "newcomer_answered");
    assert.deepEqual(page.problems, []);
  });
});
