// The last lines of the log, from a level on. Scrolls to new lines if the operator is at the end. Does not change while paused.
import { byId } from "../common/page";
import type { LogLine } from "./state";
import type { Texts } from "./texts";

const linesKept = 200;
const levels: readonly LogLine["level"][] = ["info", "warning", "error"];
/** Within this distance from the end, in pixels, the list counts as scrolled to the end. */
const endPixels = 30;

export class LogView {
  private lines: readonly LogLine[] = [];
  private level: LogLine["level"] = "info";
  private isPaused = false;

  constructor(private readonly texts: Texts) {
    byId("pause").addEventListener("click", () => {
      this.isPaused = !this.isPaused;
      byId("pause").setAttribute("aria-pressed", String(this.isPaused));
      this.draw();
    });
    this.draw();
  }

  get lastNumber(): number {
    return this.lines[this.lines.length - 1]?.number ?? 0;
  }
  forget(): void {
    this.lines = [];
    this.draw();
  }
  add(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    this.lines = [...this.lines, ...lines].slice(-linesKept);
    this.draw();
  }
  showFrom(level: LogLine["level"]): void {
    this.level = level;
    this.draw(true);
  }

  /** Draws the lines. While paused, draws only after a choice of the operator. */
  private draw(isChoice = false): void {
    if (this.isPaused && !isChoice) return;
    const log = byId("log");
    const frame = byId("log-frame");
    const isAtEnd = frame.scrollTop + frame.clientHeight >= frame.scrollHeight - endPixels;
    const shown = this.lines.filter((line) => levels.indexOf(line.level) >= levels.indexOf(this.level));
    log.replaceChildren(...shown.map((line) => this.itemOf(line)));
    if (shown.length === 0) {
      const nothing = document.createElement("li");
      nothing.className = "nothing";
      nothing.textContent = this.texts.noLines;
      log.append(nothing);
    }
    if (isAtEnd) frame.scrollTop = frame.scrollHeight;
  }

  private itemOf(line: LogLine): HTMLElement {
    const item = document.createElement("li");
    item.className = line.level;
    const time = document.createElement("time");
    time.textContent = new Date(line.at).toLocaleTimeString("en-GB");
    item.append(time, line.text);
    return item;
  }
}
