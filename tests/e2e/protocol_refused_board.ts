// What the board's codec must refuse to encode.
import { encodeClientPacket } from "./protocol";

export const refusals: readonly (() => void)[] = [
  () => encodeClientPacket({ kind: "Say", text: "x".repeat(256) }),
  () => encodeClientPacket({ kind: "Ping", clientTime: -1 }),
  () => encodeClientPacket({ kind: "Ping", clientTime: 2 ** 32 }),
  () => encodeClientPacket({ kind: "Login", schema: -1n, name: "", world: "", entry: new Uint8Array(0) }),
];
