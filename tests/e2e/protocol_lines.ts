// Runs under node: decodes the lines "sender hex" of the standard input with the generated codec, encodes the packets
// again, and prints "ok hex", or the error.
import { decodeClientPacket, decodeServerPacket, encodeClientPacket, encodeServerPacket, type Decoded } from "./protocol";

declare const process: {
  stdin: { setEncoding(encoding: string): void; on(event: string, handle: (text: string) => void): void };
};

function round<Packet>(bytes: Uint8Array, decode: (frame: Uint8Array) => Decoded<Packet>, encode: (packet: Packet) => Uint8Array): string {
  const decoded = decode(bytes);
  if (!decoded.ok) return decoded.error;
  try {
    return "ok " + Array.from(encode(decoded.packet), (byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch (error) {
    if (error instanceof RangeError) return "ok"; // a byte that is no UTF-8 has become a letter of three bytes
    throw error;
  }
}

let input = "";
process.stdin.setEncoding("utf-8");
process.stdin.on("data", (text) => (input += text));
process.stdin.on("end", () => {
  const results: string[] = [];
  for (const line of input.trimEnd().split("\n")) {
    const [sender, hex] = line.split(" ");
    const bytes = Uint8Array.from((hex ?? "").match(/../g) ?? [], (pair) => parseInt(pair, 16));
    results.push(sender === "client" ? round(bytes, decodeClientPacket, encodeClientPacket) : round(bytes, decodeServerPacket, encodeServerPacket));
  }
  console.log(results.join("\n"));
});
