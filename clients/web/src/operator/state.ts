// The operator's API: data from the server, and requests to the server. src/madang/server/operator_api.cpp is the other side.
// Times named `at` are milliseconds since 1970. Other times have their unit in the name.
//
//   GET  /operator/api/state?after=SAMPLE&log_after=LINE&chat_after=LINE
//                                        State: samples, log lines and messages after the given ones
//   GET  /operator/api/players?find=PART_OF_A_NAME&column=C&row=R&after_name=NAME&after_entity=ENTITY&rows=N
//                                        Players: one page, sorted by name; each parameter is optional
//                                        world=NAME: those of this world instead of the main world
//   GET  /operator/api/worlds            Worlds: the 200 with the most players
//   GET  /operator/api/settings          Settings in force
//   GET  /operator/api/sanctions         Sanctions in force
//   POST /operator/api/goodbye           {"session": "..."}: closes a session; 404: the session has ended
//   POST /operator/api/end-world         {"world": NAME}: ends a world and the sessions of its players; 404: no such world;
//                                        409: it is the main world, which ends with the server only
//   POST /operator/api/announce          {"text": "..."}: sends a message to all players
//   POST /operator/api/sanction          {"kind": "mute" or "ban", "name", "minutes"}, optional "reason" and "address": mutes or
//                                        bans a name, and all players from the address (Player.canSanctionAddress); 429: sanctions_max is reached
//   POST /operator/api/lift              {"id": "..."}: ends a sanction; 404: the sanction has ended
//   POST /operator/api/restart           {"seconds": 5 to 86400}, optional "reason"; 409: a restart is planned already
//   POST /operator/api/cancel-restart    {}; 409: no restart is planned
//
// A POST that succeeds is answered with 204. The length of texts is in bytes of UTF-8 (State.limits). A longer text: 400.
//
// A POST needs Content-Type: application/json. If the server has a token, each request needs Authorization: Bearer TOKEN.
// Otherwise the answer is 401. If the server has no token, only its own machine has access. Otherwise the answer is 403.
// Every refusal has a line of plain text for the operator.

/** The counters of the server at one moment. The server takes a sample once per second and keeps the last 300. */
export interface Sample {
  /** Counts up by one from 1. Unique in a run of the server. */
  readonly number: number;
  readonly at: number;

  // --- Values at this moment
  readonly sessions: number;
  readonly players: number;
  /** Worlds that run: the main world and the rooms. */
  readonly worlds: number;
  /** Number of commands that wait for the zone. */
  readonly commandQueue: number;
  /** Step of the overload control; 0: the server is not overloaded. */
  readonly overloadStep: number;
  readonly ticksPerSecond: number;
  /** Number of cells whose steps are suppressed for at least one session. */
  readonly throttledCells: number;
  readonly workers: readonly WorkerSample[];
  /** Processor time, in this second, of the busiest thread that ticks worlds. A share of one core: 0 to 1, sometimes a little more. */
  readonly zoneLoad: number;

  // --- Counters since the start of the server. The difference of two samples is the growth between them.
  readonly ticks: number;
  readonly ticksLate: number;
  readonly ticksSkipped: number;
  readonly overloadStepsUp: number;
  readonly sessionsOpened: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly sends: number;
  readonly stalls: number;
  readonly httpRequests: number;
  /** Number of closed sessions by CloseReason, in the protocol's spelling (client_left ...). Zeros are left out. */
  readonly closed: Readonly<Record<string, number>>;
  /** Histogram of ticks by time: from the moment a tick was due until every worker had fanned it out. See State.bounds. */
  readonly tickTime: readonly number[];
  /** Histogram of moves by time: from the arrival of a move until its answer. See State.bounds. */
  readonly answerTime: readonly number[];
}

export interface WorkerSample {
  readonly sessions: number;
  /** As zoneLoad, for this worker's thread. */
  readonly load: number;
  /** Number of bytes that wait to be sent to the clients of this worker. */
  readonly queuedBytes: number;
}

export interface State {
  /** The game has actions for the operator: GET actions, POST act. */
  readonly hasActions?: boolean;
  /** The name of the game. */
  readonly game: string;
  readonly version: string;
  readonly startedAt: number;
  readonly io: string;
  /** The map of the main world; null: there is no main world. */
  readonly map: { readonly width: number; readonly height: number } | null;
  /** Upper bounds of the histograms, in microseconds, ascending. A histogram has one more bucket, for values above the last. */
  readonly bounds: readonly number[];
  readonly limits: {
    readonly sessions: number;
    /** Of the main world; null: there is no main world. */
    readonly players: number | null;
    readonly commandQueue: number;
    readonly sanctions: number;
    // Lengths in bytes of UTF-8:
    readonly textBytes: number;
    readonly nameBytes: number;
    readonly reasonBytes: number;
  };
  readonly samples: readonly Sample[];
  /** Of the main world; null: there is no main world. */
  readonly heat: Heat | null;
  /** Of the main world; null: it is one zone, or there is no main world. */
  readonly zones: Zones | null;
  readonly log: readonly LogLine[];
  readonly chat: readonly ChatLine[];
  /** Changes with each change of the sanctions. */
  readonly sanctionsVersion: number;
  readonly restart: { readonly at: number; readonly reason: string } | null;
}

/** A message of a player. The server keeps the last chat_lines_kept messages. */
export interface ChatLine {
  /** Counts up by one from 1. */
  readonly number: number;
  readonly at: number;
  /** The message is a shout. */
  readonly toAll: boolean;
  readonly session: string;
  /** The name of the player's world. */
  readonly world: string;
  readonly entity: string;
  readonly name: string;
  /** Position of the piece at that time, in tiles. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface Sanctions {
  readonly sanctions: readonly Sanction[];
}
export interface Sanction {
  readonly id: string;
  readonly kind: "mute" | "ban";
  readonly name: string;
  /** null: the sanction applies only to the name. */
  readonly address: string | null;
  readonly until: number;
  readonly reason: string;
}

export interface Settings {
  readonly settings: readonly Setting[];
}
export interface Setting {
  readonly section: string;
  readonly name: string;
  /** null: the value is a secret. */
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly unit: string;
  /** The source of the value: "madang.toml:3", "--tick-rate". null: the default value. */
  readonly from: string | null;
  readonly help: string;
}

/** Number of players by square of the map. A square is one cell, on a large map several cells. */
export interface Heat {
  readonly columns: number;
  readonly rows: number;
  /** Length of a square's side in tiles. The squares of the last column and row may be smaller. */
  readonly squareTiles: number;
  /** Row by row. */
  readonly players: readonly number[];
}

/** How a world is cut into zones. Zones are numbered row by row. */
export interface Zones {
  readonly columns: number;
  readonly rows: number;
  /** Where the columns begin, in tiles, and where the last one ends. The columns may differ in width. */
  readonly x: readonly number[];
  /** As x, for the rows. */
  readonly y: readonly number[];
  /** Time that a thread worked for the zone in the last second, as a share of it: 0 to 1. By number of the zone. */
  readonly loads: readonly number[];
}

export interface LogLine {
  /** Counts up by one from 1. The server keeps the last 200 lines. */
  readonly number: number;
  readonly at: number;
  readonly level: "info" | "warning" | "error";
  readonly text: string;
}

export interface Worlds {
  /** Number of all worlds. */
  readonly count: number;
  /** Those with the most players first, then by name. */
  readonly worlds: readonly World[];
}

export interface World {
  /** Empty: the main world. */
  readonly name: string;
  readonly players: number;
  readonly entities: number;
  readonly tick: number;
  /** Why the world was closed; empty: it goes on. */
  readonly broken: string;
  /** Number of the zone thread that runs it. */
  readonly zone: number;
  /** The game's own attributes of the world, by name. */
  readonly attributes: Attributes;
}

/** The attributes of a game, by name, as texts. */
export type Attributes = Readonly<Record<string, string>>;

export interface Players {
  /** Number of players on all pages. */
  readonly count: number;
  readonly hasMore: boolean;
  /** Sorted by name, without regard to case, then by entity. */
  readonly players: readonly Player[];
}

export interface Player {
  /** Identifies the player in /operator/api/goodbye. */
  readonly session: string;
  readonly entity: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Number of pieces in the client's view, with the own piece. */
  readonly sees: number;
  /** The game's own attributes of the player's entity. */
  readonly attributes: Attributes;
  /** The address without the port. null: the session has ended, or its worker did not answer in time. */
  readonly address: string | null;
  readonly port: number | null;
  /** The server accepts this address in /operator/api/sanction. The address of the server's own machine is refused. */
  readonly canSanctionAddress: boolean;
}
