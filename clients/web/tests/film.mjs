// The film of a newcomer's first twenty seconds: node film.mjs FOLDER. Starts the server as ./run does, enters, walks,
// sends messages, and takes a picture every second. Prints one line per picture. Use scripts/film: it builds the server first.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { enter, measure, openChromium, openPage, serve } from "./browser.mjs";
import { Newcomer } from "./newcomer.mjs";

const seconds = 20;
const folder = process.argv[2];
if (!folder) throw new Error("film.mjs FOLDER");
mkdirSync(folder, { recursive: true });

/** Actions by second. */
const scenes = new Map([
  [1, (newcomer) => newcomer.walk()],
  [6, async (newcomer) => {
    await newcomer.stand();
    await newcomer.say("hello everybody, I am new here");
  }],
  [10, (newcomer) => newcomer.walk()],
  [14, async (newcomer) => {
    await newcomer.stand();
    await newcomer.say("안녕하세요!");
  }],
]);

const server = await serve("--demo-bots", "200");
const browser = await openChromium();
try {
  // The bots need some seconds to enter.
  await new Promise((done) => setTimeout(done, 3000));
  const page = await openPage(browser, server.web);
  await page.screenshot({ path: join(folder, "entrance.png") });
  await enter(page, "Mina");
  const newcomer = new Newcomer(page, "Mina");
  const began = Date.now();
  for (let second = 0; second < seconds; ++second) {
    await new Promise((done) => setTimeout(done, Math.max(began + second * 1000 - Date.now(), 0)));
    await newcomer.turnAtWalls();
    await scenes.get(second)?.(newcomer);
    await page.screenshot({ path: join(folder, `${String(second).padStart(2, "0")}.png`) });
    const { x, y } = await newcomer.position();
    console.log(`${second} s: at ${x}, ${y}; ${(await newcomer.others()).length} other players in sight; ` +
      `${await newcomer.answersHeard()} answers; ${(await measure(page)).log.length} lines of chat`);
  }
} finally {
  await browser.close();
  await server.stop();
}
