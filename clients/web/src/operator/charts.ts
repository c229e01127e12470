// The charts: lines over the last minutes, and the bars of a histogram.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { short } from "./derive";

/** Number of line colours: --line-0 and so on in operator.css, for the dark and the light theme. */
const lineColors = 9;
const height = 160;

export interface Line {
  readonly label: string;
  readonly values: readonly (number | undefined)[];
}

/** A line chart. Created when it is first shown, and created again when its lines or the page's colours change. */
export class LineChart {
  private plot: uPlot | undefined;
  private labels = "";
  private budget: number | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly format: (value: number) => string = short,
    /** Least value at the upper end of the axis. */
    private readonly axisMaxMin = 1,
  ) {
    new ResizeObserver(() => this.plot?.setSize({ width: host.clientWidth, height })).observe(host);
    window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => (this.labels = ""));
  }

  /** Shows the lines. Values above `budget` are red, and a dashed line marks the budget. */
  show(timesMs: readonly number[], lines: readonly Line[], budget?: number): void {
    this.budget = budget;
    const labels = lines.map((line) => line.label).join("\n");
    const data = [timesMs.map((time) => time / 1000), ...lines.map((line) => line.values.map((value) => value ?? null))] as uPlot.AlignedData;
    if (this.plot && labels === this.labels) {
      this.plot.setData(data);
    } else {
      this.labels = labels;
      this.plot?.destroy();
      this.plot = new uPlot(this.options(lines), data, this.host);
    }
    // Without a pointer on the chart, the legend shows the latest values.
    if (this.plot.cursor.idx == null) this.plot.setLegend({ idx: timesMs.length - 1 });
  }

  private options(lines: readonly Line[]): uPlot.Options {
    const { format } = this;
    return {
      width: this.host.clientWidth,
      height,
      cursor: { sync: { key: "time" }, points: { size: 6 }, y: false },
      scales: { y: { range: (_, __, max) => [0, Math.max(max, this.axisMaxMin, (this.budget ?? 0) * 1.2) * 1.05] } },
      axes: [axis({ space: 80, size: 30, values: (_, ticks) => ticks.map(clockTime) }), axis({ size: 66, values: (_, ticks) => ticks.map((tick) => format(tick)) })],
      legend: { markers: { stroke: (_, i) => color(`--line-${(i - 1) % lineColors}`) } },
      hooks: { drawAxes: [(plot) => this.drawBudget(plot)] },
      series: [
        {},
        ...lines.map((line, i) => ({
          label: line.label,
          stroke: (plot: uPlot) => this.strokeOf(plot, color(`--line-${i % lineColors}`)),
          width: 1.5,
          points: { show: false },
          value: (_: uPlot, value: number | null) => (value === null ? "–" : format(value)),
        })),
      ],
    };
  }

  private budgetPixels(plot: uPlot): number | undefined {
    const pixels = this.budget === undefined ? NaN : plot.valToPos(this.budget, "y", true);
    return Number.isFinite(pixels) ? Math.min(Math.max(pixels, plot.bbox.top), plot.bbox.top + plot.bbox.height) : undefined;
  }

  private strokeOf(plot: uPlot, below: string): string | CanvasGradient {
    const at = this.budgetPixels(plot);
    if (at === undefined || plot.bbox.height === 0) return below;
    const gradient = plot.ctx.createLinearGradient(0, plot.bbox.top, 0, plot.bbox.top + plot.bbox.height);
    const share = (at - plot.bbox.top) / plot.bbox.height;
    gradient.addColorStop(share, color("--problem"));
    gradient.addColorStop(share, below);
    return gradient;
  }

  private drawBudget(plot: uPlot): void {
    const at = this.budgetPixels(plot);
    if (at === undefined) return;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = color("--problem");
    ctx.strokeStyle = color("--problem");
    ctx.globalAlpha = 0.12;
    ctx.fillRect(bbox.left, bbox.top, bbox.width, at - bbox.top);
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, at);
    ctx.lineTo(bbox.left + bbox.width, at);
    ctx.stroke();
    ctx.restore();
  }
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

function axis(more: uPlot.Axis): uPlot.Axis {
  const grid = { stroke: color("--edge"), width: 1 };
  return { stroke: color("--quiet"), grid, ticks: grid, font: "12px system-ui", ...more };
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

/** Shows a bar for each bucket of a histogram, with its share in percent. Buckets over a budget are red. */
export function showHistogram(host: HTMLElement, labels: readonly string[], counts: readonly number[], isOver: (bucket: number) => boolean): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts, 1);
  while (host.childElementCount < labels.length) {
    const bar = document.createElement("div");
    bar.append(document.createElement("b"), document.createElement("i"), document.createElement("span"));
    host.append(bar);
  }
  labels.forEach((label, i) => {
    const [share, bar, name] = (host.children[i] as HTMLElement).children as unknown as [HTMLElement, HTMLElement, HTMLElement];
    const count = counts[i] ?? 0;
    const percent = total > 0 ? (100 * count) / total : 0;
    share.textContent = count === 0 ? "" : percent < 1 ? "<1" : percent.toFixed(0);
    bar.style.height = `${count === 0 ? 0 : Math.max((100 * count) / most, 2)}px`;
    name.textContent = label;
    (host.children[i] as HTMLElement).classList.toggle("over", isOver(i));
    (host.children[i] as HTMLElement).title = `${label}: ${count}`;
  });
}
