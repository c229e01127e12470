// The log's last lines: from a level on, with the newest in sight while one is at the end, and still while paused.
import { byId } from "../common/page";
import type { LogLine } from "./state";
import type { Texts } from "./texts";

const linesKept = 200;
const levels: readonly LogLine["level"][] = ["info", "warning", "error"];
/** So near to its end it is taken to be there. */
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

  /** A choice of its reader's is shown also while new lines are not. */
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
