// What the charts show, out of samples: rates from differences, quantiles from histograms. Pure.
import type { Sample } from "./state";

/** A counter's growth a second between two samples; undefined where it cannot be told. */
export function rate(before: Sample | undefined, after: Sample, counter: (sample: Sample) => number): number | undefined {
  if (!before || after.at <= before.at) return undefined;
  return Math.max(counter(after) - counter(before), 0) / ((after.at - before.at) / 1000);
}

/** For each sample the rate since the one before it. */
export function rates(samples: readonly Sample[], counter: (sample: Sample) => number): (number | undefined)[] {
  return samples.map((sample, i) => rate(samples[i - 1], sample, counter));
}

/** A histogram's growth. */
export function growth(before: readonly number[] | undefined, after: readonly number[]): number[] {
  return after.map((count, i) => Math.max(count - (before?.[i] ?? 0), 0));
}

/**
 * Below which value the share `q` of a histogram lies, evenly spread within a place; undefined when it is empty. What is
 * above the last bound is told as that bound.
 */
export function quantile(counts: readonly number[], bounds: readonly number[], q: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = q * total;
  for (let i = 0; i < bounds.length; ++i) {
    const count = counts[i] ?? 0;
    const low = i === 0 ? 0 : (bounds[i - 1] as number);
    const high = bounds[i] as number;
    if (count > 0 && left <= count) return low + ((high - low) * left) / count;
    left -= count;
  }
  return bounds[bounds.length - 1];
}

/** For each sample the quantile of what came in the `window` samples up to it. */
export function quantiles(
  samples: readonly Sample[],
  histogram: (sample: Sample) => readonly number[],
  bounds: readonly number[],
  q: number,
  window: number,
): (number | undefined)[] {
  return samples.map((sample, i) => {
    const before = samples[Math.max(i - window, 0)];
    return before === sample ? undefined : quantile(growth(before && histogram(before), histogram(sample)), bounds, q);
  });
}

/** The samples with the new ones behind them, the last `kept`. A gap in time is left as it is: charts go by time. */
export function join(samples: readonly Sample[], more: readonly Sample[], kept: number): Sample[] {
  const last = samples[samples.length - 1]?.number ?? 0;
  return [...samples, ...more.filter((sample) => sample.number > last)].slice(-kept);
}

/** Of the last `seconds`. */
export function since(samples: readonly Sample[], seconds: number): Sample[] {
  const end = samples[samples.length - 1]?.at ?? 0;
  return samples.filter((sample) => sample.at >= end - seconds * 1000);
}

/** 1234567 -> "1.2M": for axes and figures that change every second. */
export function short(value: number | undefined, unit = ""): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const)
    if (Math.abs(value) >= size) return `${trimmed(value / size)}${letter}${unit}`;
  return `${trimmed(value)}${unit}`;
}

/** Microseconds for a person: "850 µs", "12 ms", "1.2 s". */
export function duration(us: number | undefined): string {
  if (us === undefined) return "–";
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${trimmed(us / 1000)} ms`;
  return `${trimmed(us / 1_000_000)} s`;
}

function trimmed(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}
