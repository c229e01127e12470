// Helpers for tests in a real browser. They start and stop the server and Debian's Chromium.
//
// Environment: MADANG is the program (default build/release/madang), SCREENSHOTS the folder for pictures (default
// build/screenshots).
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const program = process.env.MADANG ?? join(root, "build/release/madang");
const screenshots = process.env.SCREENSHOTS ?? join(root, "build/screenshots");
export const patienceMs = 60_000;

/** A running madang program. `lines`: the lines of its output. */
class Program {
  constructor(args, command = program) {
    this.lines = [];
    this.waiting = [];
    this.process = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.process, "exit");
    this.process.stderr.resume();
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      this.lines.push(line);
      for (const look of this.waiting) look(line);
    });
  }
  line(pattern) {
    const there = this.lines.map((line) => line.match(pattern)).find(Boolean);
    if (there) return there;
    return new Promise((found, fail) => {
      const timer = setTimeout(() => fail(new Error(`no line ${pattern} in ${this.lines.join("\n")}`)), patienceMs);
      this.waiting.push((line) => {
        const match = line.match(pattern);
        if (match) {
          clearTimeout(timer);
          found(match);
        }
      });
    });
  }
  async stop(signal = "SIGINT") {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    await this.ended;
  }
}

/** Starts a server with the options. Returns the server with its ports and addresses. */
export async function serve(...options) {
  const server = new Program(["serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--log-level", "error", ...options]);
  server.port = (await server.line(/Madang is open: 127\.0\.0\.1:(\d+) /))[1];
  const line = await server.line(/Play in a browser: (http:\/\/127\.0\.0\.1:\d+\/) .*(http:\/\/127\.0\.0\.1:\d+\/)operator/);
  server.web = line[1];
  server.watch = line[2];
  return server;
}

/** Starts a program of the examples, such as "arena". */
export function example(name, ...args) {
  return new Program(args, join(dirname(program), "examples", name));
}

/** Starts bots that walk and send messages for `seconds`. */
export function bots(server, players, seconds, ...options) {
  return new Program(["bots", "--connect", `127.0.0.1:${server.port}`, "--players", String(players), "--for", String(seconds), ...options]);
}

export function openChromium() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
      "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
      "--disable-renderer-backgrounding", "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows"],
  });
}

/** Opens a page with a browser profile of its own. `init` runs in the page before the page's scripts. The page lists its requests
 * in `requests` and its errors in `problems`. */
export async function openPage(browser, url, { init, ...options } = {}) {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 }, ...options });
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  page.requests = [];
  page.problems = [];
  page.on("request", (request) => page.requests.push(request.url()));
  page.on("websocket", (socket) => page.requests.push(socket.url()));
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/WebSocket connection|ERR_CONNECTION/.test(message.text())) page.problems.push(message.text());
  });
  await page.goto(url);
  return page;
}

/** Saves a picture of the page. `options` are Playwright's: { fullPage: true }. */
export async function screenshot(page, name, options = {}) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), ...options });
}

/** Returns the state of the player's page: see measure() in src/player/main.ts. */
export function measure(page) {
  return page.evaluate(() => window.madang);
}

/** Waits until `isSo` returns a true value. Returns the value. `what` names the condition for the error. */
export async function until(what, isSo) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await isSo();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`the condition did not become true in ${patienceMs / 1000} s: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

export async function enter(page, name) {
  await page.fill("#name", name);
  await page.press("#name", "Enter");
  await until(`${name} is on the board, and the board is drawn`, async () => {
    const { state, window, server } = await measure(page);
    return state === "playing" && server.x >= window.left - 1 && server.x <= window.left + window.columns &&
      server.y >= window.top - 1 && server.y <= window.top + window.rows;
  });
}

/** Returns the position of the middle of a tile, in pixels of the page. */
export async function pointOfTile(page, x, y) {
  const { window } = await measure(page);
  const board = await page.locator("#board").boundingBox();
  return { x: board.x + (x + 0.5 - window.left) * window.tile, y: board.y + (y + 0.5 - window.top) * window.tile };
}

export async function clickTile(page, x, y) {
  const point = await pointOfTile(page, x, y);
  await page.mouse.click(point.x, point.y);
}

/** Starts a server for `use`, and stops it at the end. */
export async function withServer(options, use) {
  const server = await serve(...options);
  try {
    await use(server);
  } finally {
    await server.stop("SIGKILL");
  }
}
