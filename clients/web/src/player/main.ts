// The player's page: the form to enter by, the board, and the way back when the server has been away.
import "./player.css";
import { languageOfPage } from "../common/language";
import { byId, putTexts, setText } from "../common/page";
import { CloseReason, Looks } from "../protocol";
import { Board } from "./board";
import { Chat } from "./chat";
import { Game } from "./game";
import { listen } from "./input";
import { nameBytesMax } from "./limits";
import { Minimap } from "./minimap";
import { shouldReenter, waitMs } from "./reentry";
import type { Ending } from "./reentry";
import { colorOf, looksNames, pieceIcon } from "./shapes";
import { languages } from "./texts";
import type { Texts } from "./texts";

type State = "entrance" | "entering" | "playing" | "away" | "over";

const language = languageOfPage();
const texts: Texts = languages[language];
const namesShown = 8;
const announcementMs = 12_000;

function putAllTexts(): void {
  document.documentElement.lang = language;
  document.title = texts.title;
  putTexts(texts);
  for (const button of document.querySelectorAll<HTMLElement>("[data-direction]"))
    button.setAttribute("aria-label", texts.directions[Number(button.dataset["direction"])] ?? "");
}

function putLooks(chosen: Looks): void {
  looksNames.forEach((_, looks) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = "looks";
    input.value = String(looks);
    input.checked = looks === chosen;
    input.setAttribute("aria-label", texts.pieces[looks] ?? "");
    label.title = texts.pieces[looks] ?? "";
    label.append(input, pieceIcon(looks as Looks));
    byId("looks").append(label);
  });
}

class Page {
  private state: State = "entrance";
  private board: Board | undefined;
  private readonly minimap = new Minimap(byId<HTMLCanvasElement>("minimap"));
  private readonly chat: Chat;
  private game: Game | undefined;
  private name = "";
  private looks: Looks = Looks.king;
  private tries = 0;
  private retryAt = 0;
  private retryTimer = 0;
  private announcementTimer = 0;
  private frameTimes: number[] = [];
  private workTimes: number[] = [];
  private lastStatus = 0;

  constructor() {
    putAllTexts();
    this.name = localStorage.getItem("madang.name") ?? "";
    const remembered = Number(localStorage.getItem("madang.looks") ?? Looks.knight);
    this.looks = (remembered in looksNames ? remembered : Looks.knight) as Looks;
    byId<HTMLInputElement>("name").value = this.name;
    putLooks(this.looks);
    this.chat = new Chat(
      texts,
      {
        log: byId("log"),
        form: byId("say"),
        input: byId("words"),
        scope: byId("scope"),
        hint: byId("say-hint"),
        bubbles: byId("bubbles"),
      },
      (scope, text) => this.game?.say(scope, text) ?? 0,
      () => byId("board").focus(),
    );
    byId("enter").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    byId("leave").addEventListener("click", () => this.leave());
    byId("away-now").addEventListener("click", () => this.actOnEnd());
    byId("near-count").addEventListener("click", () => {
      const near = byId("near");
      near.hidden = !near.hidden;
      byId("near-count").setAttribute("aria-expanded", String(!near.hidden));
    });
    if (window.innerWidth <= 640) byId("near-count").click();
    listen(byId("board"), byId("pad"), {
      hold: (direction) => this.game?.walker.hold(direction),
      release: (direction) => this.game?.walker.release(direction),
      releaseAll: () => this.game?.walker.releaseAll(),
      goTo: (x, y) => {
        const tile = this.board?.tileAt(x, y);
        if (tile) this.game?.walker.goTo(tile);
      },
      zoom: (factor) => this.board?.zoom(factor),
      talk: () => this.chat.open(),
      lookAround: () => this.lookAround(),
    });
  }

  // --- Coming and going

  private submit(): void {
    const name = byId<HTMLInputElement>("name").value.trim();
    if (new TextEncoder().encode(name).length > nameBytesMax) return this.complain(texts.nameTooLong);
    this.name = name;
    const chosen = document.querySelector<HTMLInputElement>("#looks input:checked");
    this.looks = Number(chosen?.value ?? this.looks) as Looks;
    localStorage.setItem("madang.name", name);
    localStorage.setItem("madang.looks", String(this.looks));
    this.complain("");
    byId("go").textContent = texts.entering;
    this.makeBoard();
    this.enter();
  }

  /** Of the entrance, where one then is. */
  private complain(problem: string): void {
    byId("problem").textContent = problem;
    byId("go").textContent = texts.enter;
  }

  private makeBoard(): void {
    if (this.board) return;
    this.board = new Board(byId("board"));
    requestAnimationFrame((now) => this.frame(now));
  }

  private enter(): void {
    this.state = this.state === "away" ? "away" : "entering";
    window.clearInterval(this.retryTimer);
    byId("away-next").textContent = texts.retrying;
    this.chat.clearBubbles();
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`;
    const game: Game = new Game(this.board as Board, this.minimap, this.chat, texts, {
      entered: () => this.entered(),
      announced: (text) => this.announce(text),
      ended: (ending) => {
        if (this.game === game) this.ended(ending);
      },
    });
    this.game = game;
    game.enter(url, this.name, this.looks);
  }

  private entered(): void {
    this.state = "playing";
    this.tries = 0;
    byId("entrance").hidden = true;
    byId("away").hidden = true;
    byId("game").hidden = false;
    this.complain("");
    this.chat.add("note", "", texts.arrived(this.name));
    byId("board").focus();
  }

  private leave(): void {
    this.game?.leave();
    this.toEntrance("");
  }

  private toEntrance(problem: string): void {
    this.game = undefined;
    this.state = "entrance";
    this.board?.clear();
    byId("away").hidden = true;
    byId("game").hidden = true;
    byId("entrance").hidden = false;
    this.complain(problem);
    byId("name").focus();
  }

  private ended(ending: Ending): void {
    const reason = ending.kind === "goodbye" ? ending.reason : undefined;
    if (reason === CloseReason.badName) return this.toEntrance(texts.reasons[CloseReason.badName]);
    const comesBack = shouldReenter(ending);
    byId("away-title").textContent = ending.kind === "lost" ? texts.lostTitle : texts.goodbyeTitle;
    byId("away-text").textContent =
      ending.kind === "lost" ? texts.lost : ending.kind === "goodbye" ? texts.reasons[ending.reason] : `${texts.nonsense} (${ending.what}).`;
    byId("away-next").textContent = "";
    byId("away-now").textContent = comesBack ? texts.retryNow : reason === CloseReason.staleClient ? texts.reload : texts.enterAgain;
    byId("away").hidden = false;
    byId("entrance").hidden = true;
    byId("game").hidden = false;
    byId("away-now").focus();
    this.game?.walker.releaseAll();
    this.state = comesBack ? "away" : "over";
    if (comesBack) this.waitForReentry();
    else byId("away-now").dataset["does"] = reason === CloseReason.staleClient ? "reload" : "enter";
  }

  private waitForReentry(): void {
    this.retryAt = performance.now() + waitMs(this.tries++, Math.random());
    const look = () => {
      const left = this.retryAt - performance.now();
      if (left <= 0) return this.enter();
      byId("away-next").textContent = texts.retryIn(Math.ceil(left / 1000));
    };
    window.clearInterval(this.retryTimer);
    this.retryTimer = window.setInterval(look, 250);
    look();
  }

  private actOnEnd(): void {
    if (this.state === "over" && byId("away-now").dataset["does"] === "reload") return location.reload();
    if (this.state === "over") this.state = "away";
    this.enter();
  }

  // --- What is shown

  private announce(text: string): void {
    const announcement = byId("announcement");
    announcement.textContent = `${texts.operator}: ${text}`;
    announcement.hidden = false;
    window.clearTimeout(this.announcementTimer);
    this.announcementTimer = window.setTimeout(() => (announcement.hidden = true), announcementMs);
  }

  private lookAround(): void {
    const others = this.game?.others().slice(0, namesShown) ?? [];
    const place = this.game?.walker.place ?? { x: 0, y: 0 };
    byId("spoken").textContent =
      `${texts.place(place.x, place.y)}. ` +
      (others.length > 0 ? others.map(({ piece, distance }) => `${piece.name}, ${texts.tiles(distance)}`).join("; ") : texts.nobodyNear);
  }

  private frame(now: number): void {
    requestAnimationFrame((next) => this.frame(next));
    const began = performance.now();
    const { game, board } = this;
    if (!game || !board) return;
    if (this.state === "playing") game.walk(now);
    board.draw(now);
    this.chat.placeBubbles(now, (alias) => board.pointOf(alias));
    if (this.state === "playing" && now - this.lastStatus > 250) {
      this.lastStatus = now;
      this.showStatus(game, board);
    }
    keep(this.frameTimes, now);
    keep(this.workTimes, performance.now() - began);
    if (this.frameTimes.length === framesKept && this.framesPerSecond < 40) board.drawCoarser();
  }

  private showStatus(game: Game, board: Board): void {
    const { place } = game.walker;
    const others = game.others();
    game.fade();
    setText(byId("place"), texts.place(place.x, place.y));
    setText(byId("near-count"), texts.near(others.length));
    setText(byId("delay"), texts.delay(game.delayMs));
    const { clientWidth, clientHeight } = byId("board");
    const shown = { columns: clientWidth / board.tileSize, rows: clientHeight / board.tileSize };
    this.minimap.draw(place, game.view.pieces.values(), shown);
    if (!byId("near").hidden) this.showNames(others.slice(0, namesShown));
  }

  private showNames(others: ReturnType<Game["others"]>): void {
    const names = byId("names");
    const wanted = others.map(({ piece, distance }) => `${piece.alias} ${distance}`).join();
    if (names.dataset["shown"] === wanted) return;
    names.dataset["shown"] = wanted;
    names.replaceChildren(
      ...others.map(({ piece, distance }) => {
        const row = document.createElement("li");
        const icon = pieceIcon(piece.looks);
        icon.style.fill = `#${colorOf(piece.entity).toString(16).padStart(6, "0")}`;
        const name = document.createElement("b");
        name.textContent = piece.name;
        const far = document.createElement("i");
        far.textContent = String(distance);
        row.append(icon, name, far);
        return row;
      }),
    );
  }

  private get framesPerSecond(): number {
    const first = this.frameTimes[0];
    const last = this.frameTimes[this.frameTimes.length - 1];
    return first === undefined || last === undefined || last === first ? 0 : ((this.frameTimes.length - 1) * 1000) / (last - first);
  }

  /** What the tests look at; read only. */
  measure(): object {
    const { game, board } = this;
    return {
      state: this.state,
      language,
      me: game?.view.welcome ? { entity: String(game.view.welcome.entity), ...game.walker.place } : undefined,
      server: game ? { ...game.view.own } : undefined,
      moveIntervalMs: game?.view.welcome?.moveIntervalMs,
      pieces: game?.view.pieces.size ?? 0,
      names: game ? [...game.view.pieces.values()].map((piece) => piece.name) : [],
      places: game ? [...game.view.pieces.values()].map(({ name, x, y }) => ({ name, x, y })) : [],
      drawn: board?.figureCount ?? 0,
      shown: board?.countShown() ?? 0,
      framesPerSecond: this.framesPerSecond,
      frameWorkMs: median(this.workTimes),
      delayMs: game?.delayMs,
      log: this.chat.lines(),
    };
  }
}

const framesKept = 120;

function keep(times: number[], time: number): void {
  times.push(time);
  if (times.length > framesKept) times.shift();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

const page = new Page();
Object.defineProperty(window, "madang", { get: () => page.measure() });
