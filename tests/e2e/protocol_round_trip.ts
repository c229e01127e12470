// Runs under node: the generated TypeScript codec against frames that the C++ encoder made.
import {
  decodeClientPacket,
  decodeServerPacket,
  encodeClientPacket,
  encodeServerPacket,
  FrameSplitter,
  type Decoded,
} from "./protocol";
import { refusals } from "./refused";
import { clientSamples, serverSamples } from "./samples";

function expect(claim: boolean, what: string): void {
  if (!claim) throw new Error(what);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Text in which equal packets are equal, numbers and bigints apart. */
function show(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === "bigint") return `${part}n`;
    return part instanceof Uint8Array ? `bytes ${toHex(part)}` : part;
  });
}

interface Sample<Packet> {
  readonly packet: Packet;
  readonly frame: string;
}

function checkRoundTrip<Packet>(
  sample: Sample<Packet>,
  encode: (packet: Packet) => Uint8Array,
  decode: (frame: Uint8Array) => Decoded<Packet>,
): void {
  const what = show(sample.packet).slice(0, 100);
  expect(toHex(encode(sample.packet)) === sample.frame, `encodes otherwise than C++: ${what}`);
  const decoded = decode(fromHex(sample.frame));
  expect(decoded.ok && show(decoded.packet) === show(sample.packet), `decodes otherwise than C++: ${what}`);
}

/** Sets a frame's size to what it is, so that what is wrong is its body. */
function withTrueSize(frame: Uint8Array): Uint8Array {
  if (frame.length >= 2) new DataView(frame.buffer).setUint16(0, frame.length, true);
  return frame;
}

function checkBadFrames<Packet>(frame: Uint8Array, decode: (frame: Uint8Array) => Decoded<Packet>): void {
  // Every cut of a short frame, some of a long one.
  const stride = Math.ceil(frame.length / 300);
  for (let size = 0; size < frame.length; size += stride) {
    expect(!decode(frame.slice(0, size)).ok, "a truncated frame was taken for a whole one");
    expect(!decode(withTrueSize(frame.slice(0, size))).ok, "a truncated body was taken for a whole one");
  }
  const longer = new Uint8Array(Math.min(frame.length + 1, 65535));
  longer.set(frame);
  expect(!decode(withTrueSize(longer)).ok, "a byte too many was not seen");
  for (let at = 0; at < frame.length; at += stride) {
    const wrong = frame.slice();
    wrong[at] = (at * 31 + 255) & 0xff;
    decode(wrong); // whatever comes, it must not throw
  }
}

function checkSplitter(frames: readonly string[]): void {
  const stream = fromHex(frames.join(""));
  for (const chunk of [1, 2, 3, 1000, stream.length]) {
    const splitter = new FrameSplitter();
    const seen: string[] = [];
    for (let at = 0; at < stream.length; at += chunk) {
      const result = splitter.push(stream.subarray(at, at + chunk));
      expect(result.error === undefined, "the splitter refused a good stream");
      for (const frame of result.frames) seen.push(toHex(frame));
    }
    expect(seen.join() === frames.join(), `split otherwise in pieces of ${chunk}`);
  }
  const bad = new FrameSplitter().push(fromHex("0400050003000500"));
  expect(bad.frames.length === 1 && bad.error === "bad_frame_size", "a size of 3 was not refused behind a good frame");
}

function expectRangeError(encode: () => void): void {
  try {
    encode();
  } catch (error) {
    expect(error instanceof RangeError, "another error than RangeError");
    return;
  }
  throw new Error("a value that the format cannot hold was encoded");
}

for (const sample of clientSamples) {
  checkRoundTrip(sample, encodeClientPacket, decodeClientPacket);
  checkBadFrames(fromHex(sample.frame), decodeClientPacket);
}
for (const sample of serverSamples) {
  checkRoundTrip(sample, encodeServerPacket, decodeServerPacket);
  checkBadFrames(fromHex(sample.frame), decodeServerPacket);
}
const shortFrames = serverSamples.map((sample) => sample.frame).filter((frame) => frame.length < 4000);
checkSplitter(shortFrames);
for (const refusal of refusals) expectRangeError(refusal);
const unknown = decodeServerPacket(fromHex("04000700"));
expect(!unknown.ok && unknown.error === "unknown_opcode", "an opcode that nobody has was not unknown");
console.log(`${clientSamples.length + serverSamples.length} packets went round`);
