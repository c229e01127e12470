// What the codec of all kinds of fields must refuse to encode.
import { Colour, encodeClientPacket, type Lists, type Numbers, type Words } from "./protocol";

const numbers: Numbers = {
  kind: "Numbers", u8: 0, u16: 0, u32: 0, u64: 0n, i8: 0, i16: 0, i32: 0, i64: 0n, isTrue: false, f32: 0, f64: 0,
  turn: 0, height: 0, mass: 1, colour: Colour.red, id: 0n,
};
const lists: Lists = {
  kind: "Lists", numbers: [], reals: [], colours: [], texts: [], blobs: [], ids: [], corners: [], rows: [], pairs: [],
  paths: [[], []], squares: [[true, true], [true, true], [true, true]],
};

const place = { x: 0, y: 0 };
const words: Words = {
  kind: "Words", event: "", function: "", object: new Uint8Array(0), from: { at: place, tones: [0, 0, 0], name: "" }, to: 0,
  value: 0, items: 0, mask: 0, in: false, end: 0,
};

export const refusals: readonly (() => void)[] = [
  ...[
    { u8: 256 }, { u8: 0.5 }, { i8: -129 }, { i16: 32768 }, { i32: 2 ** 31 }, { u64: 2n ** 64n }, { i64: 2n ** 63n },
    { f32: 1e39 }, { f32: NaN }, { f64: Infinity }, { height: NaN }, { mass: -Infinity },
  ].map((wrong) => () => encodeClientPacket({ ...numbers, ...wrong })),
  () => encodeClientPacket({ ...words, function: "ten bytes!" }),
  () => encodeClientPacket({ ...lists, paths: [[]] }),
  () => encodeClientPacket({ ...lists, pairs: [[1, 2, 3]] }),
  () => encodeClientPacket({ ...lists, reals: new Array<number>(10_000).fill(0) }),
  () => encodeClientPacket({ ...lists, numbers: new Array<number>(65_536).fill(0) }),
];

// What is just within the limits is encoded.
encodeClientPacket({ ...numbers, i8: -128, f32: 3.4e38, height: 1e9, turn: -7 });
encodeClientPacket({ ...words, function: "123마당" });
encodeClientPacket(lists);
