// All texts of the operator's page, in English and Korean.
import type { Tiles } from "./heat_map";
import type { LogLine } from "./state";

export interface Texts {
  readonly title: string;
  readonly playground: string;
  readonly gameActions: string;
  readonly action: string;
  readonly inWorld: string;
  readonly doIt: string;
  readonly acted: (action: string, world: string) => string;
  readonly sessions: string;
  readonly players: string;
  readonly ofAtMost: (limit: number) => string;
  readonly uptime: string;
  readonly tickRate: string;
  readonly tickTime: string;
  readonly answerTime: string;
  readonly overload: string;
  readonly overloadSteps: (step: number, rate: number) => string;
  readonly about: (game: string, version: string, io: string, map: { readonly width: number; readonly height: number } | null) => string;
  readonly map: string;
  readonly mapHint: string;
  readonly square: (tiles: Tiles, count: number) => string;
  readonly chooseSquare: string;
  readonly playersOnMap: (count: number) => string;
  readonly search: string;
  readonly name: string;
  readonly where: string;
  readonly sees: string;
  readonly listLoading: string;
  readonly noPlayers: string;
  readonly noPlayersInSquare: string;
  readonly noPlayersFound: (part: string) => string;
  readonly goodbye: string;
  readonly reallyGoodbye: (name: string) => string;
  readonly yes: string;
  readonly no: string;
  readonly cancel: string;
  readonly saidGoodbye: (name: string) => string;
  readonly announce: string;
  readonly announceHint: string;
  readonly send: string;
  readonly announced: string;
  readonly load: string;
  readonly zoneThread: string;
  readonly zoneOf: (number: number) => string;
  readonly zoneLoads: string;
  readonly zonesNote: string;
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
  readonly noneClosed: string;
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
  readonly playerList: string;
  readonly playersInWorld: (count: number, world: string) => string;
  readonly noPlayersInWorld: string;
  readonly worlds: string;
  readonly mainWorld: string;
  readonly entities: string;
  readonly worldsOf: (shown: number, count: number) => string;
  readonly worldIsClosed: (why: string) => string;
  readonly playersOfWorld: (world: string) => string;
  readonly endWorld: string;
  readonly endWorldOf: (world: string) => string;
  readonly reallyEndWorld: (world: string, players: number) => string;
  readonly endWorldNote: string;
  readonly yesEndWorld: string;
  readonly worldEnds: (world: string) => string;
  readonly playersInSquare: (count: number, square: string) => string;
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
  readonly identity: (session: string, entity: string, address: string | null) => string;
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
  readonly apply: string;
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

/** Returns the text of a length of time in the largest unit that has no rest: 120 minutes are 2 hours. */
function lengthOf(minutes: number, say: (count: number, unit: "minute" | "hour" | "day") => string): string {
  if (minutes % 1440 === 0) return say(minutes / 1440, "day");
  return minutes % 60 === 0 ? say(minutes / 60, "hour") : say(minutes, "minute");
}

/** Returns "1 player" or "3 players". */
function counted(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}

const english: Texts = {
  title: "Madang: operator",
  playground: "Playground: see, compose and break each packet",
  gameActions: "Actions of the game",
  action: "Action",
  inWorld: "In the world",
  doIt: "Do it",
  acted: (action, world) => `${action} is on its way to ${world === "" ? "the main world" : `the world "${world}"`}.`,
  sessions: "Sessions",
  players: "Players",
  ofAtMost: (limit) => `of at most ${limit.toLocaleString("en")}`,
  uptime: "Uptime",
  tickRate: "Ticks per second",
  tickTime: "Tick time",
  answerTime: "Time to answer a move",
  overload: "Overload control",
  overloadSteps: (step, rate) =>
    step === 0
      ? "off: all steps are sent at the full tick rate"
      : `step ${step}: only steps in a player's own cell are sent, ${rate} ticks per second`,
  about: (game, version, io, map) => [`game ${game}`, `version ${version}`, io, ...(map ? [`${map.width} × ${map.height} tiles`] : [])].join(" · "),
  map: "Players on the map",
  mapHint: "Map. Arrow keys choose a square.",
  square: ({ x, y }, count) => `Tiles x ${x[0]}–${x[1]}, y ${y[0]}–${y[1]}: ${counted(count, "player")}`,
  chooseSquare: "Click a square, or choose one with the arrow keys, to list its players.",
  playersOnMap: (count) => `${counted(count, "player")} on the whole map`,
  search: "Find players by name",
  name: "Name",
  where: "Position",
  sees: "In sight",
  listLoading: "The page is waiting for the list of players.",
  noPlayers: "There is no player. This list will show all players, with buttons to disconnect, mute or ban them.",
  noPlayersInSquare: "No player is in this square.",
  noPlayersFound: (part) => `No player here has "${part}" in the name.`,
  goodbye: "Disconnect",
  reallyGoodbye: (name) => `Disconnect ${name}?`,
  yes: "Yes, disconnect",
  no: "No",
  cancel: "Cancel",
  saidGoodbye: (name) => `${name} was disconnected.`,
  announce: "Message to all players",
  announceHint: "Text for all players",
  send: "Send to all",
  announced: "The message was sent to all players.",
  load: "Load of the threads",
  zoneThread: "Zone thread",
  zoneOf: (number) => `zone ${number}`,
  zoneLoads: "Load of the zones",
  zonesNote: "The lines are the borders of the zones. A load is the share of the last second in which a thread worked for the zone.",
  worker: (number) => `worker ${number}`,
  ticks: "ticks",
  late: "late ticks",
  skipped: "skipped ticks",
  traffic: "Bytes per second",
  bytesIn: "received",
  bytesOut: "sent",
  rates: "Sends, packets and requests per second",
  sends: "sends",
  packetsIn: "packets received",
  http: "HTTP requests",
  queues: "Bytes that wait to be sent",
  commands: "Commands that wait for the worlds",
  commandQueue: (limit) => `commands, at most ${limit.toLocaleString("en")}`,
  throttled: "cells with suppressed steps",
  stalls: "packets that had to wait, per second",
  population: "Sessions and players",
  lastMinutes: (minutes) => `last ${minutes} min`,
  shareInPercent: "Share of the ticks in percent, by tick time.",
  above: (bound) => `> ${bound}`,
  closed: "Why sessions ended",
  reason: "Reason",
  total: "Since the start",
  inFiveMinutes: "Last 5 minutes",
  meaning: "Meaning",
  noneClosed: "No session has ended yet.",
  log: "Last lines of the log",
  levels: { info: "all", warning: "warnings and errors", error: "errors" },
  noLines: "The log has no line of this level.",
  pause: "Pause",
  lost: (since) => `The server has not answered since ${since}. This page asks again every two seconds.`,
  restarted: (at) => `The server was restarted at ${at}. All figures count from then.`,
  refused: "The server refuses access to this page",
  tokenTitle: "This server needs the operator's token",
  tokenHint: "The token is in the server's settings (operator_token), or in a file that they name (operator_token_file). With systemd it is the file in " +
    "LoadCredential. This page keeps the token until the tab is closed.",
  token: "Token",
  notAToken: "A token has only Latin letters, digits and symbols. Is the keyboard set to another language?",
  open: "Open",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  playerList: "List of players",
  playersInWorld: (count, world) => `${counted(count, "player")} in the world “${world}”`,
  noPlayersInWorld: "No player is in this world.",
  worlds: "Worlds",
  mainWorld: "main world",
  entities: "Entities",
  worldsOf: (shown, count) => (shown < count ? `${shown.toLocaleString("en")} of ${counted(count, "world")}: those with the most players` : counted(count, "world")),
  worldIsClosed: (why) => `Closed, because its rules failed: ${why}`,
  playersOfWorld: (world) => `Show the players of ${world}`,
  endWorld: "End",
  endWorldOf: (world) => `End the world ${world}`,
  reallyEndWorld: (world, players) => `End the world “${world}” with ${counted(players, "player")}?`,
  endWorldNote: "Its players are disconnected and get the reason. What happened in it is lost. Its name may be used again.",
  yesEndWorld: "Yes, end it",
  worldEnds: (world) => `The world “${world}” ends.`,
  playersInSquare: (count, square) => `${counted(count, "player")} on ${square}`,
  squareTiles: ({ x, y }) => `tiles x ${x[0]}–${x[1]}, y ${y[0]}–${y[1]}`,
  wholeMap: "Whole map",
  rowsOf: (first, last, count) => `${first}–${last} of ${count.toLocaleString("en")}`,
  pageBefore: "Previous",
  pageAfter: "Next",
  address: "Address",
  actions: "Actions",
  notKnown: "unknown",
  goodbyeTo: (name) => `Disconnect ${name}`,
  sanction: "Mute or ban",
  sanctionOf: (name) => `Mute or ban ${name}`,
  sanctionName: "Mute or ban a name",
  identity: (session, entity, address) => `session ${session} · entity ${entity}${address ? ` · ${address}` : ""}`,
  sanctions: "Muted and banned names",
  inMemory: "The server keeps mutes and bans in memory only. A restart removes them.",
  kind: "Kind",
  mute: "Mute",
  ban: "Ban",
  until: "Until",
  howLong: "Duration",
  minutes: (minutes) => lengthOf(minutes, counted),
  reasonForPlayer: "Reason (the player reads this)",
  byAddress: (address) => `Also all other players from ${address}`,
  apply: "Apply",
  muted: (name) => `${name} is muted.`,
  banned: (name) => `${name} is banned.`,
  lift: "Lift",
  liftOf: (name) => `Lift the sanction on ${name}`,
  lifted: (name) => `The sanction on ${name} was lifted.`,
  noSanctions: "No name is muted or banned.",
  chat: "Chat",
  chatNote: "The last messages of all players. The server keeps them in memory only.",
  noChat: "No player has sent a message yet.",
  toAll: "to all",
  restart: "Restart",
  restartIn: "Restart in",
  reasonForAll: "Reason (all players read this)",
  reallyRestart: (when) => `Restart the server in ${when}?`,
  restartNote:
    "All players get a message now, and again before the restart. Then the server closes all sessions in order and ends with exit code 75. " +
    "systemd starts the server again. Without systemd, the server stays stopped.",
  yesRestart: "Yes, restart",
  restartPlanned: "The restart is planned. All players got a message.",
  restartCancelled: "The restart is cancelled.",
  cancelRestart: "Cancel the restart",
  restartingAt: (at, left, reason) => `The server restarts at ${at}, in ${left}.${reason ? ` ${reason}` : ""}`,
  tickSpread: "Distribution of tick times",
  budget: (time) => `limit of a tick: ${time}; longer ticks are red`,
  settings: "Settings in force",
  value: "Value",
  from: "Source",
  byDefault: "default",
  secret: "set, not shown",
  asOf: (at) => `as of ${at}`,
  length: (used, max) => `${used} of ${max} bytes`,
  tooLong: (used, max) => `Too long: ${used} bytes, at most ${max}. A Korean letter has 3 bytes.`,
  problems: {
    "400": "The server refused the text: the text is too long or has characters that cannot be shown.",
    "sanction 400": "The server refused the name, the reason or the address. The address of the server's own machine cannot be banned.",
    "goodbye 404": "This session has ended.",
    "end-world 404": "This world has ended.",
    "act 404": "There is no world of this name.",
    "lift 404": "This sanction has already ended.",
    "409": "A restart is planned already, or no restart is planned any more.",
    "429": "The server keeps no more sanctions (sanctions_max). Lift one that is not needed.",
    "503": "A thread of the server does not answer.",
    "408": "A thread of the server does not answer.",
    none: "The server does not answer.",
  },
  reasons: {
    client_left: "The player left.",
    connection_lost: "The network failed, or the player's device was switched off.",
    server_stopping: "The server was stopping.",
    kicked: "The operator disconnected the player.",
    bad_frame_size: "The client is broken or foreign.",
    unknown_opcode: "The client is broken or foreign.",
    bad_packet: "The client is broken or foreign.",
    wrong_state: "The client is broken.",
    stale_client: "The client has another version. It must be updated.",
    bad_name: "The name cannot be shown.",
    bad_text: "The message cannot be shown.",
    bad_websocket: "The client is broken, or a device on the way changes bytes.",
    flooding: "The client sent too much at once. Possible causes: a bot, an attack.",
    login_timeout: "The client connected and did not log in. Many at the same time: a scan or an attack.",
    idle_timeout: "The client sent nothing for too long.",
    slow_reader: "The client did not read fast enough. Many at the same time: check the network.",
    server_full: "Refused: sessions_max is reached.",
    too_many_from_address: "Refused: sessions_per_address_max is reached.",
    world_full: "Refused: players_max is reached, or no tile is free.",
    banned: "The operator has banned the player.",
    replaced: "The player has logged in on another connection.",
    left_world: "The player has left the world.",
    world_closed: "The world was closed because of a fault in it. Look at the log.",
    world_ended: "The world has ended.",
    no_such_world: "There is no world of this name.",
    character_unreadable: "This version of the game cannot read the character.",
    too_many_worlds: "The server cannot make another world now (worlds_max), or the address has made too many (worlds_per_address_max).",
  },
};

const korean: Texts = {
  title: "마당: 운영자",
  playground: "놀이터: 모든 패킷을 보고, 만들고, 망가뜨리기",
  gameActions: "게임의 동작",
  action: "동작",
  inWorld: "어느 판에",
  doIt: "실행",
  acted: (action, world) => `${action} 동작을 ${world === "" ? "주 판" : `판 "${world}"`}에 보냈습니다.`,
  sessions: "세션",
  players: "플레이어",
  ofAtMost: (limit) => `최대 ${limit.toLocaleString("ko")}`,
  uptime: "가동 시간",
  tickRate: "초당 틱",
  tickTime: "틱 시간",
  answerTime: "이동 응답 시간",
  overload: "과부하 제어",
  overloadSteps: (step, rate) =>
    step === 0 ? "꺼짐: 모든 걸음을 정상 틱 속도로 보냅니다" : `${step}단계: 플레이어가 있는 셀의 걸음만 초당 ${rate}틱으로 보냅니다`,
  about: (game, version, io, map) => [`게임 ${game}`, `버전 ${version}`, io, ...(map ? [`${map.width} × ${map.height}칸`] : [])].join(" · "),
  map: "지도 위의 플레이어",
  mapHint: "지도입니다. 화살표 키로 구역을 선택합니다.",
  square: ({ x, y }, count) => `칸 x ${x[0]}–${x[1]}, y ${y[0]}–${y[1]}: ${count.toLocaleString("ko")}명`,
  chooseSquare: "구역을 클릭하거나 화살표 키로 선택하면 그곳에 있는 플레이어의 목록이 나옵니다.",
  playersOnMap: (count) => `지도 전체에 ${count.toLocaleString("ko")}명`,
  search: "이름으로 플레이어 찾기",
  name: "이름",
  where: "위치",
  sees: "시야 안",
  listLoading: "플레이어 목록을 기다리는 중입니다.",
  noPlayers: "플레이어가 없습니다. 이곳에 모든 플레이어가 나오고, 연결 끊기와 채팅 금지·차단 버튼이 있습니다.",
  noPlayersInSquare: "이 구역에는 플레이어가 없습니다.",
  noPlayersFound: (part) => `이름에 "${part}"이(가) 들어 있는 플레이어가 없습니다.`,
  goodbye: "연결 끊기",
  reallyGoodbye: (name) => `${name} 님의 연결을 끊을까요?`,
  yes: "예, 끊습니다",
  no: "아니요",
  cancel: "취소",
  saidGoodbye: (name) => `${name} 님의 연결을 끊었습니다.`,
  announce: "모든 플레이어에게 보내는 메시지",
  announceHint: "모든 플레이어가 읽을 내용",
  send: "모두에게 보내기",
  announced: "모든 플레이어에게 메시지를 보냈습니다.",
  load: "스레드 부하",
  zoneThread: "존 스레드",
  zoneOf: (number) => `존 ${number}`,
  zoneLoads: "존별 부하",
  zonesNote: "선은 존의 경계입니다. 부하는 지난 1초 가운데 스레드가 그 존의 일을 한 시간의 비율입니다.",
  worker: (number) => `워커 ${number}`,
  ticks: "틱",
  late: "늦은 틱",
  skipped: "건너뛴 틱",
  traffic: "초당 바이트",
  bytesIn: "수신",
  bytesOut: "송신",
  rates: "초당 전송, 패킷, 요청",
  sends: "전송",
  packetsIn: "받은 패킷",
  http: "HTTP 요청",
  queues: "전송을 기다리는 바이트",
  commands: "월드를 기다리는 명령",
  commandQueue: (limit) => `명령, 최대 ${limit.toLocaleString("ko")}`,
  throttled: "걸음을 줄여 보내는 셀",
  stalls: "초당 대기한 패킷",
  population: "세션과 플레이어",
  lastMinutes: (minutes) => `최근 ${minutes}분`,
  shareInPercent: "틱 시간별 틱의 비율(%).",
  above: (bound) => `> ${bound}`,
  closed: "세션이 끝난 이유",
  reason: "이유",
  total: "시작부터",
  inFiveMinutes: "최근 5분",
  meaning: "뜻",
  noneClosed: "아직 끝난 세션이 없습니다.",
  log: "로그의 마지막 줄",
  levels: { info: "모두", warning: "경고와 오류", error: "오류" },
  noLines: "이 수준의 로그가 없습니다.",
  pause: "일시 정지",
  lost: (since) => `${since}부터 서버가 응답하지 않습니다. 2초마다 다시 요청합니다.`,
  restarted: (at) => `${at}에 서버가 다시 시작되었습니다. 모든 수치는 그때부터 셉니다.`,
  refused: "서버가 이 페이지의 접근을 거부했습니다",
  tokenTitle: "이 서버에는 운영자 토큰이 필요합니다",
  tokenHint: "토큰은 서버 설정(operator_token)이나 설정이 가리키는 파일(operator_token_file)에 있습니다. systemd에서는 LoadCredential의 파일입니다. " +
    "이 탭을 닫을 때까지만 보관합니다.",
  token: "토큰",
  notAToken: "토큰에는 영문자, 숫자, 기호만 쓸 수 있습니다. 자판이 한글로 되어 있지 않은지 확인하세요.",
  open: "열기",
  zoomIn: "확대",
  zoomOut: "축소",
  playerList: "플레이어 목록",
  playersInWorld: (count, world) => `“${world}” 판에 ${count.toLocaleString("ko")}명`,
  noPlayersInWorld: "이 판에는 플레이어가 없습니다.",
  worlds: "판",
  mainWorld: "주 판",
  entities: "개체",
  worldsOf: (shown, count) => (shown < count ? `${count.toLocaleString("ko")}개 중 플레이어가 많은 ${shown.toLocaleString("ko")}개` : `${count.toLocaleString("ko")}개`),
  worldIsClosed: (why) => `규칙 오류로 닫힘: ${why}`,
  playersOfWorld: (world) => `${world}의 플레이어 보기`,
  endWorld: "끝내기",
  endWorldOf: (world) => `${world} 끝내기`,
  reallyEndWorld: (world, players) => `플레이어가 ${players.toLocaleString("ko")}명 있는 “${world}” 판을 끝낼까요?`,
  endWorldNote: "그 판의 플레이어는 이유를 듣고 연결이 끊깁니다. 판에서 일어난 일은 사라지고, 이름은 다시 쓸 수 있습니다.",
  yesEndWorld: "예, 끝냅니다",
  worldEnds: (world) => `“${world}” 판이 끝납니다.`,
  playersInSquare: (count, square) => `${square}에 ${count.toLocaleString("ko")}명`,
  squareTiles: ({ x, y }) => `칸 x ${x[0]}–${x[1]}, y ${y[0]}–${y[1]}`,
  wholeMap: "지도 전체",
  rowsOf: (first, last, count) => `${count.toLocaleString("ko")}명 중 ${first}–${last}`,
  pageBefore: "이전",
  pageAfter: "다음",
  address: "주소",
  actions: "조치",
  notKnown: "알 수 없음",
  goodbyeTo: (name) => `${name} 님 연결 끊기`,
  sanction: "채팅 금지·차단",
  sanctionOf: (name) => `${name} 님 채팅 금지·차단`,
  sanctionName: "이름으로 채팅 금지·차단",
  identity: (session, entity, address) => `세션 ${session} · 개체 ${entity}${address ? ` · ${address}` : ""}`,
  sanctions: "채팅이 금지되었거나 차단된 이름",
  inMemory: "서버는 채팅 금지와 차단을 메모리에만 보관합니다. 서버를 다시 시작하면 사라집니다.",
  kind: "종류",
  mute: "채팅 금지",
  ban: "차단",
  until: "기한",
  howLong: "기간",
  minutes: (minutes) => lengthOf(minutes, (count, unit) => `${count}${{ minute: "분", hour: "시간", day: "일" }[unit]}`),
  reasonForPlayer: "이유(플레이어가 읽습니다)",
  byAddress: (address) => `${address}에서 오는 다른 플레이어도 모두`,
  apply: "적용",
  muted: (name) => `${name} 님의 채팅을 금지했습니다.`,
  banned: (name) => `${name} 님을 차단했습니다.`,
  lift: "해제",
  liftOf: (name) => `${name} 님의 제재 해제`,
  lifted: (name) => `${name} 님의 제재를 해제했습니다.`,
  noSanctions: "제재된 이름이 없습니다.",
  chat: "채팅",
  chatNote: "모든 플레이어의 최근 메시지입니다. 서버는 메시지를 메모리에만 보관합니다.",
  noChat: "아직 메시지를 보낸 플레이어가 없습니다.",
  toAll: "모두에게",
  restart: "다시 시작",
  restartIn: "다시 시작까지",
  reasonForAll: "이유(모든 플레이어가 읽습니다)",
  reallyRestart: (when) => `${when} 뒤에 서버를 다시 시작할까요?`,
  restartNote:
    "모든 플레이어에게 지금 메시지를 보내고, 다시 시작하기 전에 또 보냅니다. 그 뒤 서버는 모든 세션을 차례로 닫고 종료 코드 75로 끝납니다. " +
    "systemd가 서버를 다시 시작합니다. systemd가 없으면 서버는 멈춘 채로 있습니다.",
  yesRestart: "예, 다시 시작합니다",
  restartPlanned: "다시 시작을 예약했습니다. 모든 플레이어에게 메시지를 보냈습니다.",
  restartCancelled: "다시 시작을 취소했습니다.",
  cancelRestart: "다시 시작 취소",
  restartingAt: (at, left, reason) => `서버가 ${at}에 다시 시작합니다. ${left} 남았습니다.${reason ? ` ${reason}` : ""}`,
  tickSpread: "틱 시간 분포",
  budget: (time) => `한 틱의 제한: ${time}, 넘은 틱은 빨간색`,
  settings: "적용 중인 설정",
  value: "값",
  from: "출처",
  byDefault: "기본값",
  secret: "설정됨(숨김)",
  asOf: (at) => `${at} 기준`,
  length: (used, max) => `${max}바이트 중 ${used}바이트`,
  tooLong: (used, max) => `너무 깁니다: ${used}바이트, 최대 ${max}바이트입니다. 한글은 한 글자에 3바이트입니다.`,
  problems: {
    "400": "서버가 메시지를 거부했습니다. 메시지가 너무 길거나, 표시할 수 없는 글자가 있습니다.",
    "sanction 400": "서버가 이름, 이유 또는 주소를 거부했습니다. 서버가 있는 컴퓨터의 주소는 차단할 수 없습니다.",
    "goodbye 404": "이 세션은 이미 끝났습니다.",
    "end-world 404": "이 판은 이미 끝났습니다.",
    "act 404": "이런 이름의 판이 없습니다.",
    "lift 404": "이 제재는 이미 끝났습니다.",
    "409": "다시 시작이 이미 예약되었거나, 예약된 다시 시작이 없습니다.",
    "429": "제재를 더 추가할 수 없습니다(sanctions_max). 필요 없는 제재를 해제하세요.",
    "503": "서버의 스레드가 응답하지 않습니다.",
    "408": "서버의 스레드가 응답하지 않습니다.",
    none: "서버가 응답하지 않습니다.",
  },
  reasons: {
    client_left: "플레이어가 나갔습니다.",
    connection_lost: "네트워크가 끊겼거나 플레이어의 기기가 꺼졌습니다.",
    server_stopping: "서버가 종료되는 중이었습니다.",
    kicked: "운영자가 플레이어의 연결을 끊었습니다.",
    bad_frame_size: "클라이언트가 고장 났거나 다른 프로그램입니다.",
    unknown_opcode: "클라이언트가 고장 났거나 다른 프로그램입니다.",
    bad_packet: "클라이언트가 고장 났거나 다른 프로그램입니다.",
    wrong_state: "클라이언트가 고장 났습니다.",
    stale_client: "클라이언트의 버전이 다릅니다. 업데이트해야 합니다.",
    bad_name: "이름을 표시할 수 없습니다.",
    bad_text: "메시지를 표시할 수 없습니다.",
    bad_websocket: "클라이언트가 고장 났거나, 중간의 장치가 바이트를 바꿉니다.",
    flooding: "클라이언트가 한꺼번에 너무 많이 보냈습니다. 봇이나 공격일 수 있습니다.",
    login_timeout: "클라이언트가 연결한 뒤 로그인하지 않았습니다. 한꺼번에 많으면 스캔이나 공격입니다.",
    idle_timeout: "클라이언트가 너무 오랫동안 아무것도 보내지 않았습니다.",
    slow_reader: "클라이언트가 데이터를 제때 읽지 못했습니다. 한꺼번에 많으면 네트워크를 확인하세요.",
    server_full: "거부: sessions_max에 도달했습니다.",
    too_many_from_address: "거부: sessions_per_address_max에 도달했습니다.",
    world_full: "거부: players_max에 도달했거나 빈칸이 없습니다.",
    banned: "운영자가 플레이어를 차단했습니다.",
    replaced: "플레이어가 다른 연결로 로그인했습니다.",
    left_world: "플레이어가 판을 떠났습니다.",
    world_closed: "판에 오류가 있어서 판을 닫았습니다. 로그를 확인하세요.",
    world_ended: "판이 끝났습니다.",
    no_such_world: "이 이름의 판이 없습니다.",
    character_unreadable: "이 버전의 게임은 이 캐릭터를 읽을 수 없습니다.",
    too_many_worlds: "서버가 지금 새 판을 만들 수 없거나 (worlds_max), 그 주소가 판을 너무 많이 만들었습니다 (worlds_per_address_max).",
  },
};

export const languages = { en: english, ko: korean } as const;
