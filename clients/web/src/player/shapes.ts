// Outlines of the six chess pieces in a square of 100 units, for the board and for the entrance form.
import { Looks } from "../protocol";

const base = "M22 93 h56 v-7 q0 -7 -8 -7 H30 q-8 0 -8 7 z";
const ball = (x: number, y: number, radius: number) =>
  `M${x - radius} ${y} a${radius} ${radius} 0 1 0 ${radius * 2} 0 a${radius} ${radius} 0 1 0 ${-radius * 2} 0 z`;

/** The paths of a piece, by number of Looks. Later paths are drawn over earlier ones. */
export const shapes: readonly (readonly string[])[] = [
  [
    "M46 8 h8 v8 h8 v8 h-8 v14 h-8 v-14 h-8 v-8 h8 z",
    "M32 79 L24 50 Q20 36 34 36 Q44 36 50 47 Q56 36 66 36 Q80 36 76 50 L68 79 z",
    base,
  ],
  ["M30 79 L17 34 L35 52 L37 24 L50 49 L63 24 L65 52 L83 34 L70 79 z", ball(17, 31, 5), ball(37, 20, 5), ball(63, 20, 5), ball(83, 31, 5), base],
  ["M27 20 h11 v9 h7 v-9 h10 v9 h7 v-9 h11 v23 l-8 8 v20 l6 8 H29 l6 -8 V51 l-8 -8 z", base],
  ["M50 14 q23 20 17 38 q-3 7 -7 10 l6 17 H34 l6 -17 q-4 -3 -7 -10 q-6 -18 17 -38 z", ball(50, 11, 6), base],
  ["M33 79 q1 -19 17 -30 q-9 1 -16 8 q-4 4 -9 1 q-5 -4 -2 -10 q10 -16 22 -26 l-2 -12 l13 9 q21 7 21 34 q0 14 -5 26 z", base],
  [ball(50, 35, 15), "M39 51 h22 q2 17 11 28 H28 q9 -11 11 -28 z", base],
];

export const looksNames = Object.keys(Looks) as (keyof typeof Looks)[];

/** The colours of pieces. Dark outlines make all of them visible on the board. */
export const pieceColors: readonly number[] = [
  0xf8f4ea, 0xf2b84b, 0xf08a6c, 0xe98ab8, 0xb79cf0, 0x7fb2f5, 0x6fd0c4, 0x9bd27a,
];

/** Returns the colour of the piece with this id. A piece has the same colour on every client. */
export function colorOf(id: bigint): number {
  // Ids are hashes: their lowest bits are spread over the colours already.
  return pieceColors[Number(BigInt.asUintN(32, id)) % pieceColors.length] as number;
}

/** Returns a picture of a piece for the page beside the board. */
export function pieceIcon(looks: Looks): SVGSVGElement {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("aria-hidden", "true");
  for (const d of shapes[looks] ?? []) {
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
