// Limits of docs/protocol.md. The server refuses longer names and texts.
export const nameBytesMax = 24;
export const textBytesMax = 200;
