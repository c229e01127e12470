// All words of the player's page, in English and Korean.
import { CloseReason, NotSaidReason } from "../protocol";

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
  readonly place: (x: number, y: number) => string;
  readonly minimap: string;
  readonly chat: string;
  readonly sayHint: string;
  readonly sayPlaceholder: string;
  readonly toAll: string;
  readonly toNear: string;
  readonly send: string;
  readonly operator: string;
  readonly you: string;
  readonly help: string;
  readonly directions: readonly [string, string, string, string];
  readonly leave: string;
  readonly lostTitle: string;
  readonly lost: string;
  readonly goodbyeTitle: string;
  readonly nonsense: string;
  readonly retryIn: (seconds: number) => string;
  readonly retrying: string;
  readonly retryNow: string;
  readonly enterAgain: string;
  readonly reload: string;
  readonly nameTooLong: string;
  readonly tooFast: string;
  readonly tiles: (distance: number) => string;
  readonly arrived: (name: string) => string;
  readonly notSaid: Readonly<Record<NotSaidReason, string>>;
  readonly reasons: Readonly<Record<CloseReason, string>>;
}

const english: Texts = {
  title: "Madang",
  subtitle: "One board, everybody on it.",
  name: "Your name",
  piece: "Your piece",
  pieces: ["King", "Queen", "Rook", "Bishop", "Knight", "Pawn"],
  enter: "Enter the board",
  entering: "Entering …",
  board: "The board. Arrow keys or W A S D walk, Enter talks, L says who is near, + and − zoom.",
  near: (count) => `${count} near`,
  nearTitle: "Who is near",
  nobodyNear: "Nobody is in sight.",
  delay: (ms) => (ms === undefined ? "– ms" : `${Math.round(ms)} ms`),
  place: (x, y) => `${x}, ${y}`,
  minimap: "Map around you",
  chat: "What is said",
  sayHint: "Enter: talk",
  sayPlaceholder: "Say something",
  toAll: "To all",
  toNear: "Near",
  send: "Send",
  operator: "The operator",
  you: "you",
  help: "Arrows or WASD: walk · click: walk there · Enter: talk · wheel: zoom",
  directions: ["Up", "Down", "Left", "Right"],
  leave: "Leave",
  lostTitle: "The server is away",
  lost: "The connection is lost. You come back by yourself, as soon as the server is there.",
  goodbyeTitle: "The server said goodbye",
  nonsense: "The server sent something that its protocol does not allow",
  retryIn: (seconds) => `Next try in ${seconds} s`,
  retrying: "Trying …",
  retryNow: "Try now",
  enterAgain: "Enter again",
  reload: "Reload the page",
  nameTooLong: "At most 24 bytes: 24 Latin letters, or 8 Korean ones.",
  tooFast: "A moment: not so much at once.",
  tiles: (distance) => `${distance} away`,
  arrived: (name) => `You are on the board, ${name}.`,
  notSaid: {
    [NotSaidReason.notPresentable]: "Not said: there are signs in it that cannot be shown, or nothing to be seen.",
    [NotSaidReason.tooLong]: "Not said: it is too long.",
    [NotSaidReason.tooFast]: "Not said: a moment, not so much at once.",
    [NotSaidReason.tooManyShouts]: "Not said: too many speak to all at this moment. Try again soon.",
    [NotSaidReason.muted]: "Not said: the operator has muted you for a while.",
  },
  reasons: {
    [CloseReason.none]: "It did not say why.",
    [CloseReason.clientLeft]: "You left.",
    [CloseReason.connectionLost]: "The connection was lost.",
    [CloseReason.serverStopping]: "The server is stopping. You come back by yourself when it is there again.",
    [CloseReason.kicked]: "You were asked to leave.",
    [CloseReason.badFrameSize]: "This page sent something of a wrong size.",
    [CloseReason.unknownOpcode]: "This page sent something that the server does not know.",
    [CloseReason.badPacket]: "This page sent something that the server does not understand.",
    [CloseReason.wrongState]: "This page sent something that was not allowed at that moment.",
    [CloseReason.staleClient]: "The server has become another version than this page. Reload it.",
    [CloseReason.badName]: "This name will not do: it is empty, too long, or has signs in it that cannot be shown.",
    [CloseReason.badText]: "These words will not do: they are too long, or have signs in them that cannot be shown.",
    [CloseReason.badWebsocket]: "The connection was damaged on its way.",
    [CloseReason.flooding]: "Too much at once.",
    [CloseReason.loginTimeout]: "Entering took too long.",
    [CloseReason.idleTimeout]: "Nothing was heard of you for too long.",
    [CloseReason.slowReader]: "Your connection was too slow for what happens here.",
    [CloseReason.serverFull]: "The server is full.",
    [CloseReason.tooManyFromAddress]: "Too many come from your address.",
    [CloseReason.worldFull]: "The board has no free place.",
    [CloseReason.banned]: "The operator has banned you for a while.",
  },
};

const korean: Texts = {
  title: "마당",
  subtitle: "하나의 판, 모두 함께.",
  name: "이름",
  piece: "말",
  pieces: ["킹", "퀸", "룩", "비숍", "나이트", "폰"],
  enter: "마당에 들어가기",
  entering: "들어가는 중 …",
  board: "판입니다. 화살표 키나 W A S D로 걷고, Enter로 말하고, L로 가까이 누가 있는지 듣고, + 와 − 로 확대합니다.",
  near: (count) => `가까이 ${count}명`,
  nearTitle: "가까이 있는 사람",
  nobodyNear: "보이는 사람이 없습니다.",
  delay: (ms) => (ms === undefined ? "– ms" : `${Math.round(ms)} ms`),
  place: (x, y) => `${x}, ${y}`,
  minimap: "내 주변 지도",
  chat: "대화",
  sayHint: "Enter: 말하기",
  sayPlaceholder: "할 말을 적으세요",
  toAll: "모두에게",
  toNear: "가까이",
  send: "보내기",
  operator: "운영자",
  you: "나",
  help: "화살표/WASD: 걷기 · 클릭: 그곳으로 · Enter: 말하기 · 휠: 확대",
  directions: ["위", "아래", "왼쪽", "오른쪽"],
  leave: "나가기",
  lostTitle: "서버가 자리에 없습니다",
  lost: "연결이 끊어졌습니다. 서버가 돌아오면 저절로 다시 들어갑니다.",
  goodbyeTitle: "서버가 작별했습니다",
  nonsense: "서버가 규약에 없는 것을 보냈습니다",
  retryIn: (seconds) => `${seconds}초 뒤에 다시 시도합니다`,
  retrying: "다시 시도하는 중 …",
  retryNow: "지금 시도",
  enterAgain: "다시 들어가기",
  reload: "페이지 새로 고침",
  nameTooLong: "24바이트까지: 한글 8자, 또는 영문 24자.",
  tooFast: "잠시만요, 한꺼번에 너무 많습니다.",
  tiles: (distance) => `${distance}칸`,
  arrived: (name) => `${name} 님, 판에 올라섰습니다.`,
  notSaid: {
    [NotSaidReason.notPresentable]: "보내지 못했습니다: 보일 수 없는 글자가 있거나, 보이는 글자가 없습니다.",
    [NotSaidReason.tooLong]: "보내지 못했습니다: 너무 깁니다.",
    [NotSaidReason.tooFast]: "보내지 못했습니다: 잠시만요, 한꺼번에 너무 많습니다.",
    [NotSaidReason.tooManyShouts]: "보내지 못했습니다: 지금 모두에게 말하는 사람이 너무 많습니다. 곧 다시 해 보세요.",
    [NotSaidReason.muted]: "보내지 못했습니다: 운영자가 한동안 말하지 못하게 했습니다.",
  },
  reasons: {
    [CloseReason.none]: "이유를 말하지 않았습니다.",
    [CloseReason.clientLeft]: "나가셨습니다.",
    [CloseReason.connectionLost]: "연결이 끊어졌습니다.",
    [CloseReason.serverStopping]: "서버가 멈춥니다. 돌아오면 저절로 다시 들어갑니다.",
    [CloseReason.kicked]: "나가 달라는 부탁을 받았습니다.",
    [CloseReason.badFrameSize]: "이 페이지가 크기가 잘못된 것을 보냈습니다.",
    [CloseReason.unknownOpcode]: "이 페이지가 서버가 모르는 것을 보냈습니다.",
    [CloseReason.badPacket]: "이 페이지가 서버가 이해할 수 없는 것을 보냈습니다.",
    [CloseReason.wrongState]: "이 페이지가 그때 보낼 수 없는 것을 보냈습니다.",
    [CloseReason.staleClient]: "서버가 이 페이지와 다른 판이 되었습니다. 새로 고침 하세요.",
    [CloseReason.badName]: "쓸 수 없는 이름입니다. 비었거나, 너무 길거나, 보일 수 없는 글자가 있습니다.",
    [CloseReason.badText]: "쓸 수 없는 말입니다. 너무 길거나, 보일 수 없는 글자가 있습니다.",
    [CloseReason.badWebsocket]: "연결이 도중에 망가졌습니다.",
    [CloseReason.flooding]: "한꺼번에 너무 많이 보냈습니다.",
    [CloseReason.loginTimeout]: "들어오는 데 너무 오래 걸렸습니다.",
    [CloseReason.idleTimeout]: "너무 오래 소식이 없었습니다.",
    [CloseReason.slowReader]: "연결이 이곳의 일을 따라가기에 너무 느렸습니다.",
    [CloseReason.serverFull]: "서버가 가득 찼습니다.",
    [CloseReason.tooManyFromAddress]: "같은 주소에서 너무 많이 들어왔습니다.",
    [CloseReason.worldFull]: "판에 빈 자리가 없습니다.",
    [CloseReason.banned]: "운영자가 한동안 들어오지 못하게 했습니다.",
  },
};

export const languages = { en: english, ko: korean } as const;
