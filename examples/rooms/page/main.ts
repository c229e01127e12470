// The page of chess in rooms: the door, where a player seeks a game or names a room, and the game.
import type { Board as Game, ServerPacket } from "rooms/protocol";
import { Board, isWhite, kindOf, picture, words } from "./board";
import { Line } from "./line";
import type { Visit } from "./line";

const kept = "rooms.visit"; // in sessionStorage: a reload of the page comes back with the same ticket
const sides = ["white", "black"] as const;

function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
function put(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A visit of the lobby and of rooms, until the player leaves. */
class Stay {
  private readonly line: Line;
  private own = 0n;
  private tickRate = 20;
  private game: Game | undefined;
  private gameAt = 0;
  /** The names by entity, also of players that are away, and the entities that are here by alias. */
  private readonly names = new Map<bigint, string>();
  private readonly here = new Map<number, bigint>();
  private readonly board = new Board(byId("board"), (move, letter) => this.move(move, letter));
  private readonly timer = setInterval(() => this.showClocks(), 100);

  constructor(
    visit: Visit,
    private readonly onEnd: (why: string) => void,
  ) {
    byId("heard").replaceChildren();
    this.line = new Line(visit, {
      onPacket: (packet) => this.apply(packet),
      onLost: () => this.lose(),
      onEnd: (why) => this.end(why),
    });
    this.show();
  }

  say(text: string): void {
    this.line.send({ kind: "Say", text });
  }
  /** The next game has a room of its own, whose name both players can tell: "tea", "tea 2", "tea 3". */
  next(): void {
    const [, name, number] = this.line.visit.room.match(/^(.*?)(?: (\d{1,4}))?$/)!;
    this.line.goTo(`${name} ${Number(number ?? 1) + 1}`);
  }
  leave(why = ""): void {
    this.line.close();
    this.end(why);
  }

  private end(why: string): void {
    clearInterval(this.timer);
    byId("table").classList.remove("lost");
    this.onEnd(why);
  }
  private lose(): void {
    byId("table").classList.add("lost");
    put(byId("news"), "The line is lost. Connecting again ...");
  }
  private apply(packet: ServerPacket): void {
    if (packet.kind === "Welcome") {
      this.own = packet.entity;
      this.tickRate = packet.tickRate;
      this.game = undefined;
      this.here.clear();
      byId("table").classList.remove("lost");
      put(byId("refusal"), "");
      const { name, room, ticket } = this.line.visit;
      sessionStorage.setItem(kept, JSON.stringify({ name, room, ticket: String(ticket) }));
    } else if (packet.kind === "Paired") this.line.goTo(packet.room);
    else if (packet.kind === "NotEntered") this.leave("The room cannot be entered now.");
    else if (packet.kind === "CellEnterPlayer") {
      for (const { alias, id, name } of packet.entities) {
        this.here.set(alias, id);
        this.names.set(id, name);
      }
    } else if (packet.kind === "CellLeave") for (const { alias } of packet.entities) this.here.delete(alias);
    else if (packet.kind === "CellSaid") this.hear(`${this.nameOf(this.here.get(packet.alias))}: ${packet.text}`);
    else if (packet.kind === "Announced") this.hear(packet.text);
    else if (packet.kind === "NotPlayed") put(byId("refusal"), "This move is not allowed.");
    else if (packet.kind === "Board") {
      this.game = packet;
      this.gameAt = performance.now();
      put(byId("refusal"), "");
      byId("promotion").hidden = true;
    } else return;
    this.show();
  }
  private nameOf(id: bigint | undefined): string {
    return (id !== undefined && this.names.get(id)) || "somebody";
  }
  private hear(text: string): void {
    const item = byId("heard").appendChild(document.createElement("li"));
    item.textContent = text;
    item.scrollIntoView({ block: "nearest" });
  }

  private get side(): "white" | "black" | undefined {
    return sides[this.game?.players.indexOf(this.own) ?? -1];
  }
  private get turn(): "white" | "black" {
    return this.game?.chess.isWhitesTurn ? "white" : "black";
  }
  private get isOver(): boolean {
    return this.game !== undefined && !["", "check"].includes(this.game.state);
  }
  private get isPlaying(): boolean {
    return this.game !== undefined && this.game.players[1] !== 0n && !this.isOver;
  }

  private move(move: string, letter: string): void {
    byId("promotion").hidden = true;
    if (!this.isPlaying) put(byId("refusal"), "There is no game now.");
    else if (this.turn !== this.side) put(byId("refusal"), "It is not your turn.");
    else if (kindOf(letter) === "P" && "18".includes(move[3]!)) this.choosePromotion(move, letter);
    else this.line.send({ kind: "Play", move });
  }
  private choosePromotion(move: string, pawn: string): void {
    const choice = byId("promotion");
    choice.replaceChildren(
      ...["q", "r", "b", "n"].map((letter) => {
        const button = document.createElement("button");
        const piece = isWhite(pawn) ? letter.toUpperCase() : letter;
        button.type = "button";
        button.setAttribute("aria-label", words(piece));
        button.append(picture(piece));
        button.addEventListener("click", () => {
          choice.hidden = true;
          this.line.send({ kind: "Play", move: move + letter });
        });
        return button;
      }),
    );
    choice.hidden = false;
    (choice.firstElementChild as HTMLElement).focus();
  }

  private show(): void {
    const { room, ticket } = this.line.visit;
    const isInRoom = this.game !== undefined;
    byId("game").hidden = !isInRoom;
    byId("seeking").hidden = isInRoom;
    if (!this.game) return;
    put(byId("news"), "");
    const { chess, last, players, state } = this.game;
    const isCheck = state === "check" || state === "mate";
    this.board.show({
      squares: chess.squares,
      last,
      side: this.side,
      check: isCheck ? (this.turn === "white" ? "K" : "k") : "",
    });
    put(byId("state"), this.stateInWords());
    put(byId("where"), `The name of this room: ${room}`);
    const watchers = [...this.here.values()].filter((id) => !players.includes(id)).map((id) => this.nameOf(id));
    put(byId("watchers"), watchers.length > 0 ? `Watching: ${watchers.join(", ")}` : "");
    byId("next").hidden = !this.isOver || ticket === 0n;
    const isHere = (id: bigint) => [...this.here.values()].includes(id);
    for (const [seat, element] of this.seats()) {
      const id = players[sides.indexOf(seat)]!;
      const name = id === 0n ? "free" : this.nameOf(id) + (isHere(id) ? "" : " (away)");
      put(element.querySelector("span")!, `${seat}: ${name}`);
      element.classList.toggle("moves", this.isPlaying && seat === this.turn);
    }
    this.showClocks();
  }
  private seats(): ["white" | "black", HTMLElement][] {
    const near = this.side ?? "white";
    return [[near, byId("near")], [near === "white" ? "black" : "white", byId("far")]];
  }
  private stateInWords(): string {
    const state = this.game?.state;
    if (!this.isOver && !this.isPlaying) return "Waiting for the other player";
    if (state === "stalemate") return "A draw by stalemate";
    if (state === "50 moves") return "A draw: 50 moves without a capture or a move of a pawn";
    if (state === "mate" || state === "time") {
      const how = state === "mate" ? "by mate" : "on time";
      const winner = this.turn === "white" ? "black" : "white";
      return this.side === undefined ? `${winner} won ${how}` : `you ${this.side === winner ? "won" : "lost"} ${how}`;
    }
    return `${this.side === this.turn ? "your turn: " : ""}${this.turn} moves${state === "check" ? ", check" : ""}`;
  }
  private showClocks(): void {
    if (!this.game) return;
    for (const [seat, element] of this.seats()) {
      const isRunning = this.isPlaying && seat === this.turn;
      const passed = isRunning ? (performance.now() - this.gameAt) / 1000 : 0;
      const left = Math.max(0, Math.ceil(Number(this.game.ticksLeft[sides.indexOf(seat)]!) / this.tickRate - passed));
      const isEmpty = this.isOver && this.game.state === "time" && seat === this.turn;
      const seconds = isEmpty ? 0 : left;
      put(element.querySelector("time")!, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
    }
  }
}

let stay: Stay | undefined;
function visit(name: string, room: string, ticket: bigint): void {
  byId("door").hidden = true;
  put(byId("news"), "");
  stay = new Stay({ name, room, ticket }, (why) => {
    stay = undefined;
    sessionStorage.removeItem(kept);
    byId("door").hidden = false;
    byId("game").hidden = byId("seeking").hidden = true;
    put(byId("news"), why);
  });
}

byId("door").addEventListener("submit", (event) => {
  event.preventDefault();
  const choice = ((event as SubmitEvent).submitter as HTMLButtonElement).value;
  const room = byId<HTMLInputElement>("room").value.trim();
  if (choice !== "seek" && !room) {
    put(byId("news"), "Name the room.");
    byId("room").focus();
    return;
  }
  const ticket = choice === "watch" ? 0n : crypto.getRandomValues(new BigUint64Array(1))[0]!;
  visit(byId<HTMLInputElement>("name").value, choice === "seek" ? "" : room, ticket);
});
byId("talk").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId<HTMLInputElement>("words");
  if (input.value.trim()) stay?.say(input.value.trim());
  input.value = "";
});
for (const id of ["leave", "stop"]) byId(id).addEventListener("click", () => stay?.leave());
byId("next").addEventListener("click", () => stay?.next());

const before = sessionStorage.getItem(kept);
if (before) {
  const { name, room, ticket } = JSON.parse(before) as { name: string; room: string; ticket: string };
  visit(name, room, BigInt(ticket));
}
