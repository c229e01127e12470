// All texts of the playground, in English and Korean. The names and meanings of packets come from the server.
export interface Texts {
  readonly title: string;
  readonly about: (game: string) => string;
  readonly connect: string;
  readonly disconnect: string;
  readonly connected: string;
  readonly notConnected: string;
  readonly closed: (code: number) => string;
  readonly keepAlive: string;
  readonly compose: string;
  readonly packet: string;
  readonly bytes: string;
  readonly bytesHint: string;
  readonly send: string;
  readonly spoil: string;
  readonly cutByte: string;
  readonly addByte: string;
  readonly turnBit: string;
  readonly unknownOpcode: string;
  readonly wrongSize: string;
  readonly notHex: string;
  readonly fine: string;
  readonly log: string;
  readonly filter: string;
  readonly filterHint: string;
  readonly clear: string;
  readonly out: string;
  readonly in: string;
  readonly noFields: string;
  readonly addItem: string;
  readonly ifBit: (bit: number) => string;
  readonly refused: string;
  readonly token: string;
  readonly open: string;
}

const en: Texts = {
  title: "Playground",
  about: (game) => `Every packet of the protocol ${game}, decoded by its tables. You are a player like any other.`,
  connect: "Connect",
  disconnect: "Disconnect",
  connected: "connected; now send Login, the server does not wait long",
  notConnected: "not connected",
  closed: (code) => `the connection has ended (code ${code})`,
  keepAlive: "Send a Ping every 10 s",
  compose: "Compose a packet",
  packet: "Packet",
  bytes: "Bytes",
  bytesHint: "The frame as it will be sent. You may change each byte.",
  send: "Send",
  spoil: "Break it, and see what the server says:",
  cutByte: "Cut a byte",
  addByte: "Add a byte",
  turnBit: "Turn a bit",
  unknownOpcode: "Unknown opcode",
  wrongSize: "Wrong size",
  notHex: "These are not hexadecimal digits in pairs.",
  fine: "a valid packet",
  log: "Packets",
  filter: "Hide packets",
  filterHint: "CellMove, CellEnter",
  clear: "Clear",
  out: "sent",
  in: "received",
  noFields: "This packet has no fields.",
  addItem: "Add an item",
  ifBit: (bit) => `there if the mask has bit ${bit}`,
  refused: "The server refuses this page",
  token: "The operator's token of this server",
  open: "Open",
};

const ko: Texts = {
  title: "놀이터",
  about: (game) => `프로토콜 ${game}의 모든 패킷을 표에 따라 풀어 보여 줍니다. 이 페이지는 다른 플레이어와 똑같은 플레이어입니다.`,
  connect: "접속",
  disconnect: "끊기",
  connected: "접속했습니다. 이제 Login을 보내세요. 서버는 오래 기다리지 않습니다",
  notConnected: "접속하지 않음",
  closed: (code) => `접속이 끝났습니다 (코드 ${code})`,
  keepAlive: "10초마다 Ping 보내기",
  compose: "패킷 만들기",
  packet: "패킷",
  bytes: "바이트",
  bytesHint: "보낼 프레임입니다. 바이트를 하나하나 고칠 수 있습니다.",
  send: "보내기",
  spoil: "일부러 망가뜨리고 서버의 대답을 보세요:",
  cutByte: "바이트 자르기",
  addByte: "바이트 더하기",
  turnBit: "비트 뒤집기",
  unknownOpcode: "모르는 opcode",
  wrongSize: "틀린 크기",
  notHex: "두 자리씩 쓴 16진수가 아닙니다.",
  fine: "올바른 패킷",
  log: "패킷",
  filter: "숨길 패킷",
  filterHint: "CellMove, CellEnter",
  clear: "지우기",
  out: "보냄",
  in: "받음",
  noFields: "이 패킷에는 필드가 없습니다.",
  addItem: "항목 더하기",
  ifBit: (bit) => `마스크에 비트 ${bit}가 있을 때만 있음`,
  refused: "서버가 이 페이지를 거절합니다",
  token: "이 서버의 운영자 토큰",
  open: "열기",
};

export const languages = { en, ko };
