// All texts of the player's page, in English and Korean.
import { CloseReason, NotSaidReason } from "../protocol";
import type { Direction } from "../protocol";
import type { Obstruction } from "./surroundings";

export interface Texts {
  readonly title: string;
  readonly subtitle: string;
  readonly name: string;
  readonly piece: string;
  readonly pieces: readonly [string, string, string, string, string, string];
  readonly enter: string;
  readonly entering: string;
  readonly board: string;
  readonly near: (count: number) => string;
  readonly nearTitle: string;
  readonly nobodyNear: string;
  readonly delay: (ms: number | undefined) => string;
  readonly position: (x: number, y: number) => string;
  readonly minimap: string;
  readonly chat: string;
  readonly sayPlaceholder: string;
  readonly toAll: string;
  readonly toNear: string;
  readonly send: string;
  readonly operator: string;
  readonly help: string;
  readonly helpTouch: string;
  readonly directions: readonly [string, string, string, string];
  readonly leave: string;
  readonly lostTitle: string;
  readonly lost: string;
  /** The page has never reached the server. */
  readonly unreachable: string;
  readonly closedTitle: string;
  readonly protocolError: string;
  readonly retryIn: (seconds: number) => string;
  readonly retrying: string;
  readonly retryNow: string;
  readonly enterAgain: string;
  readonly reload: string;
  readonly fullTitle: string;
  readonly notYetTitle: string;
  readonly retriesByItself: string;
  readonly back: string;
  readonly tooLong: (max: number) => string;
  readonly tooFast: string;
  readonly tiles: (distance: number) => string;
  readonly away: (distance: number, directions: readonly Direction[]) => string;
  readonly walk: string;
  readonly sendTo: (audience: string) => string;
  readonly leaveAs: (name: string) => string;
  readonly bumped: (direction: Direction, isEdge: boolean) => string;
  readonly around: (direction: Direction, free: number, end: Obstruction) => string;
  readonly readSteps: string;
  readonly readStepsOn: string;
  readonly readStepsOff: string;
  readonly more: (others: number) => string;
  readonly came: (name: string) => string;
  readonly went: (name: string) => string;
  readonly unread: (said: number, came: number, went: number) => string;
  readonly said: (name: string, text: string, isToAll: boolean) => string;
  /** The three texts of the arrow. */
  readonly arrowToPlayer: (name: string, distance: number) => string;
  readonly arrowToSeen: (distance: number) => string;
  readonly arrowToMiddle: (distance: number) => string;
  readonly arrived: (name: string) => string;
  readonly notSaid: Readonly<Record<NotSaidReason, string>>;
  readonly reasons: Readonly<Record<CloseReason, string>>;
}

/** Returns "1 message" or "3 messages". */
function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

const english: Texts = {
  title: "Madang",
  subtitle: "One board for everybody.",
  name: "Your name",
  piece: "Your piece",
  pieces: ["King", "Queen", "Rook", "Bishop", "Knight", "Pawn"],
  enter: "Enter the board",
  entering: "Entering …",
  board:
    "The board. Arrow keys or W A S D: walk. Enter: chat. L: list the players nearby. E: describe the tiles around you. " +
    "H: read out steps and arrivals. Plus and minus: zoom.",
  near: (count) => `${count} nearby`,
  nearTitle: "Players nearby",
  nobodyNear: "No other player is in sight.",
  delay: (ms) => (ms === undefined ? "Delay –" : `Delay ${Math.round(ms)} ms`),
  position: (x, y) => `Position ${x}, ${y}`,
  minimap: "Map of the tiles around you",
  chat: "Chat",
  sayPlaceholder: "Write a message",
  toAll: "All",
  toNear: "Nearby",
  send: "Send",
  operator: "Operator",
  help: "Arrow keys or WASD: walk · Click: walk to a tile · Enter: chat · Wheel: zoom",
  helpTouch: "Tap: walk to a tile · Two fingers: zoom",
  directions: ["Up", "Down", "Left", "Right"],
  leave: "Leave",
  lostTitle: "No connection to the server",
  lost: "The connection was lost. This page connects again when the server answers.",
  unreachable: "The server does not answer. This page tries again by itself.",
  closedTitle: "The server closed the connection",
  protocolError: "The server sent data that the protocol does not allow",
  retryIn: (seconds) => `Next try in ${seconds} s`,
  retrying: "Connecting …",
  retryNow: "Try now",
  enterAgain: "Enter again",
  reload: "Reload the page",
  fullTitle: "The server is full",
  notYetTitle: "You cannot enter yet",
  retriesByItself: "This page tries again by itself.",
  back: "Back to the start",
  tooLong: (max) => `Too long: at most ${max} bytes. A Latin letter has 1 byte, a Korean letter 3 bytes, an emoji 4 bytes or more.`,
  tooFast: "Too many messages at once. Wait a moment.",
  tiles: (distance) => counted(distance, "tile"),
  away: (distance, directions) =>
    directions.length === 0 ? "on your tile" : `${english.tiles(distance)} away, ${directions.map((one) => english.directions[one].toLowerCase()).join(" and ")}`,
  walk: "Walk",
  sendTo: (audience) => `Send to: ${audience}`,
  leaveAs: (name) => `Leave the board (${name})`,
  bumped: (direction, isEdge) => `${english.directions[direction]}: ${isEdge ? "the board ends here" : "a stone is in the way"}.`,
  around: (direction, free, end) =>
    `${english.directions[direction]}: ${free === 0 ? "" : `${english.tiles(free)} free, then `}${{ stone: "a stone", edge: "the edge of the board", unknown: "out of sight" }[end]}.`,
  readSteps: "Read out steps and arrivals",
  readStepsOn: "Steps and arrivals are read out. Press H to stop.",
  readStepsOff: "Steps and arrivals are no longer read out.",
  more: (others) => `and ${others} more`,
  came: (name) => `${name} comes into sight.`,
  went: (name) => `${name} goes out of sight.`,
  unread: (said, came, went) =>
    [
      said && `${counted(said, "more message")}`,
      came && `${counted(came, "more player")} came into sight`,
      went && `${counted(went, "more player")} went out of sight`,
    ].filter(Boolean).join(", ") + ".",
  said: (name, text, isToAll) => `${name}${isToAll ? " to all" : ""}: ${text}`,
  arrowToPlayer: (name, distance) => `To ${name}: ${english.tiles(distance)}`,
  arrowToSeen: (distance) => `To the players seen last: ${english.tiles(distance)}`,
  arrowToMiddle: (distance) => `To the middle of the board: ${english.tiles(distance)}`,
  arrived: (name) => `You are on the board, ${name}.`,
  notSaid: {
    [NotSaidReason.notPresentable]: "Not sent: the message has characters that cannot be shown, or no visible character.",
    [NotSaidReason.tooLong]: "Not sent: the message is too long.",
    [NotSaidReason.tooFast]: "Not sent: too many messages at once. Wait a moment.",
    [NotSaidReason.tooManyShouts]: "Not sent: the server gets too many messages to all at the moment. Try again soon.",
    [NotSaidReason.muted]: "Not sent: the operator has muted you for some time.",
  },
  reasons: {
    [CloseReason.none]: "The server gave no reason.",
    [CloseReason.clientLeft]: "You left.",
    [CloseReason.connectionLost]: "The connection was lost.",
    [CloseReason.serverStopping]: "The server is stopping.",
    [CloseReason.kicked]: "The operator disconnected you.",
    [CloseReason.badFrameSize]: "This page sent a frame of a wrong size.",
    [CloseReason.unknownOpcode]: "This page sent a packet that the server does not know.",
    [CloseReason.badPacket]: "This page sent a packet that the server cannot read.",
    [CloseReason.wrongState]: "This page sent a packet that was not allowed at that moment.",
    [CloseReason.staleClient]: "The server and this page have different versions. Reload the page.",
    [CloseReason.badName]: "The server does not accept this name. The name is empty, is too long, or has characters that cannot be shown.",
    [CloseReason.badText]: "The server does not accept this message. The message is too long or has characters that cannot be shown.",
    [CloseReason.badWebsocket]: "The data of the connection arrived damaged.",
    [CloseReason.flooding]: "This page sent too much at once.",
    [CloseReason.loginTimeout]: "Entering took too long.",
    [CloseReason.idleTimeout]: "The server received nothing from this page for too long.",
    [CloseReason.slowReader]: "Your connection was too slow for the data of the board.",
    [CloseReason.serverFull]: "The server is full.",
    [CloseReason.tooManyFromAddress]: "Too many connections come from your address.",
    [CloseReason.worldFull]: "The board has no free tile.",
    [CloseReason.banned]: "The operator has banned you for some time.",
    [CloseReason.replaced]: "You have entered from another connection.",
    [CloseReason.leftWorld]: "Your piece has left the board.",
    [CloseReason.worldClosed]: "The board was closed because of a fault. Please tell the operator.",
    [CloseReason.worldEnded]: "This board has ended.",
    [CloseReason.noSuchWorld]: "There is no board of this name. Check the address of this page.",
    [CloseReason.characterUnreadable]: "This version of the game cannot read your character. Please tell the operator.",
    [CloseReason.tooManyWorlds]: "The server cannot open another board now. Please try again later.",
  },
};

const korean: Texts = {
  title: "마당",
  subtitle: "모두가 함께 노는 하나의 판.",
  name: "이름",
  piece: "말",
  pieces: ["킹", "퀸", "룩", "비숍", "나이트", "폰"],
  enter: "마당에 들어가기",
  entering: "들어가는 중…",
  board:
    "판입니다. 화살표 키나 W A S D: 걷기. Enter: 채팅. L: 근처 플레이어 목록. E: 주변 칸 설명. " +
    "H: 걸음과 드나드는 플레이어 읽어 주기. 더하기와 빼기: 확대와 축소.",
  near: (count) => `근처 ${count}명`,
  nearTitle: "근처 플레이어",
  nobodyNear: "다른 플레이어가 보이지 않습니다.",
  delay: (ms) => (ms === undefined ? "지연 –" : `지연 ${Math.round(ms)} ms`),
  position: (x, y) => `위치 ${x}, ${y}`,
  minimap: "내 주변 지도",
  chat: "채팅",
  sayPlaceholder: "메시지를 입력하세요",
  toAll: "모두",
  toNear: "근처",
  send: "보내기",
  operator: "운영자",
  help: "화살표 키/WASD: 걷기 · 클릭: 그 칸으로 걷기 · Enter: 채팅 · 휠: 확대/축소",
  helpTouch: "누르기: 그 칸으로 걷기 · 두 손가락: 확대/축소",
  directions: ["위", "아래", "왼쪽", "오른쪽"],
  leave: "나가기",
  lostTitle: "서버에 연결되어 있지 않습니다",
  lost: "연결이 끊어졌습니다. 서버가 응답하면 자동으로 다시 연결합니다.",
  unreachable: "서버가 응답하지 않습니다. 자동으로 다시 시도합니다.",
  closedTitle: "서버가 연결을 종료했습니다",
  protocolError: "서버가 프로토콜에 맞지 않는 데이터를 보냈습니다",
  retryIn: (seconds) => `${seconds}초 뒤에 다시 시도합니다`,
  retrying: "연결하는 중…",
  retryNow: "지금 시도",
  enterAgain: "다시 들어가기",
  reload: "페이지 새로 고침",
  fullTitle: "서버에 빈자리가 없습니다",
  notYetTitle: "아직 들어갈 수 없습니다",
  retriesByItself: "자동으로 다시 시도합니다.",
  back: "처음으로",
  tooLong: (max) => `너무 깁니다. 최대 ${max}바이트입니다. 영문자는 1바이트, 한글은 한 글자에 3바이트, 이모지는 4바이트 이상입니다.`,
  tooFast: "메시지를 한꺼번에 너무 많이 보냈습니다. 잠시 기다려 주세요.",
  tiles: (distance) => `${distance}칸`,
  away: (distance, directions) =>
    directions.length === 0 ? "같은 칸" : `${directions.map((one) => korean.directions[one]).join(" ")} ${korean.tiles(distance)}`,
  walk: "걷기",
  sendTo: (audience) => `받는 사람: ${audience}`,
  leaveAs: (name) => `나가기 (${name} 님)`,
  bumped: (direction, isEdge) => `${korean.directions[direction]}: ${isEdge ? "판이 여기서 끝납니다" : "돌이 막고 있습니다"}.`,
  around: (direction, free, end) =>
    `${korean.directions[direction]}: ${free === 0 ? "" : `빈칸 ${free}개, 그다음은 `}${{ stone: "돌", edge: "판의 끝", unknown: "보이지 않는 곳" }[end]}.`,
  readSteps: "움직임 읽어 주기",
  readStepsOn: "걸음과 드나드는 플레이어를 읽어 줍니다. 멈추려면 H를 누르세요.",
  readStepsOff: "걸음과 드나드는 플레이어를 더 이상 읽어 주지 않습니다.",
  more: (others) => `그 밖에 ${others}명`,
  came: (name) => `${name} 님이 보입니다.`,
  went: (name) => `${name} 님이 이제 보이지 않습니다.`,
  unread: (said, came, went) =>
    `그 밖에 ${[said && `메시지 ${said}개`, came && `새로 보인 플레이어 ${came}명`, went && `보이지 않게 된 플레이어 ${went}명`].filter(Boolean).join(", ")}.`,
  said: (name, text, isToAll) => `${name} 님이 ${isToAll ? "모두에게 " : ""}말합니다: ${text}`,
  arrowToPlayer: (name, distance) => `${name} 님까지 ${korean.tiles(distance)}`,
  arrowToSeen: (distance) => `마지막으로 본 플레이어까지 ${korean.tiles(distance)}`,
  arrowToMiddle: (distance) => `판 가운데까지 ${korean.tiles(distance)}`,
  arrived: (name) => `${name} 님, 판에 들어왔습니다.`,
  notSaid: {
    [NotSaidReason.notPresentable]: "보내지 못했습니다: 표시할 수 없는 글자가 있거나, 보이는 글자가 없습니다.",
    [NotSaidReason.tooLong]: "보내지 못했습니다: 메시지가 너무 깁니다.",
    [NotSaidReason.tooFast]: "보내지 못했습니다: 메시지를 한꺼번에 너무 많이 보냈습니다. 잠시 기다려 주세요.",
    [NotSaidReason.tooManyShouts]: "보내지 못했습니다: 지금 모두에게 보내는 메시지가 너무 많습니다. 잠시 뒤에 다시 보내세요.",
    [NotSaidReason.muted]: "보내지 못했습니다: 운영자가 한동안 채팅을 금지했습니다.",
  },
  reasons: {
    [CloseReason.none]: "서버가 이유를 알리지 않았습니다.",
    [CloseReason.clientLeft]: "판에서 나갔습니다.",
    [CloseReason.connectionLost]: "연결이 끊어졌습니다.",
    [CloseReason.serverStopping]: "서버가 종료되는 중입니다.",
    [CloseReason.kicked]: "운영자가 연결을 끊었습니다.",
    [CloseReason.badFrameSize]: "이 페이지가 크기가 잘못된 프레임을 보냈습니다.",
    [CloseReason.unknownOpcode]: "이 페이지가 서버가 모르는 패킷을 보냈습니다.",
    [CloseReason.badPacket]: "이 페이지가 서버가 읽을 수 없는 패킷을 보냈습니다.",
    [CloseReason.wrongState]: "이 페이지가 그때 보낼 수 없는 패킷을 보냈습니다.",
    [CloseReason.staleClient]: "서버와 이 페이지의 버전이 다릅니다. 페이지를 새로 고치세요.",
    [CloseReason.badName]: "사용할 수 없는 이름입니다. 이름이 비어 있거나, 너무 길거나, 표시할 수 없는 글자가 있습니다.",
    [CloseReason.badText]: "보낼 수 없는 메시지입니다. 메시지가 너무 길거나, 표시할 수 없는 글자가 있습니다.",
    [CloseReason.badWebsocket]: "데이터가 손상된 채로 도착했습니다.",
    [CloseReason.flooding]: "이 페이지가 한꺼번에 너무 많이 보냈습니다.",
    [CloseReason.loginTimeout]: "들어오는 데 너무 오래 걸렸습니다.",
    [CloseReason.idleTimeout]: "서버가 너무 오랫동안 이 페이지에서 아무것도 받지 못했습니다.",
    [CloseReason.slowReader]: "연결이 너무 느려서 판의 데이터를 제때 받지 못했습니다.",
    [CloseReason.serverFull]: "서버에 빈자리가 없습니다.",
    [CloseReason.tooManyFromAddress]: "같은 주소에서 온 연결이 너무 많습니다.",
    [CloseReason.worldFull]: "판에 빈칸이 없습니다.",
    [CloseReason.banned]: "운영자가 한동안 들어오지 못하게 차단했습니다.",
    [CloseReason.replaced]: "다른 연결로 다시 들어왔습니다.",
    [CloseReason.leftWorld]: "말이 판을 떠났습니다.",
    [CloseReason.worldClosed]: "판에 오류가 있어서 판을 닫았습니다. 운영자에게 알려 주세요.",
    [CloseReason.worldEnded]: "이 판은 끝났습니다.",
    [CloseReason.noSuchWorld]: "이 이름의 판이 없습니다. 이 페이지의 주소를 확인해 주세요.",
    [CloseReason.characterUnreadable]: "이 버전의 게임은 캐릭터를 읽을 수 없습니다. 운영자에게 알려 주세요.",
    [CloseReason.tooManyWorlds]: "지금은 서버가 새 판을 열 수 없습니다. 잠시 후 다시 시도해 주세요.",
  },
};

export const languages = { en: english, ko: korean } as const;
