// The player's page: the entrance form, the board, and the dialog while there is no connection.
import "./player.css";
import { languageOfPage } from "../common/language";
import { bytesToSend, toSend } from "../common/lengths";
import { recall, remember } from "../common/memory";
import { byId, putTexts, setText } from "../common/page";
import { CloseReason, Looks } from "../protocol";
import { AwayDialog } from "./away_dialog";
import { Board } from "./board";
import { Chat } from "./chat";
import { Game } from "./game";
import { listen } from "./input";
import { nameBytesMax } from "./limits";
import { Minimap } from "./minimap";
import type { ConnectionEnd } from "./reconnect";
import { ScreenReader } from "./screen_reader";
import { looksNames, pieceIcon } from "./shapes";
import { showStatus } from "./status";
import { languages } from "./texts";
import type { Texts } from "./texts";
import { Title } from "./title";
import type { SeenPiece } from "./view";

/** "away": the page connects again by itself. "over": the page connects again when the player asks for it. */
type State = "entrance" | "entering" | "playing" | "away" | "over";

const language = languageOfPage();
const texts: Texts = languages[language];
const announcementMs = 12_000;
const touch = matchMedia("(pointer: coarse)");
/** In a narrow or a low window, the list of players is hidden at first. */
const largeWindow = matchMedia("(min-width: 641px) and (min-height: 481px)");

function putAllTexts(): void {
  document.documentElement.lang = language;
  putTexts({ ...texts, help: touch.matches ? texts.helpTouch : texts.help });
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
  private readonly title = new Title(texts.title);
  private readonly screenReader = new ScreenReader(texts);
  private readonly chat: Chat;
  private readonly awayDialog: AwayDialog;
  private game: Game | undefined;
  private name = recall("madang.name") ?? "";
  private looks: Looks;
  /** The player was on the board in this visit. */
  private wasIn = false;
  private announcementTimer = 0;
  private frameTimes: number[] = [];
  private workTimes: number[] = [];
  private lastStatus = 0;

  constructor() {
    putAllTexts();
    const remembered = Number(recall("madang.looks") ?? Looks.knight);
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
        count: byId("say-count"),
        bubbles: byId("bubbles"),
      },
      (scope, text) => this.game?.say(scope, text) ?? 0,
      () => byId("board").focus(),
    );
    this.awayDialog = new AwayDialog(texts, () => this.enter(), () => this.toEntrance(""));
    byId("enter").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    byId("name").addEventListener("input", () => this.checkName());
    byId("leave").addEventListener("click", () => this.toEntrance(""));
    byId("hear").addEventListener("click", () => this.screenReader.toggleSteps());
    byId("near-count").addEventListener("click", () => this.showNear(byId("near").hidden === true));
    this.showNear(largeWindow.matches);
    this.listen();
  }

  private listen(): void {
    listen(byId("board"), byId("pad"), {
      hold: (direction) => this.game?.walker.hold(direction),
      release: (direction) => this.game?.walker.release(direction),
      releaseAll: () => this.game?.walker.releaseAll(),
      goTo: (x, y) => {
        const tile = this.board?.tileAt(x, y);
        if (tile) this.game?.walker.goTo(tile);
      },
      point: (x, y) => this.board?.point(x, y, performance.now()),
      zoom: (factor) => this.board?.zoom(factor),
      talk: () => this.chat.open(),
      readPlayersNearby: () => this.game && this.screenReader.readPlayersNearby(this.game),
      readSurroundings: () => this.game && this.screenReader.readSurroundings(this.game),
      toggleSteps: () => this.screenReader.toggleSteps(),
    });
  }

  private showNear(isShown: boolean): void {
    byId("near").hidden = !isShown;
    byId("near-count").setAttribute("aria-expanded", String(isShown));
  }

  // --- Entering and leaving

  /** Checks the length of the typed name and reports a name that is too long. Returns whether the length is allowed. */
  private checkName(): boolean {
    const input = byId<HTMLInputElement>("name");
    const isTooLong = bytesToSend(input.value) > nameBytesMax;
    input.setAttribute("aria-invalid", String(isTooLong));
    setText(byId("problem"), isTooLong ? texts.tooLong(nameBytesMax) : "");
    return !isTooLong;
  }

  private submit(): void {
    if (!this.checkName()) return;
    this.name = toSend(byId<HTMLInputElement>("name").value);
    const chosen = document.querySelector<HTMLInputElement>("#looks input:checked");
    this.looks = Number(chosen?.value ?? this.looks) as Looks;
    remember("madang.name", this.name);
    remember("madang.looks", String(this.looks));
    byId("go").textContent = texts.entering;
    byId("leave").setAttribute("aria-label", texts.leaveAs(this.name));
    this.chat.clear();
    this.wasIn = false;
    this.makeBoard();
    this.enter();
  }

  /** Shows a problem at the entrance; an empty text removes the last one. */
  private showProblem(problem: string): void {
    setText(byId("problem"), problem);
    byId("go").textContent = texts.enter;
  }

  private makeBoard(): void {
    if (this.board) return;
    this.board = new Board(byId("board"));
    requestAnimationFrame((now) => this.frame(now));
  }

  private enter(): void {
    this.state = this.awayDialog.isOpen ? "away" : "entering";
    this.chat.clearBubbles();
    this.game?.leave();
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`;
    const game: Game = new Game(this.board as Board, this.minimap, this.chat, texts, {
      entered: () => this.entered(),
      announced: (text) => this.announce(text),
      spoke: (name, text, isToAll, speaker) => this.spoke(game, name, text, isToAll, speaker),
      came: (piece) => this.screenReader.came(piece, performance.now()),
      went: (piece) => this.screenReader.went(piece, performance.now()),
      stepped: () => this.screenReader.stepped(game, performance.now()),
      bumped: (direction, isEdge) => this.screenReader.bumped(direction, isEdge),
      ended: (end) => {
        if (this.game === game) this.ended(end);
      },
    });
    this.game = game;
    game.enter(url, this.name, this.looks);
  }

  private entered(): void {
    this.state = "playing";
    this.wasIn = true;
    byId("entrance").hidden = true;
    byId("game").hidden = false;
    this.board?.resize();
    this.awayDialog.close();
    this.showProblem("");
    this.screenReader.begin(performance.now());
    this.screenReader.read(texts.arrived(this.name));
    this.chat.add("note", "", texts.arrived(this.name));
    byId("board").focus();
  }

  private toEntrance(problem: string): void {
    this.game?.leave();
    this.game = undefined;
    this.state = "entrance";
    this.board?.clear();
    this.awayDialog.close();
    this.title.reset();
    byId("announcement").hidden = true;
    byId("game").hidden = true;
    byId("entrance").hidden = false;
    this.showProblem(problem);
    byId("name").focus();
  }

  private ended(end: ConnectionEnd): void {
    if (end.kind === "goodbye" && end.reason === CloseReason.badName) return this.toEntrance(texts.reasons[CloseReason.badName]);
    this.game?.walker.releaseAll();
    this.state = this.awayDialog.show(end, this.wasIn) ? "away" : "over";
  }

  // --- Messages and frames

  private announce(text: string): void {
    const announcement = byId("announcement");
    announcement.textContent = `${texts.operator}: ${text}`;
    announcement.hidden = false;
    this.title.countMessage();
    window.clearTimeout(this.announcementTimer);
    this.announcementTimer = window.setTimeout(() => (announcement.hidden = true), announcementMs);
  }

  private spoke(game: Game, name: string, text: string, isToAll: boolean, speaker: SeenPiece | undefined): void {
    if (speaker?.id === game.ownId) return;
    this.title.countMessage();
    this.screenReader.spoke(game, this.name, name, text, isToAll, speaker, performance.now());
  }

  private frame(now: number): void {
    requestAnimationFrame((next) => this.frame(next));
    const began = performance.now();
    const { game, board } = this;
    if (!game || !board) return;
    if (this.state === "playing") game.walk(now);
    board.draw(now);
    this.chat.placeBubbles(now, byId("board").clientWidth, (id) => board.pointOf(id));
    if (this.state === "playing" && now - this.lastStatus > 250) {
      this.lastStatus = now;
      showStatus(game, board, this.minimap, texts);
      this.screenReader.readSummary(now);
    }
    keep(this.frameTimes, now);
    keep(this.workTimes, performance.now() - began);
    if (this.frameTimes.length === framesKept && this.framesPerSecond < 40) board.drawCoarser();
  }

  private get framesPerSecond(): number {
    const first = this.frameTimes[0];
    const last = this.frameTimes[this.frameTimes.length - 1];
    return first === undefined || last === undefined || last === first ? 0 : ((this.frameTimes.length - 1) * 1000) / (last - first);
  }

  /** Returns the state of the page for the tests. */
  measure(): object {
    const { game, board } = this;
    return {
      state: this.state,
      language,
      me: game?.view.welcome ? { entity: String(game.view.welcome.entity), ...game.walker.position } : undefined,
      server: game ? { ...game.view.own } : undefined,
      moveIntervalMs: game?.view.moveIntervalMs,
      pieces: game?.view.pieces.size ?? 0,
      names: game ? [...game.view.pieces.values()].map((piece) => piece.name) : [],
      positions: game ? [...game.view.pieces.values()].map(({ name, x, y }) => ({ name, x, y })) : [],
      drawn: board?.figureCount ?? 0,
      window: board && { ...board.shown, tile: board.tileSize },
      glide: board?.ownGlide,
      labels: board?.shownLabels ?? [],
      way: board?.shownWay,
      arrow: board?.shownArrow,
      mapSize: game?.view.welcome && [game.view.welcome.mapWidth, game.view.welcome.mapHeight],
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
