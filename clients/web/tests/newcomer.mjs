// A newcomer in a browser: walks with keys, sends messages, and sees other players. Used by the film and by a test.
//
// Reads the state of the page only by measure() (browser.mjs).
import { readFileSync } from "node:fs";
import { measure, until } from "./browser.mjs";

/** All texts with which demo bots answer. */
const answers = [...readFileSync(new URL("../../../src/board/client/answers.cpp", import.meta.url), "utf8").matchAll(/^ {4}"(.+)",$/gm)]
  .map((line) => line[1]);

/** The arrow keys, clockwise, with their steps. */
const ways = [["ArrowUp", 0, -1], ["ArrowRight", 1, 0], ["ArrowDown", 0, 1], ["ArrowLeft", -1, 0]];

export class Newcomer {
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.way = undefined;
    this.seen = undefined;
  }

  /** Returns the position on the server. */
  async position() {
    return (await measure(this.page)).server;
  }

  async others() {
    return (await measure(this.page)).positions.filter(({ name }) => name !== this.name);
  }

  /** Holds down the key that leads to most of the other players. */
  async walk() {
    const position = await this.position();
    const others = await this.others();
    const away = (axis) => others.reduce((sum, other) => sum + other[axis] - position[axis], 0);
    const [x, y] = [away("x"), away("y")];
    await this.press(Math.abs(x) > Math.abs(y) ? (x > 0 ? 1 : 3) : y > 0 ? 2 : 0);
    this.seen = position;
  }

  /** Turns if the last step was blocked. Called once per step. */
  async turnAtWalls() {
    if (this.way === undefined) return;
    const position = await this.position();
    if (position.x === this.seen.x && position.y === this.seen.y) await this.press((this.way + 1) % ways.length);
    this.seen = position;
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

  /** Makes one step, around obstacles. Returns the new position. */
  async step() {
    const from = await this.position();
    const hasStepped = async () => {
      const position = await this.position();
      return position.x !== from.x || position.y !== from.y ? position : undefined;
    };
    if (this.way === undefined) await this.walk();
    let triedAt = Date.now();
    return until(`${this.name} has made a step`, async () => {
      const position = await hasStepped();
      if (position || Date.now() - triedAt < 3000) return position;
      triedAt = Date.now();
      await this.press((this.way + 1) % ways.length);
      return undefined;
    });
  }

  async say(text) {
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press("Enter");
  }

  /** Returns the number of answers of bots in the chat. */
  async answersHeard() {
    return (await measure(this.page)).log.filter((line) => answers.some((answer) => line.endsWith(answer))).length;
  }
}
