// The parts of the operator's page that need no browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { duration, growth, join, quantile, quantiles, rates, short, since } = await load("operator/derive.ts");
const { languages } = await load("operator/texts.ts");
const { CloseReason } = await load("protocol.ts");

const sample = (number, more) => ({ number, at: number * 1000, ...more });

test("a rate is a difference divided by the time, also over a gap; the first sample has no rate", () => {
  const samples = [sample(1, { sends: 100 }), sample(2, { sends: 150 }), sample(5, { sends: 450 }), sample(6, { sends: 0 })];
  assert.deepEqual(rates(samples, (one) => one.sends), [undefined, 50, 100, 0]);
});

test("a quantile assumes that values are spread evenly within a bucket", () => {
  const bounds = [10, 20, 40];
  assert.equal(quantile([0, 10, 0, 0], bounds, 0.5), 15);
  assert.equal(quantile([5, 5, 0, 0], bounds, 0.5), 10);
  assert.equal(quantile([0, 0, 0, 3], bounds, 0.99), 40, "above the last bound the value is unknown");
  assert.equal(quantile([0, 0, 0, 0], bounds, 0.5), undefined);
});

test("quantiles cover the growth within a window", () => {
  const samples = [[0, 0], [10, 0], [10, 10]].map((histogram, i) => sample(i + 1, { histogram }));
  assert.deepEqual(quantiles(samples, (one) => one.histogram, [10], 0.5, 1), [undefined, 5, 10]);
  assert.deepEqual(growth(undefined, [1, 2]), [1, 2]);
});

test("samples are joined by their numbers, and the last ones are kept", () => {
  const numbers = (all) => all.map((one) => one.number);
  assert.deepEqual(numbers(join([sample(1), sample(2)], [sample(2), sample(3), sample(4)], 3)), [2, 3, 4]);
  assert.deepEqual(numbers(since([sample(1), sample(60), sample(100)], 40)), [60, 100]);
});

test("figures are shortened", () => {
  assert.deepEqual([0, 7.25, 999, 1234, 12_345_678, undefined].map((value) => short(value)), ["0", "7.3", "999", "1.2k", "12M", "–"]);
  assert.deepEqual([850, 12_000, 1_200_000, undefined].map((us) => duration(us)), ["850 µs", "12 ms", "1.2 s", "–"]);
});

test("every reason of the protocol has a text in both languages", () => {
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const texts of Object.values(languages))
    for (const reason of Object.keys(CloseReason).filter((name) => name !== "none"))
      assert.ok(texts.reasons[snake(reason)]?.length > 3, reason);
});

test("lengths are bytes of the composed form, as on the server", async () => {
  const { bytesToSend } = await load("common/lengths.ts");
  assert.deepEqual(["abc", "가", "\u1100\u1161", "é", "e\u0301", "  a ", "🙂", ""].map(bytesToSend), [3, 3, 3, 2, 2, 1, 4, 0]);
});

test("a colour of the map always stands for the same numbers", async () => {
  const { colorIndexOf, rangeText } = await load("operator/heat_map.ts");
  assert.deepEqual([1, 2, 4, 5, 19, 20, 99, 100, 5000].map(colorIndexOf), [0, 1, 1, 2, 3, 4, 5, 6, 6]);
  assert.deepEqual([0, 1, 6].map(rangeText), ["1", "2–4", "100+"]);
});

test("both languages have the same texts", () => {
  const [en, ko] = [languages.en, languages.ko].map((texts) => Object.keys(texts).sort());
  assert.deepEqual(en, ko);
  assert.deepEqual(Object.keys(languages.en.problems), Object.keys(languages.ko.problems));
  assert.deepEqual([1, 5, 60, 360, 1440, 10080].map(languages.en.minutes), ["1 minute", "5 minutes", "1 hour", "6 hours", "1 day", "7 days"]);
});
