// Figures for the charts, calculated from samples: rates from differences, quantiles from histograms. Pure.
import type { Sample } from "./state";

/** Returns a counter's growth per second between two samples; undefined without an earlier sample. */
export function rate(before: Sample | undefined, after: Sample, counter: (sample: Sample) => number): number | undefined {
  if (!before || after.at <= before.at) return undefined;
  return Math.max(counter(after) - counter(before), 0) / ((after.at - before.at) / 1000);
}

/** Returns, for each sample, the rate since the sample before. */
export function rates(samples: readonly Sample[], counter: (sample: Sample) => number): (number | undefined)[] {
  return samples.map((sample, i) => rate(samples[i - 1], sample, counter));
}

/** Returns the growth of each bucket of a histogram. */
export function growth(before: readonly number[] | undefined, after: readonly number[]): number[] {
  return after.map((count, i) => Math.max(count - (before?.[i] ?? 0), 0));
}

/**
 * Returns the value below which the share `q` (0 to 1) of a histogram lies; undefined if the histogram is empty. Values are
 * assumed to be spread evenly within a bucket. For values above the last bound, returns the last bound.
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

/** Returns, for each sample, the quantile of the growth over the last `window` samples. */
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

/** Returns the last `kept` of all samples, old and new. A gap in time stays a gap, because the axis of the charts is time. */
export function join(samples: readonly Sample[], more: readonly Sample[], kept: number): Sample[] {
  const last = samples[samples.length - 1]?.number ?? 0;
  return [...samples, ...more.filter((sample) => sample.number > last)].slice(-kept);
}

/** Returns the samples of the last `seconds`. */
export function since(samples: readonly Sample[], seconds: number): Sample[] {
  const end = samples[samples.length - 1]?.at ?? 0;
  return samples.filter((sample) => sample.at >= end - seconds * 1000);
}

/** Returns a short number: 1234567 becomes "1.2M". For axes, and for figures that change every second. */
export function short(value: number | undefined, unit = ""): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const)
    if (Math.abs(value) >= size) return `${trimmed(value / size)}${letter}${unit}`;
  return `${trimmed(value)}${unit}`;
}

/** Returns a duration, given in microseconds, with a fitting unit: "850 µs", "12 ms", "1.2 s". */
export function duration(us: number | undefined): string {
  if (us === undefined) return "–";
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${trimmed(us / 1000)} ms`;
  return `${trimmed(us / 1_000_000)} s`;
}

function trimmed(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}
