// All words of the operator's page, in English and Korean.
import type { Tiles } from "./heat_map";
import type { LogLine } from "./state";

export interface Texts {
  readonly title: string;
  readonly sessions: string;
  readonly players: string;
  readonly ofAtMost: (limit: number) => string;
  readonly uptime: string;
  readonly tickRate: string;
  readonly tickTime: string;
  readonly answerTime: string;
  readonly overload: string;
  readonly overloadSteps: (step: number, rate: number) => string;
  readonly about: (version: string, io: string, width: number, height: number) => string;
  readonly map: string;
  readonly mapHint: string;
  readonly square: (tiles: Tiles, count: number) => string;
  readonly chooseSquare: string;
  readonly who: (count: number) => string;
  readonly search: string;
  readonly name: string;
  readonly where: string;
  readonly sees: string;
  readonly ids: (session: string, entity: string) => string;
  readonly goodbye: string;
  readonly reallyGoodbye: (name: string) => string;
  readonly yes: string;
  readonly no: string;
  readonly saidGoodbye: (name: string) => string;
  readonly announce: string;
  readonly announceHint: string;
  readonly send: string;
  readonly announced: string;
  readonly load: string;
  readonly zone: string;
  readonly worker: (number: number) => string;
  readonly ticks: string;
  readonly late: string;
  readonly skipped: string;
  readonly traffic: string;
  readonly bytesIn: string;
  readonly bytesOut: string;
  readonly rates: string;
  readonly sends: string;
  readonly packetsIn: string;
  readonly http: string;
  readonly queues: string;
  readonly commands: string;
  readonly commandQueue: (limit: number) => string;
  readonly throttled: string;
  readonly stalls: string;
  readonly population: string;
  readonly lastMinutes: (minutes: number) => string;
  readonly shareInPercent: string;
  readonly above: (bound: string) => string;
  readonly closed: string;
  readonly reason: string;
  readonly total: string;
  readonly inFiveMinutes: string;
  readonly meaning: string;
  readonly nobodyClosed: string;
  readonly log: string;
  readonly levels: Readonly<Record<LogLine["level"], string>>;
  readonly noLines: string;
  readonly pause: string;
  readonly lost: (since: string) => string;
  readonly restarted: (at: string) => string;
  readonly refused: string;
  readonly tokenTitle: string;
  readonly tokenHint: string;
  readonly token: string;
  readonly notAToken: string;
  readonly open: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly allPlayers: string;
  readonly whoInSquare: (count: number, square: string) => string;
  readonly squareTiles: (tiles: Tiles) => string;
  readonly wholeMap: string;
  readonly rowsOf: (first: number, last: number, count: number) => string;
  readonly pageBefore: string;
  readonly pageAfter: string;
  readonly address: string;
  readonly actions: string;
  readonly notKnown: string;
  readonly goodbyeTo: (name: string) => string;
  readonly sanction: string;
  readonly sanctionOf: (name: string) => string;
  readonly sanctionName: string;
  readonly whom: (session: string, entity: string, address: string | null) => string;
  readonly sanctions: string;
  readonly inMemory: string;
  readonly kind: string;
  readonly mute: string;
  readonly ban: string;
  readonly until: string;
  readonly howLong: string;
  readonly minutes: (minutes: number) => string;
  readonly reasonForPlayer: string;
  readonly byAddress: (address: string) => string;
  readonly doIt: string;
  readonly muted: (name: string) => string;
  readonly banned: (name: string) => string;
  readonly lift: string;
  readonly liftOf: (name: string) => string;
  readonly lifted: (name: string) => string;
  readonly noSanctions: string;
  readonly chat: string;
  readonly chatNote: string;
  readonly noChat: string;
  readonly toAll: string;
  readonly restart: string;
  readonly restartIn: string;
  readonly reasonForAll: string;
  readonly reallyRestart: (when: string) => string;
  readonly restartNote: string;
  readonly yesRestart: string;
  readonly restartPlanned: string;
  readonly restartCancelled: string;
  readonly cancelRestart: string;
  readonly restartingAt: (at: string, left: string, reason: string) => string;
  readonly tickSpread: string;
  readonly budget: (time: string) => string;
  readonly settings: string;
  readonly value: string;
  readonly from: string;
  readonly byDefault: string;
  readonly secret: string;
  readonly asOf: (at: string) => string;
  readonly length: (used: number, max: number) => string;
  readonly tooLong: (used: number, max: number) => string;
  readonly problems: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<string, string>>;
}

/** In the largest unit that it is whole in. */
function lengthOf(minutes: number, say: (count: number, unit: "minute" | "hour" | "day") => string): string {
  if (minutes % 1440 === 0) return say(minutes / 1440, "day");
  return minutes % 60 === 0 ? say(minutes / 60, "hour") : say(minutes, "minute");
}

const english: Texts = {
  title: "Madang: the operator",
  sessions: "Sessions",
  players: "Players",
  ofAtMost: (limit) => `of at most ${limit.toLocaleString("en")}`,
  uptime: "Running",
  tickRate: "Ticks a second",
  tickTime: "Tick time",
  answerTime: "Answer to a move",
  overload: "Overload control",
  overloadSteps: (step, rate) =>
    step === 0
      ? "calm: everything is told at the full rate"
      : `step ${step}: steps of a player's own cell only, ${rate} ticks a second`,
  about: (version, io, width, height) => `version ${version} · ${io} · ${width} × ${height} tiles`,
  map: "Players on the map",
  mapHint: "The map. Arrow keys choose a square.",
  square: ({ x, y }, count) => `Tiles ${x[0]}–${x[1]}, ${y[0]}–${y[1]}: ${count} here`,
  chooseSquare: "Click a square, or walk to it with the arrow keys, to see who is there.",
  who: (count) => `${count.toLocaleString("en")} on the whole map`,
  search: "Find by name, on the whole map",
  name: "Name",
  where: "Where",
  sees: "Sees",
  ids: (session, entity) => `session ${session} · entity ${entity}`,
  goodbye: "Say goodbye",
  reallyGoodbye: (name) => `Really say goodbye to ${name}?`,
  yes: "Yes, goodbye",
  no: "No",
  saidGoodbye: (name) => `${name} was asked to leave.`,
  announce: "Message to all",
  announceHint: "Everybody who is on the board reads this",
  send: "Send to all",
  announced: "It was sent to everybody.",
  load: "Load of the threads",
  zone: "zone",
  worker: (number) => `worker ${number}`,
  ticks: "ticks",
  late: "late ticks",
  skipped: "skipped ticks",
  traffic: "Bytes a second",
  bytesIn: "in",
  bytesOut: "out",
  rates: "Sends, packets and requests a second",
  sends: "sends",
  packetsIn: "packets in",
  http: "HTTP requests",
  queues: "Bytes that wait for clients",
  commands: "Commands that wait for the zone",
  commandQueue: (limit) => `commands, at most ${limit.toLocaleString("en")}`,
  throttled: "throttled cells",
  stalls: "stalls a second",
  population: "Sessions and players",
  lastMinutes: (minutes) => `last ${minutes} min`,
  shareInPercent: "Share of all in percent, by how long it took.",
  above: (bound) => `> ${bound}`,
  closed: "Why sessions ended",
  reason: "Reason",
  total: "Since the start",
  inFiveMinutes: "5 minutes",
  meaning: "What it means",
  nobodyClosed: "None has ended yet.",
  log: "The log's last lines",
  levels: { info: "all", warning: "warnings and errors", error: "errors" },
  noLines: "No such line.",
  pause: "pause",
  lost: (since) => `The server does not answer, since ${since}. It is asked again every two seconds.`,
  restarted: (at) => `The server was started anew at ${at}: all that is shown counts from there.`,
  refused: "The server does not let this page look",
  tokenTitle: "This server asks for its operator's token",
  tokenHint: "It stands in the server's configuration, as operator_token. It is kept until this tab is closed.",
  token: "Token",
  notAToken: "A token has Latin letters, digits and signs only. Is the keyboard set to another language?",
  open: "Open",
  zoomIn: "Nearer",
  zoomOut: "From farther away",
  allPlayers: "All players",
  whoInSquare: (count, square) => `${count.toLocaleString("en")} on ${square}`,
  squareTiles: ({ x, y }) => `tiles ${x[0]}–${x[1]}, ${y[0]}–${y[1]}`,
  wholeMap: "The whole map",
  rowsOf: (first, last, count) => `${first}–${last} of ${count.toLocaleString("en")}`,
  pageBefore: "Before",
  pageAfter: "Next",
  address: "Address",
  actions: "What to do",
  notKnown: "not known",
  goodbyeTo: (name) => `Say goodbye to ${name}`,
  sanction: "Mute or ban",
  sanctionOf: (name) => `Mute or ban ${name}`,
  sanctionName: "Mute or ban a name",
  whom: (session, entity, address) => `session ${session} · entity ${entity}${address ? ` · ${address}` : ""}`,
  sanctions: "Muted and banned",
  inMemory: "Kept in memory: a restart of the server forgets it.",
  kind: "What",
  mute: "Mute",
  ban: "Ban",
  until: "Until",
  howLong: "How long",
  minutes: (minutes) => lengthOf(minutes, (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`),
  reasonForPlayer: "Reason, which the player reads",
  byAddress: (address) => `Also everybody else who comes from ${address}`,
  doIt: "Do it",
  muted: (name) => `${name} is muted.`,
  banned: (name) => `${name} is banned.`,
  lift: "Lift",
  liftOf: (name) => `Lift it for ${name}`,
  lifted: (name) => `It is lifted for ${name}.`,
  noSanctions: "Nobody is.",
  chat: "What players said",
  chatNote: "The last words of all players. Kept in memory alone.",
  noChat: "Nobody has said anything yet.",
  toAll: "to all",
  restart: "Restart",
  restartIn: "Restart in",
  reasonForAll: "Reason, which everybody reads",
  reallyRestart: (when) => `Really restart the server in ${when}?`,
  restartNote: "Everybody is told now, and again until then. The server then ends in order, with status 75. systemd starts it again; without systemd nothing does.",
  yesRestart: "Yes, restart",
  restartPlanned: "Everybody is told.",
  restartCancelled: "The restart is cancelled.",
  cancelRestart: "Cancel the restart",
  restartingAt: (at, left, reason) => `The server restarts at ${at}, in ${left}.${reason ? ` ${reason}` : ""}`,
  tickSpread: "Tick time, spread",
  budget: (time) => `a tick may take ${time}; above it is red`,
  settings: "Settings in force",
  value: "Value",
  from: "From",
  byDefault: "default",
  secret: "set, not shown",
  asOf: (at) => `as of ${at}`,
  length: (used, max) => `${used} of ${max} bytes`,
  tooLong: (used, max) => `Too long: ${used} bytes, at most ${max}. A Hangul syllable takes three.`,
  problems: {
    "400": "The server does not take this: it is too long, or holds what cannot be shown.",
    "sanction 400": "The server does not take this: the name, the reason or the address will not do. This machine's own address cannot be banned.",
    "goodbye 404": "That session is gone: the player has left.",
    "lift 404": "It has ended already.",
    "409": "A restart is planned already, or none any more.",
    "429": "The server keeps no more of them (sanctions_max): lift one that is not needed.",
    "503": "A thread of the server does not answer.",
    "408": "A thread of the server does not answer.",
    none: "The server does not answer.",
  },
  reasons: {
    client_left: "They left.",
    connection_lost: "The network, or a closed laptop.",
    server_stopping: "The server was stopping.",
    kicked: "You said goodbye to them.",
    bad_frame_size: "Broken or foreign client.",
    unknown_opcode: "Broken or foreign client.",
    bad_packet: "Broken or foreign client.",
    wrong_state: "Broken client.",
    stale_client: "A client of another version: it must be updated.",
    bad_name: "A name that cannot be shown.",
    bad_text: "Words that cannot be shown.",
    bad_websocket: "Broken client, or something on the way that changes bytes.",
    flooding: "Too much at once: a bot, or an attack.",
    login_timeout: "Connected and did not log in. Many at once: a scan, or an attack.",
    idle_timeout: "Silent for too long: gone without a word.",
    slow_reader: "Could not take what was sent. Many at once: look at the network.",
    server_full: "Refused: sessions_max is reached.",
    too_many_from_address: "Refused: sessions_per_address_max.",
    world_full: "Refused: players_max, or no free tile.",
    banned: "You banned them.",
  },
};

const korean: Texts = {
  title: "마당: 운영자",
  sessions: "세션",
  players: "플레이어",
  ofAtMost: (limit) => `최대 ${limit.toLocaleString("ko")}`,
  uptime: "켜진 지",
  tickRate: "초당 틱",
  tickTime: "틱 시간",
  answerTime: "이동 응답 시간",
  overload: "과부하 조절",
  overloadSteps: (step, rate) =>
    step === 0 ? "평온: 모든 것을 온전한 속도로 알립니다" : `${step}단계: 걸음은 자기 칸만 알리고, 초당 ${rate}틱`,
  about: (version, io, width, height) => `버전 ${version} · ${io} · ${width} × ${height} 타일`,
  map: "지도 위의 플레이어",
  mapHint: "지도입니다. 화살표 키로 칸을 고릅니다.",
  square: ({ x, y }, count) => `타일 ${x[0]}–${x[1]}, ${y[0]}–${y[1]}: ${count}명`,
  chooseSquare: "칸을 클릭하거나 화살표 키로 옮겨 가면 그곳에 누가 있는지 보입니다.",
  who: (count) => `지도 전체에 ${count.toLocaleString("ko")}명`,
  search: "지도 전체에서 이름으로 찾기",
  name: "이름",
  where: "자리",
  sees: "보는 말",
  ids: (session, entity) => `세션 ${session} · 개체 ${entity}`,
  goodbye: "내보내기",
  reallyGoodbye: (name) => `${name} 님을 정말 내보낼까요?`,
  yes: "예, 내보냅니다",
  no: "아니요",
  saidGoodbye: (name) => `${name} 님에게 나가 달라고 했습니다.`,
  announce: "모두에게 알림",
  announceHint: "판 위의 모든 사람이 읽습니다",
  send: "모두에게 보내기",
  announced: "모두에게 보냈습니다.",
  load: "스레드 부하",
  zone: "존",
  worker: (number) => `워커 ${number}`,
  ticks: "틱",
  late: "늦은 틱",
  skipped: "건너뛴 틱",
  traffic: "초당 바이트",
  bytesIn: "들어옴",
  bytesOut: "나감",
  rates: "초당 전송, 패킷, 요청",
  sends: "전송",
  packetsIn: "받은 패킷",
  http: "HTTP 요청",
  queues: "클라이언트를 기다리는 바이트",
  commands: "존을 기다리는 명령",
  commandQueue: (limit) => `명령, 최대 ${limit.toLocaleString("ko")}`,
  throttled: "전송 제한 칸",
  stalls: "초당 막힘",
  population: "세션과 플레이어",
  lastMinutes: (minutes) => `지난 ${minutes}분`,
  shareInPercent: "걸린 시간별 비율(%).",
  above: (bound) => `> ${bound}`,
  closed: "세션이 끝난 까닭",
  reason: "까닭",
  total: "시작부터",
  inFiveMinutes: "5분",
  meaning: "뜻",
  nobodyClosed: "아직 끝난 세션이 없습니다.",
  log: "기록의 마지막 줄",
  levels: { info: "모두", warning: "경고와 오류", error: "오류" },
  noLines: "그런 줄이 없습니다.",
  pause: "멈춤",
  lost: (since) => `${since}부터 서버가 대답하지 않습니다. 2초마다 다시 묻습니다.`,
  restarted: (at) => `${at}에 서버가 새로 켜졌습니다. 모든 수치는 그때부터입니다.`,
  refused: "서버가 이 페이지를 허락하지 않습니다",
  tokenTitle: "이 서버는 운영자 토큰을 묻습니다",
  tokenHint: "서버 설정의 operator_token 입니다. 이 탭을 닫을 때까지만 간직합니다.",
  token: "토큰",
  notAToken: "토큰은 영문자, 숫자, 기호뿐입니다. 자판이 한글로 되어 있지 않나요?",
  open: "열기",
  zoomIn: "확대",
  zoomOut: "축소",
  allPlayers: "모든 플레이어",
  whoInSquare: (count, square) => `${square}에 ${count.toLocaleString("ko")}명`,
  squareTiles: ({ x, y }) => `타일 ${x[0]}–${x[1]}, ${y[0]}–${y[1]}`,
  wholeMap: "지도 전체",
  rowsOf: (first, last, count) => `${count.toLocaleString("ko")}명 중 ${first}–${last}`,
  pageBefore: "이전",
  pageAfter: "다음",
  address: "주소",
  actions: "조치",
  notKnown: "알 수 없음",
  goodbyeTo: (name) => `${name} 님 내보내기`,
  sanction: "말 막기·차단",
  sanctionOf: (name) => `${name} 님 말 막기 또는 차단`,
  sanctionName: "이름으로 말 막기 또는 차단",
  whom: (session, entity, address) => `세션 ${session} · 개체 ${entity}${address ? ` · ${address}` : ""}`,
  sanctions: "말을 막았거나 차단한 이름",
  inMemory: "메모리에만 있습니다. 서버를 다시 켜면 사라집니다.",
  kind: "종류",
  mute: "말 막기",
  ban: "차단",
  until: "기한",
  howLong: "기간",
  minutes: (minutes) => lengthOf(minutes, (count, unit) => `${count}${{ minute: "분", hour: "시간", day: "일" }[unit]}`),
  reasonForPlayer: "플레이어가 읽을 까닭",
  byAddress: (address) => `${address} 에서 오는 다른 사람도 모두`,
  doIt: "실행",
  muted: (name) => `${name} 님의 말을 막았습니다.`,
  banned: (name) => `${name} 님을 차단했습니다.`,
  lift: "풀기",
  liftOf: (name) => `${name} 님에게서 풀기`,
  lifted: (name) => `${name} 님에게서 풀었습니다.`,
  noSanctions: "없습니다.",
  chat: "플레이어가 한 말",
  chatNote: "모든 플레이어가 마지막으로 한 말입니다. 메모리에만 있습니다.",
  noChat: "아직 아무도 말하지 않았습니다.",
  toAll: "모두에게",
  restart: "다시 시작",
  restartIn: "다시 시작까지",
  reasonForAll: "모두가 읽을 까닭",
  reallyRestart: (when) => `정말 ${when} 뒤에 서버를 다시 시작할까요?`,
  restartNote: "모두에게 지금 알리고, 그때까지 다시 알립니다. 그 뒤 서버는 차례대로 끝나며 종료 상태는 75입니다. systemd가 다시 켭니다. systemd가 없으면 다시 켜지지 않습니다.",
  yesRestart: "예, 다시 시작합니다",
  restartPlanned: "모두에게 알렸습니다.",
  restartCancelled: "다시 시작을 취소했습니다.",
  cancelRestart: "다시 시작 취소",
  restartingAt: (at, left, reason) => `서버가 ${at}에 다시 시작합니다. ${left} 남았습니다.${reason ? ` ${reason}` : ""}`,
  tickSpread: "틱 시간 분포",
  budget: (time) => `한 틱의 한도 ${time}, 넘으면 빨간색`,
  settings: "적용 중인 설정",
  value: "값",
  from: "출처",
  byDefault: "기본값",
  secret: "설정됨(숨김)",
  asOf: (at) => `${at} 기준`,
  length: (used, max) => `${max}바이트 중 ${used}바이트`,
  tooLong: (used, max) => `너무 깁니다: ${used}바이트, 최대 ${max}바이트입니다. 한글 한 글자는 3바이트입니다.`,
  problems: {
    "400": "서버가 받지 않습니다. 너무 길거나 보일 수 없는 글자가 있습니다.",
    "sanction 400": "서버가 받지 않습니다. 이름, 까닭, 주소를 확인하세요. 이 서버 자신의 주소는 차단할 수 없습니다.",
    "goodbye 404": "그 세션은 이미 끝났습니다. 플레이어가 나갔습니다.",
    "lift 404": "이미 끝났습니다.",
    "409": "다시 시작이 이미 예정되었거나, 예정된 것이 없습니다.",
    "429": "더 넣을 수 없습니다(sanctions_max). 필요 없는 것을 푸세요.",
    "503": "서버의 스레드가 대답하지 않습니다.",
    "408": "서버의 스레드가 대답하지 않습니다.",
    none: "서버가 대답하지 않습니다.",
  },
  reasons: {
    client_left: "스스로 나갔습니다.",
    connection_lost: "네트워크가 끊겼거나 기기가 꺼졌습니다.",
    server_stopping: "서버가 멈추는 중이었습니다.",
    kicked: "운영자가 내보냈습니다.",
    bad_frame_size: "고장 났거나 낯선 클라이언트.",
    unknown_opcode: "고장 났거나 낯선 클라이언트.",
    bad_packet: "고장 났거나 낯선 클라이언트.",
    wrong_state: "고장 난 클라이언트.",
    stale_client: "다른 버전의 클라이언트: 업데이트가 필요합니다.",
    bad_name: "보일 수 없는 이름.",
    bad_text: "보일 수 없는 말.",
    bad_websocket: "고장 난 클라이언트이거나, 도중에 바이트가 바뀌었습니다.",
    flooding: "한꺼번에 너무 많이: 봇이거나 공격입니다.",
    login_timeout: "연결만 하고 들어오지 않았습니다. 한꺼번에 많으면 스캔이나 공격입니다.",
    idle_timeout: "너무 오래 소식이 없었습니다.",
    slow_reader: "보낸 것을 받지 못했습니다. 한꺼번에 많으면 네트워크를 보세요.",
    server_full: "거절: sessions_max 에 이르렀습니다.",
    too_many_from_address: "거절: sessions_per_address_max.",
    world_full: "거절: players_max 이거나 빈 타일이 없습니다.",
    banned: "운영자가 차단했습니다.",
  },
};

export const languages = { en: english, ko: korean } as const;
