// A player by the `ws` package of npm: ws_client.mjs URL LOGIN_IN_HEX WELCOME_OPCODE. Says on standard output how far
// it comes: welcome, ponged, closed CODE.
import { createRequire } from "node:module";

const WebSocket = createRequire(new URL("../../clients/web/package.json", import.meta.url))("ws");
const [url, loginInHex, welcome] = process.argv.slice(2);

const socket = new WebSocket(url, { perMessageDeflate: true });
let isWelcome = false;
socket.on("open", () => socket.send(Buffer.from(loginInHex, "hex")));
socket.on("message", (data, isBinary) => {
  if (isWelcome) return;
  if (!isBinary || data.readUInt16LE(2) !== Number(welcome)) throw new Error("the first packet is no Welcome");
  isWelcome = true;
  console.log("welcome");
  socket.ping("still there?");
});
socket.on("pong", (data) => {
  console.log(data.toString() === "still there?" ? "ponged" : "another pong");
  socket.close(1000);
});
socket.on("close", (code) => console.log(`closed ${code}`));
socket.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
