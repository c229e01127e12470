// What docs/protocol.md promises: longer names and texts are refused.
export const nameBytesMax = 24;
export const textBytesMax = 200;
