// For tests/e2e/test_protocol.py: reads the lines "sender hex" of the standard input with the codec of the playground, encodes
// the packets again, and prints "ok hex", or the fault of the frame. The argument is a file with the tables of the protocol.
import { readFileSync } from "node:fs";
import { load } from "./load.mjs";

const { BadValue, bytesOf, decode, encode, hexOf, valuesOf } = await load("playground/codec.ts");
const protocol = JSON.parse(readFileSync(process.argv[2], "utf8"));

function again(table, parts) {
  try {
    return hexOf(encode(protocol, table, valuesOf(parts))).replaceAll(" ", "");
  } catch (error) {
    if (error instanceof BadValue) return ""; // a byte that is no UTF-8 has become a letter of three bytes
    throw error;
  }
}

for (const line of readFileSync(0, "utf8").trimEnd().split("\n")) {
  const [sender, hex] = line.split(" ");
  const { table, parts, fault } = decode(protocol, bytesOf(hex), sender);
  console.log(fault ?? `ok ${again(table, parts)}`);
}
