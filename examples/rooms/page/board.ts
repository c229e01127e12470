// The board: 64 buttons. A player chooses a piece and then a square, with the mouse or with arrow keys and Enter.
const names = { K: "king", Q: "queen", R: "rook", B: "bishop", N: "knight", P: "pawn" };
type Kind = keyof typeof names;

export const kindOf = (letter: string): Kind => letter.toUpperCase() as Kind;
export const isWhite = (letter: string): boolean => letter < "a";
const nameOf = (square: number): string => "abcdefgh"[square % 8]! + (1 + (square >> 3));

export function picture(letter: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", isWhite(letter) ? "white" : "black");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  svg.firstElementChild!.setAttribute("href", `#${kindOf(letter)}`);
  return svg;
}
export const words = (letter: string): string =>
  letter === "." ? "" : `${isWhite(letter) ? "white" : "black"} ${names[kindOf(letter)]}`;

export interface Shown {
  /** 64 letters from a1 to h8, as the server sends them. */
  squares: string;
  /** Such as "e2e4". */
  last: string;
  /** The side whose pieces the player moves. */
  side: "white" | "black" | undefined;
  /** The letter of the king in check, or nothing. */
  check: string;
}

export class Board {
  private readonly buttons: HTMLButtonElement[];
  private shown: Shown = { squares: ".".repeat(64), last: "", side: undefined, check: "" };
  private chosen: number | undefined;
  private isTurned: boolean | undefined;

  /** `onMove` gets a move without promotion, such as "a7a8", and the letter of the piece. */
  constructor(
    private readonly parent: HTMLElement,
    private readonly onMove: (move: string, letter: string) => void,
  ) {
    this.buttons = Array.from({ length: 64 }, (_, square) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.square = nameOf(square);
      button.classList.toggle("dark", (square + (square >> 3)) % 2 === 0);
      button.tabIndex = square === 0 ? 0 : -1;
      button.addEventListener("click", () => this.click(square));
      button.addEventListener("keydown", (event) => this.key(event, square));
      return button;
    });
  }

  show(shown: Shown): void {
    if (shown.squares !== this.shown.squares) this.chosen = undefined;
    this.shown = shown;
    this.turn(shown.side === "black");
    for (const [square, button] of this.buttons.entries()) {
      const letter = shown.squares[square]!;
      const name = nameOf(square);
      button.setAttribute("aria-label", `${name} ${words(letter)}`.trim());
      button.setAttribute("aria-pressed", String(square === this.chosen));
      button.classList.toggle("last", shown.last.slice(0, 2) === name || shown.last.slice(2, 4) === name);
      button.classList.toggle("check", letter === shown.check);
      if (button.dataset.letter === letter) continue;
      button.dataset.letter = letter;
      button.replaceChildren(...(letter === "." ? [] : [picture(letter)]));
    }
  }

  private turn(isTurned: boolean): void {
    if (isTurned === this.isTurned) return;
    this.isTurned = isTurned;
    // From the upper left square to the lower right one.
    const inOrder = Array.from({ length: 64 }, (_, place) => (isTurned ? place ^ 7 : place ^ 56));
    this.parent.replaceChildren(...inOrder.map((square) => this.buttons[square]!));
    for (const [place, square] of inOrder.entries()) {
      const name = nameOf(square);
      this.buttons[square]!.dataset.rank = place % 8 === 0 ? name[1]! : "";
      this.buttons[square]!.dataset.file = place >= 56 ? name[0]! : "";
    }
  }
  private click(square: number): void {
    const letter = this.shown.squares[square]!;
    const isOwn = letter !== "." && (isWhite(letter) ? "white" : "black") === this.shown.side;
    if (isOwn) {
      this.chosen = square === this.chosen ? undefined : square;
    } else if (this.chosen !== undefined) {
      const from = this.chosen;
      this.chosen = undefined;
      this.onMove(nameOf(from) + nameOf(square), this.shown.squares[from]!);
    }
    this.show(this.shown);
  }
  private key(event: KeyboardEvent, square: number): void {
    const [right, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    const sign = this.isTurned ? -1 : 1;
    const [x, y] = [(square % 8) + sign * right!, (square >> 3) + sign * up!];
    if ((right === 0 && up === 0) || x < 0 || x > 7 || y < 0 || y > 7) return;
    event.preventDefault();
    this.buttons[square]!.tabIndex = -1;
    this.buttons[8 * y + x]!.tabIndex = 0;
    this.buttons[8 * y + x]!.focus();
  }
}
