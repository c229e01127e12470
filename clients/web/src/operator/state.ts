// What the operator's page gets from the server, and what it may ask of it. The other side is
// src/app/operator_api.cpp; times are milliseconds since 1970 where they say `at`, else microseconds as their names say.
//
//   GET  /operator/api/state?after=SAMPLE&log_after=LINE&chat_after=LINE
//                                        State: samples, log lines and words behind those that one has
//   GET  /operator/api/players?find=PART_OF_A_NAME&column=C&row=R&after_name=NAME&after_entity=N&rows=N
//                                        Players: a page of them, by name; all of that may be left out
//   GET  /operator/api/settings          Settings in force
//   GET  /operator/api/sanctions         Sanctions that hold
//   POST /operator/api/goodbye           {"session": "..."}: says goodbye to one; 404: it is gone
//   POST /operator/api/announce          {"text": "..."}: a message to all
//   POST /operator/api/sanction          {"kind": "mute" or "ban", "name", "minutes"} and perhaps "reason", "address": holds for
//                                        a name, and for all who come from that address; 429: sanctions_max is reached
//   POST /operator/api/lift              {"id": "..."}: ends a sanction; 404: it has ended already
//   POST /operator/api/restart           {"seconds": 5 to 86400} and perhaps "reason"; 409: one is planned already
//   POST /operator/api/cancel-restart    {}; 409: none is planned
//
// What was done is answered with 204. Texts are counted in bytes of UTF-8 (State.limits): 400 when one is too long.
//
// A POST needs Content-Type: application/json. With a token configured each needs Authorization: Bearer TOKEN: else 401,
// with a body that says so in plain text. Without one only this machine may: else 403. Every other failure is a status
// with a line of plain text for a person.

/** Once a second one is taken, whether anybody looks or not; the server keeps the last 300. */
export interface Sample {
  /** counts up by one from 1; never comes back in a run of the server */
  readonly number: number;
  readonly at: number;

  // --- How it is now
  readonly sessions: number;
  readonly players: number;
  /** commands that wait for the zone */
  readonly commandQueue: number;
  /** step of overload control; 0: none is needed */
  readonly overloadStep: number;
  readonly ticksPerSecond: number;
  /** cells whose steps are held back from somebody */
  readonly throttledCells: number;
  readonly workers: readonly WorkerSample[];
  /** of one core, 0 to 1 and a little over: processor time of the zone's thread in this second */
  readonly zoneLoad: number;

  // --- What there has been since the server's start: differences between two samples say how much in between
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
  /** why sessions closed: by name of the CloseReason, in the protocol's spelling (client_left ...); zeros left out */
  readonly closed: Readonly<Record<string, number>>;
  /** how many ticks took so long, from when they were due until every worker had handed them out; see State.bounds */
  readonly tickTime: readonly number[];
  /** how many moves were answered within so long, from when the server had them; see State.bounds */
  readonly answerTime: readonly number[];
}

export interface WorkerSample {
  readonly sessions: number;
  /** as zoneLoad, of this worker's thread */
  readonly load: number;
  /** bytes that wait for its clients */
  readonly queuedBytes: number;
}

export interface State {
  readonly version: string;
  readonly startedAt: number;
  readonly io: string;
  readonly map: { readonly width: number; readonly height: number };
  /** of the histograms: upper bounds in microseconds, rising; a histogram has one number more, for all above the last */
  readonly bounds: readonly number[];
  readonly limits: {
    readonly sessions: number;
    readonly players: number;
    readonly commandQueue: number;
    readonly sanctions: number;
    // Lengths, in bytes of UTF-8:
    readonly textBytes: number;
    readonly nameBytes: number;
    readonly reasonBytes: number;
  };
  readonly samples: readonly Sample[];
  readonly heat: Heat;
  readonly log: readonly LogLine[];
  readonly chat: readonly ChatLine[];
  /** another number after each change of the sanctions */
  readonly sanctionsVersion: number;
  readonly restart: { readonly at: number; readonly reason: string } | null;
}

/** Words of a player; the server keeps the last chat_lines_kept. */
export interface ChatLine {
  /** counts up by one from 1 */
  readonly number: number;
  readonly at: number;
  /** a shout */
  readonly toAll: boolean;
  readonly session: string;
  readonly entity: string;
  readonly name: string;
  /** where its piece stood */
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
  /** null: it holds for the name alone */
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
  /** null: it is set, and a secret */
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly unit: string;
  /** "madang.toml:3", "--tick-rate"; null: nobody set it */
  readonly from: string | null;
  readonly help: string;
}

/** Players by square of the map: a cell each, or on a large map a square of several cells. */
export interface Heat {
  readonly columns: number;
  readonly rows: number;
  /** the tiles along a square's side; the last column and row may be cut off by the map's edge */
  readonly squareTiles: number;
  /** row by row */
  readonly players: readonly number[];
}

export interface LogLine {
  /** counts up by one from 1; the server keeps the last 200 */
  readonly number: number;
  readonly at: number;
  readonly level: "info" | "warning" | "error";
  readonly text: string;
}

export interface Players {
  /** how many there are on all pages */
  readonly count: number;
  readonly hasMore: boolean;
  /** by name, letters' case aside, and then by entity */
  readonly players: readonly Player[];
}

export interface Player {
  /** names it to /operator/api/goodbye */
  readonly session: string;
  readonly entity: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** how many pieces its client is shown, its own among them */
  readonly sees: number;
  /** without its port; null when the session is gone, or its worker did not answer in time */
  readonly address: string | null;
  readonly port: number | null;
}
