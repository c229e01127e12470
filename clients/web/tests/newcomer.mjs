// A newcomer in a browser: walks by keys, speaks, and sees who is near. Shared by the film and by a test.
//
// Of the page's inside only measure() is used (browser.mjs).
import { readFileSync } from "node:fs";
import { measure, until } from "./browser.mjs";

/** The words with which demo bots answer; in no other words do they. */
const answers = [...readFileSync(new URL("../../../src/client/answers.cpp", import.meta.url), "utf8").matchAll(/^ {4}"(.+)",$/gm)]
  .map((line) => line[1]);

/** The keys, clockwise, with the step that each asks for. */
const ways = [["ArrowUp", 0, -1], ["ArrowRight", 1, 0], ["ArrowDown", 0, 1], ["ArrowLeft", -1, 0]];

export class Newcomer {
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.way = undefined;
    this.seen = undefined;
  }

  /** Where the server has it. */
  async place() {
    return (await measure(this.page)).server;
  }

  async others() {
    return (await measure(this.page)).places.filter(({ name }) => name !== this.name);
  }

  /** Holds a key down, at first one that leads to where most others stand. */
  async walk() {
    const place = await this.place();
    const others = await this.others();
    const away = (axis) => others.reduce((sum, other) => sum + other[axis] - place[axis], 0);
    const [x, y] = [away("x"), away("y")];
    await this.press(Math.abs(x) > Math.abs(y) ? (x > 0 ? 1 : 3) : y > 0 ? 2 : 0);
    this.seen = place;
  }

  /** Asked once a step: turns where something stands in the way. */
  async turnAtWalls() {
    if (this.way === undefined) return;
    const place = await this.place();
    if (place.x === this.seen.x && place.y === this.seen.y) await this.press((this.way + 1) % ways.length);
    this.seen = place;
  }

  async stand() {
    if (this.way !== undefined) await this.page.keyboard.up(ways[this.way][0]);
    this.way = undefined;
  }

  async press(way) {
    await this.stand();
    this.way = way;
    await this.page.keyboard.down(ways[way][0]);
  }

  /** Where the newcomer stands after one more step, around whatever stands in the way. */
  async step() {
    const from = await this.place();
    const hasStepped = async () => {
      const place = await this.place();
      return place.x !== from.x || place.y !== from.y ? place : undefined;
    };
    if (this.way === undefined) await this.walk();
    let triedAt = Date.now();
    return until(`${this.name} has made a step`, async () => {
      const place = await hasStepped();
      if (place || Date.now() - triedAt < 3000) return place;
      triedAt = Date.now();
      await this.press((this.way + 1) % ways.length);
      return undefined;
    });
  }

  async say(words) {
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.insertText(words);
    await this.page.keyboard.press("Enter");
  }

  /** How many answers of bots stand in the chat. */
  async answersHeard() {
    return (await measure(this.page)).log.filter((line) => answers.some((answer) => line.endsWith(answer))).length;
  }
}
