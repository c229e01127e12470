// A simulated server: the operator's page and its API (src/operator/state.ts), for states that a real server rarely has:
// thousands of players, overload, a restart, a late answer.
//
//   node tests/operator_mock.mjs [calm|busy]     serves the page during development
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const web = fileURLToPath(new URL("../", import.meta.url));
const pages = join(web, "../../build/web-mock");
const bounds = [500, 1000, 2000, 4000, 8000, 12000, 16000, 25000, 35000, 50000, 75000, 100000, 150000, 250000, 500000, 1000000, 2500000];
const samplesKept = 300;
const linesKept = 200;
const cellTiles = 8;
const reasonBytesMax = 120;
const textBytesMax = 200;
const contentSecurityPolicy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

/** What happens in each second. Players gather around a few points. */
const days = {
  calm: { players: 40, map: [256, 256], step: () => 0, loads: [0.02, 0.01, 0.01], slow: 0 },
  busy: { players: 9000, map: [1000, 700], step: (second) => [0, 0, 1, 2, 3, 2][Math.floor(second / 50) % 6], loads: [0.78, 0.93, 0.55], slow: 1 },
};

/** Returns a random source with the same numbers in each run, so a failure can be repeated. */
function randomFrom(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

export class Mock {
  /** `rooms`: worlds beside the main world, by their names, with their players. `cut`: columns and rows of zones. */
  constructor({ day = "calm", token = "", onlyThisMachine = false, seconds = samplesKept, rooms = {}, hasMainWorld = true, actions = [], cut = [1, 1] } = {}) {
    this.day = days[day];
    this.rooms = rooms;
    this.hasMainWorld = hasMainWorld;
    this.actions = actions;
    this.cut = cut;
    this.acts = [];
    this.token = token;
    this.onlyThisMachine = onlyThisMachine;
    this.goodbyes = [];
    this.announcements = [];
    this.sanctions = [];
    this.sanctionsVersion = 0;
    this.restart = null;
    this.chat = [];
    this.deaf = false;
    /** Promises by the beginning of a path. An answer to the path waits for its promise. */
    this.held = new Map();
    this.begin(seconds);
  }

  /** Simulates a server that was started `seconds` ago. `lines`: the lines of its log. */
  begin(seconds, lines = [["info", "Madang is open"], ["warning", "12 sessions at once from 203.0.113.9"], ["error", "accept: too many open files"]]) {
    this.startedAt = Date.now() - seconds * 1000;
    this.random = randomFrom(7);
    this.samples = [];
    this.lines = lines.map(([level, text], i) => ({ number: i + 1, at: this.startedAt + i * 1000, level, text }));
    this.players = this.gather(this.day.players);
    for (let i = 1; i <= seconds; ++i) this.passSecond(this.startedAt + i * 1000);
  }

  gather(count) {
    const [width, height] = this.day.map;
    const places = Array.from({ length: 6 }, () => [this.random() * width, this.random() * height, 6 + this.random() * 90]);
    const clamp = (value, size) => Math.min(Math.max(Math.floor(value), 0), size - 1);
    return Array.from({ length: count }, (_, i) => {
      const [x, y, spread] = places[i % places.length];
      const around = () => (this.random() + this.random() - 1) * spread;
      return {
        session: String(9_000_000_000 + i), entity: (0x8000_0000_0000n + BigInt(i)).toString(16).padStart(32, "f"), canSanctionAddress: true, name: i % 5 ? `Walker ${i}` : `나그네 ${i}`, address: `203.0.113.${i % 250}`, port: 1024 + i,
        x: clamp(x + around(), width), y: clamp(y + around(), height), sees: 20 + (i % 300), attributes: { name: "", looks: "king" },
      };
    });
  }

  passSecond(at) {
    const before = this.samples.at(-1);
    const number = (before?.number ?? 0) + 1;
    const { loads, slow } = this.day;
    const overloadStep = this.day.step(number);
    const ticksPerSecond = overloadStep >= 2 ? 10 : 20;
    const wave = 1 + 0.15 * Math.sin(number / 20) + 0.05 * this.random();
    const grow = (name, by) => (before?.[name] ?? 0) + Math.round(by * wave);
    const histogram = (name, count, middle) =>
      bounds.concat(Infinity).map((_, i) => (before?.[name][i] ?? 0) + Math.round(count * Math.exp(-((i - middle) ** 2) / 3)));
    const count = this.players.length;
    const closed = { ...before?.closed };
    for (const [reason, seconds] of [["client_left", 2], ["connection_lost", 9], ["login_timeout", 31], ["slow_reader", slow ? 40 : 1e9], ["kicked", 150]])
      if (number % seconds === 0) closed[reason] = (closed[reason] ?? 0) + 1;
    this.samples.push({
      number, at, sessions: count + 12, players: count, worlds: this.worlds().count, commandQueue: Math.round(count / 80), overloadStep, ticksPerSecond,
      throttledCells: overloadStep * 7, zoneLoad: loads[0] * wave,
      workers: loads.slice(1).map((load) => ({ sessions: count >> 1, load: load * wave, queuedBytes: slow * Math.round(90_000 * wave) })),
      ticks: (before?.ticks ?? 0) + ticksPerSecond, ticksLate: grow("ticksLate", overloadStep), ticksSkipped: grow("ticksSkipped", overloadStep > 2 ? 1 : 0),
      overloadStepsUp: overloadStep, sessionsOpened: grow("sessionsOpened", 3), packetsIn: grow("packetsIn", count * 1.1), bytesIn: grow("bytesIn", count * 12),
      bytesOut: grow("bytesOut", count * 700), sends: grow("sends", count * 9), stalls: grow("stalls", slow), httpRequests: grow("httpRequests", 1), closed,
      tickTime: histogram("tickTime", 12, slow ? 4 + overloadStep * 1.5 : 0), answerTime: histogram("answerTime", count / 4, slow ? 7 + overloadStep : 5),
    });
    this.samples = this.samples.slice(-samplesKept);
  }

  log(level, text) {
    this.lines = [...this.lines, { number: (this.lines.at(-1)?.number ?? 0) + 1, at: Date.now(), level, text }].slice(-linesKept);
  }

  get squareTiles() {
    return cellTiles;
  }
  state(query) {
    while ((this.samples.at(-1)?.at ?? this.startedAt) + 1000 <= Date.now()) this.passSecond((this.samples.at(-1)?.at ?? this.startedAt) + 1000);
    const [width, height] = this.day.map;
    const [columns, rows] = [width, height].map((size) => Math.ceil(size / this.squareTiles));
    const players = new Array(columns * rows).fill(0);
    for (const { x, y } of this.players) ++players[Math.floor(y / this.squareTiles) * columns + Math.floor(x / this.squareTiles)];
    const behind = (all, name) => all.filter((one) => one.number > Number(query.get(name) ?? 0));
    return {
      game: "board", hasActions: this.actions.length > 0, version: "0.1.0", startedAt: this.startedAt, io: "uring", map: this.hasMainWorld ? { width, height } : null, bounds,
      limits: { sessions: 18000, players: this.hasMainWorld ? 100000 : null, commandQueue: 4096, sanctions: 1000, textBytes: textBytesMax, nameBytes: 24, reasonBytes: reasonBytesMax },
      samples: behind(this.samples, "after"),
      heat: this.hasMainWorld ? { columns, rows, squareTiles: this.squareTiles, players } : null, zones: this.hasMainWorld ? this.zones() : null, log: behind(this.lines, "log_after"), chat: behind(this.chat, "chat_after"),
      sanctionsVersion: this.sanctionsVersion, restart: this.restart,
    };
  }
  /** Returns the zones, whose sides differ by one cell at most. */
  zones() {
    const [columns, rows] = this.cut;
    if (columns * rows === 1) return null;
    const edges = (size, zones) => Array.from({ length: zones + 1 }, (_, i) => Math.min(Math.floor((i * Math.ceil(size / cellTiles)) / zones) * cellTiles, size));
    const [width, height] = this.day.map;
    const load = this.samples.at(-1).zoneLoad;
    return { columns, rows, x: edges(width, columns), y: edges(height, rows), loads: Array.from({ length: columns * rows }, (_, zone) => load / (zone + 1)) };
  }
  /** Returns a page of players, as player_search.cpp does. */
  playersFor(query) {
    const key = (player) => player.name.toLowerCase();
    const isBehind = (a, b) => key(a) > key(b) || (key(a) === key(b) && a.entity > b.entity);
    const rows = Number(query.get("rows") ?? 50);
    if (query.has("world")) {
      const names = this.rooms[query.get("world")] ?? [];
      return { count: names.length, hasMore: false, players: names.map((name, i) => ({ ...this.players[i], session: `7${i}`, name })) };
    }
    const square = query.has("column") ? [Number(query.get("column")), Number(query.get("row"))] : null;
    const after = query.has("after_name") ? { name: query.get("after_name"), entity: query.get("after_entity") } : null;
    const found = this.players
      .filter(({ x, y }) => !square || (Math.floor(x / this.squareTiles) === square[0] && Math.floor(y / this.squareTiles) === square[1]))
      .filter((player) => key(player).includes((query.get("find") ?? "").toLowerCase()))
      .sort((a, b) => (isBehind(a, b) ? 1 : -1));
    const left = after ? found.filter((player) => isBehind(player, after)) : found;
    return { count: found.length, hasMore: left.length > rows, players: left.slice(0, rows) };
  }
  worlds() {
    const world = (name, players, broken = "") => ({ name, players, entities: players + 3, tick: 1234, broken, zone: name ? 1 : 0, attributes: { round: String(players) } });
    const rooms = Object.entries(this.rooms).map(([name, names]) => world(name, names.length, name === "broken" ? "tick 7: out of dots" : ""));
    const all = [...(this.hasMainWorld ? [world("", this.players.length)] : []), ...rooms].sort((a, b) => b.players - a.players || a.name.localeCompare(b.name));
    return { count: all.length, worlds: all.slice(0, 200) };
  }
  say(player, text, toAll = false) {
    this.chat.push({ number: this.chat.length + 1, at: Date.now(), toAll, session: player.session, entity: player.entity, name: player.name, x: player.x, y: player.y, text });
  }
  settings() {
    const setting = (name, value, from, more) => ({ section: "server", name, value, unit: "", isDefault: from === null, from, help: `What ${name} is for`, ...more });
    return { settings: [
      setting("listen", "127.0.0.1:7777", null), setting("operator_token", null, "/etc/madang.toml:4"),
      setting("tick_rate", "30", "--tick-rate", { unit: "ticks a second" }),
    ] };
  }

  // --- HTTP

  async listen(port = 0) {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise((listening) => this.server.listen(port, "127.0.0.1", listening));
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/operator`;
    return this;
  }
  async close() {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  async answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    const send = (status, type, body) => response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": contentSecurityPolicy }).end(body);
    const say = (status, line) => send(status, "text/plain; charset=utf-8", line);
    const tell = (json) => send(200, "application/json", JSON.stringify(json));
    if (request.method === "GET" && !pathname.startsWith("/operator/api/")) {
      const name = pathname === "/operator" ? "operator.html" : pathname.slice(1);
      if (!/^(operator\.(html|js|css)|favicon\.svg)$/.test(name)) return say(404, "There is no such page.");
      return send(200, types[name.split(".")[1]], readFileSync(join(pages, name)));
    }
    if (this.deaf) return request.destroy();
    if (this.onlyThisMachine) return say(403, "Only programs on the server's own machine have access, and not through a proxy. For access from another machine, set operator_token or operator_token_file.");
    const given = request.headers.authorization;
    if (this.token && given !== `Bearer ${this.token}`)
      return say(401, given ? "This token is not the operator's token of this server." : "A request must carry the operator's token of this server.");
    for (const [path, until] of this.held) if (request.url.startsWith(path)) await until;
    let text = "";
    for await (const part of request) text += part;
    const call = pathname.split("/").at(-1);
    if (request.method === "GET")
      return tell(
        { state: () => this.state(searchParams), players: () => this.playersFor(searchParams), settings: () => this.settings(), worlds: () => this.worlds(),
          sanctions: () => ({ sanctions: this.sanctions }), actions: () => ({ actions: this.actions }) }[call](),
      );
    if (request.headers["content-type"] !== "application/json") return say(415, "The body must be application/json.");
    return this.change(pathname, JSON.parse(text), say, () => response.writeHead(204).end());
  }

  change(pathname, asked, say, done) {
    if (pathname.endsWith("/announce")) {
      if (Buffer.byteLength(asked.text) > textBytesMax) return say(400, "The text is too long, or has characters that cannot be shown.");
      this.announcements.push(asked.text);
      return done();
    }
    if (pathname.endsWith("/sanction")) {
      if (Buffer.byteLength(asked.reason) > reasonBytesMax) return say(400, "The reason is not text, is too long, or has characters that cannot be shown.");
      if (asked.address?.startsWith("127.")) return say(400, "This is the address of the server's own machine. All players behind a proxy that is not in trusted_proxies have this address.");
      if (this.sanctions.length >= 3) return say(429, "There are sanctions_max mutes and bans already. Lift one of them first.");
      this.sanctions = [...this.sanctions, { id: String(++this.sanctionsVersion), address: null, until: Date.now() + asked.minutes * 60_000, ...asked }];
      return done();
    }
    if (pathname.endsWith("/lift")) {
      const kept = this.sanctions.filter((one) => one.id !== asked.id);
      if (kept.length === this.sanctions.length) return say(404, "This mute or ban has already ended.");
      this.sanctions = kept;
      ++this.sanctionsVersion;
      return done();
    }
    if (pathname.endsWith("/restart")) {
      if (this.restart) return say(409, "A restart is planned already.");
      this.restart = { at: Date.now() + asked.seconds * 1000, reason: asked.reason };
      return done();
    }
    if (pathname.endsWith("/cancel-restart")) {
      if (!this.restart) return say(409, "No restart is planned.");
      this.restart = null;
      return done();
    }
    if (pathname.endsWith("/act")) {
      if (Number(asked.values.count) > 255) return say(400, `count: ${asked.values.count} is out of range (0 to 255)`);
      this.acts.push(asked);
      return done();
    }
    if (pathname.endsWith("/end-world")) {
      if (!this.rooms[asked.world]) return say(404, "There is no such world.");
      delete this.rooms[asked.world];
      return done();
    }
    const left = this.players.filter((player) => player.session !== asked.session);
    if (left.length === this.players.length) return say(404, "This session has ended.");
    this.players = left;
    this.goodbyes.push(asked.session);
    return done();
  }
}

/** Builds the pages, for all mocks of this process. */
export function buildPages() {
  execFileSync(process.execPath, [join(web, "build.mjs"), pages]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildPages();
  const mock = await new Mock({ day: process.argv[2] ?? "calm" }).listen();
  console.log(mock.url);
}
