// Checks that the contrast of each text colour with its background is at least 4.5 to 1 (WCAG 2.2, 1.4.3).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

function luminance(hex) {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Returns the colours of each :root block. A later block replaces colours of the first one. */
function themesOf(path) {
  const css = readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8");
  const blocks = [...css.matchAll(/:root\s*{([^}]*)}/g)].map(([, body]) =>
    Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, color]) => [name, color])));
  return blocks.map((block) => ({ ...blocks[0], ...block }));
}

const pairs = {
  "player/player.css": [
    ["text", "night"], ["text", "panel"], ["quiet", "night"], ["quiet", "panel"], ["on-accent", "accent"], ["problem", "panel"],
    ["to-all", "night"], ["to-all", "panel"], ["operator", "night"], ["operator", "panel"], ["on-bubble", "bubble"],
  ],
  "playground/playground.css": [
    ["text", "night"], ["text", "panel"], ["quiet", "night"], ["quiet", "panel"], ["on-accent", "accent"], ["problem", "panel"], ["good", "panel"],
  ],
  "operator/operator.css": [
    ["text", "night"], ["text", "panel"], ["quiet", "night"], ["quiet", "panel"], ["on-accent", "accent"], ["problem", "panel"],
    ["accent", "panel"], ["good", "panel"],
  ],
};

for (const [path, of] of Object.entries(pairs))
  for (const [i, theme] of themesOf(path).entries())
    for (const [text, behind] of of)
      test(`${path}, theme ${i}: ${text} on ${behind}`, () => {
        assert.ok(theme[text] && theme[behind], "the page has both colours");
        assert.ok(contrast(theme[text], theme[behind]) >= 4.5, `${contrast(theme[text], theme[behind]).toFixed(2)} to 1`);
      });

/** The border of a control needs a contrast of 3 to 1 with both sides (1.4.11). */
for (const [i, theme] of themesOf("player/player.css").entries())
  for (const behind of ["night", "panel"])
    test(`player/player.css, theme ${i}: the border of a control on ${behind}`, () => {
      assert.ok(contrast(theme.edge, theme[behind]) >= 3, `${contrast(theme.edge, theme[behind]).toFixed(2)} to 1`);
    });

// The panels over the board are transparent by a tenth. This checks the worst background.
test("text on a panel is readable over the brightest and the darkest square", async () => {
  const { boardColors } = await load("player/pictures.ts");
  for (const theme of themesOf("player/player.css"))
    for (const square of [boardColors.light, boardColors.stoneEdge, boardColors.outside]) {
      const mixed = [1, 3, 5]
        .map((at) => Math.round(parseInt(theme.night.slice(at, at + 2), 16) * 0.9 + parseInt(square.slice(at, at + 2), 16) * 0.1))
        .map((channel) => channel.toString(16).padStart(2, "0"));
      for (const text of ["text", "quiet", "to-all", "operator"]) {
        const ratio = contrast(theme[text], `#${mixed.join("")}`);
        assert.ok(ratio >= 4.5, `${text} ${theme[text]} on ${square}: ${ratio.toFixed(2)} to 1`);
      }
    }
});

test("names are readable on their outline", async () => {
  const { boardColors } = await load("player/pictures.ts");
  for (const name of ["name", "ownName"]) assert.ok(contrast(boardColors[name], boardColors.outline) >= 4.5);
});
