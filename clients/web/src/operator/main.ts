// The operator's page. Fetches the state of the server once per second, while the page is visible, and shows the state.
import "./operator.css";
import { languageOfPage } from "../common/language";
import { byId, putTexts, setText } from "../common/page";
import { Actions } from "./actions";
import { announce, fetchState, isToken, Refusal, setToken } from "./api";
import { LineChart, showHistogram } from "./charts";
import { Dialogs } from "./dialogs";
import { duration, growth, join, quantile, quantiles, rates, short, since } from "./derive";
import { HeatMap } from "./heat_map";
import type { Tiles } from "./heat_map";
import { BoundedField } from "./bounded_field";
import { LogView } from "./log_view";
import { ChatView, SanctionList } from "./moderation";
import { PlayerList } from "./players";
import { Restart } from "./restart";
import { SettingsView } from "./settings_view";
import type { Sample, State } from "./state";
import { languages } from "./texts";
import type { Texts } from "./texts";
import { WorldList } from "./worlds";
import { ZoneOverlay } from "./zone_overlay";

const language = languageOfPage();
const texts: Texts = languages[language];
const samplesKept = 300;
const pollMs = 1000;
const pollWhenLostMs = 2000;
/** Time for which the page reports a restart of the server. */
const restartShownMs = 60_000;
/** Quantiles are calculated over this number of samples: one second has too few ticks and moves. */
const quantileWindow = 10;
/** The list of players is fetched with every second state. */
const pollsPerList = 2;

class Page {
  private state: State | undefined;
  private samples: Sample[] = [];
  private minutes = 1;
  private lostSince: number | undefined;
  private restartSeenAt: number | undefined;
  private timer = 0;
  private polls = 0;
  private readonly heatMap: HeatMap;
  private readonly zones = new ZoneOverlay(texts);
  private readonly players: PlayerList;
  private readonly dialogs: Dialogs;
  private readonly restart: Restart;
  private readonly settings: SettingsView;
  private readonly sanctions: SanctionList;
  private readonly chat: ChatView;
  private readonly worlds: WorldList;
  private readonly actions: Actions;
  private readonly log = new LogView(texts);
  private readonly announcement = new BoundedField("announcement", texts);
  private readonly charts = {
    tickTimes: new LineChart(byId("tick-times"), duration),
    answers: new LineChart(byId("answers"), duration),
    population: new LineChart(byId("population"), short),
    load: new LineChart(byId("load"), (load) => `${(load * 100).toFixed(0)} %`),
    ticks: new LineChart(byId("ticks"), short),
    traffic: new LineChart(byId("traffic"), (bytes) => short(bytes, "B")),
    rates: new LineChart(byId("rates"), short),
    queues: new LineChart(byId("queues"), (bytes) => short(bytes, "B")),
    commands: new LineChart(byId("commands"), short),
    overload: new LineChart(byId("overload"), short, 3),
  };

  constructor() {
    document.documentElement.lang = language;
    document.title = texts.title;
    putTexts(texts);
    const describe = (error: unknown) => this.describe(error);
    const showOutcome = (text: string, isProblem: boolean) => {
      setText(byId("outcome"), text);
      byId("outcome").classList.toggle("problem", isProblem);
    };
    this.dialogs = new Dialogs(texts, showOutcome, describe, (session) => this.players.drop(session), () => void this.poll());
    this.players = new PlayerList(
      texts,
      { goodbye: (player) => this.dialogs.askGoodbye(player), sanction: (player) => this.dialogs.askSanction(player) },
      () => this.heatMap.clearChoice(),
      (error) => this.onFailure(error),
    );
    this.chat = new ChatView(texts, (target) => this.dialogs.askSanction(target));
    this.sanctions = new SanctionList(texts, language, showOutcome, describe);
    this.worlds = new WorldList(
      texts,
      language,
      (world) => {
        this.heatMap.clearChoice();
        this.players.showWorld(world.name);
        byId("who-title").scrollIntoView({ block: "center" });
      },
      describe,
    );
    this.actions = new Actions(texts, language, describe);
    this.restart = new Restart(texts, language, describe);
    this.settings = new SettingsView(texts, describe);
    this.heatMap = new HeatMap(
      byId<HTMLCanvasElement>("map"),
      byId("legend"),
      (tiles, players) => setText(byId("square"), tiles ? texts.square(tiles, players) : texts.chooseSquare),
      (square) => this.players.showSquare(square, texts.squareTiles(this.heatMap.tilesOfChosen() as Tiles)),
    );
    this.putChoices();
    byId("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const token = byId<HTMLInputElement>("token").value.trim();
      setText(byId("token-problem"), isToken(token) ? "" : texts.notAToken);
      if (!isToken(token)) return;
      setToken(token);
      void this.poll();
    });
    byId("announce").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.announce();
    });
    // A hidden page sends no requests.
    document.addEventListener("visibilitychange", () => void this.poll());
    void this.poll();
  }

  private putChoices(): void {
    const choice = (host: string, text: string, isChosen: boolean, choose: () => void) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.setAttribute("aria-pressed", String(isChosen));
      button.addEventListener("click", () => {
        for (const other of byId(host).children) other.setAttribute("aria-pressed", String(other === button));
        choose();
      });
      byId(host).append(button);
    };
    for (const minutes of [1, 5])
      choice("spans", texts.lastMinutes(minutes), minutes === this.minutes, () => {
        this.minutes = minutes;
        this.drawHistogram();
      });
    for (const level of ["info", "warning", "error"] as const)
      choice("levels", texts.levels[level], level === "info", () => this.log.showFrom(level));
  }

  // --- Requests

  private async poll(): Promise<void> {
    window.clearTimeout(this.timer);
    if (document.visibilityState !== "visible") return;
    const poll = ++this.polls;
    try {
      let state = await fetchState(this.samples[this.samples.length - 1]?.number ?? 0, this.log.lastNumber, this.chat.lastNumber);
      if (poll !== this.polls) return;
      if (this.state && this.state.startedAt !== state.startedAt) {
        this.forget();
        state = await fetchState(0, 0, 0); // all data of the new server: its numbers begin at 1 again
        if (poll !== this.polls) return;
      }
      await this.apply(state);
    } catch (error) {
      if (poll !== this.polls || this.onFailure(error)) return;
    }
    this.timer = window.setTimeout(() => void this.poll(), this.lostSince ? pollWhenLostMs : pollMs);
  }

  /** Drops all data of a server that has ended. */
  private forget(): void {
    this.restartSeenAt = Date.now();
    this.state = undefined;
    this.samples = [];
    this.log.forget();
    this.heatMap.clearChoice();
    this.players.forget();
    this.chat.forget();
    this.worlds.forget();
    this.actions.forget();
    this.sanctions.forget();
    this.settings.forget();
  }

  private async apply(state: State): Promise<void> {
    this.state = state;
    this.lostSince = undefined;
    this.samples = join(this.samples, state.samples, samplesKept);
    this.setStale(false);
    byId("token-page").hidden = true;
    byId("door").hidden = true;
    byId("panel").hidden = false;
    const isRestartNews = this.restartSeenAt !== undefined && Date.now() - this.restartSeenAt < restartShownMs;
    this.showBanner(isRestartNews ? texts.restarted(new Date(state.startedAt).toLocaleTimeString(language)) : "");
    this.draw(state);
    this.log.add(state.log);
    this.chat.add(state.chat);
    this.dialogs.setLimits(state.limits);
    this.players.setNameBytes(state.limits.nameBytes);
    this.players.setHasMainWorld(state.map !== null);
    this.announcement.setMax(state.limits.textBytes);
    const now = this.samples[this.samples.length - 1]?.at ?? Date.now();
    this.restart.show(state, now);
    await this.sanctions.show(state.sanctionsVersion, now);
    await this.actions.show(state.hasActions);
    if (this.polls % pollsPerList === 1 || !this.players.isLoaded) {
      await this.players.refresh();
      await this.worlds.show(this.samples[this.samples.length - 1]?.worlds ?? 0, state.map !== null);
    }
  }

  /** Shows a failure. Returns whether polling must stop. */
  private onFailure(error: unknown): boolean {
    if (error instanceof Refusal && error.status === 401) {
      byId("panel").hidden = true;
      byId("banner").hidden = true;
      byId("token-page").hidden = false;
      byId("token-problem").textContent = byId<HTMLInputElement>("token").value ? error.message : "";
      byId("token").focus();
      return true;
    }
    if (error instanceof Refusal && error.status === 403) {
      byId("panel").hidden = true;
      byId("door").hidden = false;
      byId("refusal").textContent = error.message;
      return true;
    }
    this.lostSince ??= Date.now();
    this.setStale(true);
    this.showBanner(texts.lost(new Date(this.lostSince).toLocaleTimeString(language)));
    return false;
  }

  /** Marks the shown data as old or current. Old data is dimmed and has its time; buttons that need the server are disabled. */
  private setStale(isStale: boolean): void {
    document.body.classList.toggle("stale", isStale);
    const last = this.samples[this.samples.length - 1];
    setText(byId("as-of"), isStale && last ? texts.asOf(new Date(last.at).toLocaleTimeString(language)) : "");
    for (const button of document.querySelectorAll<HTMLButtonElement>("button.needs-server")) button.disabled = isStale;
    for (const part of document.querySelectorAll<HTMLElement>("#who .choices, #settings")) part.inert = isStale;
  }

  /** Returns a text for a failure: in the operator's language if the page has one, else the text of the server. */
  private describe(error: unknown): string {
    if (!(error instanceof Refusal)) return texts.problems["none"] as string;
    return texts.problems[`${error.call} ${error.status}`] ?? texts.problems[error.status] ?? error.message;
  }

  /** Shows the banner. Changes the element only if the text differs, because a screen reader reads each change. */
  private showBanner(text: string): void {
    setText(byId("banner"), text);
    byId("banner").hidden = text === "";
  }

  private async announce(): Promise<void> {
    const outcome = byId("announce-outcome");
    if (!this.announcement.isGood()) return setText(outcome, "");
    try {
      await announce(this.announcement.value);
      outcome.textContent = texts.announced;
      outcome.classList.remove("problem");
      this.announcement.value = "";
    } catch (error) {
      outcome.textContent = this.describe(error);
      outcome.classList.add("problem");
    }
  }

  // --- Display

  private draw(state: State): void {
    setText(byId("about"), texts.about(state.game, state.version, state.io, state.map));
    byId("map-section").hidden = !state.map;
    if (state.heat && state.map) this.heatMap.show(state.heat, state.map);
    this.zones.show(state.zones, state.heat);
    this.drawFigures(state);
    this.drawCharts(state);
    this.drawHistogram();
    this.drawClosed();
  }

  private drawFigures(state: State): void {
    const now = this.samples[this.samples.length - 1];
    if (!now) return;
    const recent = since(this.samples, quantileWindow);
    const grown = (histogram: (sample: Sample) => readonly number[]) => {
      const first = recent[0];
      return quantile(growth(first && histogram(first), histogram(now)), state.bounds, 0.99);
    };
    const figures: [string, string, string, boolean?][] = [
      [texts.players, now.players.toLocaleString(language), state.limits.players === null ? "" : texts.ofAtMost(state.limits.players)],
      [texts.sessions, now.sessions.toLocaleString(language), texts.ofAtMost(state.limits.sessions), now.sessions >= state.limits.sessions * 0.95],
      [texts.tickRate, String(now.ticksPerSecond), ""],
      [`${texts.tickTime} p99`, duration(grown((sample) => sample.tickTime)), ""],
      [`${texts.answerTime} p99`, duration(grown((sample) => sample.answerTime)), ""],
      [texts.overload, String(now.overloadStep), texts.overloadSteps(now.overloadStep, now.ticksPerSecond), now.overloadStep > 0],
      [texts.uptime, uptime(now.at - state.startedAt), ""],
    ];
    byId("figures").replaceChildren(
      ...figures.map(([name, value, note, isAlarm]) => {
        const box = document.createElement("div");
        const term = document.createElement("dt");
        term.textContent = name;
        const figure = document.createElement("dd");
        figure.classList.toggle("alarm", isAlarm === true);
        const small = document.createElement("small");
        small.textContent = note;
        figure.append(value, " ", small);
        box.append(term, figure);
        return box;
      }),
    );
  }

  private drawCharts(state: State): void {
    const { samples, charts } = this;
    const times = samples.map((sample) => sample.at);
    const values = (of: (sample: Sample) => number) => samples.map(of);
    const quantileLine = (label: string, q: number) => ({
      label,
      values: quantiles(samples, (sample) => sample.answerTime, state.bounds, q, quantileWindow),
    });
    const budget = this.budgetUs();
    setText(byId("budget"), budget === undefined ? "" : texts.budget(duration(budget)));
    const tickLine = (label: string, q: number) => ({ label, values: quantiles(samples, (sample) => sample.tickTime, state.bounds, q, quantileWindow) });
    charts.tickTimes.show(times, [tickLine("p50", 0.5), tickLine("p99", 0.99)], budget);
    charts.answers.show(times, [quantileLine("p50", 0.5), quantileLine("p95", 0.95), quantileLine("p99", 0.99)]);
    charts.population.show(times, [
      { label: texts.players, values: values((sample) => sample.players) },
      { label: texts.sessions, values: values((sample) => sample.sessions) },
    ]);
    const workers = samples[samples.length - 1]?.workers ?? [];
    charts.load.show(times, [
      { label: texts.zoneThread, values: values((sample) => sample.zoneLoad) },
      ...workers.map((_, i) => ({ label: texts.worker(i), values: values((sample) => sample.workers[i]?.load ?? 0) })),
    ]);
    charts.ticks.show(times, [
      { label: texts.ticks, values: rates(samples, (sample) => sample.ticks) },
      { label: texts.late, values: rates(samples, (sample) => sample.ticksLate) },
      { label: texts.skipped, values: rates(samples, (sample) => sample.ticksSkipped) },
    ]);
    charts.traffic.show(times, [
      { label: texts.bytesOut, values: rates(samples, (sample) => sample.bytesOut) },
      { label: texts.bytesIn, values: rates(samples, (sample) => sample.bytesIn) },
    ]);
    charts.rates.show(times, [
      { label: texts.sends, values: rates(samples, (sample) => sample.sends) },
      { label: texts.packetsIn, values: rates(samples, (sample) => sample.packetsIn) },
      { label: texts.http, values: rates(samples, (sample) => sample.httpRequests) },
    ]);
    charts.queues.show(times, [
      ...workers.map((_, i) => ({ label: texts.worker(i), values: values((sample) => sample.workers[i]?.queuedBytes ?? 0) })),
    ]);
    charts.commands.show(times, [
      { label: texts.commandQueue(state.limits.commandQueue), values: values((sample) => sample.commandQueue) },
      { label: texts.stalls, values: rates(samples, (sample) => sample.stalls) },
    ]);
    charts.overload.show(times, [
      { label: texts.overload, values: values((sample) => sample.overloadStep) },
      { label: texts.throttled, values: values((sample) => sample.throttledCells) },
    ]);
  }

  /** Returns the time that a tick may take, in microseconds: until the next tick is due. */
  private budgetUs(): number | undefined {
    const rate = this.samples[this.samples.length - 1]?.ticksPerSecond;
    return rate ? 1_000_000 / rate : undefined;
  }

  private drawHistogram(): void {
    const last = this.samples[this.samples.length - 1];
    const first = since(this.samples, this.minutes * 60)[0];
    if (!last || !first || !this.state) return;
    const { bounds } = this.state;
    const counts = growth(first.tickTime, last.tickTime);
    const labels = [...bounds.map((bound) => duration(bound)), texts.above(duration(bounds[bounds.length - 1]))];
    const budget = this.budgetUs() ?? Infinity;
    showHistogram(byId("histogram"), labels, counts, (bucket) => (bounds[bucket] ?? Infinity) > budget);
    const at = (q: number) => duration(quantile(counts, bounds, q));
    setText(byId("histogram-note"), `p50 ${at(0.5)} · p99 ${at(0.99)}`);
  }

  private drawClosed(): void {
    const last = this.samples[this.samples.length - 1];
    const first = this.samples[0];
    const rows = Object.entries(last?.closed ?? {}).sort((a, b) => b[1] - a[1]);
    const cellsOfRows = rows.map(([reason, total]) => [
      reason,
      total.toLocaleString(language),
      (total - (first?.closed[reason] ?? 0)).toLocaleString(language),
      texts.reasons[reason] ?? "",
    ]);
    if (rows.length === 0) cellsOfRows.push([texts.noneClosed, "", "", ""]);
    byId("closed-rows").replaceChildren(
      ...cellsOfRows.map((cells) => {
        const row = document.createElement("tr");
        cells.forEach((text, i) => {
          const cell = document.createElement("td");
          cell.textContent = text;
          if (i === 1 || i === 2) cell.className = "number";
          row.append(cell);
        });
        return row;
      }),
    );
  }
}

function uptime(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const parts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  return `${parts[0] ? `${parts[0]} d ` : ""}${parts[1]}:${String(parts[2]).padStart(2, "0")} h`;
}

new Page();
