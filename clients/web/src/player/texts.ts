// All words of the player's page, in English and Korean.
import { CloseReason, NotSaidReason } from "../protocol";
import type { Direction } from "../protocol";
import type { Ending } from "./surroundings";

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
  readonly sayPlaceholder: string;
  readonly toAll: string;
  readonly toNear: string;
  readonly send: string;
  readonly operator: string;
  readonly help: string;
  readonly directions: readonly [string, string, string, string];
  readonly leave: string;
  readonly lostTitle: string;
  readonly lost: string;
  /** the server was never there */
  readonly notThere: string;
  readonly goodbyeTitle: string;
  readonly nonsense: string;
  readonly retryIn: (seconds: number) => string;
  readonly retrying: string;
  readonly retryNow: string;
  readonly enterAgain: string;
  readonly reload: string;
  /** the title when one has not come in, and why */
  readonly fullTitle: string;
  readonly waitTitle: string;
  readonly full: string;
  readonly back: string;
  readonly tooLong: (max: number) => string;
  readonly tooFast: string;
  /** how far one is, for the list, and to be heard */
  readonly tiles: (distance: number) => string;
  readonly away: (distance: number, directions: readonly Direction[]) => string;
  readonly walk: string;
  readonly speaksTo: (whom: string) => string;
  readonly leaveAs: (name: string) => string;
  readonly wall: (direction: Direction, isEdge: boolean) => string;
  readonly around: (direction: Direction, free: number, end: Ending) => string;
  readonly hear: string;
  readonly hearOn: string;
  readonly hearOff: string;
  readonly more: (others: number) => string;
  readonly came: (name: string) => string;
  readonly went: (name: string) => string;
  readonly unheard: (said: number, came: number, went: number) => string;
  readonly heardSaid: (name: string, text: string, isToAll: boolean) => string;
  /** the arrow's: nobody is in the window */
  readonly thereIs: (name: string, distance: number) => string;
  readonly wasThere: (distance: number) => string;
  readonly middle: (distance: number) => string;
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
  board: "The board. Arrow keys or W A S D walk, Enter talks, L says who is near, E says what is around, H reads out steps, + and − zoom.",
  near: (count) => `${count} near`,
  nearTitle: "Who is near",
  nobodyNear: "Nobody is in sight.",
  delay: (ms) => (ms === undefined ? "Delay –" : `Delay ${Math.round(ms)} ms`),
  place: (x, y) => `Place ${x}, ${y}`,
  minimap: "Map around you",
  chat: "What is said",
  sayPlaceholder: "Say something",
  toAll: "To all",
  toNear: "Near",
  send: "Send",
  operator: "The operator",
  help: "Arrows or WASD: walk · click: walk there · Enter: talk · wheel: zoom",
  directions: ["Up", "Down", "Left", "Right"],
  leave: "Leave",
  lostTitle: "The server is away",
  lost: "The connection is lost. You come back by yourself, as soon as the server is there.",
  notThere: "The server does not answer. This page tries again by itself.",
  goodbyeTitle: "The server said goodbye",
  nonsense: "The server sent something that its protocol does not allow",
  retryIn: (seconds) => `Next try in ${seconds} s`,
  retrying: "Trying …",
  retryNow: "Try now",
  enterAgain: "Enter again",
  reload: "Reload the page",
  fullTitle: "The server is full",
  waitTitle: "You cannot enter yet",
  full: "You wait for a place. This page tries again by itself.",
  back: "Back to the start",
  tooLong: (max) => `Too long: ${max} bytes are the most. A Latin letter has 1 byte, a Korean letter 3, an emoji 4 or more.`,
  tooFast: "A moment, not so much at once.",
  tiles: (distance) => (distance === 1 ? "1 tile" : `${distance} tiles`),
  away: (distance, directions) =>
    directions.length === 0 ? "on your tile" : `${distance} away, ${directions.map((one) => english.directions[one].toLowerCase()).join(" and ")}`,
  walk: "Walk",
  speaksTo: (whom) => `Speak to: ${whom}`,
  leaveAs: (name) => `Leave, ${name}`,
  wall: (direction, isEdge) => `${english.directions[direction]}: ${isEdge ? "the board ends here" : "a stone is in the way"}.`,
  around: (direction, free, end) =>
    `${english.directions[direction]}: ${free === 0 ? "" : `${english.tiles(free)} free, then `}${{ stone: "a stone", edge: "the edge of the board", unknown: "out of sight" }[end]}.`,
  hear: "Read out steps and arrivals",
  hearOn: "Steps and arrivals are read out. Press H to end it.",
  hearOff: "Steps and arrivals are not read out any more.",
  more: (others) => `and ${others} more`,
  came: (name) => `${name} comes into sight.`,
  went: (name) => `${name} goes out of sight.`,
  unheard: (said, came, went) =>
    [said && `${said} more said`, came && `${came} more came into sight`, went && `${went} more went out of sight`].filter(Boolean).join(", ") + ".",
  heardSaid: (name, text, isToAll) => `${name}${isToAll ? " to all" : ""}: ${text}`,
  thereIs: (name, distance) => `To ${name}: ${english.tiles(distance)}`,
  wasThere: (distance) => `To where people were: ${english.tiles(distance)}`,
  middle: (distance) => `To the middle: ${english.tiles(distance)}`,
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
  board: "판입니다. 화살표 키나 W A S D로 걷고, Enter로 말하고, L로 가까이 누가 있는지, E로 주변에 무엇이 있는지, H로 걸음을 듣고, + 와 − 로 확대합니다.",
  near: (count) => `가까이 ${count}명`,
  nearTitle: "가까이 있는 사람",
  nobodyNear: "보이는 사람이 없습니다.",
  delay: (ms) => (ms === undefined ? "지연 –" : `지연 ${Math.round(ms)} ms`),
  place: (x, y) => `위치 ${x}, ${y}`,
  minimap: "내 주변 지도",
  chat: "대화",
  sayPlaceholder: "할 말을 적으세요",
  toAll: "모두에게",
  toNear: "가까이",
  send: "보내기",
  operator: "운영자",
  help: "화살표/WASD: 걷기 · 클릭: 그곳으로 · Enter: 말하기 · 휠: 확대",
  directions: ["위", "아래", "왼쪽", "오른쪽"],
  leave: "나가기",
  lostTitle: "서버가 자리에 없습니다",
  lost: "연결이 끊어졌습니다. 서버가 돌아오면 저절로 다시 들어갑니다.",
  notThere: "서버가 대답하지 않습니다. 이 페이지가 저절로 다시 시도합니다.",
  goodbyeTitle: "서버가 작별했습니다",
  nonsense: "서버가 규약에 없는 것을 보냈습니다",
  retryIn: (seconds) => `${seconds}초 뒤에 다시 시도합니다`,
  retrying: "다시 시도하는 중 …",
  retryNow: "지금 시도",
  enterAgain: "다시 들어가기",
  reload: "페이지 새로 고침",
  fullTitle: "서버가 가득 찼습니다",
  waitTitle: "아직 들어갈 수 없습니다",
  full: "자리를 기다립니다. 이 페이지가 저절로 다시 시도합니다.",
  back: "처음으로",
  tooLong: (max) => `너무 깁니다: ${max}바이트까지입니다. 한글은 한 자에 3바이트, 영문은 1바이트, 그림 문자는 4바이트 이상입니다.`,
  tooFast: "잠시만요, 한꺼번에 너무 많습니다.",
  tiles: (distance) => `${distance}칸`,
  away: (distance, directions) => (directions.length === 0 ? "같은 칸" : `${directions.map((one) => korean.directions[one]).join(" ")} ${distance}칸`),
  walk: "걷기",
  speaksTo: (whom) => `말하는 상대: ${whom}`,
  leaveAs: (name) => `${name} 님 나가기`,
  wall: (direction, isEdge) => `${korean.directions[direction]}: ${isEdge ? "판이 여기서 끝납니다" : "돌이 막고 있습니다"}.`,
  around: (direction, free, end) =>
    `${korean.directions[direction]}: ${free === 0 ? "" : `${free}칸 비어 있고, 그다음은 `}${{ stone: "돌", edge: "판의 끝", unknown: "보이지 않는 곳" }[end]}.`,
  hear: "걸음과 오가는 사람 읽어 주기",
  hearOn: "걸음과 오가는 사람을 읽어 줍니다. H를 누르면 그칩니다.",
  hearOff: "걸음과 오가는 사람을 더는 읽지 않습니다.",
  more: (others) => `그 밖에 ${others}명`,
  came: (name) => `${name} 님이 보입니다.`,
  went: (name) => `${name} 님이 보이지 않게 되었습니다.`,
  unheard: (said, came, went) =>
    [said && `그 밖에 ${said}마디를 했습니다`, came && `그 밖에 ${came}명이 보이게 되었습니다`, went && `그 밖에 ${went}명이 보이지 않게 되었습니다`].filter(Boolean).join(", ") + ".",
  heardSaid: (name, text, isToAll) => `${name} 님이 ${isToAll ? "모두에게 " : ""}말합니다: ${text}`,
  thereIs: (name, distance) => `${name} 님까지 ${distance}칸`,
  wasThere: (distance) => `사람이 있던 곳까지 ${distance}칸`,
  middle: (distance) => `판의 가운데까지 ${distance}칸`,
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
